"""An answer as plain text for a terminal or a file: nothing is wrapped, nothing can move a cursor."""

from __future__ import annotations

from collections.abc import Iterator

from rag.nouns import Answer, Citation, Paper
from rag.present.references import address, date, marked, quotation, title
from rag.text.controls import without_controls


def terminal_safe(text: str) -> str:
    """Return `text` fit for printing: no control or escape characters, nothing invisible or reordering."""
    return without_controls(text)


def answer_to_text(answer: Answer) -> str:
    """Return the answer, its references with the cited sentences, related titles, marks, warnings, what to ask next."""
    blocks = [
        [answer.text],
        [line for citation in answer.citations for line in _reference(citation, answer.text)],
        _titled("Related titles, not evidence:", (_entry(paper) for paper in answer.related)),
        _titled("To check:", (f"{mark}: {sentence}" for mark, sentence in marked(answer))),
        _titled("Notes:", answer.warnings),
        [f"Ask next: {' '.join(answer.next_questions)}"] if answer.next_questions else [],
    ]
    return terminal_safe("\n\n".join("\n".join(lines) for lines in blocks if any(lines)))


def _titled(title: str, lines: Iterator[str] | tuple[str, ...]) -> list[str]:
    listed = [f"- {' '.join(line.split())}" for line in lines]
    return [title, *listed] if listed else []


def _reference(citation: Citation, text: str) -> Iterator[str]:
    """Yield the reference, then the cited sentences that the answer does not quote itself."""
    yield f"[{citation.number}] {_entry(citation.paper)}"
    for sentence in citation.sentences:
        if sentence.quote not in text:
            yield f"    {' '.join(quotation(sentence).split())}"


def _entry(paper: Paper) -> str:
    """Return title, date and the paper's own link; a search for its title would be longer than the title itself."""
    found = address(paper)
    where = "" if found.is_search else f". {found.url}"
    return f"{title(paper)}{date(paper)}{where}"
