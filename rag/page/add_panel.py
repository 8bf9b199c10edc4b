"""Adding pages: by upload or by pasting, always with the receipt shown before anything is stored."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import AbstractQAError, UsageError
from rag.page.markup import attribute
from rag.page.preview_list import Listed, PreviewList
from rag.page.receipt_html import progress_html, receipt_html

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
Updates = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """What was previewed and is not stored: files, and a folder of ours that holds them where they were pasted."""

    paths: tuple[Path, ...] = ()
    folder: Path | None = None

    def forget(self) -> None:
        """Delete the files; they are copies of what the person has."""
        for path in self.paths:
            path.unlink(missing_ok=True)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class AddPanel:
    """The panel, laid out and wired when it is made inside a `gr.Blocks`; `stored` fires after an add."""

    def __init__(self, library: Library) -> None:
        self._library = library
        with gr.Accordion("Add pages", open=not len(library), elem_id="add"):
            with gr.Row():
                self._files = gr.File(
                    label="Saved pages", file_count="multiple", file_types=FILE_TYPES, height=180, elem_id="files"
                )
                with gr.Column():
                    self._text = gr.Textbox(
                        label="… or the text of a page",
                        lines=4,
                        max_lines=4,
                        max_length=LONGEST_PASTE,
                        elem_id="paste",
                        elem_classes="field",
                    )
                    self._name = gr.Textbox(
                        label="Its name",
                        max_lines=1,
                        max_length=80,
                        placeholder="daily-papers-22-aug",
                        elem_id="name",
                        elem_classes="field",
                    )
            self._receipt = gr.HTML("", elem_id="receipt", apply_default_css=False, js_on_load=None)
            self._list = PreviewList()
            with gr.Row(elem_id="add-row"):
                self._preview = gr.Button("Preview", elem_id="preview", scale=0, min_width=110)
                self._store = gr.Button(
                    "Add to the library", variant="primary", visible=False, elem_id="store", scale=0
                )
                self._drop = gr.Button("Discard", visible=False, elem_id="discard", scale=0, min_width=110)
        self._pending = gr.State(Pending(), delete_callback=Pending.forget)
        self.stored = self._wire()

    def _wire(self) -> Any:
        given = [self._files, self._text, self._name, self._pending]
        outputs = [self._files, self._text, self._name, self._receipt, self._preview, self._store, self._drop]
        shared: dict[str, Any] = {
            "outputs": [*outputs, *self._list.outputs, self._pending],
            "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip
        self._preview.click(self._rehearse, given, **shared)
        self._drop.click(self._discard, self._pending, **shared)
        return self._store.click(self._add, [self._list.kept, self._list.listed, self._pending], **shared)

    def _rehearse(self, files: list[str] | None, text: str | None, name: str | None, before: Pending) -> Updates:
        """Return the receipt of what would be added."""
        before.forget()
        try:
            pending = _gathered(files or [], text or "", name or "")
            receipt = self._library.add(pending.paths, dry_run=True)
        except AbstractQAError as exc:
            return {
                self._receipt: _problem(exc), **self._offer(False), **self._list.hide(), self._pending: Pending(),
            }  # fmt: skip
        papers = self._list.show(receipt)
        return {
            self._receipt: receipt_html(receipt, stored=False),
            **self._offer(any(file.papers for file in receipt.files)),
            **papers,
            self._pending: pending,
        }

    async def _add(self, kept: list[int], listed: Listed, pending: Pending) -> AsyncIterator[Updates]:
        """Yield how far the work is, then the receipt of what was stored: the papers that are ticked, as mended."""
        state = ("reading", 0, 0)

        def told(what: str, done: int, total: int) -> None:
            nonlocal state
            state = (what, done, total)

        yield {self._receipt: progress_html(*state), **self._offer(False), self._preview: gr.Button(interactive=False)}
        wanted = listed.selection(kept)
        work = asyncio.create_task(asyncio.to_thread(self._library.add, pending.paths, selection=wanted, progress=told))
        while not work.done():
            await asyncio.wait([work], timeout=_BEAT)
            yield {self._receipt: progress_html(*state)}
        try:
            shown = receipt_html(work.result(), stored=True)
            pending.forget()
        except AbstractQAError as exc:
            shown = _problem(exc)
        yield {**self._cleared(), self._receipt: shown}

    def _discard(self, pending: Pending) -> Updates:
        pending.forget()
        return {**self._cleared(), self._receipt: ""}

    def _cleared(self) -> Updates:
        fields: Updates = {self._files: None, self._text: "", self._name: "", self._pending: Pending()}
        return {**fields, **self._offer(False), **self._list.hide(), self._preview: gr.Button(interactive=True)}

    def _offer(self, offered: bool) -> Updates:
        return {self._store: gr.Button(visible=offered), self._drop: gr.Button(visible=offered)}


def _gathered(files: list[str], text: str, name: str) -> Pending:
    """Return what is to be previewed; UsageError when there is nothing, or too much."""
    if len(files) > MOST_FILES:
        raise UsageError(f"{len(files)} files are more than the page takes at once. Choose up to {MOST_FILES}.")
    paths = tuple(Path(file) for file in files)
    if not text.strip():
        if not paths:
            raise UsageError("There is nothing to preview. Choose a saved page, or paste the text of one.")
        return Pending(paths)
    folder = Path(tempfile.mkdtemp(prefix="abstract-qa-"))
    pasted = folder / f"{_page_name(name)}.txt"
    pasted.write_text(text[:LONGEST_PASTE], "utf-8")
    return Pending((*paths, pasted), folder)


def _page_name(name: str) -> str:
    """Return a name that is safe as a file's, today's date when none was given."""
    safe = re.sub(r"[^\w -]+", "-", name).strip(" -")[:80]
    return safe or f"pasted-{date.today().isoformat()}"


def _problem(error: AbstractQAError) -> str:
    return f'<div class="notice is-error" role="alert"><p>{attribute(str(error))}</p></div>'
