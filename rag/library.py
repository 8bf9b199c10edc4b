"""The library: pages go in, questions are answered. The engine is the list of stages; each is a module of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from rag.answering import Holdings, answer
from rag.base.errors import LibraryLocked, UsageError, WorkFailed
from rag.base.folder import Folder
from rag.base.settings import Settings, from_environment
from rag.base.timeouts import in_thread
from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters, checked_period
from rag.index import Indexes
from rag.intake import ALL
from rag.intake.adding import Intake
from rag.intake.enrich import Arxiv, Enrichment, enrich
from rag.intake.fetch import Fetcher
from rag.intake.web_client import PAUSE, WebClient
from rag.intent.interpretation import EXACT, interpret
from rag.intent.wording import checked
from rag.kept import Conversations, StandingQuestions
from rag.models.cross_encoders import SupportChecker
from rag.models.embedder import PaperEmbedder, Remembering, open_embedder
from rag.nouns import Answer, Hit, Paper, Passage, Receipt, Selection, Sighting, Synthesis
from rag.overview.recommendation import Likened, likened
from rag.present import withdrawals
from rag.read.choice import Endpoints
from rag.read.next_questions import next_questions
from rag.retrieve.search import find_paper, neighbours
from rag.retrieve.spelling import Spelling, spell
from rag.routing import Router

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.retrievers import BaseRetriever

    from rag.overview import Digest
    from rag.read.second_opinion import SecondOpinion

Progress = Callable[[str, int, int], None]
"""Called with (what is done, done, total)."""
_PAUSE = 60.0
"""Seconds after which what could not be caught up with is tried again."""
_FEW = 256
"""Papers without vectors that a question or a removal may embed by the way; more are left to the next `add`."""


class Asking(TypedDict, total=False):
    """What `ask` and `stream` take besides the question."""

    history: Sequence[Answer | str]
    k: int | None
    since: str | None
    until: str | None
    page: str | None
    filters: Filters | None
    dropped: Collection[str]
    today: date | None
    settings: Settings | None


class Library:
    """Papers in a folder, and answers from them. Safe to use from several threads and beside other processes."""

    def __init__(self, folder: Folder, settings: Settings) -> None:
        self.folder, self.settings = folder.path, settings
        self._folder = folder
        self.catalogue = Catalogue(folder.place / "library.db")
        self._embedder: PaperEmbedder | None = None
        self._guard = threading.Lock()
        self._not_before = 0.0
        self.indexes = Indexes(folder.place, self.catalogue, self.embedder, settings.chroma_url, settings.timeout)
        sentences = Remembering(self.embedder)
        self._checker = SupportChecker()
        self.endpoints = Endpoints()
        self._router = Router(self.catalogue, self.indexes, lambda: sentences, self.endpoints, self._checker)
        self.standing = StandingQuestions(folder.place, folder.writing, self.catalogue, self.ask)
        self.conversations = Conversations(folder.place, lasting=not folder.is_copied)

    @classmethod
    def open(cls, folder: str | Path, settings: Settings | None = None, *, create: bool = True) -> Library:
        """Open the library in `folder`, made when missing (unless `create` is false: LibraryMissing)."""
        return cls(Folder.open(Path(folder).expanduser(), create=create), settings or from_environment())

    def close(self) -> None:
        """Let go of every file."""
        self.indexes.close()
        self.catalogue.close()
        self._folder.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.catalogue)

    # ------------------------------------------------------------------ what is in it

    def add(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        dry_run: bool = False,
        selection: Selection = ALL,
        progress: Progress | None = None,
    ) -> Receipt:
        """Parse files, merge their papers into the library and index them; safe to run again.

        Of what is no path, `hf:2026-08-21`, `arxiv:2401.00001`, `zotero:` or `https://…` is fetched first
        (LookupFailed where it cannot be), and `sample:` comes along.
        `dry_run` stores nothing, and its receipt lists the papers; `selection` says, by their numbers there, which are
        left out or mended, and whether those are taken that are not sure to be papers.
        """
        fetcher = Fetcher(self.settings, self._folder.place / "fetched")
        many = fetcher.fetched([paths] if isinstance(paths, str | Path) else paths)
        intake = Intake(self.catalogue, progress, selection, listing=dry_run)
        if dry_run:
            with self.catalogue.rehearsal():
                return intake.add(many)
        with self._folder.writing():
            before = self.catalogue.last_number()
            with self.indexes.embedding.early():
                receipt = intake.add(many)
            if receipt.new:
                self.catalogue.set_meta("latest", str(before))
            self.indexes.synchronise(_telling(progress, "embedding"))
        return receipt

    def remove(self, paper_ids: str | Iterable[str]) -> tuple[list[str], list[str]]:
        """Forget papers by id or alias, everywhere; return (removed, unknown)."""
        names = [paper_ids] if isinstance(paper_ids, str) else list(paper_ids)
        with self._changing():
            return self.catalogue.remove(names)

    def merge(self, *paper_ids: str) -> str:
        """Make papers one, by id or alias, and remember it; return the id it has."""
        with self._changing():
            return self.catalogue.merge(paper_ids)

    def keep_apart(self, *paper_ids: str) -> list[str]:
        """Keep papers apart, or part what was merged, by id or alias, and remember it; return their ids."""
        with self._changing():
            return self.catalogue.keep_apart(paper_ids)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock while the block changes the catalogue, then bring the indexes up to it."""
        with self._folder.writing():
            yield
            self.indexes.synchronise(most=_FEW)

    def enrich(
        self,
        paper_ids: Sequence[str] = (),
        *,
        dry_run: bool = False,
        pause: float = PAUSE,
        progress: Progress | None = None,
    ) -> Enrichment:
        """Ask arXiv for what papers lack (default: all that lack something), and add what it tells.

        The one method that goes out for metadata; `pause` is in seconds between two requests.
        """

        def store(sightings: Sequence[Sighting]) -> None:
            if not dry_run:
                with self._folder.writing():
                    self.catalogue.add(sightings)

        arxiv = Arxiv(WebClient(self.settings.arxiv_url, self._folder.place / "arxiv", pause))
        told = enrich(self.catalogue, arxiv, paper_ids, store=store, progress=_telling(progress, "looking up"))
        if not dry_run:
            with self._folder.writing():
                self.indexes.synchronise(_telling(progress, "embedding"))
        return told

    def papers(self) -> list[Paper]:
        """Return every paper, in the order they were first added."""
        return list(self.catalogue)

    def paper(self, name: str) -> Paper | None:
        """Return the paper with this id or alias."""
        paper_id = self.catalogue.resolve(name)
        return self.catalogue.get([paper_id])[paper_id] if paper_id else None

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build both indexes anew from the catalogue with the embedder in use; return how many papers they hold."""
        with self._folder.writing():
            return self.indexes.rebuild(_telling(progress, "embedding"))

    # ------------------------------------------------------------------ asking

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Return the `k` papers nearest to `query`, best first; UsageError for an empty query or a `k` below 1."""
        _at_least_one(k)
        found = self._router.retriever.search(self.spelled(query), k)
        return [Hit(p.paper.paper_id, p.paper.title, p.score) for p in found]

    def spelled(self, query: str) -> str:
        """Return `query` with its typing errors put right, as `search` and questions read it."""
        self._catch_up()
        return spell(checked(query), self._router.retriever, self.indexes).text

    def passages(self, query: str, k: int = 10, filters: Filters | None = None) -> tuple[Passage, ...]:
        """Return the `k` papers nearest to `query` as passages, best first, with their ranks in both indexes."""
        _at_least_one(k)
        self._catch_up()
        allowed = filters.allowed(self.catalogue) if filters else None
        return self._router.retriever.search(query, k, allowed)

    def ask(self, question: str, **options: Unpack[Asking]) -> Answer:
        """Return the answer to `question`: the last of `stream`, with the same keywords."""
        *_, last = self.stream(question, **options)
        return last

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer | str] = (),
        k: int | None = None,
        since: str | None = None,
        until: str | None = None,
        page: str | None = None,
        filters: Filters | None = None,
        dropped: Collection[str] = (),
        today: date | None = None,
        settings: Settings | None = None,
    ) -> Iterator[Answer]:
        """Yield the growing answer to `question`; only the last one is `final` and audited.

        `history` holds earlier Answers or plain questions, oldest first; plain questions are answered again first.
        `filters` hold whatever the question says; `dropped` names filters that the question states and that are not
        to hold; `today` is the day from which "last month" is counted.
        """
        started, timings = time.perf_counter(), dict[str, float]()
        chosen = settings or self.settings
        asked = checked(question)
        checked_period(since, until)
        _at_least_one(k)
        passed = Filters(since, until, page).over(filters or Filters())
        with _timed(timings, "open"):
            self._catch_up()
        earlier = self._earlier(history, chosen)
        with _timed(timings, "plan"):
            usual, spelled = self._router.usual(chosen), spell(asked, self._router.retriever, self.indexes)
            read = partial(
                interpret, catalogue=self.catalogue, indexes=self.indexes, passed=passed, history=earlier, today=today,
                dropped=dropped,
            )  # fmt: skip
            meant = read(spelled.text)
            if spelled.corrections and not (usual.by_code or isinstance(meant.intent, EXACT)):
                # A model reads over a slip, and is shown a person's own words.
                spelled, meant = Spelling(asked), read(asked)
            route = self._router.route(meant, passed, earlier, chosen, usual, k)
        with _timed(timings, "retrieve"):
            passages = self._router.passages(route)
        about_index = self.indexes.warnings()
        named = tuple(self.catalogue.get(meant.mentioned).values())
        holdings = Holdings(meant.coverage, tuple(self.catalogue.pages()), (*spelled.notes, *meant.notes), named)
        for growing in answer(route.query, passages, route.reader, holdings, earlier, self._checker):
            timings["total"] = time.perf_counter() - started
            timings.setdefault("first_word", timings["total"])
            withdrawn = withdrawals(growing) if growing.final else ()
            warnings = (*growing.warnings, *about_index, *withdrawn)
            usage = growing.usage.priced(chosen.prices)
            told = replace(growing, question=asked, timings=dict(timings), warnings=warnings, usage=usage)
            if growing.final:
                told = replace(told, next_questions=next_questions(told, self.catalogue, self.indexes))
            yield told

    def related(self, name: str, k: int = 10) -> tuple[Paper, list[Hit]]:
        """Return the paper with this id, alias, title or name, and the `k` papers most like it (UnknownPaper)."""
        _at_least_one(k)
        self._catch_up()
        paper = find_paper(name, self.catalogue, self.indexes)
        near = neighbours(paper, k, self.catalogue, self.indexes)
        return paper, [Hit(other.paper_id, other.title, score) for other, score in near]

    def check(self, answer: Answer, settings: Settings | None = None) -> SecondOpinion:
        """Return a model's second opinion of every sentence of an answer: one call to the endpoint that is set."""
        from rag.models.chat.endpoint import Endpoint
        from rag.read.second_opinion import check

        return check(answer, Endpoint.from_settings(settings or self.settings))

    def known_about(self, subject: str) -> Synthesis:
        """Return what the papers nearest to `subject` say about it, in groups, every sentence word for word."""
        self._catch_up()
        return self._router.known(checked(subject))

    def digest(self) -> Digest:
        """Return what is in the library: by month, page and subject, with a map, and what came with the last `add`."""
        from rag.overview import digest

        self._catch_up()
        return digest(self.catalogue, self.indexes, self.embedder())

    def likened(self, own: str | Path) -> tuple[Likened, ...]:
        """Return the papers of the last `add`, ranked by likeness to a person's own: a file that `add` takes."""
        self._catch_up()
        new = list(self.catalogue.get(self.catalogue.latest()).values())
        return likened(own, new, self.indexes.vectors.by_paper(p.paper_id for p in new), self.embedder())

    # ------------------------------------------------------------------ for others

    async def aask(self, question: str, **options: Unpack[Asking]) -> Answer:
        """Return the answer to `question`, without holding up the event loop; it takes what `ask` takes."""
        return [answer async for answer in self.astream(question, **options)][-1]

    async def astream(self, question: str, **options: Unpack[Asking]) -> AsyncIterator[Answer]:
        """Yield the growing answer to `question` as `stream` does; updates that nobody could read yet are skipped."""
        async for growing in in_thread(lambda: self.stream(question, **options)):
            yield growing

    def as_query_engine(self, **options: Unpack[Asking]) -> BaseQueryEngine:
        """Return this library as a llama-index query engine; its source nodes carry the offsets of cited sentences."""
        from rag.present.llama_index import LibraryQueryEngine

        return LibraryQueryEngine(partial(self.ask, **options), partial(self.aask, **options))

    def as_retriever(self, k: int = 10) -> BaseRetriever:
        """Return this library as a llama-index retriever over whole abstracts."""
        from rag.present.llama_index import LibraryRetriever

        return LibraryRetriever(self.passages, k)

    # ------------------------------------------------------------------ within

    def _earlier(self, history: Sequence[Answer | str], settings: Settings) -> list[Answer]:
        """Return the conversation so far as Answers; plain questions are answered, each after those before it."""
        earlier: list[Answer] = []
        for turn in history:
            earlier.append(turn if isinstance(turn, Answer) else self.ask(turn, history=earlier, settings=settings))
        return earlier

    def embedder(self) -> PaperEmbedder:
        """Return the embedder in use, opened once."""
        with self._guard:
            if self._embedder is None:
                self._embedder = open_embedder(self.settings)
            return self._embedder

    def _catch_up(self) -> None:
        """Complete what an interrupted run left undone, unless another is at it, and see what others wrote.

        Where that cannot be done, as on a full disk, what is there is asked, and it is tried again later.
        """
        if time.monotonic() >= self._not_before and self.indexes.can_catch_up(_FEW):
            try:
                with self._folder.writing(wait=0):
                    self.indexes.synchronise(most=_FEW)
            except LibraryLocked:
                pass
            except WorkFailed:
                self._not_before = time.monotonic() + _PAUSE
        self.indexes.refresh()


def _at_least_one(k: int | None) -> None:
    """UsageError for a number of papers that is none."""
    if k is not None and k < 1:
        raise UsageError(f"k is the number of papers to find, from 1 on, not {k}.")


def _telling(progress: Progress | None, what: str) -> Callable[[int, int], None] | None:
    return (lambda done, total: progress(what, done, total)) if progress else None


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[stage] = time.perf_counter() - started
