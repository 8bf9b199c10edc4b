"""From what a question asks to its query, and to the reader and the papers that it goes to.

Intents have readers of their own, and so have some kinds of questions that are searched for; all others go to the usual
one: a model, or quotes. Not handled here: what a question says (`rag.intent`), and how papers are ranked
(`rag.retrieve.search`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from rag.base.settings import Settings
from rag.base.text.overlap import STOP_WORDS
from rag.base.text.word_lists import word_list, word_pattern
from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.cite.escaping import escape
from rag.index import Indexes
from rag.intent.answer_form import plainly
from rag.intent.comparison import Comparison, Similar
from rag.intent.interpretation import EXACT, Interpretation, LookUp, Unknown
from rag.intent.kinds import Aggregation, AggregationKind
from rag.intent.opening import CONVERSATIONAL, Opened, Opening
from rag.intent.parsed_question import NO_SUBJECT
from rag.intent.standalone import PAPERS_ON, plan_by_rules
from rag.intent.vocabulary import asks_for_several
from rag.models.cross_encoders import AnswerSelector, SupportChecker
from rag.models.embedder import Embedder
from rag.nouns import Answer, Draft, Paper, Passage, Query, Synthesis
from rag.overview import FEWEST, LOOKED_AT, digest, synthesise
from rag.overview.synthesis import synthesis_draft
from rag.present.filters_in_words import in_words, set_apart
from rag.read.abstention import left_out, unknown_name, unknown_words
from rag.read.ambiguity import ambiguity_reader
from rag.read.batches import CANDIDATES
from rag.read.catalogue_reader import MatchedPapers, counted, paper_fields
from rag.read.choice import Endpoints, choose_reader
from rag.read.comparing import ComparingReader
from rag.read.lists import ExhaustiveListReader, asks_for_all, asks_for_models, models, similar
from rag.read.opening import central, kind_word, overview, people, way_in
from rag.read.reader import Reader, Told
from rag.retrieve.on_subject import EVERYTHING, papers_on, rank
from rag.retrieve.search import Retriever, neighbours

_SHORT = 20
"""Words up to which a question about one paper asks one thing."""
_BESIDE = word_pattern(word_list("several"))
"""Words by which a question looks at other papers beside one."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a question goes: its query, the reader, and how many of which papers (None: of all) are looked for."""

    query: Query
    reader: Reader
    most: int
    allowed: Collection[str] | None


class Router:
    """Sends questions to readers, and finds the papers to read."""

    def __init__(
        self,
        catalogue: Catalogue,
        indexes: Indexes,
        embedder: Callable[[], Embedder],
        endpoints: Endpoints,
        checker: SupportChecker,
    ) -> None:
        self._catalogue, self._indexes, self._embedder, self._endpoints = catalogue, indexes, embedder, endpoints
        self._checker, self._selector = checker, AnswerSelector()
        self.retriever = Retriever(catalogue, indexes)

    def usual(self, settings: Settings) -> Reader:
        """Return the reader of questions that have none of their own."""
        return choose_reader(settings, self._selector, self._endpoints)

    def route(
        self,
        asked: Interpretation,
        passed: Filters,
        history: Sequence[Answer],
        settings: Settings,
        usual: Reader,
        k: int | None = None,
    ) -> Route:
        """Return where a question goes; `passed` are the filters that it does not state itself."""
        within = passed.allowed(self._catalogue)
        if asked.mentioned and within is not None and within.isdisjoint(asked.mentioned):
            special: Reader | None = Told(left_out(self._papers(asked.mentioned), passed))
        else:
            special = self._special(asked, usual)
        is_exact = special is not None and isinstance(asked.intent, EXACT)
        if not is_exact and usual.by_code is not None:
            asked = replace(asked, subject=plainly(asked.subject, of_papers=bool(asked.mentions)))
        special = special or self._searching(asked, history, usual.by_code)
        query = _query(asked, history, usual, special)
        few = k or (max(CANDIDATES, settings.k) if settings.rerank and not special else settings.k)
        # An exact answer heeds the question's own filters; beside it, whatever is near may be shown.
        allowed = within if is_exact else asked.allowed
        return Route(query, special or usual, EVERYTHING if query.whole_library else few, allowed)

    def passages(self, route: Route) -> tuple[Passage, ...]:
        """Return the papers that the reader of a route is shown, best first."""
        return route.reader.in_front(self.retriever.find(route.query, route.most, route.allowed))

    def known(self, subject: str, allowed: Collection[str] | None = None) -> Synthesis:
        """Return what the papers nearest to a subject say about it."""
        passages = self.retriever.search(subject, LOOKED_AT, allowed)
        return synthesise(subject, [passage.paper for passage in passages], self._embedder(), self._checker)

    def _special(self, asked: Interpretation, usual: Reader) -> Reader | None:
        """Return the reader of a question's intent; None where papers have to be searched for what answers."""
        draft: Draft | None = None
        match asked.intent:
            case Opened() as opened:
                draft = self._opening(opened, asked)
            case Similar(name, count):
                paper_id = self._catalogue.resolve(name)  # the conversation may know it by a former id, or one gone
                if paper_id is None:
                    return None
                (paper,) = self._papers([paper_id])
                near = neighbours(paper, count, self._catalogue, self._indexes, asked.allowed)
                return Told(
                    similar(paper, [Passage(other, score) for other, score in near], self._embedder()), paper.title
                )
            case Unknown(name):
                draft = unknown_name(name)
            case LookUp(paper_ids, fields):
                draft = paper_fields(self._papers(paper_ids), fields, asked.subject)
            case Aggregation() as aggregation:
                draft = counted(self._found(aggregation, asked))
            case Comparison() as comparison:
                papers = self._papers([paper_id for paper_id, _ in comparison.papers])
                if len(papers) == len(comparison.papers):
                    return ComparingReader(comparison, papers, self._embedder(), self._selector, usual)
        return Told(draft) if draft else None

    def _searching(self, asked: Interpretation, history: Sequence[Answer], quotes: Reader | None) -> Reader | None:
        """Return what answers questions of some kinds that are searched for, where no model reads; None: the usual."""
        if quotes is None:
            return None
        if isinstance(asked.intent, Opened):  # neither the catalogue nor the digest has enough on its subject
            topic, listing = asked.intent.topic, Aggregation(AggregationKind.LIST)
            parsed = replace(asked.parsed, aggregation=listing, subject=f"{PAPERS_ON}{topic}", topic=topic)
            asked = replace(asked, parsed=parsed)
        if unheard := self._unheard(asked):
            return Told(unknown_words(unheard))
        if asks_for_models(asked.subject):
            meant = asked.mentioned or plan_by_rules(asked.subject, history).focus
            if draft := models(self._papers(meant)):
                return Told(draft)
        if (aggregation := asked.parsed.aggregation) and asks_for_all(asked.parsed):
            count, apart = asked.coverage.matched, set_apart(asked.filters.unknown(self._catalogue))
            limits = f" that {escape(in_words(asked.filters, count))}" if asked.filters else ""
            return ExhaustiveListReader(
                aggregation, asked.parsed, count, limits, apart, self._embedder(), quotes, self.retriever
            )
        return ambiguity_reader(asked, history, self._selector, quotes)

    def _opening(self, opened: Opened, asked: Interpretation) -> Draft | None:
        """Return the answer to a first question, from the catalogue and the digest; None where they hold none."""
        topic = opened.topic
        if opened.kind in CONVERSATIONAL:
            return kind_word(opened.kind, asked.coverage.looked_at)
        if opened.kind is Opening.KNOWN:
            synthesis = self.known(topic, asked.allowed)
            return synthesis_draft(synthesis) if synthesis.quoted >= FEWEST else None
        if topic:
            ranked = papers_on(topic, self.retriever, asked.allowed)
            if not ranked:
                return None
            return people(ranked, topic) if opened.kind is Opening.PEOPLE else way_in(topic, ranked, self._embedder())
        if opened.kind is Opening.PEOPLE:
            return people(list(self._catalogue))
        told = digest(self._catalogue, self._indexes, self._embedder())
        return overview(told) if opened.kind is Opening.OVERVIEW else central(told)

    def _unheard(self, asked: Interpretation) -> tuple[str, ...]:
        """Return the words of a question where it is nothing but words that stand in no paper."""
        if asked.parsed.exact or (asked.parsed.aggregation and not asked.subject.startswith(PAPERS_ON)):
            return ()
        words = re.findall(r"[^\W_]+", asked.parsed.topic or asked.subject)
        if not words or any(word.lower() in STOP_WORDS or word.lower() in NO_SUBJECT for word in words):
            return ()
        ranking = rank(" ".join(words), self.retriever.search(" ".join(words), EVERYTHING))
        unheard = ranking.is_foreign and set(ranking.strange) == set(words)
        return tuple(dict.fromkeys(ranking.strange)) if unheard else ()

    def _found(self, aggregation: Aggregation, asked: Interpretation) -> MatchedPapers:
        """Return the papers that pass the filters, to be counted, listed or grouped."""
        papers = self._catalogue if asked.allowed is None else self._papers(sorted(asked.allowed))
        readable = tuple(paper for paper in papers if paper.title or paper.abstract)
        return MatchedPapers(
            aggregation, asked.filters, readable, asked.coverage, asked.filters.unknown(self._catalogue)
        )

    def _papers(self, paper_ids: Sequence[str]) -> list[Paper]:
        """Return the papers that are held, in the order of their ids."""
        held = self._catalogue.get(paper_ids)
        return [held[paper_id] for paper_id in paper_ids if paper_id in held]


def _query(asked: Interpretation, history: Sequence[Answer], usual: Reader, special: Reader | None) -> Query:
    """Return what to search for: as the reader plans it, or by rules where it does not or need not.

    A short question about one paper that it names needs no model to say what to search for.
    """
    query, is_short = plan_by_rules(asked.subject, history, asked.mentioned), len(asked.subject.split()) <= _SHORT
    of_several = asks_for_several(asked.subject) or _BESIDE.search(asked.subject) is not None
    if special or history or of_several or not is_short or len(asked.mentions) != 1:
        query = (special or usual).plan(asked.subject, history) or query
    # A model's plan may ask for the whole library; a question that one paper may answer is overruled.
    planned = query.whole_library and (special is not None or of_several)
    reads_all = planned or (special is None and asks_for_all(asked.parsed))
    filters = asked.filters.to_dict()
    return replace(query, question=asked.subject, filters=filters, named=asked.mentioned, whole_library=reads_all)
