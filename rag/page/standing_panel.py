"""The questions that are kept, on the page: what is new to each since last seen, keeping one and forgetting one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.base.errors import AbstractQAError
from rag.kept import Finding, Standing
from rag.page.markup import attribute, paper_text

if TYPE_CHECKING:
    from rag.library import Library

_LATEST = 10
"""Papers shown under a question."""


class StandingPanel:
    """The panel, laid out and wired when it is made inside a `gr.Blocks`; nothing is looked at before it is opened."""

    def __init__(self, library: Library, bridge: gr.HTML) -> None:
        self._library = library
        with gr.Accordion("Standing questions", open=False, elem_id="standing") as panel:
            told = gr.HTML("", apply_default_css=False, js_on_load=None)
            with gr.Row():
                question = gr.Textbox(
                    label="Keep a question", max_lines=1, max_length=500, elem_id="watch", elem_classes="field",
                    placeholder="Does anyone measure reward hacking?",
                )  # fmt: skip
                keep = gr.Button("Keep", scale=0, min_width=110)
        shared: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}
        panel.expand(self._shown, None, told, **shared)
        keep.click(self._keep, question, [told, question], **shared)
        question.submit(self._keep, question, [told, question], **shared)
        bridge.unwatch(self._forget, None, told, **shared)
        bridge.all_seen(self._mark_seen, None, told, **shared)

    def _shown(self) -> str:
        return self._after(lambda: None)

    def _keep(self, question: str | None) -> tuple[str, str]:
        return self._after(lambda: self._library.standing.keep(question or "")), ""

    def _forget(self, event: gr.EventData) -> str:
        return self._after(lambda: self._library.standing.forget(int(event._data["number"])))

    def _mark_seen(self) -> str:
        return self._after(self._library.standing.mark_seen)

    def _after(self, work: Callable[[], object]) -> str:
        """Do what was asked, then look at what came in, and return the list; what cannot be done is said above it."""
        problem = ""
        try:
            work()
            self._library.standing.news()
        except AbstractQAError as exc:
            problem = f'<div class="notice is-error" role="alert"><p>{attribute(str(exc))}</p></div>'
        try:
            return problem + standing_html(self._library.standing.all())
        except AbstractQAError:
            return problem


def standing_html(questions: Sequence[Standing]) -> str:
    """Return the questions with what was not seen yet, each sentence word for word."""
    if not questions:
        return '<p class="none">No question is kept yet. Of one that is, new papers that answer it are told here.</p>'
    left = [one.unseen() for one in questions]
    seen = '<button type="button" class="quiet" data-do="all_seen">Mark all as seen</button>'
    seen *= any(one.findings for one in left)
    return f'<section class="overview">{"".join(map(_question, left))}{seen}</section>'


def _question(one: Standing) -> str:
    latest = one.findings[: -_LATEST - 1 : -1]
    more = f"<li>and {len(one.findings) - _LATEST:,} more</li>" if len(one.findings) > _LATEST else ""
    papers = f"<ul>{''.join(map(_finding, latest))}{more}</ul>" if latest else ""
    asked = attribute(one.question)
    forget = (
        f'<button type="button" class="quiet" data-do="unwatch" data-number="{one.number}" '
        f'aria-label="Forget {asked}">Forget</button>'
    )
    return f"<h3>{one.number}. {asked} · {len(one.findings):,} new {forget}</h3>{papers}"


def _finding(finding: Finding) -> str:
    name, quotes = (
        paper_text(finding.title),
        " ".join(f"“{s.quote}”" if s.index else s.quote for s in finding.sentences),
    )
    link = f'<a href="{attribute(finding.url)}" target="_blank" rel="noopener noreferrer nofollow">{name}</a>'
    return f"<li>{link if finding.url.startswith(('https://', 'http://')) else name}<p>{paper_text(quotes)}</p></li>"
