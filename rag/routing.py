"""From a question to its query, and to the reader and the papers that it goes to.

Some kinds of questions have a reader of their own; the first that takes a question has it, and what none takes is for
the usual one: a model, or quotes. Not handled here: what a question says (`rag.questions`), and how papers are ranked
(`rag.retrieval`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from rag.catalogue import Catalogue
from rag.cite.overlap import STOP_WORDS
from rag.digest import digest
from rag.embedder import Embedder
from rag.filters import Filters
from rag.indexes import Indexes
from rag.learned import AnswerSelector, SupportChecker
from rag.neighbours import neighbours
from rag.nouns import Answer, Paper, Passage, Query
from rag.plan import plan
from rag.questions.exact import CatalogueReader, Found, UnknownReader
from rag.questions.kinds import EVERY
from rag.questions.lookup import RecordReader
from rag.questions.opening import Opening, read_opening
from rag.questions.saying import set_apart
from rag.questions.scope import Scope
from rag.questions.understanding import NO_SUBJECT
from rag.questions.wording import plainly
from rag.readers import Endpoints, Reader, SpecialReader, Writer, choose_reader
from rag.readers.comparing import ComparingReader
from rag.readers.extractive.asking import asks_for_several
from rag.readers.introducing import (
    KIND_WORDS,
    IntroducingReader,
    central,
    kind_word,
    nothing_held,
    overview,
    people,
    way_in,
)
from rag.readers.likening import LikeningReader
from rag.readers.models_named import ModelsReader, asks_for_models
from rag.readers.readings import several_readings
from rag.readers.standing import rank
from rag.readers.walking import LEAST, WalkingReader, asks_for_all, walking
from rag.retrieval import best_of, retrieve
from rag.settings import Settings
from rag.synthesis import FEWEST, LOOKED_AT, Synthesis, synthesise
from rag.synthesis.writing import draft

_EVERYTHING = 400
"""Papers that are read for a question about the whole library: as many as a few batches hold."""
_RERANKED = 50
"""Papers found for a model to choose from, where it does."""
_PLAIN = 20
"""Words up to which a question about one paper asks one thing."""
_SEVERAL = re.compile(
    r"\b(?:papers|works|studies|benchmarks|data\s?sets|corpora|methods|approaches|others?|another|else|besides|apart|similar"
    r"|like|unlike|than|compare[ds]?|versus|vs|all|list|every|each|both)\b",
    re.I,
)
"""Words of a question that may be about more than one paper."""
_AT_LARGE = re.compile(r"\b(?:library|collection|corpus|catalogue|database)\b", re.I)
"""What is meant by a first question in the midst of a conversation."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a question goes: its query, the reader, and how many of which papers (None: of all) are looked for."""

    query: Query
    usual: Reader
    special: SpecialReader | None
    """The reader of its own that it has, if any."""
    most: int
    allowed: Collection[str] | None

    @property
    def reader(self) -> Writer:
        """What writes the answer."""
        return self.special or self.usual


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
        self._checker = checker
        self._selector = AnswerSelector()

    def route(
        self, scope: Scope, passed: Filters, history: Sequence[Answer], settings: Settings, k: int | None = None
    ) -> Route:
        """Return where a question of this scope goes; `passed` are the filters that it does not state itself."""
        usual = choose_reader(settings, self._selector, self._endpoints)
        exact = self._introducing(scope, history, usual) or self._likening(scope) or self._exact(scope)
        if not exact and usual.by_code is not None:
            scope = replace(scope, subject=plainly(scope.subject, of_papers=bool(scope.meant)))
        special = exact or self._special(scope, history, usual)
        query = _query(scope, history, usual, special)
        few = k or (max(_RERANKED, settings.k) if settings.rerank and not special else settings.k)
        # An exact answer heeds the question's own filters; beside it, whatever is near may be shown.
        allowed = passed.allowed(self._catalogue) if exact else scope.allowed
        return Route(query, usual, special, _EVERYTHING if query.whole_library else few, allowed)

    def passages(self, route: Route) -> tuple[Passage, ...]:
        """Return the papers that the reader of a route is shown, best first."""
        found = self._find(route.query, route.most, route.allowed)
        return route.special.in_front(found) if route.special else found

    def _find(self, query: Query, k: int, allowed: Collection[str] | None) -> tuple[Passage, ...]:
        """Retrieve, with the papers in front that the conversation is about or the question names."""
        queries = (query.standalone, *query.parts)
        found = best_of([retrieve(self._catalogue, self._indexes, text, k, allowed) for text in queries])[:k]
        held = {passage.paper.paper_id: passage for passage in found}
        front = [name for name in dict.fromkeys((*query.focus, *query.named)) if allowed is None or name in allowed]
        missed = [name for name in front if name not in held]
        for passage in retrieve(self._catalogue, self._indexes, query.standalone, len(missed), missed):
            held[passage.paper.paper_id] = replace(passage, dense_rank=None, lexical_rank=None)
        first = [held.pop(name) for name in front if name in held]
        return (*first, *held.values())[:k]

    def _introducing(self, scope: Scope, history: Sequence[Answer], usual: Reader) -> IntroducingReader | None:
        """Return the answer to a first question, from the catalogue and the digest; None where it is none."""
        if not scope.coverage.looked_at:
            return None
        opened = read_opening(scope.subject)
        if opened is None:
            return None if scope.understood.asked or usual.by_code is None else self._unheard(scope.subject)
        if opened.kind in KIND_WORDS:
            return IntroducingReader(kind_word(opened.kind, scope.coverage.looked_at))
        if opened.kind is Opening.KNOWN:
            return None if scope.meant else self._known(opened.topic, scope.allowed)
        if opened.topic:
            ranked = self._ranked(opened.topic, scope.allowed)
            if not ranked:
                return None
            made = people(opened.topic, ranked) if opened.kind is Opening.PEOPLE else None
            return IntroducingReader(made or way_in(opened.topic, ranked, self._embedder()))
        if opened.kind is Opening.PEOPLE or (
            any(turn.citations for turn in history) and not _AT_LARGE.search(scope.subject)
        ):
            return None
        told = digest(self._catalogue, self._indexes, self._embedder())
        return IntroducingReader(overview(told) if opened.kind is Opening.OVERVIEW else central(told))

    def known(self, subject: str, allowed: Collection[str] | None = None) -> Synthesis:
        """Return what the papers nearest to a subject say about it."""
        passages = retrieve(self._catalogue, self._indexes, subject, LOOKED_AT, allowed)
        return synthesise(subject, [passage.paper for passage in passages], self._embedder(), self._checker)

    def _known(self, subject: str, allowed: Collection[str] | None) -> IntroducingReader | None:
        """Return what tells what is known about a subject; None where too few papers speak of it."""
        synthesis = self.known(subject, allowed)
        return IntroducingReader(draft(synthesis)) if synthesis.papers >= FEWEST else None

    def _ranked(self, topic: str, allowed: Collection[str] | None) -> list[Paper]:
        """Return the papers on a subject, the nearest first, of those allowed; none where it is foreign here."""
        ranking = rank(topic, self._find(Query(topic, topic), _EVERYTHING, None))
        if ranking.is_foreign or ranking.strange:
            return []
        within = (paper for standing, paper in ranking.papers if standing >= LEAST)
        return [paper for paper in within if allowed is None or paper.paper_id in allowed]

    def _unheard(self, text: str) -> IntroducingReader | None:
        """Return what says that no word of a question stands in any paper, where it is nothing but such words."""
        words = re.findall(r"[^\W_]+", text)
        if not words or any(word.lower() in STOP_WORDS or word.lower() in NO_SUBJECT for word in words):
            return None
        ranking = rank(text, self._find(Query(text, text), _EVERYTHING, None))
        unheard = ranking.is_foreign and set(ranking.strange) == set(words)
        return IntroducingReader(nothing_held(ranking.strange)) if unheard else None

    def _exact(self, scope: Scope) -> CatalogueReader | RecordReader | UnknownReader | None:
        """Return what answers without a search: of a question understood to the last word, or about an unknown name."""
        if not scope.coverage.looked_at:
            return None
        if scope.unknown is not None:
            return UnknownReader(scope.unknown.written)
        if scope.fields:
            named = self._catalogue.get([m.paper_id for m in scope.meant])
            return RecordReader([named[m.paper_id] for m in scope.meant if m.paper_id in named], scope.fields)
        asked = scope.understood.asked
        if asked is None or not scope.understood.exact:
            return None
        papers = self._catalogue if scope.allowed is None else self._catalogue.get(sorted(scope.allowed)).values()
        readable = tuple(paper for paper in papers if paper.title or paper.abstract)
        unknown = scope.filters.unknown(self._catalogue)
        return CatalogueReader(Found(asked, scope.filters, readable, scope.coverage, unknown))

    def _special(self, scope: Scope, history: Sequence[Answer], usual: Reader) -> SpecialReader | None:
        """Return the reader of a question's own kind, where the catalogue alone does not answer it."""
        return (
            self._comparing(scope, usual)
            or self._models(scope, history, usual)
            or self._walking(scope, usual)
            or several_readings(scope, history, self._selector, usual)
        )

    def _likening(self, scope: Scope) -> LikeningReader | None:
        """Return what names the papers like one, where the question asks for them."""
        if scope.similar is None:
            return None
        name, count = scope.similar
        paper_id = self._catalogue.resolve(name)  # the conversation may know it by a former id
        if paper_id is None:
            return None
        paper = self._catalogue.get([paper_id])[paper_id]
        near = neighbours(paper, count, self._catalogue, self._indexes, scope.allowed)
        return LikeningReader(paper, [Passage(other, score) for other, score in near], self._embedder)

    def _comparing(self, scope: Scope, writer: Reader) -> ComparingReader | None:
        """Return what sets papers side by side, where the question does."""
        if scope.comparison is None:
            return None
        named = self._catalogue.get([paper_id for paper_id, _ in scope.comparison.papers])
        papers = [named[paper_id] for paper_id, _ in scope.comparison.papers if paper_id in named]
        if len(papers) < len(scope.comparison.papers):
            return None
        return ComparingReader(scope.comparison, papers, self._embedder(), self._selector, writer)

    def _models(self, scope: Scope, history: Sequence[Answer], usual: Reader) -> ModelsReader | None:
        """Return what quotes the models that papers name, where some are asked for and no model reads."""
        if usual.by_code is None or not asks_for_models(scope.subject):
            return None
        meant = [m.paper_id for m in scope.meant] or list(plan(scope.subject, history).focus)
        papers = self._catalogue.get(meant)
        return ModelsReader([papers[name] for name in meant if name in papers]) or None

    def _walking(self, scope: Scope, usual: Reader) -> WalkingReader | None:
        """Return what walks down the whole list, where the question asks for papers on a subject and no model reads."""
        apart = set_apart(scope.filters.unknown(self._catalogue))
        return walking(
            scope.understood, apart, self._embedder, usual, lambda query: self._find(query, _EVERYTHING, None)
        )


def _query(scope: Scope, history: Sequence[Answer], usual: Reader, special: SpecialReader | None) -> Query:
    """Return what to search for: as the reader plans it, or by rules where it does not or need not."""
    named = tuple(meant.paper_id for meant in scope.meant)
    query = plan(scope.subject, history, named)
    if special or not _is_plain(scope, history):
        query = (special or usual).plan(scope.subject, history) or query
    # A model's plan may ask for the whole library; a question that asks for no papers in the plural is overruled.
    reads_all = query.whole_library and (special is not None or _asks_for_many(scope.subject))
    reads_all = reads_all or (special is None and asks_for_all(scope.understood))
    filters = scope.filters.to_dict()
    return replace(query, question=scope.subject, filters=filters, named=named, whole_library=reads_all)


def _asks_for_many(question: str) -> bool:
    return asks_for_several(question) or EVERY.search(question) is not None or _SEVERAL.search(question) is not None


def _is_plain(scope: Scope, history: Sequence[Answer]) -> bool:
    """Tell whether a question is about one paper that it names, and so needs no model to say what to search for."""
    short = len(scope.subject.split()) <= _PLAIN
    return not history and short and len(scope.meant) == 1 and not _SEVERAL.search(scope.subject)
