"""A question that many papers answer differently (`how large is the benchmark?`), answered reading by reading.

It is one when it speaks of *the* benchmark, data set or method, and no other word of it, no name and no conversation
tells which. Each reading has its condition and its citation, after Li et al. (CondAmbigQA, 2025); where there are more
than `FEW`, it is asked which one is meant. Not handled: ambiguous words, and languages other than English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.base.text.names import is_marked
from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list, word_pattern
from rag.cite.sentences import is_plain
from rag.intent.interpretation import Interpretation
from rag.intent.vocabulary import asks_for_quantity, tells_background
from rag.models.cross_encoders import AnswerSelector
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason
from rag.read.candidates import read_candidates
from rag.read.reader import Reader, listing, quotes, titled

FEW = 5
"""Readings that are all given."""
_EXAMPLES = 3
_THE = re.compile(
    r"\b(?:the|this|that|their|its)\s+(?:[\w-]+\s+){0,2}?(?P<what>benchmark|data\s?set|corpus|model|method|approach"
    r"|framework|algorithm|metric|system|survey|experiment|study|paper)(?!\w)",
    re.I,
)
_OURS = r"\b(?:we|our|this\s+(?:paper|work|study|survey|report))\b"
_MADE = re.compile(rf"{_OURS}.*{word_pattern(word_list('making')).pattern}", re.I | re.S)
_FIGURE = re.compile(r"(?<![\w(.-])\d[\d,.]*(?![\w)])|\d[\d,.]*[kKM%]\b")
_PLAIN = frozenset(content_words("well good bad best wrote made"))
"""Words that tell no paper from another, besides those of the trade."""


def ambiguity_reader(
    interpreted: Interpretation, history: Sequence[Answer], selector: AnswerSelector, usual: Reader
) -> AmbiguityReader | None:
    """Return what gives the readings of an ambiguous question; None of one that names what it means."""
    found = _THE.search(interpreted.subject)
    is_marked_somewhere = any(is_marked(name.written) for name in interpreted.names)
    tells = interpreted.mentions or interpreted.parsed.aggregation or is_marked_somewhere
    if found is None or history or tells or not is_plain(interpreted.subject, _PLAIN):
        return None
    wants_number = asks_for_quantity(interpreted.subject)
    what = found["what"].lower()
    return AmbiguityReader(what, content_words(what)[0], selector, usual, wants_number=wants_number)


@dataclass(frozen=True)
class AmbiguityReader(Reader):
    """Answers for each paper that has a thing such as is asked for of its own, or asks which one is meant."""

    what: str
    stem: str
    selector: AnswerSelector
    usual: Reader
    wants_number: bool

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return a search through the whole library: any of its papers may be meant."""
        return Query(question, question, whole_library=True)

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft; the usual reader's where one paper at most can be meant."""
        meant = [passage for passage in passages if self._has_one(passage.paper)]
        if len(meant) < 2:
            yield from self.usual.read(query, passages, history)
            return
        shown = [replace(passage, score=1.0) for passage in (meant if len(meant) <= FEW else meant[:_EXAMPLES])]
        read = read_candidates(query, shown, self.selector)
        lines = []
        for one in read:
            ranked = [index for index, _ in one.sentences]
            telling = (index for index in ranked if index == 0 or self._tells(one.paper.sentence(index)))
            lines.append(
                f"- If {titled(one.paper)} is meant: {quotes(one.paper, one.place, [next(telling, ranked[0])])}"
            )
        lead = f"This can be read in {len(meant)} ways, and the papers answer it differently:"
        if len(meant) > FEW:
            own = f"{len(meant)} papers here have a {self.what} of their own"
            lead = f"{own}. Name the one that is meant; for example:"
        yield listing([lead, "", *lines], [passage.paper for passage in shown], Reason.AMBIGUOUS)

    def _has_one(self, paper: Paper) -> bool:
        """Tell whether a paper has such a thing of its own, and, where a number is asked for, a number to tell."""
        sentences = paper.sentence_texts()
        made = (paper.title, *filter(_MADE.search, sentences))
        return any(self.stem in content_words(text) for text in made) and any(map(self._tells, sentences))

    def _tells(self, sentence: str) -> bool:
        """Tell whether a sentence is on the thing itself, and has a number where one is asked for."""
        is_own = _MADE.search(sentence) is not None or self.stem in content_words(sentence)
        has_number = not self.wants_number or _FIGURE.search(sentence) is not None
        return is_own and has_number and not tells_background(sentence)
