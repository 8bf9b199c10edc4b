"""The questions that are kept, on the page: what is new to each since last seen, keeping one and forgetting one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.base.errors import AbstractQAError
from rag.kept import Finding, Standing
from rag.page.events import QUIET, html_part, told
from rag.page.markup import attribute, button, notice, paper_text, web_link

if TYPE_CHECKING:
    from rag.library import Library

_LATEST = 10
"""Papers shown under a question."""


class StandingPanel:
    """The panel, laid out and wired when it is made inside a `gr.Blocks`; nothing is looked at before it is opened."""

    def __init__(self, library: Library, bridge: gr.HTML) -> None:
        self._library = library
        with gr.Accordion("Standing questions", open=False, elem_id="standing") as panel:
            listed = html_part()
            with gr.Row():
                question = gr.Textbox(
                    label="Keep a question", max_lines=1, max_length=500, elem_id="watch", elem_classes="field",
                    placeholder="Does anyone measure reward hacking?",
                )  # fmt: skip
                keep = gr.Button("Keep", scale=0, min_width=110)
        shared: dict[str, Any] = {**QUIET, "show_progress": "minimal"}
        panel.expand(lambda: self._after(lambda: None), None, listed, **shared)
        gr.on([keep.click, question.submit], self._keep, question, [listed, question], **shared)
        bridge.unwatch(self._forget, None, listed, **shared)
        bridge.all_seen(lambda: self._after(library.standing.mark_seen), None, listed, **shared)

    def _keep(self, question: str | None) -> tuple[str, str]:
        return self._after(lambda: self._library.standing.keep(question or "")), ""

    def _forget(self, event: gr.EventData) -> str:
        return self._after(lambda: self._library.standing.forget(int(told(event, "number"))))

    def _after(self, work: Callable[[], object]) -> str:
        """Do what was asked, then look at what came in, and return the list; what cannot be done is said above it."""
        problem = ""
        try:
            work()
            self._library.standing.news()
        except AbstractQAError as exc:
            problem = notice(str(exc))
        try:
            return problem + standing_html(self._library.standing.all())
        except AbstractQAError:
            return problem


def standing_html(questions: Sequence[Standing]) -> str:
    """Return the questions with what was not seen yet, each sentence word for word."""
    if not questions:
        return '<p class="none">No question is kept yet. Of one that is, new papers that answer it are told here.</p>'
    left = [one.unseen() for one in questions]
    seen = button("all_seen", "Mark all as seen") if any(one.findings for one in left) else ""
    return f'<section class="overview">{"".join(map(_question, left))}{seen}</section>'


def _question(one: Standing) -> str:
    latest = one.findings[: -_LATEST - 1 : -1]
    more = f"<li>and {len(one.findings) - _LATEST:,} more</li>" if len(one.findings) > _LATEST else ""
    papers = f"<ul>{''.join(map(_finding, latest))}{more}</ul>" if latest else ""
    asked = attribute(one.question)
    forget = button("unwatch", "Forget", data_number=one.number, aria_label=f"Forget {one.question}")
    return f"<h3>{one.number}. {asked} · {len(one.findings):,} new {forget}</h3>{papers}"


def _finding(finding: Finding) -> str:
    quotes = " ".join(f"“{s.quote}”" if s.index else s.quote for s in finding.sentences)
    return f"<li>{web_link(finding.url, finding.title)}<p>{paper_text(quotes)}</p></li>"
