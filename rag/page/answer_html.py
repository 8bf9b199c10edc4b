"""The text of an answer as HTML: paragraphs and lists, `[1]` as links to cards, the audit's mark after a sentence.

What in it is mark-up: `rag/present/blocks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.base.text import plural
from rag.nouns import EXTRACTIVE, Answer, Claim, Status, Support
from rag.page.markup import attribute, button, in_tag, paper_text
from rag.present.blocks import lines, papers_words, styles
from rag.read.comparing import ABSENT

# ----------------------------------------------------------------------------------------------------
# The table that an answer may carry, as HTML.

_CELL_MARKER = re.compile(r"\[(\d{1,3})\]$")


def table_html(answer: Answer, turn: int) -> str:
    """Return the answer's table, or nothing where there is none."""
    table = answer.table
    if table is None:
        return ""
    head = "".join(f'<th scope="col">{paper_text(c)}</th>' for c in table.columns)
    labels = [attribute(c) for c in table.columns]
    numbers = {citation.number for citation in answer.citations}
    body = "".join(_row(row, labels, numbers, turn) for row in table.rows)
    caption = attribute(table.caption or "Table of the answer")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="sides" style="--sides:{len(table.columns) - 1}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[object], labels: list[str], numbers: set[int], turn: int) -> str:
    """Return one row, whose first cell is its heading."""
    cells = "".join(_cell(c, labels[n : n + 1], numbers, turn) for n, c in enumerate(row[1:], start=1))
    return f'<tr><th scope="row">{paper_text(str(row[0]))}</th>{cells}</tr>' if row else ""


def _cell(value: object, label: list[str], numbers: set[int], turn: int) -> str:
    """Return one cell, the marker at its end as a link; `label` is what stands above it, on narrow screens in it."""
    text = "–" if value is None else str(value)
    found = _CELL_MARKER.search(text)
    inner = paper_text(text)
    if found and int(found[1]) in numbers:
        inner = f"{paper_text(text[: found.start()].rstrip())}\u00a0{marker(found[1], turn)}"
    absent = ' class="absent"' if text == ABSENT else ""
    return f'<td data-label="{label[0] if label else ""}"{absent}>{inner}</td>'


# ----------------------------------------------------------------------------------------------------

_MARKER = re.compile(r"\[(\d{1,3})\]")
_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")
_MORE = "More from this paper"
_BREAK = re.compile(r" $")
"""The space before a marker, which must not begin a line."""
_TAIL = re.compile(r'\u00a0<a class="marker"[^>]*>\[\d+\]</a>[^\s<]{0,3}$')
"""The last marker of a sentence, with the stop after it: the mark that follows must not begin a line."""
_MARKS = {
    Support.SUPPORTED: ("✓", "Supported by the words of"),
    Support.CONTRADICTED: ("may contradict its source", "This sentence may say the opposite of"),
    Support.NO_SUPPORT_FOUND: ("no support found", "No support found in"),
    Support.NUMBER_NOT_FOUND: ("number not found", "A number of this sentence was not found in"),
    Support.UNCITED: ("uncited", "This sentence cites nothing."),
}
"""What stands beside a sentence, in words where it is doubtful, and what is said of the sources it cites."""


def answer_html(answer: Answer, turn: int) -> str:
    """Return the text of `answer`, every word of it escaped; ids carry the number of the turn."""
    return "".join(_grouped(_Text(answer, turn).blocks()))


def audit_summary(answer: Answer) -> str:
    """Return one line that counts what the audit found, or nothing where nothing was checked."""
    checked = [c for c in answer.claims if c.support is not Support.NOT_CHECKED]
    if not checked or answer.status is Status.ABSTAINED:
        return ""
    supported = sum(c.support is Support.SUPPORTED for c in checked)
    if answer.reader == EXTRACTIVE and supported == len(checked):
        return "Word for word from the abstracts and records; whether it answers the question is yours to judge."
    parts = [f"{supported} of {plural(len(checked), 'sentence')} supported by the words of the sources"]
    for support, words in (
        (Support.CONTRADICTED, "that may contradict a source"),
        (Support.NUMBER_NOT_FOUND, "with a number not found"),
        (Support.NO_SUPPORT_FOUND, "without support found"),
        (Support.UNCITED, "uncited"),
    ):
        if count := sum(c.support is support for c in checked):
            parts.append(f"{count} {words}")
    return ", ".join(parts) + "."


def cited(claim: Claim) -> str:
    """Return what a claim points at, in words: `[1] sentence 4, [2] its metadata`."""
    places = (f"[{c.number}] " + (f"sentence {c.sentence}" if c.sentence else "its metadata") for c in claim.cites)
    return ", ".join(dict.fromkeys(places))


def marker(number: str, turn: int) -> str:
    """Return `[1]` as a link to the card of that source."""
    card = f"t{turn}-c{number}"
    return (
        f'<a class="marker" href="#{card}" data-do="card" data-turn="{turn}" data-targets="{card}" '
        f'aria-label="Source {number}">[{number}]</a>'
    )


def targets(claim: Claim, turn: int) -> str:
    """Return the ids of the sentences that a claim points at, separated by spaces."""
    return " ".join(dict.fromkeys(f"t{turn}-c{c.number}-s{c.sentence}" for c in claim.cites))


class _Text:
    """An answer's text, walked by offsets so that sentences and blocks agree."""

    def __init__(self, answer: Answer, turn: int) -> None:
        self._answer, self._turn = answer, turn
        self._numbers = {c.number for c in answer.citations}
        self._checked = answer.final
        self._literal = papers_words(answer)
        self._styles: list[tuple[str, int, int]] = []

    def blocks(self) -> Iterator[tuple[str, str]]:
        """Yield (kind, inner HTML) line by line; kinds are p, more, ul, ol, h and gap."""
        for kind, begin, start, end in lines(self._answer.text):
            adds = kind == "p" and self._only_adds(begin, end)
            yield "more" if adds else kind, self._inline(start, end)

    def _only_adds(self, start: int, end: int) -> bool:
        """Tell whether a paragraph of quotes is of a paper that was quoted above it: it is folded."""
        claims = [c for c in self._answer.claims if c.start < end]
        before = {cite.number for c in claims if c.end <= start for cite in c.cites}
        here = {cite.number for c in claims if c.end > start for cite in c.cites}
        return self._answer.reader == EXTRACTIVE and bool(here) and here <= before

    def _inline(self, start: int, end: int) -> str:
        """Return one block: its sentences, and the words between them; bold and italics may span several."""
        line = self._answer.text[start:end]
        self._styles = [(tag, start + left, start + right) for tag, left, right in styles(line, self._literal)]
        parts, at = [], start
        for index, claim in enumerate(self._answer.claims):
            left, right = max(claim.start, at), min(claim.end, end)
            if left >= right:
                continue
            parts += [self._words(at, left), self._claim(index, claim, left, right)]
            at = right
        return "".join([*parts, self._words(at, end)])

    def _claim(self, index: int, claim: Claim, start: int, end: int) -> str:
        words = self._words(start, end, {c.number for c in claim.cites} if self._checked else self._numbers)
        if not self._checked or claim.support is Support.NOT_CHECKED:
            return words
        is_quote = self._answer.reader == EXTRACTIVE and claim.support is Support.SUPPORTED
        if end == claim.end and not is_quote:
            tail = _TAIL.search(words)
            at = tail.start() if tail else len(words)
            words = f'{words[:at]}<span class="tail">{words[at:]}{self._mark(index, claim)}</span>'
        return (
            f'<span class="claim is-{claim.support}" data-do="evidence" data-turn="{self._turn}" '
            f'data-targets="{targets(claim, self._turn)}">{words}</span>'
        )

    def _mark(self, index: int, claim: Claim) -> str:
        sign, words = _MARKS[claim.support]
        tip = words if claim.support is Support.UNCITED else f"{words} {cited(claim)}"
        return button(
            "evidence", sign, f"audit is-{claim.support}", data_turn=self._turn,
            data_targets=targets(claim, self._turn), data_tip=tip, aria_label=f"Sentence {index + 1}: {tip}",
        )  # fmt: skip

    def _words(self, start: int, end: int, numbers: set[int] | None = None) -> str:
        """Return a stretch of text; a bracket that is none of `numbers` (default: all cited) is text, no marker."""
        shown = self._numbers if numbers is None else numbers
        within = ((tag, max(left, start), min(right, end)) for tag, left, right in self._styles)
        return "".join(in_tag(tag, self._piece(left, right, shown)) for tag, left, right in within if left < right)

    def _piece(self, start: int, end: int, numbers: set[int]) -> str:
        text, parts, at = self._answer.text[start:end], [], 0
        for match in _MARKER.finditer(text):
            if int(match[1]) in numbers:
                before = _BREAK.sub("\u00a0", text[at : match.start()])
                parts += [_plain(before), marker(match[1], self._turn)]
                at = match.end()
        return "".join([*parts, _plain(text[at:])])


def _plain(text: str) -> str:
    """Return words of an answer; a date does not break at its hyphens."""
    return _DATE.sub(r'<span class="facts">\g<0></span>', paper_text(text))


def _grouped(blocks: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Yield the blocks with their wrappers: items of one list together, lines of one paragraph with breaks."""
    wrappers = {"ul": ("<ul>", "</ul>"), "ol": ("<ol>", "</ol>"), "p": ("<p>", "</p>"), "h": ("<h3>", "</h3>")}
    wrappers["more"] = (f'<details class="more"><summary>{_MORE}</summary><p>', "</p></details>")
    before = "gap"
    for kind, inner in blocks:
        going_on = kind == before and kind != "h"
        if not going_on:
            yield wrappers.get(before, ("", ""))[1] + wrappers.get(kind, ("", ""))[0]
        elif kind == "p":
            yield "<br>"
        yield f"<li>{inner}</li>" if kind in {"ul", "ol"} else inner
        before = kind
    yield wrappers.get(before, ("", ""))[1]
