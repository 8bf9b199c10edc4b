"""One turn of the conversation as HTML: the question, its filters, the answer and its buttons, and its sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rag.base.text import plural
from rag.catalogue.filters import Filters
from rag.nouns import EXTRACTIVE, Answer, Reason, Status
from rag.page.answer_html import answer_html, audit_summary, table_html
from rag.page.cards import related_html, sources_html
from rag.page.conversation import Stage, Thumb, Turn
from rag.page.markup import answer_text, attribute, button, exports, icon, notice, paper_text
from rag.page.synthesis_html import synthesis_html
from rag.present import answer_to_markdown
from rag.present.filters_in_words import in_words

_KINDS = {
    Reason.NOT_IN_LIBRARY: "Not in this library",
    Reason.NOT_IN_ABSTRACTS: "The abstracts do not say",
    Reason.AMBIGUOUS: "Can be read in several ways",
    Reason.OFF_TOPIC: "Not a question about these papers",
    Reason.NOTHING_MATCHES_FILTERS: "No paper meets the filters",
    Reason.CUT_OFF: "Cut off: the model reached its limit",
    Reason.MODEL_FAILED: "The model failed",
}
_PARTS = {
    Reason.NOT_IN_LIBRARY: "The closest passages: perhaps nothing here is on this",
    Reason.NOT_IN_ABSTRACTS: "The closest passages: the abstracts may not say it",
}
"""What is said of an answer in part; for other reasons the same as of an abstention."""
_FOUND_NOTHING = {Reason.NOT_IN_ABSTRACTS: "Not found in the abstracts"}
"""What is said instead where no model read: words were compared, and that proves no absence."""
_STATUS = {Status.PARTIAL: "Answered in part", Status.ABSTAINED: "No answer", Status.ERROR: "No answer"}
_READING = "Reading the abstracts …"
_CHECKING = "A model reads the cited sentences and says of each sentence whether they bear it out"
_COMPARE = button("compare", "", "quiet strong", data_papers="[]", hidden="")
_MOST_OPEN = 2
"""Notes that are shown at once; more are folded."""


def turn_html(turn: Turn, *, can_check: bool) -> str:
    """Return one turn; `can_check` says whether a model is there for a second opinion."""
    answer = turn.answer
    sources = sources_html(answer, turn.number) if answer else ""
    return (
        f'<article class="turn is-{turn.stage}" id="t{turn.number}" data-asking="{attribute(turn.asking)}">'
        f"{_question(turn)}{chips_html(turn)}"
        f'<div class="answer" data-testid="bot">{_body(turn)}{_foot(turn, can_check)}</div>'
        f"{_sources(turn, sources)}</article>"
    )


def markdown_holder(turn: Turn) -> str:
    """Return the answer as Markdown in a hidden place from which the page's script copies it."""
    if turn.answer is None or not turn.is_answered:
        return ""
    return f'<textarea class="source" hidden tabindex="-1">{attribute(answer_to_markdown(turn.answer))}</textarea>'


def _question(turn: Turn) -> str:
    edit = _button("edit", "Edit this question", turn.number) if turn.stage is not Stage.ASKING else ""
    words = "<br>".join(attribute(line) for line in turn.question.split("\n"))
    return f'<div class="asked"><h2 class="question" data-testid="user">{words}</h2>{edit}</div>'


def _body(turn: Turn) -> str:
    """Return the answer's text, below a line that says what kind of answer it is where it is not a full one."""
    if turn.problem:
        return notice(turn.problem)
    if turn.answer is None or not turn.answer.text:
        return _waiting(turn.answer.doing if turn.answer else "") * (turn.stage is Stage.ASKING)
    related = related_html(turn.answer) if turn.answer.final else ""
    waiting = _waiting(turn.answer.doing) if turn.answer.doing and turn.stage is Stage.ASKING else ""
    return f'{_kind(turn.answer)}<div class="prose">{told_html(turn.answer, turn.number)}</div>{waiting}{related}'


def told_html(answer: Answer, turn: int) -> str:
    """Return the text of an answer with its table or its groups, or these first where the text only repeats them."""
    text = answer_html(answer, turn)
    table = table_html(answer, turn) or synthesis_html(answer, turn)
    if table and answer.reader == EXTRACTIVE:
        return (
            f'{table}<details data-key="text"><summary>The same sentence by sentence, checked</summary>{text}</details>'
        )
    return text + table


def by_whom(answer: Answer) -> str:
    """Return who answered, in words."""
    return "Quoted by code, no model" if answer.reader == EXTRACTIVE else f"Written by {answer.reader}"


def _waiting(doing: str) -> str:
    """Return the line that says what is waited for."""
    return f'<p class="waiting"><span class="dots" aria-hidden="true"></span>{attribute(doing or _READING)}</p>'


def _kind(answer: Answer) -> str:
    if not answer.final or answer.status is Status.ANSWERED:
        return ""
    kinds = _KINDS | (_FOUND_NOTHING if answer.reader == EXTRACTIVE else {})
    kinds |= _PARTS if answer.status is Status.PARTIAL else {}
    words = kinds.get(answer.reason, "") if answer.reason else ""
    lead = _STATUS.get(answer.status, "")
    return f'<p class="kind-line is-{answer.status}"><strong>{words or lead}</strong></p>'


def _foot(turn: Turn, can_check: bool) -> str:
    """Return what follows the text: the audit in a line, notes, and the buttons."""
    if turn.stage is Stage.ASKING:
        return ""
    stopped = '<p class="small">Stopped. What was written so far is above.</p>' * (turn.stage is Stage.STOPPED)
    return stopped + (_checks(turn) if turn.answer else "") + _actions(turn, can_check) + _next(turn)


def _next(turn: Turn) -> str:
    """Return what can be asked next, as buttons."""
    questions = turn.answer.next_questions if turn.answer else ()
    items = "".join(
        f"<li>{button('example', attribute(question), 'follow', data_question=question)}</li>" for question in questions
    )
    return f'<nav class="next" aria-label="Ask next"><ul>{items}</ul></nav>' if items else ""


def _checks(turn: Turn) -> str:
    answer = turn.answer
    if answer is None or not turn.is_answered:
        return ""
    summary = audit_summary(answer)
    origin = " From a saved conversation." if turn.from_file else ""
    facts = " · ".join(_facts(answer))
    notes = "".join(f"<li>{answer_text(w)}</li>" for w in answer.warnings)
    listed = f'<ul class="notes">{notes}</ul>'
    if len(answer.warnings) > _MOST_OPEN:
        listed = f'<details data-key="notes"><summary>Notes ({len(answer.warnings)})</summary>{listed}</details>'
    lines = "".join(f"<p>{answer_text(line)}</p>" for line in turn.opinion.split("\n"))
    opinion = f'<div class="opinion"><h3>Second opinion</h3>{lines}</div>'
    return (
        f'<p class="small">{attribute(summary)} <span class="facts">{attribute(facts)}.{origin}</span></p>'
        + listed * bool(answer.warnings)
        + opinion * bool(turn.opinion)
    )


def _facts(answer: Answer) -> Iterator[str]:
    """Yield who answered, how long it took, and what it used."""
    yield by_whom(answer)
    if (total := answer.timings.get("total")) is not None:
        yield f"{total:.1f} s"
    if tokens := answer.usage.prompt_tokens + answer.usage.completion_tokens:
        yield f"{tokens:,} tokens"
    if answer.usage.cost is not None:
        yield f"cost {answer.usage.cost:.4f}"


def _actions(turn: Turn, can_check: bool) -> str:
    """Return the row of buttons; those that need a whole answer only where there is one."""
    buttons = [_button("again", "Ask again", turn.number)]
    if turn.is_answered:
        keep = "Keep no longer" if turn.kept else "Keep this answer"
        check = _button("check", "Check this answer", turn.number, text="Check this answer", hint=_CHECKING)
        buttons = [
            _button("copy", "Copy as Markdown, with references", turn.number),
            _button("keep_answer", keep, turn.number, sign="keep", text="Kept" * turn.kept, pressed=turn.kept),
            _button("link", "Copy a link to this answer, for this machine", turn.number),
            _button("file", "Download as a page to send, with its sources", turn.number),
            *buttons,
            _button("up", "Good answer", turn.number, pressed=turn.thumb is Thumb.UP),
            _button("down", "Bad answer", turn.number, pressed=turn.thumb is Thumb.DOWN),
            *[check] * can_check,
        ]
    return f'<div class="actions">{"".join(buttons)}{_sheet_button(turn)}</div>{markdown_holder(turn)}'


def _sheet_button(turn: Turn) -> str:
    """Return the button that brings up the sources on a narrow screen."""
    if turn.answer is None or not (turn.answer.citations or turn.answer.evidence):
        return ""
    count = len(turn.answer.citations)
    words = plural(count, "source") if count else "Papers considered"
    return button("sheet", words, "quiet sheet-open", data_turn=turn.number)


def _button(
    name: str, words: str, turn: int, *, text: str = "", sign: str = "", pressed: bool | None = None, hint: str = ""
) -> str:
    state = None if pressed is None else str(pressed).lower()
    inner = icon(sign or name) + (f"<span>{text}</span>" if text else "")
    return button(name, inner, data_turn=turn, title=hint or words, aria_label=words, aria_pressed=state)


def _sources(turn: Turn, cards: str) -> str:
    if not cards:
        return ""
    count = len(turn.answer.citations) if turn.answer else 0
    title = plural(count, "source") if count else "Nothing cited"
    files = exports("export", what="the sources", data_turn=turn.number) if count and turn.is_answered else ""
    close = button("close", icon("close"), "quiet sheet-close", aria_label="Close the sources")
    return (
        f'<aside class="sources" data-turn="{turn.number}" aria-label="Sources of answer {turn.number}">'
        f'<div class="sources-head"><h3>{title}</h3>{_COMPARE * (count > 1)}'
        f'<span class="exports">{files}</span>{close}</div>{cards}</aside>'
    )


# ----------------------------------------------------------------------------------------------------
# The filters that an answer was found under, as chips that can be taken away, and those that were taken away.

_TOGETHER = (
    ("since", "until"),
    ("page", "also_on"),
    *((f"min_{what}", f"max_{what}") for what in ("authors", "upvotes", "comments", "pages")),
)
"""Filters that are one in words."""
_VERBS = {"are": "", "have": "with ", "mention": "mentioning "}


def chips_html(turn: Turn) -> str:
    """Return the chips of one turn, and how many papers pass; nothing where nothing is or was filtered."""
    answer = turn.answer
    on = [_filter_chip("drop", names, words, turn) for names, words in _filters_said(answer.filters if answer else {})]
    off = [_filter_chip("restore", names, words, turn) for names, words in _filters_said(turn.dropped)]
    if not on and not off:
        return ""
    count = f'<span class="small">{_passing(answer)}</span>' if answer and on else ""
    return f'<div class="chips" role="group" aria-label="Filters">{"".join(on + off)}{count}</div>'


def _filters_said(filters: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (names, words) of each filter, those together that are one in words."""
    left = dict(filters)
    while left:
        name = next(iter(left))
        names = next((group for group in _TOGETHER if name in group), (name,))
        values = {n: left.pop(n) for n in names if n in left}
        verb, _, rest = in_words(Filters.of(values)).partition(" ")
        yield tuple(values), _VERBS.get(verb, "") + rest


def _filter_chip(what: str, names: tuple[str, ...], words: str, turn: Turn) -> str:
    shown, hint, sign = paper_text(words), f"Ask again without: {words}", "close"
    if what == "restore":
        shown, hint, sign = f"<s>{shown}</s>", f"Put back: {words}", "again"
    off = "" if turn.stage is Stage.ASKING else None
    return button(
        what, f"<span>{shown}</span>{icon(sign)}", f"chip is-{what}",
        data_turn=turn.number, data_names=json.dumps(names), title=hint, aria_label=hint, disabled=off,
    )  # fmt: skip


def _passing(answer: Answer) -> str:
    found = answer.coverage
    dated = {"since", "until"} & answer.filters.keys()
    undated = f"; {found.undated:,} more have no date" if dated and found.undated else ""
    return f"{found.matched:,} of {found.looked_at:,} papers{undated}"
