"""One run from its options to its folder: the questions chosen, the libraries, the model behind its recorder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from rag.base.settings import Settings
from rag.base.text.titles import normalise_title
from rag.models import OPENAI

from . import controls, manifest
from .answers import by_title
from .judge import open_chat
from .libraries import Libraries, OpenLibrary
from .proxy import Proxy, proxy
from .questions import Question, QuestionSet, SetError, load, make_twins
from .recordings import Recordings
from .records import PaperText, RunFolder
from .runner import Task, plan, run
from .validate import unknown_titles

SAME = ("reader", "model", "sha256", "settings", "papers", "git")
"""What of a manifest must be the same for a run to be taken up again."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What `eval run` was asked to do. `window` is the model's, in tokens, for the control that pastes everything."""

    set_path: Path
    out: Path
    sources: tuple[Path, ...]
    reader: str = "extractive"
    model: str | None = None
    recordings: Path | None = None
    library: Path | None = None
    limit: int | None = None
    only: tuple[str, ...] = ()
    split: str | None = None
    repeat: int = 1
    concurrency: int = 1
    twins: bool = True
    controls: bool = True
    window: int = 120_000


def choose(questions: QuestionSet, options: Options) -> tuple[Question, ...]:
    """Return the questions to ask, twins last; SetError where the choice leaves none or names what is not there."""
    wanted = set(options.only)
    known = {q.id for q in questions.questions} | {q.type for q in questions.questions}
    if unknown := sorted(wanted - known):
        raise SetError(f"--only names neither a type nor an id of the set: {', '.join(unknown)}.")
    chosen = [q for q in questions.questions if not wanted or {q.id, q.type} & wanted]
    chosen = [q for q in chosen if options.split is None or q.split == options.split][: options.limit]
    if not chosen:
        raise SetError("No question is left to ask: look at --only, --split and --limit.")
    return (*chosen, *(make_twins(chosen) if options.twins else ()))


def run_set(
    options: Options, settings: Settings, open_library: OpenLibrary, on_done: Progress = lambda done, total: None
) -> RunFolder:
    """Ask what is not answered yet and return the run's folder."""
    start, questions = time.perf_counter(), load(options.set_path)
    chosen, folder = choose(questions, options), RunFolder(options.out)
    options.out.mkdir(parents=True, exist_ok=True)
    with (
        reading(options, settings, folder) as (asked, server),
        Libraries(options.sources, asked, open_library, options.library) as libraries,
    ):
        check_titles(chosen, libraries.papers)
        kept = replace(asked, base_url=settings.base_url, api_key=None)
        described = manifest.describe(options.reader, kept, questions, libraries.papers, _choices(options))
        _begin(folder, described, chosen, libraries.papers)
        misses: Callable[[], int] = (lambda: server.misses) if server else (lambda: 0)
        abreast = 1 if options.reader == "recorded" else options.concurrency
        ask = partial(run, concurrency=abreast, misses=misses, on_done=on_done)
        ask(plan(chosen, options.repeat), libraries, folder)
        if options.controls:
            _run_controls(options, asked, open_library, libraries, folder, ask, misses)
        model = {"asked": asked.model, "returned": sorted(server.recordings.models_returned) if server else []}
    totals = manifest.totals(folder.records(), time.perf_counter() - start)
    folder.write_manifest({**described, "model": model, "totals": totals})
    return folder


@contextmanager
def reading(options: Options, settings: Settings, folder: RunFolder) -> Iterator[tuple[Settings, Proxy | None]]:
    """Yield the settings of the reader asked for, and the endpoint between it and the model, where there is one."""
    if options.reader == "extractive":
        yield replace(settings, extractive=True), None
        return
    recordings, upstream, model = _endpoint(options, settings, folder)
    with proxy(recordings, upstream, settings.timeout + 60) as server:
        key = settings.api_key or "none"
        yield replace(settings, model=model, base_url=server.url, api_key=key, strict_model=True), server


def _endpoint(options: Options, settings: Settings, folder: RunFolder) -> tuple[Recordings, str | None, str | None]:
    """Return the recordings, the endpoint to forward to (None: replay), and the model's name."""
    if options.reader == "recorded":
        recordings = Recordings(options.recordings or folder.replies, must_exist=True)
        return recordings, None, options.model or _only_model(recordings)
    if not settings.has_endpoint:
        raise SetError("--reader model needs an endpoint: set OPENAI_BASE_URL, or OPENAI_API_KEY.")
    return Recordings(folder.replies), settings.base_url or OPENAI, options.model or settings.model


def check_titles(questions: Sequence[Question], papers: Sequence[PaperText]) -> None:
    """Refuse a set that names papers the library does not hold: its scores would be wrong without a word."""
    known = {normalise_title(p.title) for p in papers}
    missing = [f"{q.id}: {title!r}" for q in questions for title in unknown_titles(q, known) if not q.twin_of]
    if missing:
        raise SetError(f"The library holds no paper of these titles: {'; '.join(missing[:5])} ({len(missing)} in all).")


def _run_controls(
    options: Options,
    settings: Settings,
    open_library: OpenLibrary,
    libraries: Libraries,
    folder: RunFolder,
    ask: Callable[[Sequence[Task], Libraries, RunFolder], None],
    misses: Callable[[], int],
) -> None:
    """Ask the controls of the questions themselves, not of their twins."""
    questions = [q for q in folder.questions().values() if not q.twin_of]
    papers = by_title(libraries.papers)
    for name, tasks in controls.ASKED.items():
        ask(tasks(questions, papers), libraries, _beside(folder, name))
    if options.reader == "extractive":
        return
    everything = replace(settings, budget=options.window, context_window=options.window, k=len(libraries.papers))
    with Libraries(options.sources, everything, open_library, options.library) as whole:
        ask(plan(questions), whole, _beside(folder, "paste_everything"))
    chat = open_chat(settings)
    closed = _beside(folder, "closed_book")
    answered = {r.question_id for r in closed.records() if not r.failed}
    for question in (q for q in questions if q.id not in answered):
        before = misses()
        record = controls.closed_book(question, chat)
        closed.append(replace(record, missing=misses() > before))


def _beside(folder: RunFolder, name: str) -> RunFolder:
    path = folder.path / "controls" / name
    path.mkdir(parents=True, exist_ok=True)
    return RunFolder(path)


def _begin(
    folder: RunFolder, described: Mapping[str, Any], questions: Sequence[Question], papers: Sequence[PaperText]
) -> None:
    """Write what the run is, or find that the folder holds the same run already."""
    if (folder.path / "manifest.json").exists():
        there = folder.manifest()
        differing = [key for key in SAME if _comparable(there.get(key)) != _comparable(described.get(key))]
        if differing:
            raise SetError(f"{folder.path} holds another run ({', '.join(differing)} differ): choose another --out.")
        earlier = list(folder.questions().values())
        questions = [*earlier, *(q for q in questions if q not in earlier)]
    folder.start(questions, papers)
    folder.write_manifest(described)


def _comparable(value: Any) -> Any:
    return {k: v for k, v in value.items() if k not in ("dirty", "returned")} if isinstance(value, dict) else value


def _choices(options: Options) -> dict[str, Any]:
    names = ("limit", "only", "split", "repeat", "concurrency", "twins", "controls")
    return {**{n: getattr(options, n) for n in names}, "sources": [p.name for p in options.sources]}


def _only_model(recordings: Recordings) -> str:
    if len(recordings.models) != 1:
        raise SetError(f"The recordings hold {len(recordings.models)} models: name one with --model.")
    return next(iter(recordings.models))
