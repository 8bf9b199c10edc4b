"""An answer as Markdown, in which nothing that a paper, a model or a person wrote is mark-up.

Lines stay lines; what looks like emphasis, a list, a link, a formula or HTML is shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.base.text.cleaning import without_controls
from rag.nouns import Answer, Citation, Paper
from rag.present.references import address, date, marked, quotation, title

_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$^&@]|:(?=//)|(?<=www)\.", re.I)
_LINE_SIGN = re.compile(r"^([ \t]*)(?:([-+=])|(\d{1,9})([.)]))", re.M)
_INDENT = re.compile(r"^[ \t]+", re.M)


def escape_markdown(text: str) -> str:
    """Return `text` so that Markdown shows it as it is, line by line."""
    text = _SIGNS.sub(r"\\\g<0>", without_controls(text)).replace("\\&", "&amp;").replace("\\<", "&lt;")
    text = _LINE_SIGN.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}", text
    )
    return _INDENT.sub(lambda found: "&nbsp;" * min(len(found[0].expandtabs(4)), 12), text)


def line_to_markdown(text: str) -> str:
    """Return text as Markdown on one line."""
    return escape_markdown(" ".join(text.split()))


def table_to_markdown(rows: Sequence[Sequence[object]]) -> str:
    """Return rows, the first of them the headings, as a table in Markdown."""
    head, *body = ([line_to_markdown(str(cell)) for cell in row] for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))


def link_to_markdown(paper: Paper) -> str:
    """Return a paper's title with its link as Markdown; beside it where that is no more than a search."""
    found, name = address(paper), line_to_markdown(title(paper))
    return f"{name} ([search]({found.url}))" if found.is_search else f"[{name}]({found.url})"


def answer_to_markdown(answer: Answer) -> str:
    """Return the answer and what stands below it as Markdown; the only links are those of the catalogue's papers."""
    blocks = [
        with_titles(text_to_markdown(answer.text), answer),
        _table(answer),
        "\n".join(line for citation in answer.citations for line in _reference(citation)),
        _listed("Related titles, not evidence", (_entry(paper) for paper in answer.related)),
        _listed("To check", (f"{mark}: {line_to_markdown(sentence)}" for mark, sentence in marked(answer))),
        _listed("Notes", map(line_to_markdown, answer.warnings)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def text_to_markdown(text: str) -> str:
    """Return text so that Markdown shows it as it is: paragraphs stay paragraphs, lines end with a backslash."""
    paragraphs = re.split(r"\n(?:[^\S\n]*\n)+", escape_markdown(text).strip("\n"))
    return "\n\n".join(paragraph.replace("\n", "\\\n") for paragraph in paragraphs)


def with_titles(text: str, answer: Answer) -> str:
    """Return an answer's text as Markdown with the titles of its papers in italics, as code wrote them."""
    return in_italics(text, titles(answer))


def titles(answer: Answer) -> tuple[str, ...]:
    """Return the titles that an answer's text may name."""
    shown = (passage.paper for passage in answer.evidence)
    papers = (*(citation.paper for citation in answer.citations), *answer.related, *shown)
    return tuple(dict.fromkeys(title(paper) for paper in papers))


def in_italics(text: str, names: Iterable[str]) -> str:
    """Return Markdown in which the asterisks about these names are mark-up."""
    for name in map(line_to_markdown, names):
        text = text.replace(f"\\*{name}\\*", f"*{name}*")
    return text


def _table(answer: Answer) -> str:
    """Return the answer's table, a line a row; nothing where there is none."""
    return table_to_markdown((answer.table.columns, *answer.table.rows)) if answer.table else ""


def _listed(title: str, entries: Iterator[str]) -> str:
    lines = [f"- {entry}" for entry in entries]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""


def _reference(citation: Citation) -> Iterator[str]:
    yield f"- \\[{citation.number}\\] {_entry(citation.paper)}"
    for sentence in citation.sentences:
        yield f"    - {line_to_markdown(quotation(sentence))}"


def _entry(paper: Paper) -> str:
    return f"{link_to_markdown(paper)} {line_to_markdown(date(paper))}".rstrip()
