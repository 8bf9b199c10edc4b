"""Lists, counts and extremes on a subject, without a model: down the ranked list as far as the evidence carries.

The list goes on while a paper stands out by at least `LEAST` of what the first one does (less, where it need speak of
but one of several subjects); the note says where it ended,
and at which paper. Whether there is such a list at all is for the usual reader to say. Not
handled: subjects that no abstract states in words near those of the question, and negation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.base.text.numbers import plural
from rag.base.text.overlap import content_words
from rag.cite.escaping import escape, unseal
from rag.embedder import Embedder
from rag.intent.answer_form import read_form
from rag.intent.kinds import EVERY, PAPERS, Kind
from rag.intent.parsed_question import ParsedQuestion
from rag.intent.required_terms import needed
from rag.intent.standalone import leans_back
from rag.intent.vocabulary import asks_for_several
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.present.filters_in_words import FIELDS, SUPERLATIVE
from rag.read.catalogue_reader import UNKNOWN, ordered, value
from rag.read.extractive import ExtractiveReader
from rag.read.extractive.quoting import quotes, titled
from rag.read.reader import SpecialReader
from rag.retrieve.on_subject import EVERYTHING, LEAST, rank, relevant_sentences
from rag.retrieve.search import Retriever

if TYPE_CHECKING:
    pass


MOST = 60
"""Papers that are listed."""
LEAST_OF_ONE = 0.42
"""How far a paper must stand out that need speak of but one of the subjects asked for, chosen like `LEAST`."""
_COMMON = 0.3
"""Share of the library's papers from which a name that they hold tells none of them apart."""
_FOLDED = 5
"""Papers that are named as only near."""
_ROOM = 6
"""Sentences that a reader takes in from several papers together; from each paper a third at most."""
_ASKS = r"\b(?:what|how|why|when|where|who)\b"


def asks_for_all(parsed: ParsedQuestion) -> bool:
    """Tell whether a question wants all papers on a subject, or a count or an extreme of them."""
    asked = parsed.aggregation
    if asked is None or parsed.exact or not parsed.topic or asked.kind is Kind.GROUPS:
        return False
    if _goes_on(parsed.subject) or not content_words(parsed.topic):
        return False
    return (
        asked.kind is not Kind.LIST
        or asked.by is not None
        or bool(parsed.filters.among)
        or bool(asks_for_several(parsed.subject) or EVERY.search(parsed.subject))
    )


def _goes_on(question: str) -> bool:
    """Tell whether a question ends in one that is not about papers: `Two studies try this. How large is each?`."""
    *before, last = re.split(r"[.?!]\s+", question.strip())
    return bool(before) and not re.search(rf"\b{PAPERS}\b", last, re.I) and re.search(_ASKS, last, re.I) is not None


class ExhaustiveListReader(SpecialReader):
    """Quotes every paper that is likely to be on the subject, in the order that is asked for."""

    def __init__(
        self,
        parsed: ParsedQuestion,
        limits: str,
        apart: str,
        embedder: Callable[[], Embedder],
        usual: ExtractiveReader,
        retriever: Retriever,
    ) -> None:
        """`limits` says which papers pass the filters, `apart` which lack what is filtered by.

        ValueError where no papers are asked for.
        """
        asked = parsed.aggregation
        if asked is None:
            raise ValueError("No papers are asked for.")
        self._asked, self._subject, self._topic = asked, parsed.subject, parsed.topic
        self._among, self._needed = bool(parsed.filters.among), needed(parsed.topic)
        self._least = LEAST_OF_ONE if self._needed.is_joined else LEAST
        self._limits, self._apart = limits, apart
        self._embedder, self._usual, self._retriever = embedder, usual, retriever

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return a search for the subject over the whole library; None where the rules say what is meant."""
        if history and leans_back(question) and not self._among:
            return None
        return Query(question, self._subject, parts=(self._topic,), whole_library=True)

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft: the usual reader's where a form or papers of the talk are asked for."""
        plainly = f"Which papers are about {self._topic}?"
        *_, usual = self._usual.read(replace(query, question=plainly, standalone=plainly), passages, history)
        if (query.focus and not self._among) or read_form(query.question)[0]:
            yield usual
            return
        ranking = rank(self._topic, self._retriever.search(self._topic, EVERYTHING))
        if ranking.is_foreign:
            yield Draft("", passages, self.name, Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
            return
        allowed = {passage.paper.paper_id: place for place, passage in enumerate(passages, start=1)}
        left = [(standing, paper) for standing, paper in ranking.papers if paper.paper_id in allowed]
        near = [paper for standing, paper in left if standing >= self._least][:MOST]
        listed, weak = (near, []) if ranking.strange else self._sifted([paper for _, paper in left], near)
        found = len(listed)
        if self._asked.kind is Kind.LIST and self._asked.most and self._asked.by is None:
            listed, weak = listed[: self._asked.most], []
        if not listed and self._needed.is_all and not ranking.strange:
            near_by = tuple(weak)
            text = f"None of {plural(len(allowed), 'paper')}{self._limits} holds {escape(str(self._needed))}."
            yield Draft(text, passages, self.name, Status.ABSTAINED, Reason.NOT_IN_LIBRARY, related=near_by)
            return
        if not listed:
            limits = self._limits or " that may be looked at"
            text = f"None of the {plural(len(allowed), 'paper')}{limits} stands out on this."
            nearest = tuple(passages[allowed[paper.paper_id] - 1] for _, paper in left)
            yield Draft(text, nearest, self.name, Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
            return
        shown = tuple(passages[allowed[paper.paper_id] - 1] for paper in self._in_order(listed))
        is_sure = usual.status is Status.ANSWERED and not ranking.strange
        lead, most = self._lead(shown, found, len(allowed), is_sure=is_sure)
        shown = shown[:most]
        lines = [lead, "", *self._lines([passage.paper for passage in shown])]
        near_by = tuple(weak) if self._asked.kind is not Kind.EXTREME else ()
        text = "\n".join(lines)
        status, reason = Status.ANSWERED, None
        if not is_sure or lead.startswith("None of"):
            status, reason = Status.PARTIAL, Reason.NOT_IN_ABSTRACTS
        notes: tuple[str, ...] = (_ending(left, listed, len(near), self._least),) if found == len(listed) else ()
        if ranking.strange:
            named = ", ".join(f"“{word}”" for word in ranking.strange)
            notes = (f"In no abstract here: {named}. These papers come closest to the rest.", *notes)
        yield Draft(text, shown, self.name, status, reason, counted=(unseal(lead),), warnings=notes, related=near_by)

    def _sifted(self, ranked: Sequence[Paper], near: Sequence[Paper]) -> tuple[list[Paper], list[Paper]]:
        """Return the papers that hold what the subject needs, and those that are only near.

        Where it is nothing but names, papers that hold them are on it however near they are.
        """
        holding = [paper for paper in ranked if self._needed.holds(paper)]
        if self._needed.names and self._needed.is_all:
            listed = holding[:MOST]
        elif self._needed.names and all(self._retriever.share_holding(n) > _COMMON for n in self._needed.names):
            listed = list(near)  # `LLMs` tells nothing apart here
        else:
            listed = [p for p in holding if p in near or self._needed.entitles(p)] or list(near)
        return listed, [paper for paper in near if paper not in listed][:_FOLDED]

    def _lines(self, papers: Sequence[Paper]) -> Iterator[str]:
        """Yield for each paper its quotes, and its record where the order goes by what stands there."""
        record = [0] if self._asked.by else []
        borne = relevant_sentences(self._topic, papers, max(1, _ROOM // max(3, len(papers))), self._embedder())
        for place, (paper, sentences) in enumerate(zip(papers, borne, strict=True), start=1):
            yield f"- {titled(paper)}: {quotes(paper, place, [*record, *sentences] or [0])}"

    def _in_order(self, listed: Sequence[Paper]) -> list[Paper]:
        by = self._asked.by or ("date" if self._asked.kind is Kind.EXTREME else None)
        return list(listed) if by is None else ordered(listed, by, descending=self._asked.descending)

    def _lead(self, shown: Sequence[Passage], found: int, looked_at: int, *, is_sure: bool) -> tuple[str, int]:
        """Return the sentence that counts, and how many of `shown` to name below it; `is_sure` that they answer."""
        papers = [passage.paper for passage in shown]
        if self._asked.kind is Kind.EXTREME:
            return self._extremes(papers)
        order = "; the closest first" if is_sure and not self._asked.by else ""
        s = "s" if found == 1 else ""
        speak = f"speak{s} to this" if is_sure else f"come{s} closest"
        lead = f"{found} of {plural(looked_at, 'paper')}{self._limits} {speak}"
        if found > len(papers):
            return f"{lead}{self._apart}; the {len(papers)} closest:", MOST
        return f"{lead}{self._apart}{order}:", MOST

    def _extremes(self, papers: Sequence[Paper]) -> tuple[str, int]:
        """Return the sentence that leads in the extremes and how many they are, with those that tie with the last."""
        by = self._asked.by or "date"
        known = [paper for paper in papers if value(paper, by) is not UNKNOWN]
        if not known:
            return f"None of {plural(len(papers), 'paper')} found on this has a known {FIELDS[by]}; the nearest:", 3
        most = min(self._asked.most or 1, len(known))
        bar = value(known[most - 1], by)
        first = sum(1 for i, paper in enumerate(known) if i < most or value(paper, by) == bar)
        named = SUPERLATIVE[by, self._asked.descending].format("papers" if first > 1 else "paper")
        apart = f"; {len(papers) - len(known)} more have no known {FIELDS[by]}" if len(known) < len(papers) else ""
        which, verb = (f"{first} {named}", "are these") if first > 1 else (named, "is this one")
        found = f"{len(known)} found on this with a known {FIELDS[by]}"
        return f"The {which} of {found} {verb}{self._apart}{apart}.", first


def _ending(ranked: Sequence[tuple[float, Paper]], listed: Sequence[Paper], near: int, least: float) -> str:
    """Return where the walk down the list ended, and why; `near` are the papers that stand out by `least`."""
    if len(listed) != near:
        return (
            f"{plural(len(ranked), 'paper')} looked at; {len(listed)} listed, which hold the words of the subject. "
            f"{near} stand out by words and vectors; those without its words are not counted."
        )
    if len(listed) == len(ranked):
        return f"All {plural(len(ranked), 'paper')} that were ranked stand out; there may be more."
    standing, paper = ranked[len(listed)]
    why = f"{least:.0%} is where the list ends" if standing < least else f"{MOST} are the most that are listed"
    ranks = f"{plural(len(ranked), 'paper')} {'was' if len(ranked) == 1 else 'were'} ranked"
    return (
        f"{ranks}; {len(listed)} listed. The next, “{paper.title}”, stands out "
        f"{max(0.0, standing):.0%} as far as the first; {why}. Without a model, fit is judged by words and vectors."
    )
