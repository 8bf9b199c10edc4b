"""The table that an answer may carry, as HTML."""

from __future__ import annotations

import re

from rag.nouns import Answer
from rag.page.answer_html import marker
from rag.page.markup import attribute, paper_text

_MARKER = re.compile(r"\[(\d{1,3})\]$")


def table_html(answer: Answer, turn: int) -> str:
    """Return the answer's table `{"columns": [...], "rows": [[...]]}`, or nothing where there is none."""
    table = answer.table or {}
    columns, rows = table.get("columns"), table.get("rows")
    if not isinstance(columns, list | tuple) or not isinstance(rows, list | tuple):
        return ""
    head = "".join(f'<th scope="col">{paper_text(str(c))}</th>' for c in columns)
    numbers = {citation.number for citation in answer.citations}
    body = "".join(f"<tr>{''.join(_cell(c, n, numbers, turn) for n, c in enumerate(row))}</tr>" for row in rows)
    caption = attribute(str(table.get("caption") or "Table of the answer"))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(value: object, column: int, numbers: set[int], turn: int) -> str:
    """Return one cell, the marker at its end as a link; the first of a row is the row's heading."""
    text = "–" if value is None else str(value)
    found = _MARKER.search(text)
    inner = paper_text(text)
    if found and int(found[1]) in numbers:
        inner = f"{paper_text(text[: found.start()].rstrip())}\u00a0{marker(found[1], turn)}"
    return f"<td>{inner}</td>" if column else f'<th scope="row">{inner}</th>'
