"""Answers and receipts as plain text, for a terminal or a file: nothing is wrapped, nothing can move a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.base.text import plural, shortened
from rag.base.text.cleaning import without_controls
from rag.nouns import Answer, Citation, FileReceipt, Paper, Previewed, Receipt
from rag.present.references import address, date, marked_sentences, quotation, title


def answer_to_text(answer: Answer) -> str:
    """Return the answer, its references with the cited sentences, related titles, marks, warnings, what to ask next."""
    blocks = [
        [answer.text],
        [line for citation in answer.citations for line in _reference(citation, answer.text)],
        _titled("Related titles, not evidence:", map(_entry, answer.related)),
        _titled("To check:", (f"{mark}: {sentence}" for mark, sentence in marked_sentences(answer))),
        _titled("Notes:", answer.warnings),
        [f"Ask next: {' · '.join(answer.next_questions)}"] if answer.next_questions else [],
    ]
    return without_controls("\n\n".join("\n".join(lines) for lines in blocks if any(lines)))


def _titled(title: str, lines: Iterable[str]) -> list[str]:
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


# ----------------------------------------------------------------------------------------------------
# The receipt of an `add` as plain text: file by file what was found, missing and passed over, then the counts.

_LONGEST = 80
"""Characters of a block that was passed over."""


def receipt_to_text(receipt: Receipt, *, dry_run: bool = False) -> str:
    """Return the receipt for a person."""
    added = "; this is what would be added:" if receipt.found else ", and nothing would be:"
    head = f"Nothing was stored{added}\n" if dry_run else ""
    counts = f"{receipt.new:,} new, {receipt.updated:,} updated, {receipt.unchanged:,} unchanged"
    lines = [line for file in receipt.files for line in _file_lines(file)]
    return head + "\n".join([*lines, f"{plural(receipt.found, 'paper')}: {counts}."])


def missing_in_words(file: FileReceipt) -> str:
    """Return which fields the records of a file lack, and how many of them; empty where none is lacking."""
    return ", ".join(f"{count:,} without {field}" for field, count in file.missing.items() if count)


def _file_lines(file: FileReceipt) -> list[str]:
    lines = [f"{file.path}: {plural(file.records, 'record')} ({file.format})"]
    if missing := missing_in_words(file):
        lines.append(f"  missing: {missing}")
    lines += [f"  {_previewed(paper)}" for paper in file.papers]
    lines += [f"  passed over {file.path}:{s.line or '?'}: {s.why}: {s.text[:_LONGEST]}" for s in file.skipped]
    return lines + [f"  note: {warning}" for warning in file.warnings]


def _previewed(paper: Previewed) -> str:
    """Return a paper of a preview: its number, title and how its abstract begins."""
    begins = shortened(" ".join(paper.abstract.split()), _LONGEST)
    mark = "" if paper.is_sure else " (not sure to be a paper: added only with --unsure)"
    return f"{paper.number}. {paper.title or '(no title)'}{mark}: {begins or '(no abstract)'}"
