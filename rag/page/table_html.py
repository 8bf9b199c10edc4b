"""The table that an answer may carry, as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.nouns import Answer
from rag.page.answer_html import marker
from rag.page.markup import attribute, paper_text
from rag.readers.comparing import ABSENT

_MARKER = re.compile(r"\[(\d{1,3})\]$")


def table_html(answer: Answer, turn: int) -> str:
    """Return the answer's table `{"columns": [...], "rows": [[...]]}`, or nothing where there is none."""
    table = answer.table or {}
    columns, rows = table.get("columns"), table.get("rows")
    if not isinstance(columns, list | tuple) or not isinstance(rows, list | tuple):
        return ""
    head = "".join(f'<th scope="col">{paper_text(str(c))}</th>' for c in columns)
    labels = [attribute(str(c)) for c in columns]
    numbers = {citation.number for citation in answer.citations}
    body = "".join(_row(row, labels, numbers, turn) for row in rows)
    caption = attribute(str(table.get("caption") or "Table of the answer"))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="sides" style="--sides:{len(columns) - 1}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[object], labels: list[str], numbers: set[int], turn: int) -> str:
    """Return one row, whose first cell is its heading."""
    cells = "".join(_cell(c, labels[n : n + 1], numbers, turn) for n, c in enumerate(row[1:], start=1))
    return f'<tr><th scope="row">{paper_text(str(row[0]))}</th>{cells}</tr>' if row else ""


def _cell(value: object, label: list[str], numbers: set[int], turn: int) -> str:
    """Return one cell, the marker at its end as a link; `label` is what stands above it, on narrow screens in it."""
    text = "–" if value is None else str(value)
    found = _MARKER.search(text)
    inner = paper_text(text)
    if found and int(found[1]) in numbers:
        inner = f"{paper_text(text[: found.start()].rstrip())}\u00a0{marker(found[1], turn)}"
    absent = ' class="absent"' if text == ABSENT else ""
    return f'<td data-label="{label[0] if label else ""}"{absent}>{inner}</td>'
