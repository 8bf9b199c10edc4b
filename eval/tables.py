"""What a report shows, as tables of text: one form for the terminal, Markdown and HTML alike."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the first column is text, the others are aligned right. `note` says how to read it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def to_text(table: Table) -> str:
    """Return the table in columns for a terminal."""
    lines = [table.header, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.header))]
    body = ["  ".join(_pad(cell, widths[i], i) for i, cell in enumerate(line)).rstrip() for line in lines]
    rule = "  ".join("-" * w for w in widths)
    note = [*wrap(table.note, 100), ""] if table.note else []
    return "\n".join([table.title, "", *note, body[0], rule, *body[1:]])


def to_markdown(table: Table) -> str:
    """Return the table as Markdown with its heading and note."""
    rule = "|" + "|".join(["---", *["--:"] * (len(table.header) - 1)]) + "|"
    lines = [_markdown_row(table.header), rule, *(_markdown_row(row) for row in table.rows)]
    return "\n".join([f"## {table.title}", "", *([table.note, ""] if table.note else []), *lines, ""])


def to_html(table: Table, above: str = "") -> str:
    """Return the table as an HTML section, everything escaped; `above` is markup set before it, such as a plot."""
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in table.header)
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    note = f"<p>{html.escape(table.note)}</p>" if table.note else ""
    body = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f"<section><h2>{html.escape(table.title)}</h2>{note}{above}{body}</section>"


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure as text: fewer digits above 10, a dash for none."""
    if value is None or value != value:
        return "–"
    return f"{value:,.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else digits}f}"


def share(k: float, n: float) -> str:
    """Return `k/n`, or a dash where n is 0."""
    return f"{k:g}/{n:g}" if n else "–"


def _pad(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
