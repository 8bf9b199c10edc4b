"""Named papers side by side: a row for each usual aspect, a column a paper, every cell a quote or marked as missing.

Without a model the text is the table's cells; with one it is the model's, and the table stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.base.text.overlap import stems
from rag.base.text.word_lists import word_list, word_table
from rag.cite.escaping import escape
from rag.intent.comparison import Comparison
from rag.intent.vocabulary import tells_background
from rag.models.cross_encoders import AnswerSelector
from rag.models.embedder import Embedder
from rag.nouns import EXTRACTIVE, Answer, Draft, Paper, Passage, Query, Table
from rag.read.candidates import read_candidates
from rag.read.reader import Reader, quotes

# ----------------------------------------------------------------------------------------------------
# The aspects by which papers are usually compared, and the sentence of an abstract that speaks of one.
#
# These are the moves that abstracts make, known by the words that make them (Swales, 1990). Not handled: abstracts in
# languages other than English.

_COUNTED = rf"(?:{'|'.join(word_list('counted_things'))})"
_OF_IT = r"(?!(?:and|or|of|on|in|for|from|across|with|to|by|over|per|that|which|the|each)\b)"
"""Before a word between a number and what it counts: none that begins another phrase."""
_BESIDE = r"\w+-\w+\s+and\s+(?=\w+-\w)"
"""The first of two such words: `human-written and human-verified questions`."""
_NUMBERS = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
_MAKING = (
    r"(?:introduc|present|propos|releas|construct|buil[dt]|develop|creat|design|study|studie|examin|investigat|explor"
    r"|describ|survey|review|curat|collect|analy[sz])\w*"
)
_ASPECTS = {
    "what it is": rf"\bwe\s+(?:\w+\s+){{0,2}}{_MAKING}"
    r"|\b(?:this|the|our)\s+(?:proposed|paper|work|study|survey|article)\b"
    rf"|\bour\s+(?:[\w-]+\s+){{0,2}}(?:benchmark|dataset|corpus|method|framework|approach|pipeline|model)\b",
    "size": rf"(?<![\w.,-])(?:\d[\d,.]*[kKmM]?\s+and\s+)?"
    rf"\d[\d,.]*\s?[kKmMB+]?\+?\s+(?:{_BESIDE}|{_OF_IT}[\w-]+\s+){{0,3}}(?:\w+-)?{_COUNTED}[\w-]*"
    rf"|\b{_NUMBERS}\s+(?:{_OF_IT}[\w-]+\s+){{0,2}}(?:\w+-)?{_COUNTED}[\w-]*",
    "findings": r"\b(?:finds?|found|findings?|shows?|showed|reveals?|demonstrates?|(?<!as a )results?|outperform\w*"
    r"|achieves?|observe|indicates?|suggests?|uncover|surpass\w*|struggles?)\b",
    "availability": r"\b(?:releas\w+|available|open-?sourc\w+|github|publicly)\b",
}
USUAL = {name: re.compile(shape, re.I) for name, shape in _ASPECTS.items()}
"""The usual aspects, in the order of the rows, each with what makes a sentence speak of it."""
_MOST_SIZES = 4
_COVERED = re.compile(r"\b(?:countr|nation|region|language|culture)\w*$", re.I)
"""What a set of items covers, which tells its size only where nothing else does."""
_SCORES = re.compile(r"\d\s?%|\b(?:outperform|surpass|improv|accura|points?\b|state-of-the-art)", re.I)
"""What a sentence on results holds: what it counts is no size of the work."""
_PLACE = re.compile(r"https?://|\b(?:available|can be found (?:at|here|in|on)|github)\b", re.I)
"""Where code and data lie, which is no finding."""
_OWN = re.compile(r"\b(?:we|our|ours|this (?:paper|work|study|survey)|results|experiments|evaluations?)\b", re.I)
_FIGURE = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d+)?)(k|m)?(?![\w%-])", re.I)
_UNITS = {"k": 1e3, "m": 1e6}
_OTHERS = re.compile(
    r"\b(?:recent|previous|prior|earlier|existing|current)\s+(?:\w+\s+)?(?:stud|work|method|benchmark|approach)", re.I
)


def speaking_of(aspect: str, paper: Paper, name: str, taken: Collection[int] = ()) -> tuple[int, ...]:
    """Return the sentence of `paper`, which goes by `name`, that speaks of a usual aspect; none where none does.

    A sentence that is `taken` by another aspect is passed over, but for sizes, of which `sizes` gives the words.
    """

    def merit(i: int) -> tuple[bool, bool, bool, float, int]:
        text = paper.sentence(i)
        named = name.casefold() in text.casefold()
        is_ours = named or not (tells_background(text) or _OTHERS.search(text))
        if aspect == "size":
            figures = _FIGURE.findall(text)
            largest = max((float(n.replace(",", "")) * _UNITS.get(unit.lower(), 1) for n, unit in figures), default=1.0)
            return is_ours, named, not _COVERED.search(_counted(text)[0]), largest, -i
        own = _OWN.search(text) is not None
        fits = own and named if aspect == "what it is" else own or named
        return is_ours, fits, False, 0.0, i if aspect == "availability" else -i

    no_sign = {"size": _SCORES, "findings": _PLACE}.get(aspect)
    texts = {i: text for i, text in enumerate(paper.sentence_texts(), 1) if aspect == "size" or i not in taken}
    speaking = (i for i, text in texts.items() if USUAL[aspect].search(text) and not (no_sign and no_sign.search(text)))
    best = max(speaking, key=merit, default=None)
    return () if best is None else (best,)


def sizes(text: str) -> str:
    """Return what a sentence counts, word for word: `12,400 questions; 31 languages`; empty where it counts nothing."""
    return "; ".join(_counted(text)[:_MOST_SIZES])


def _counted(text: str) -> list[str]:
    """Return what a sentence counts, first the items and then what they cover."""
    found = dict.fromkeys(match[0] for match in USUAL["size"].finditer(text))
    return sorted(found, key=lambda words: _COVERED.search(words) is not None)


# ----------------------------------------------------------------------------------------------------

ABSENT = "not in the abstract"
_NEAR = 0.35
"""Cosine from which a sentence is taken to speak of an aspect whose words it does not hold."""
_TWO = 0.5
"""Probability of the best sentence below which the second is quoted too."""
_NAME = re.compile(r":\s|\s+-{1,2}\s+|\s+[–—]\s+")
"""What stands behind a paper's name in its title."""
_COMPOUND = re.compile(r"\b(?:(?:large|vision|small|multimodal)[\s-]+)*language[\s-]+models?\b", re.I)
"""No word on languages."""
_AFTER_A_NUMBER = re.compile(r"\d[\d,.]*[kKmM+]?\s+((?:[\w-]+\s*){1,3})")
"""The words that numbers stand before: what is counted."""


Row = tuple[str, tuple[tuple[int, ...], ...]]
"""One aspect; for each paper the sentences that speak of it."""


@dataclass(frozen=True)
class ComparingReader(Reader):
    """Sets papers side by side; with another reader to write the text where there is a model."""

    comparison: Comparison
    papers: Sequence[Paper]
    embedder: Embedder
    selector: AnswerSelector
    writer: Reader

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """What papers are called above their columns: of a title the name before its colon, where they differ."""
        names = [name for _, name in self.comparison.papers]
        short = [_NAME.split(name)[0].strip() for name in names]
        distinct = len({name.casefold() for name in short}) == len(short)
        return tuple(one if distinct and len(one) > 1 else name for one, name in zip(short, names, strict=True))

    @property
    def name(self) -> str:
        """`extractive`, or the name of the model that writes."""
        return (self.writer.by_code or self.writer).name

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return the writer's plan, if any."""
        return self.writer.plan(question, history)

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the papers to compare as passages, then the others of `passages`."""
        found = {p.paper.paper_id: p for p in passages}
        first = tuple(found.get(paper.paper_id, Passage(paper, 1.0)) for paper in self.papers)
        return (*first, *(p for p in passages if p not in first))

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the growing text; the last draft has the table."""
        rows = self._rows(query)
        if self.writer.by_code is not None:
            yield self._draft(rows)
            return
        for draft in self.writer.read(query, passages, history):
            yield draft
        yield replace(draft, table=self._table(rows, [passage.paper for passage in draft.shown]))

    def _rows(self, query: Query) -> list[Row]:
        """Return a row for each aspect that some paper speaks of, and for each that is asked for."""
        asked = self.comparison
        if asked.asked:
            shown = [Passage(paper, 1.0) for paper in self.papers]
            read = read_candidates(replace(query, question=asked.asked), shown, self.selector)
            # the likeliest sentence, and the next where it is not likely enough
            best = (one.sentences[: 1 if one.sentences[0][1] >= _TWO else 2] for one in read)
            cells = tuple(tuple(sorted(index for index, _ in sentences)) for sentences in best)
            return [("what is asked", cells), self._usual("what it is", {})]
        if asked.aspects:
            usual = {word: aspect for aspect, words in word_table("aspects").items() for word in words}
            named = [(aspect, usual.get(aspect.removeprefix("the "))) for aspect in asked.aspects]
            return [self._usual(known, {}) if known else self._asked(aspect) for aspect, known in named]
        taken: dict[Paper, set[int]] = {}
        rows = [self._usual(aspect, taken) for aspect in USUAL]
        return [*(row for row in rows if any(row[1])), ("date and authors", ((0,),) * len(self.papers))]

    def _usual(self, aspect: str, taken: dict[Paper, set[int]]) -> Row:
        """Return the row of a usual aspect; what its cells quote is `taken`, so that no later row quotes it again."""
        cells = []
        for paper, name in zip(self.papers, self._names, strict=True):
            cells.append(speaking_of(aspect, paper, name, taken.get(paper, ())))
            taken.setdefault(paper, set()).update(cells[-1])
        return aspect, tuple(cells)

    def _asked(self, aspect: str) -> Row:
        """Return the row of an aspect in the question's words: the sentence with its words, else the nearest one."""
        words, vector = stems(aspect), self.embedder.embed_query(aspect)
        cells = []
        for paper in self.papers:
            texts = [paper.metadata_line(), *paper.sentence_texts()]
            plain = [_COMPOUND.sub("models", text) for text in texts]
            cosines = (self.embedder.embed(plain) @ vector).tolist()
            shared = [len(words & stems(text)) for text in plain]
            counted = [bool(words & stems(" ".join(_AFTER_A_NUMBER.findall(text)))) for text in texts]
            best = max(range(len(texts)), key=lambda i: (shared[i] + counted[i] + cosines[i], -i))
            cells.append((best,) if shared[best] or cosines[best] >= _NEAR else ())
        return aspect, tuple(cells)

    def _draft(self, rows: list[Row]) -> Draft:
        """Return the table as text, aspect by aspect, with the table beside it."""
        lines, silent = [], []
        for aspect, cells in rows:
            lines += [f"**{aspect[0].upper()}{aspect[1:]}**", ""] if any(cells) else []
            for place, (paper, name, cell) in enumerate(zip(self.papers, self._names, cells, strict=True), start=1):
                if cell:
                    lines.append(f"- *{escape(name)}*: {quotes(paper, place, cell)}")
                else:
                    silent.append(f"On {aspect}, the abstract of {name} says nothing that was found.")
            lines += [""] if any(cells) else []
        table, shown = self._table(rows, self.papers), tuple(Passage(paper, 1.0) for paper in self.papers)
        return Draft("\n".join(lines).strip(), shown, EXTRACTIVE, warnings=tuple(silent), table=table)

    def _table(self, rows: list[Row], shown: Sequence[Paper]) -> Table:
        """Return the table, its cells with pointers to the papers of a draft as they are shown in it."""
        places = {paper.paper_id: place for place, paper in enumerate(shown, start=1)}
        caption = f"{', '.join(self._names[:-1])} and {self._names[-1]}, side by side"
        told = [
            (aspect, *(_cell(aspect, *one, places) for one in zip(self.papers, cells, strict=True)))
            for aspect, cells in rows
        ]
        return Table(("Aspect", *self._names), tuple(told), caption)


def _cell(aspect: str, paper: Paper, cell: Sequence[int], places: dict[str, int]) -> str:
    """Return a cell: its sentences, of a size the words that count; or that the abstract does not say."""
    if not cell:
        return ABSENT
    told = [(i, sizes(paper.sentence(i)) if aspect == "size" else paper.sentence(i)) for i in cell]
    place = places.get(paper.paper_id)  # a model need not have been shown the paper
    return " ".join(f"“{text}”" + (f" [P{place}.{i}]" if place else "") for i, text in told)
