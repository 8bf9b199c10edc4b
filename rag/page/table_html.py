"""The table that an answer may carry, as HTML."""

from __future__ import annotations

from rag.nouns import Answer
from rag.page.markup import attribute, paper_text


def table_html(answer: Answer) -> str:
    """Return the answer's table `{"columns": [...], "rows": [[...]]}`, or nothing where there is none."""
    table = answer.table or {}
    columns, rows = table.get("columns"), table.get("rows")
    if not isinstance(columns, list | tuple) or not isinstance(rows, list | tuple):
        return ""
    head = "".join(f'<th scope="col">{paper_text(str(c))}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(c)}</td>' for c in row)}</tr>" for row in rows)
    caption = attribute(str(table.get("caption") or "Table of the answer"))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    return "–" if value is None else paper_text(str(value))
