"""Lists, counts and extremes on a subject, without a model: down the ranked list as far as the evidence carries.

The list goes on while a paper stands out by at least `LEAST` of what the first one does (less, where it need speak of
but one of several subjects); the note says where it ended,
and at which paper. Whether there is such a list at all is for the usual reader to say. Not
handled: subjects that no abstract states in words near those of the question, and negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.base.text import plural
from rag.base.text.overlap import content_words
from rag.cite.escaping import escape
from rag.intent.answer_form import read_form
from rag.intent.kinds import Aggregation, Kind
from rag.intent.parsed_question import ParsedQuestion
from rag.intent.standalone import leans_back
from rag.intent.vocabulary import asks_for_several
from rag.intent.wording import OF_PAPERS
from rag.models.embedder import Embedder
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.read.catalogue_reader import extreme, ordered
from rag.read.extractive.quoting import entries
from rag.read.reader import Reader
from rag.retrieve.on_subject import EVERYTHING, LEAST, needed, rank, relevant_sentences
from rag.retrieve.search import Retriever

MOST = 60
"""Papers that are listed."""
LEAST_OF_ONE = 0.42
"""How far a paper must stand out that need speak of but one of the subjects asked for, chosen like `LEAST`."""
_COMMON = 0.3
"""Share of the library's papers from which a name that they hold tells none of them apart."""
_FOLDED, _NEAREST = 5, 3
"""Papers that are named as only near, and those that are shown where an extreme is of what is known of none."""
_ROOM = 6
"""Sentences that a reader takes in from several papers together; from each paper a third at most."""
_ASKS = r"\b(?:what|how|why|when|where|who)\b"


def asks_for_all(parsed: ParsedQuestion) -> bool:
    """Tell whether a question wants all papers on a subject, or a count or an extreme of them."""
    asked = parsed.aggregation
    if asked is None or parsed.exact or not parsed.topic or asked.kind is Kind.GROUPS:
        return False
    *before, last = re.split(r"[.?!]\s+", parsed.subject.strip())
    goes_on = before and not OF_PAPERS.search(last) and re.search(_ASKS, last, re.I)
    if goes_on or not content_words(parsed.topic):  # `Two studies try this. How large is each?`
        return False
    is_list = asks_for_several(parsed.subject)
    return bool(asked.kind is not Kind.LIST or asked.by or parsed.filters.among or is_list)


class ExhaustiveListReader(Reader):
    """Quotes every paper that is likely to be on the subject, in the order that is asked for."""

    def __init__(
        self,
        asked: Aggregation,
        parsed: ParsedQuestion,
        matched: int,
        limits: str,
        apart: str,
        embedder: Embedder,
        usual: Reader,
        retriever: Retriever,
    ) -> None:
        """`matched` papers pass the filters, as `limits` says; `apart` says which lack what is filtered by."""
        self._asked, self._subject, self._topic = asked, parsed.subject, parsed.topic
        self._among, self._needed = bool(parsed.filters.among), needed(parsed.topic)
        self._least = LEAST_OF_ONE if self._needed.is_joined else LEAST
        self._matched, self._limits, self._apart = matched, limits, apart
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
        none = Draft("", passages, self.name, Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
        if ranking.is_foreign:
            yield none
            return
        found = {passage.paper.paper_id: passage for passage in passages}
        left = [(standing, paper) for standing, paper in ranking.papers if paper.paper_id in found]
        near = [paper for standing, paper in left if standing >= self._least][:MOST]
        listed, weak = (near, []) if ranking.strange else self._sifted([paper for _, paper in left], near)
        total = f"{plural(len(found), 'paper')}{self._limits}"
        if len(found) < self._matched:
            total = f"the {len(found)} nearest of {plural(self._matched, 'paper')}{self._limits}"
        if not listed and self._needed.is_all and not ranking.strange:
            text = f"None of {total} holds {escape(str(self._needed))}."
            yield replace(none, text=text, related=tuple(weak))
            return
        if not listed:
            text = f"None of the {total.removeprefix('the ')} stands out on this."
            text = f"The one paper{self._limits} does not stand out on this." if self._matched == 1 else text
            yield replace(none, text=text, shown=tuple(found[paper.paper_id] for _, paper in left))
            return
        notes = [_ending(left, listed, len(near), self._least)]
        if ranking.strange:
            named = ", ".join(f"“{word}”" for word in ranking.strange)
            notes.insert(0, f"In no abstract here: {named}. These papers come closest to the rest.")
        is_sure = usual.status is Status.ANSWERED and not ranking.strange
        if self._asked.kind is Kind.EXTREME:
            ranked = ordered(listed, self._asked.by or "date", descending=self._asked.descending)
            lead, papers = extreme(ranked, self._asked, found=" found on this", apart=self._apart)
            if not papers:
                lead, papers, is_sure = f"{lead.removesuffix('.')}; the nearest:", ranked[:_NEAREST], False
        else:
            lead, papers = self._list(listed, total, is_sure=is_sure)
            notes = notes if len(papers) == len(listed) else notes[:-1]
        papers = papers[:MOST]
        shown = tuple(found[paper.paper_id] for paper in papers)
        text = "\n".join([lead, "", *self._lines(papers)])
        status, reason = (Status.ANSWERED, None) if is_sure else (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
        related = () if self._asked.most and not (self._asked.by and self._asked.kind is Kind.LIST) else tuple(weak)
        yield Draft(text, shown, self.name, status, reason, counted=True, warnings=tuple(notes), related=related)

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

    def _list(self, listed: Sequence[Paper], total: str, *, is_sure: bool) -> tuple[str, list[Paper]]:
        """Return the sentence that counts the papers that are `listed`, and as many as are asked for, in order."""
        by, s = self._asked.by, "s" if len(listed) == 1 else ""
        speak = f"speak{s} to this" if is_sure else f"come{s} closest"
        order = "; the closest first" if is_sure and not by else ""
        papers = list(listed) if by else list(listed)[: self._asked.most]
        papers = ordered(papers, by, descending=self._asked.descending) if by else papers
        order = f"; the {len(papers)} closest" if len(papers) < len(listed) else order
        return f"{len(listed)} of {total} {speak}{self._apart}{order}:", papers

    def _lines(self, papers: Sequence[Paper]) -> list[str]:
        """Return for each paper its quotes, and its record where the order goes by what stands there."""
        record = [0] if self._asked.by else []
        most = max(1, _ROOM // max(3, len(papers)))
        borne = relevant_sentences(self._topic, papers, most, self._embedder)
        return entries(papers, [[*record, *sentences] for sentences in borne])


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
