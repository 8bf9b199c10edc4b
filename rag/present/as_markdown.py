"""An answer, or kept answers, as Markdown: lists, bold and italics are mark-up, and nothing that a paper wrote is.

Lines stay lines; what looks like a link, a formula or HTML is shown as it was written, and so is every quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.base.text.cleaning import without_controls
from rag.nouns import Answer, Citation, Paper
from rag.present.blocks import Piece, inline_pieces, markup_blocks, papers_words, prose
from rag.present.collection import TITLE, AnswerCollection
from rag.present.references import address, byline, date, marked_sentences, quotation, title

_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$^&@]|:(?=//)|(?<=www)\.", re.I)
_LINE_SIGN = re.compile(r"^([ \t]*)(?:([-+=])|(\d{1,9})([.)]))", re.M)
_MARKS = {"": "", "em": "*", "strong": "**", "code": "`"}
_BEGIN = {"ul": "- ", "h": "### "}
_INDENT = re.compile(r"^[ \t]+", re.M)


def escape_markdown(text: str) -> str:
    """Return `text` so that Markdown shows it as it is, line by line."""
    text = _at_line_start(_escaped(text))
    return _INDENT.sub(lambda found: "&nbsp;" * min(len(found[0].expandtabs(4)), 12), text)


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", without_controls(text)).replace("\\&", "&amp;").replace("\\<", "&lt;")


def _at_line_start(text: str) -> str:
    """Return Markdown in which no line begins a list or underlines the one above it."""
    return _LINE_SIGN.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}", text
    )


def line_to_markdown(text: str) -> str:
    """Return text as Markdown on one line."""
    return escape_markdown(" ".join(text.split()))


def link_to_markdown(paper: Paper) -> str:
    """Return a paper's title with its link as Markdown; beside it where that is no more than a search."""
    found, name = address(paper), line_to_markdown(title(paper))
    return f"{name} ([search]({found.url}))" if found.is_search else f"[{name}]({found.url})"


def answer_to_markdown(answer: Answer) -> str:
    """Return the answer and what stands below it as Markdown; the only links are those of the catalogue's papers."""
    literal = papers_words(answer)
    parts = [
        *_told(answer),
        _listed("Sources", (_reference(f"\\[{one.number}\\] {_entry(one.paper)}", one) for one in answer.citations)),
        _listed("Related titles, not evidence", map(_entry, answer.related)),
        _doubts(answer),
        _listed("Notes", (prose_line(note, literal) for note in answer.warnings)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def collection_to_markdown(collection: AnswerCollection) -> str:
    """Return the document as Markdown, in which nothing that a paper, a model or a person wrote is mark-up."""
    parts = [f"# {TITLE}"]
    for answer, note in collection.answers:
        parts += [f"## {line_to_markdown(answer.question)}", _note(note), *_told(answer), _doubts(answer)]
    entries = []
    for one in collection.references:
        by = line_to_markdown(byline(one.paper))
        entries.append(_reference(f"{one.number}. {by}{'. ' * bool(by)}{link_to_markdown(one.paper)}", one))
    parts += ["## References", "\n".join(entries)] if entries else []
    return "\n\n".join(filter(None, parts)) + "\n"


def _note(note: str) -> str:
    """Return a person's note as a quotation: paragraphs stay paragraphs, lines end with a backslash."""
    paragraphs = re.split(r"\n(?:[^\S\n]*\n)+", escape_markdown(note).strip("\n"))
    told = "\n\n".join(paragraph.replace("\n", "\\\n") for paragraph in paragraphs)
    return re.sub("^", "> ", told, flags=re.M) if note else ""


def _told(answer: Answer) -> Iterator[str]:
    """Yield what an answer says, its table last."""
    yield prose_to_markdown(prose(answer), papers_words(answer))
    if table := answer.table:
        rows = [["–" if cell is None else line_to_markdown(str(cell)) for cell in row] for row in table.rows]
        lines = [list(map(line_to_markdown, table.columns)), ["---"] * len(table.columns), *rows]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _doubts(answer: Answer) -> str:
    literal = papers_words(answer)
    return _listed("To check", (f"{mark}: {prose_line(said, literal)}" for mark, said in marked_sentences(answer)))


def prose_to_markdown(text: str, literal: Sequence[str] = ()) -> str:
    """Return an answer's text as Markdown, a blank line between its blocks; `literal` is what papers say."""
    told = []
    for kind, lines in markup_blocks(text, literal):
        begun = ((f"{sign[:-1]}. " if kind == "ol" else _BEGIN.get(kind, "")) + _styled(said) for sign, said in lines)
        told.append(("\\\n" if kind == "p" else "\n").join(begun))
    return "\n\n".join(told)


def prose_line(text: str, literal: Sequence[str] = ()) -> str:
    """Return a line of an answer, or about it, as Markdown."""
    return _styled(inline_pieces(" ".join(text.split()), literal))


def _styled(said: Sequence[Piece]) -> str:
    """Return one line's pieces between their signs."""
    told = ((_MARKS[tag], without_controls(words) if tag == "code" else _escaped(words)) for tag, words in said)
    return _at_line_start("".join(f"{mark}{words}{mark}" for mark, words in told))


def _listed(title: str, entries: Iterable[str]) -> str:
    lines = [f"- {entry}" for entry in entries]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""


def _reference(head: str, citation: Citation) -> str:
    """Return a reference with the sentences cited of it."""
    return "\n".join([head, *(f"    - {line_to_markdown(quotation(sentence))}" for sentence in citation.sentences)])


def _entry(paper: Paper) -> str:
    return f"{link_to_markdown(paper)} {line_to_markdown(date(paper))}".rstrip()
