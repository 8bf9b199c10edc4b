"""What an `add` would do, or did, as HTML: the papers of its preview, and its receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import gradio as gr

from rag.base.text import plural, shortened
from rag.base.text.cleaning import without_controls
from rag.nouns import FileReceipt, Previewed, Receipt, Selection
from rag.page.events import QUIET, Updates
from rag.page.markup import attribute, paper_text
from rag.present.as_text import missing_in_words

# ----------------------------------------------------------------------------------------------------
# The papers of a preview: each can be left out, or have its title and abstract mended, before anything is stored.

MOST_SHOWN = 300
"""Papers that are listed one by one; further ones are added unless they are unsure."""
_WORDS = 110
"""Characters of an abstract that are shown behind its title."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview found, and what a person mended of it so far, by number."""

    papers: tuple[Previewed, ...] = ()
    mended: tuple[tuple[int, str, str], ...] = ()

    @classmethod
    def of(cls, receipt: Receipt) -> Preview:
        """Return the papers of a preview."""
        return cls(tuple(paper for file in receipt.files for paper in file.papers))

    def choices(self) -> list[tuple[str, int]]:
        """Return a line and the number of each paper that is listed."""
        return [(_line(self._as_mended(paper)), paper.number) for paper in self.papers[:MOST_SHOWN]]

    def sure(self) -> list[int]:
        """Return the numbers of those that are taken unless a person says otherwise."""
        return [paper.number for paper in self.papers[:MOST_SHOWN] if paper.is_sure]

    def text(self, number: int) -> tuple[str, str]:
        """Return title and abstract of a paper, as mended."""
        paper = next((self._as_mended(one) for one in self.papers if one.number == number), None)
        return (paper.title, paper.abstract) if paper else ("", "")

    def mend(self, number: int, title: str, abstract: str) -> Preview:
        """Return the list with a paper mended."""
        others = tuple(one for one in self.mended if one[0] != number)
        return replace(self, mended=(*others, (number, title, abstract)))

    def selection(self, kept: Iterable[int]) -> Selection:
        """Return what to store when the papers numbered `kept` are ticked."""
        ticked = set(kept)
        shown = {paper.number for paper in self.papers[:MOST_SHOWN]}
        out = {p.number for p in self.papers if p.number not in ticked and (p.number in shown or not p.is_sure)}
        return Selection(frozenset(out), self.mended, unsure=True)

    def _as_mended(self, paper: Previewed) -> Previewed:
        told = next(((title, abstract) for number, title, abstract in self.mended if number == paper.number), None)
        return replace(paper, title=told[0], abstract=told[1]) if told else paper


class PreviewList:
    """The list and the fields to mend a paper in, hidden until there is a preview; made inside a `gr.Blocks`."""

    def __init__(self, place: str = "") -> None:
        self.preview = gr.State(Preview())
        with gr.Column(visible=False, elem_id=f"{place}found") as self._all:
            self.kept = gr.CheckboxGroup([], label="Papers to add", elem_id=f"{place}kept", elem_classes="field")
            with gr.Accordion("Mend a paper", open=False, elem_classes="folds"):
                self._which = gr.Dropdown([], label="Paper", filterable=True, elem_classes="field")
                self._title = gr.Textbox(label="Its title", max_lines=2, elem_classes="field")
                self._abstract = gr.Textbox(label="Its abstract", lines=4, max_lines=12, elem_classes="field")
                self._mend = gr.Button("Mend", elem_id=f"{place}mend", scale=0, min_width=110)
        self._which.input(self._chosen, [self._which, self.preview], [self._title, self._abstract], **QUIET)
        given = [self._which, self._title, self._abstract, self.kept, self.preview]
        self._mend.click(self._mended, given, [self.kept, self._which, self.preview], **QUIET)
        self.outputs = [self._all, self.kept, self._which, self._title, self._abstract, self.preview]

    def show(self, receipt: Receipt) -> Updates:
        """Return the list of a preview, with what is sure ticked."""
        return self._showing(Preview.of(receipt))

    def hide(self) -> Updates:
        """Return the list empty and out of sight."""
        return self._showing(Preview())

    def _showing(self, preview: Preview) -> Updates:
        choices = preview.choices()
        return {
            self._all: gr.Column(visible=bool(choices)), self.preview: preview,
            self.kept: gr.CheckboxGroup(choices=choices, value=preview.sure()),
            self._which: gr.Dropdown(choices=choices, value=None), self._title: "", self._abstract: "",
        }  # fmt: skip

    def _chosen(self, number: int | None, preview: Preview) -> tuple[str, str]:
        return preview.text(number) if number else ("", "")

    def _mended(
        self, number: int | None, title: str, abstract: str, kept: list[int], preview: Preview
    ) -> tuple[Any, Any, Preview]:
        """Return the list with the paper mended, and ticked: who mends a paper wants it."""
        if not number or not (title.strip() or abstract.strip()):
            return gr.skip(), gr.skip(), preview
        mended = preview.mend(number, title, abstract)
        choices = mended.choices()
        ticked = sorted({*kept, number})
        return gr.CheckboxGroup(choices=choices, value=ticked), gr.Dropdown(choices=choices, value=number), mended


def _line(paper: Previewed) -> str:
    """Return a paper's title and how its abstract begins, as one line of plain text."""
    begins = shortened(" ".join(paper.abstract.split()), _WORDS)
    mark = "" if paper.is_sure else "(not sure to be a paper) "
    return without_controls(f"{paper.number}. {mark}{paper.title or '(no title)'}: {begins or '(no abstract)'}")


# ----------------------------------------------------------------------------------------------------
# What an `add` would do, or did, as HTML: counts first, then file by file what was passed over and why.

_MOST_SKIPPED = 50
"""Blocks listed for one file; more are counted."""
_LONGEST_START = 120
"""Characters of a skipped block that are shown."""


def receipt_html(receipt: Receipt, *, stored: bool) -> str:
    """Return the receipt; `stored` tells a deed from a preview."""
    files = "".join(_file(file) for file in receipt.files)
    return f'<div class="receipt" role="status"><p class="sum">{_sum(receipt, stored)}</p>{files}</div>'


def progress_html(what: str, done: int, total: int) -> str:
    """Return how far the work is: a bar where the end is known, a count where it is not."""
    if total:
        bar = f'<progress max="{total}" value="{done}" aria-label="{attribute(what)}"></progress>'
        return f'<div class="receipt"><p>{attribute(what).capitalize()} {done:,} of {total:,}</p>{bar}</div>'
    count = f" {done:,}" if done else ""
    return f'<div class="receipt"><p>{attribute(what).capitalize()}{count} …</p></div>'


def _sum(receipt: Receipt, stored: bool) -> str:
    if not receipt.found and not stored and Preview.of(receipt).papers:
        return "<strong>Tick below what is a paper.</strong> Nothing is stored yet."
    if not receipt.found:
        return "<strong>No paper was found.</strong> Below is what was passed over, and why."
    kinds = ((receipt.new, "new"), (receipt.updated, "updated"), (receipt.unchanged, "unchanged"))
    parts = ", ".join(f"{count:,} {kind}" for count, kind in kinds if count)
    papers, what, more = plural(receipt.found, "paper"), "found", " Nothing is stored yet."
    if stored:
        what, more = "added", ""
    return f"<strong>{papers} {what}:</strong> {parts}.{more}"


def _file(file: FileReceipt) -> str:
    name = paper_text(PurePath(file.path).name)
    lacking = paper_text(missing_in_words(file))
    warnings = "".join(f"<li>{paper_text(warning)}</li>" for warning in file.warnings)
    return (
        f'<section><p><strong>{name}</strong> <span class="about">{paper_text(str(file.format))} · '
        f"{plural(file.records, 'record')}{' · ' + lacking if lacking else ''}</span></p>"
        f"{f'<ul>{warnings}</ul>' if warnings else ''}{_skipped(file)}</section>"
    )


def _skipped(file: FileReceipt) -> str:
    if not file.skipped:
        return ""
    items = "".join(
        f"<li>{f'Line {s.line}: ' if s.line else ''}{paper_text(s.why)}. "
        f'<span class="about">{paper_text(s.text[:_LONGEST_START])}</span></li>'
        for s in file.skipped[:_MOST_SKIPPED]
    )
    more = len(file.skipped) - _MOST_SKIPPED
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<details><summary>Passed over: {len(file.skipped):,}</summary><ul>{items}{rest}</ul></details>"
