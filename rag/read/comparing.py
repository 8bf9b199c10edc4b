"""Named papers side by side: a row for each usual aspect, a column a paper, every cell a quote or marked as missing.

Without a model the text is the table's cells; with one it is the model's, and the table stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list, word_table
from rag.cite.escaping import escape
from rag.intent.comparison import Comparison
from rag.intent.vocabulary import tells_background
from rag.models.cross_encoders import AnswerSelector
from rag.models.embedder import Embedder
from rag.nouns import EXTRACTIVE, Answer, Draft, Paper, Passage, Query, Table
from rag.read.extractive.candidates import read_candidates
from rag.read.extractive.quoting import quotes
from rag.read.reader import Reader

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
_SIZE = USUAL["size"]
_MOST_SIZES = 4
_COVERED = re.compile(r"\b(?:countr|nation|region|language|culture)\w*$", re.I)
"""What a set of items covers, which tells its size only where nothing else does."""
_SCORES = re.compile(r"\d\s?%|\b(?:outperform|surpass|improv|accura|points?\b|state-of-the-art)", re.I)
"""What a sentence on results holds: what it counts is no size of the work."""
_PLACE = re.compile(r"https?://|\b(?:available|can be found (?:at|here|in|on)|github)\b", re.I)
"""Where code and data lie, which is no finding."""
_SAID = word_table("aspects")
_OWN = re.compile(r"\b(?:we|our|ours|this (?:paper|work|study|survey)|results|experiments|evaluations?)\b", re.I)
_FIGURE = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d+)?)(k|m)?(?![\w%-])", re.I)
_UNITS = {"k": 1e3, "m": 1e6}
_OTHERS = re.compile(
    r"\b(?:recent|previous|prior|earlier|existing|current)\s+(?:\w+\s+)?(?:stud|work|method|benchmark|approach)", re.I
)


def usual(aspect: str) -> str | None:
    """Return the usual aspect that one in a question's words is."""
    return next((name for name, said in _SAID.items() if aspect.removeprefix("the ") in said), None)


def speaking_of(aspect: str, paper: Paper, name: str, taken: Collection[int] = ()) -> tuple[int, ...]:
    """Return the sentence of `paper`, which goes by `name`, that speaks of a usual aspect; none where none does.

    A sentence that is `taken` by another aspect is passed over, but for sizes, of which `sizes` gives the words.
    """

    def merit(i: int) -> tuple[bool, bool, bool, float, int]:
        text = paper.sentence(i)
        named = name.casefold() in text.casefold()
        foreign = tells_background(text) or _OTHERS.search(text) is not None
        own = _OWN.search(text) is not None
        if aspect == "size":
            return not foreign or named, named, not _COVERED.search(_counted(text)[0]), _largest(text), -i
        fits = own and named if aspect == "what it is" else own or named
        return not foreign or named, fits, False, 0.0, i if aspect == "availability" else -i

    places = (i for i in range(1, len(paper.sentences) + 1) if aspect == "size" or i not in taken)
    found = [i for i in places if _speaks(aspect, paper.sentence(i))]
    return (max(found, key=merit),) if found else ()


def sizes(text: str) -> str:
    """Return what a sentence counts, word for word: `12,400 questions; 31 languages`; empty where it counts nothing."""
    return "; ".join(_counted(text)[:_MOST_SIZES])


def _counted(text: str) -> list[str]:
    """Return what a sentence counts, first the items and then what they cover."""
    found = dict.fromkeys(match[0] for match in _SIZE.finditer(text))
    return sorted(found, key=lambda words: _COVERED.search(words) is not None)


def _speaks(aspect: str, text: str) -> bool:
    if aspect == "size":
        return _SIZE.search(text) is not None and not _SCORES.search(text)
    if aspect == "findings" and _PLACE.search(text):
        return False
    return USUAL[aspect].search(text) is not None


def _largest(text: str) -> float:
    """Return the largest number of things that a sentence counts; 1 where it has none in figures."""
    found = _FIGURE.findall(text)
    return max((float(digits.replace(",", "")) * _UNITS.get(unit.lower(), 1) for digits, unit in found), default=1.0)


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


Row = tuple[str, tuple[tuple[int, ...], ...]]
"""One aspect; for each paper the sentences that speak of it."""


class ComparingReader(Reader):
    """Sets papers side by side; with another reader to write the text where there is a model."""

    def __init__(
        self,
        comparison: Comparison,
        papers: Sequence[Paper],
        embedder: Embedder,
        selector: AnswerSelector,
        writer: Reader,
    ) -> None:
        self._comparison, self._papers, self._writer = comparison, tuple(papers), writer
        self._embedder, self._selector = embedder, selector
        self._names = _called([name for _, name in comparison.papers])

    @property
    def name(self) -> str:
        """`extractive`, or the name of the model that writes."""
        return (self._writer.by_code or self._writer).name

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return the writer's plan, if any."""
        return self._writer.plan(question, history)

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the papers to compare as passages, then the others of `passages`."""
        found = {p.paper.paper_id: p for p in passages}
        first = tuple(found.get(paper.paper_id, Passage(paper, 1.0)) for paper in self._papers)
        return (*first, *(p for p in passages if p not in first))

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the growing text; the last draft has the table."""
        shown = tuple(Passage(paper, 1.0) for paper in self._papers)
        rows = self._rows(query, shown)
        if self._writer.by_code is not None:
            yield self._draft(rows, shown)
            return
        for draft in self._writer.read(query, passages, history):
            yield draft
        yield replace(draft, table=self._table(rows, {p.paper.paper_id: i for i, p in enumerate(draft.shown, 1)}))

    def _rows(self, query: Query, shown: tuple[Passage, ...]) -> list[Row]:
        """Return a row for each aspect that some paper speaks of, and for each that is asked for."""
        asked = self._comparison
        if asked.asked:
            read = read_candidates(replace(query, question=asked.asked), shown, self._selector)
            ranked = {candidate.paper.paper_id: candidate.sentences for candidate in read}
            # the likeliest sentence, and the next where it is not likely enough
            best = [
                ranked[paper.paper_id][: 1 if ranked[paper.paper_id][0][1] >= _TWO else 2] for paper in self._papers
            ]
            asked_of = tuple(tuple(sorted(index for index, _ in sentences)) for sentences in best)
            return [("what is asked", asked_of), self._usual("what it is", {})]
        if asked.aspects:
            return [
                self._usual(known, {}) if (known := usual(aspect)) else self._asked(aspect) for aspect in asked.aspects
            ]
        taken: dict[str, set[int]] = {}
        rows = [self._usual(aspect, taken) for aspect in USUAL]
        return [*(row for row in rows if any(row[1])), ("date and authors", ((0,),) * len(self._papers))]

    def _usual(self, aspect: str, taken: dict[str, set[int]]) -> Row:
        """Return the row of a usual aspect; what its cells quote is `taken`, so that no later row quotes it again."""
        cells = []
        for paper, name in zip(self._papers, self._names, strict=True):
            used = taken.setdefault(paper.paper_id, set())
            cells.append(speaking_of(aspect, paper, name, used))
            used.update(cells[-1])
        return aspect, tuple(cells)

    def _asked(self, aspect: str) -> Row:
        """Return the row of an aspect in the question's words: the sentence with its words, else the nearest one."""
        stems = set(content_words(aspect))
        vector = self._embedder.embed_query(aspect)
        cells = []
        for paper in self._papers:
            texts = [paper.sentence(i) for i in range(len(paper.sentences) + 1)]
            plain = [_COMPOUND.sub("models", text) for text in texts]
            cosines = (self._embedder.embed(plain) @ vector).tolist()
            shared = [len(stems & set(content_words(text))) for text in plain]
            counted = [bool(stems & set(content_words(_after_a_number(text)))) for text in texts]
            best = max(range(len(texts)), key=lambda i: (shared[i] + counted[i] + cosines[i], -i))
            cells.append((best,) if shared[best] or cosines[best] >= _NEAR else ())
        return aspect, tuple(cells)

    def _draft(self, rows: list[Row], shown: tuple[Passage, ...]) -> Draft:
        """Return the table as text, aspect by aspect, with the table beside it."""
        blocks, silent = [], []
        for aspect, cells in rows:
            lines = []
            for place, (paper, name, cell) in enumerate(zip(self._papers, self._names, cells, strict=True), start=1):
                if cell:
                    lines.append(f"- *{escape(name)}*: {quotes(paper, place, cell)}")
                else:
                    silent.append(f"On {aspect}, the abstract of {name} says nothing that was found.")
            if lines:
                blocks.append("\n".join([f"**{aspect[0].upper()}{aspect[1:]}**", "", *lines]))
        places = {paper.paper_id: place for place, paper in enumerate(self._papers, start=1)}
        return Draft("\n\n".join(blocks), shown, EXTRACTIVE, warnings=tuple(silent), table=self._table(rows, places))

    def _table(self, rows: list[Row], places: dict[str, int]) -> Table:
        """Return the table, its cells with pointers to the papers of a draft by their `places`."""
        caption = f"{', '.join(self._names[:-1])} and {self._names[-1]}, side by side"
        told = (
            (aspect, *(_cell(aspect, *one, places) for one in zip(self._papers, cells, strict=True)))
            for aspect, cells in rows
        )
        return Table(("Aspect", *self._names), tuple(told), caption)


def _cell(aspect: str, paper: Paper, cell: Sequence[int], places: dict[str, int]) -> str:
    """Return a cell: its sentences, of a size the words that count; or that the abstract does not say."""
    if not cell:
        return ABSENT
    told = [(i, sizes(paper.sentence(i)) if aspect == "size" else paper.sentence(i)) for i in cell]
    place = places.get(paper.paper_id)  # a model need not have been shown the paper
    return " ".join(f"“{text}”" + (f" [P{place}.{i}]" if place else "") for i, text in told)


def _called(names: Sequence[str]) -> tuple[str, ...]:
    """Return what papers are called above their columns: of a title the name before its colon, where they differ."""
    short = [_NAME.split(name)[0].strip() for name in names]
    distinct = len({name.casefold() for name in short}) == len(short)
    return tuple(one if distinct and len(one) > 1 else name for one, name in zip(short, names, strict=True))


def _after_a_number(sentence: str) -> str:
    """Return the words that numbers stand before: what is counted."""
    return " ".join(found[1] for found in re.finditer(r"\d[\d,.]*[kKmM+]?\s+((?:[\w-]+\s*){1,3})", sentence))
