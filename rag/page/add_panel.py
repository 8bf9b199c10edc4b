"""Adding papers: by upload, by pasting, from an address; always with the receipt shown before anything is stored.

What takes longer than a moment says what it does, and can be stopped.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gradio as gr

from rag.base.errors import AbstractQAError, UsageError
from rag.nouns import Receipt
from rag.page.add_html import Preview, PreviewList, progress_html, receipt_html
from rag.page.events import AT_ONCE, Updates, html_part
from rag.page.markup import notice

if TYPE_CHECKING:
    from rag.library import Library

FILE_TYPES = [
    ".txt", ".text", ".md", ".html", ".htm", ".mht", ".eml", ".json", ".jsonl", ".ndjson", ".xml", ".atom", ".rss",
    ".rdf", ".bib", ".ris", ".nbib", ".csv", ".tsv", ".gz",
]  # fmt: skip
MOST_FILES = 20
LONGEST_PASTE = 2_000_000
"""Characters of a pasted page."""
_BEAT = 0.2
"""Seconds between two looks at how far the work is."""
_STOPPED = "Stopped. What was stored before stays; adding the same again goes on from there."
_ADDRESS = re.compile(r"(?:https?://|arxiv:|hf:|zotero:)\S*", re.I)
_IN_SIGHT = "() => document.getElementById('{}')?.scrollIntoView({{block: 'nearest'}})"
"""Brings the button that stores what was previewed above the field for questions."""


class _StoppedError(Exception):
    """Ends the work of an add that nobody waits for any more."""


class _Work:
    """An add in a thread: its progress while it lasts, and its receipt. It ends at the next step once it is `stopped`.

    That is by a person, or where nobody waits for it any more.
    """

    def __init__(self, call: Callable[[Callable[[str, int, int], None]], Receipt]) -> None:
        self._call, self.stopped = call, threading.Event()
        self._told: tuple[str, int, int] | None = None
        self.receipt: Future[Receipt] = Future()

    async def progress(self, first: str) -> AsyncIterator[str]:
        """Yield how far the work is, until it is done; `first` is what it begins with."""
        # A thread of its own, which the end of the program does not wait for: what is fetched may never come.
        threading.Thread(target=self._run, daemon=True, name="add").start()
        done = asyncio.wrap_future(self.receipt)
        done.add_done_callback(lambda told: told.cancelled() or told.exception())  # nobody may ask for it
        try:
            yield progress_html(first, 0, 0)
            while not done.done() and not self.stopped.is_set():
                await asyncio.wait([done], timeout=_BEAT)
                yield progress_html(*(self._told or (first, 0, 0)))
        except (GeneratorExit, asyncio.CancelledError):  # nobody waits any more
            self.stopped.set()
            raise

    def _run(self) -> None:
        try:
            self.receipt.set_result(self._call(self._tell))
        except BaseException as exc:
            self.receipt.set_exception(exc)

    def _tell(self, what: str, done: int, total: int) -> None:
        self._told = (what, done, total)
        if self.stopped.is_set():
            raise _StoppedError


@dataclass(frozen=True, slots=True)
class Pending:
    """What was previewed and is not stored: files, addresses, and a folder of ours with what was pasted."""

    paths: tuple[Path | str, ...] = ()
    folder: Path | None = None

    def forget(self, but: Collection[Path] = ()) -> None:
        """Delete the files, which are copies of what the person has, `but` those that are still chosen."""
        for path in self.paths:
            if isinstance(path, Path) and path not in but:
                path.unlink(missing_ok=True)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class AddPanel:
    """The panel, laid out and wired when it is made inside a `gr.Blocks`; `stored` fires after an add.

    `place` begins the ids of its parts: there may be several on one page.
    """

    def __init__(self, library: Library, place: str = "", title: str = "Add papers") -> None:
        self._library = library
        with gr.Accordion(title, open=not len(library), elem_id=f"{place}add", elem_classes="folds"):
            with gr.Row():
                self._files = gr.File(
                    label="Saved pages or lists of papers", file_count="multiple", file_types=FILE_TYPES, height=180,
                    elem_id=f"{place}files",
                )  # fmt: skip
                with gr.Column():
                    self._text = gr.Textbox(
                        label="… or the text of a page, or an address",
                        placeholder="https://huggingface.co/papers/date/2025-08-22   ·   arxiv:2401.00001",
                        lines=4, max_lines=4, max_length=LONGEST_PASTE, elem_id=f"{place}paste", elem_classes="field",
                    )  # fmt: skip
                    self._name = gr.Textbox(
                        label="Its name", max_lines=1, max_length=80, placeholder="daily-papers-22-aug",
                        elem_id=f"{place}name", elem_classes="field",
                    )  # fmt: skip
            self._receipt = html_part(elem_id=f"{place}receipt")
            with gr.Row(elem_classes="add-row"):
                self._preview = gr.Button("Preview", elem_id=f"{place}preview", scale=0, min_width=110)
                self._store = gr.Button(
                    "Add to the library", variant="primary", visible=False, elem_id=f"{place}store", scale=0
                )
                self._drop = gr.Button("Discard", visible=False, elem_id=f"{place}discard", scale=0, min_width=110)
                self._stop = gr.Button("Stop", visible=False, elem_id=f"{place}halt", scale=0, min_width=110)
            self._list = PreviewList(place)
        self._pending = gr.State(Pending(), delete_callback=Pending.forget)
        self._works: dict[str | None, _Work] = {}
        self.stored = self._wire()

    def _wire(self) -> Any:
        given = [self._files, self._text, self._name, self._pending]
        buttons = [self._preview, self._store, self._drop, self._stop]
        outputs = [self._files, self._text, self._name, self._receipt, *buttons]
        shared: dict[str, Any] = {**AT_ONCE, "outputs": [*outputs, *self._list.outputs, self._pending]}
        for previewed in (self._preview.click, self._files.upload):
            previewed(self._rehearse, given, **shared).then(None, js=_IN_SIGHT.format(self._store.elem_id))
        self._drop.click(self._discard, self._pending, **shared)
        adding = self._store.click(self._add, [self._list.kept, self._list.preview, self._pending], **shared)
        # What runs is told to stop, and says itself that it did: cancelled, its last words could come after ours.
        self._stop.click(self._halt, **AT_ONCE)
        return adding

    async def _rehearse(
        self, request: gr.Request, files: list[str] | None, text: str | None, name: str | None, before: Pending
    ) -> AsyncIterator[Updates]:
        """Yield what is done, then the receipt of what would be added."""
        before.forget(but=[Path(file) for file in files or []])
        try:
            pending = _gathered(files or [], text or "", name or "")
            work = _Work(lambda told: self._library.add(pending.paths, dry_run=True, progress=told))
            async for shown in self._working(work, _looking_at(pending), request):
                yield shown
            if work.stopped.is_set():
                return
            receipt = work.receipt.result()
        except AbstractQAError as exc:
            rest = {**self._offer(False), **self._list.hide()}
            yield {self._receipt: notice(str(exc)), **rest, self._pending: Pending()}
            return
        offered = self._offer(any(file.papers for file in receipt.files))
        papers = {**self._list.show(receipt), self._pending: pending}
        yield {self._receipt: receipt_html(receipt, stored=False), **offered, **papers}

    async def _add(
        self, request: gr.Request, kept: list[int], preview: Preview, pending: Pending
    ) -> AsyncIterator[Updates]:
        """Yield how far the work is, then the receipt of what was stored: the papers that are ticked, as mended."""
        wanted = preview.selection(kept)
        work = _Work(lambda told: self._library.add(pending.paths, selection=wanted, progress=told))
        async for shown in self._working(work, "reading", request):
            yield shown
        if work.stopped.is_set():
            return
        try:
            told = receipt_html(work.receipt.result(), stored=True)
            pending.forget()
        except AbstractQAError as exc:
            told = notice(str(exc))
        yield {**self._cleared(), self._receipt: told}

    async def _working(self, work: _Work, first: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Yield how far the work is; where it was stopped, that it was, and the fields as they were."""
        self._works[request.session_hash] = work
        try:
            async for shown in work.progress(first):
                yield {self._receipt: shown, **self._offer(False, busy=True)}
        finally:
            self._works.pop(request.session_hash, None)
        if work.stopped.is_set():
            said = f'<div class="receipt" role="status"><p>{_STOPPED}</p></div>'
            yield {self._receipt: said, **self._offer(False)}

    def _halt(self, request: gr.Request) -> None:
        """Stop what this person's panel is at."""
        if work := self._works.get(request.session_hash):
            work.stopped.set()

    def _discard(self, pending: Pending) -> Updates:
        pending.forget()
        return {**self._cleared(), self._receipt: ""}

    def _cleared(self) -> Updates:
        fields: Updates = {self._files: None, self._text: "", self._name: "", self._pending: Pending()}
        return {**fields, **self._offer(False), **self._list.hide()}

    def _offer(self, offered: bool, *, busy: bool = False) -> Updates:
        """Return the buttons of a panel: `offered` where there is something to store, Stop alone while it is `busy`."""
        shown = {self._store: offered, self._drop: offered, self._stop: busy, self._preview: not busy}
        return {button: gr.Button(visible=visible) for button, visible in shown.items()}


def _gathered(files: list[str], text: str, name: str) -> Pending:
    """Return what is to be previewed; UsageError when there is nothing, or too much."""
    if len(files) > MOST_FILES:
        raise UsageError(f"{len(files)} files are more than the page takes at once. Choose up to {MOST_FILES}.")
    paths = tuple(Path(file) for file in files)
    if not text.strip():
        if not paths:
            raise UsageError("There is nothing to preview. Choose a saved page, or paste the text of one.")
        return Pending(paths)
    if (said := _address(text)) is not None:
        return Pending((*paths, said))
    folder = Path(tempfile.mkdtemp(prefix="abstract-qa-"))
    pasted = folder / f"{_page_name(name)}.txt"
    pasted.write_text(text[:LONGEST_PASTE], "utf-8")
    return Pending((*paths, pasted), folder)


def _address(text: str) -> str | None:
    """Return the address that a text is, if it is one; UsageError for one within this machine or its network."""
    said = text.strip()
    if not _ADDRESS.fullmatch(said):
        return None
    host = urlsplit(said).hostname if "//" in said else None
    if host is not None and is_inside(host):
        raise UsageError(f"{said} lies on this machine or in its network, where the page fetches nothing. Upload it.")
    return said


def is_inside(host: str) -> bool:
    """Tell whether a host is this machine or one of its own network, by its name or its number.

    Not handled: public names that lead there.
    """
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host.rstrip(".") or host.rstrip(".").endswith((".local", ".internal", ".localhost"))


def _looking_at(pending: Pending) -> str:
    fetched = [path for path in pending.paths if isinstance(path, str)]
    return f"fetching {fetched[0]}" if fetched else "reading"


def _page_name(name: str) -> str:
    """Return a name that is safe as a file's, today's date when none was given."""
    safe = re.sub(r"[^\w -]+", "-", name).strip(" -")[:80]
    return safe or f"pasted-{date.today().isoformat()}"
