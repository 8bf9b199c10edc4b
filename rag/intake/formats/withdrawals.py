"""Whether a record tells that its paper was withdrawn or retracted: in its abstract, its title, or a field of its own.

Not handled: notices in other languages than English, and expressions of concern.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.nouns import Record

_SUBJECT = r"(?:this|the)\s+(?:\w+\s+){0,2}?(?:paper|article|manuscript|submission|preprint|work|document|note|version)"
_GONE = r"(?:withdrawn|retracted|removed\s+(?:by|at|due|because))"
_NOTICE = re.compile(
    rf"\W*(?:(?:note|notice|comment)s?:\s*)?"
    rf"(?:{_SUBJECT}\s+(?:has\s+(?:now\s+)?been|is|was|had\s+to\s+be|will\s+be)"
    rf"\s+(?:temporarily\s+|voluntarily\s+)?{_GONE}"
    r"|(?:withdrawn|retracted)\b(?:\W*$|\W*(?:by|due|because|at|article)\b)"
    r"|(?:the\s+)?authors?\s+(?:have\s+|has\s+)?(?:withdrawn|retracted|withdrew)\b|paper\s+withdrawn\b)",
    re.I,
)
_TITLE = re.compile(
    r"\s*[\[(]?\s*(retracted|withdrawn|retraction|removed)(?:\s+(?:article|paper|publication|preprint))?"
    r"\s*(?:[\])]\s*:?|:)\s*",
    re.I,
)
LONGEST_NOTICE = 1200
"""Characters up to which a text that begins as a notice is nothing else; a longer one has its abstract behind it."""


def with_withdrawal(record: Record) -> Record:
    """Return the record marked as withdrawn where its title or abstract says so; a notice is no abstract."""
    title, word = without_mark(record.title)
    if notice := _notice_in(record.abstract):
        told = record.withdrawn if record.withdrawn and not word else notice
        return replace(record, title=title, abstract="", withdrawn=told, original=record.original or record.abstract)
    return replace(record, title=title, withdrawn=record.withdrawn or word) if word else record


def without_mark(title: str) -> tuple[str, str | None]:
    """Return a title without `RETRACTED: ` or its like before it, and that word as the notice.

    >>> without_mark("RETRACTED ARTICLE: Values of wards"), without_mark("Retracted papers in medicine")
    (('Values of wards', 'Retracted.'), ('Retracted papers in medicine', None))
    """
    found = _TITLE.match(title)
    if found is None or not title[found.end() :]:
        return title, None
    word = "Withdrawn" if found[1].casefold().startswith(("withdr", "remov")) else "Retracted"
    return title[found.end() :], f"{word}."


def _notice_in(text: str) -> str | None:
    """Return an abstract that is nothing but a notice; None for any other."""
    return text if text and len(text) <= LONGEST_NOTICE and _NOTICE.match(text) else None


def notice_from(flag: object) -> str | None:
    """Return the notice of a field that says whether a paper was retracted, or how, or of what kinds it is."""
    if isinstance(flag, str):
        return flag.strip() or None
    if isinstance(flag, list):
        flag = any("retracted publication" in str(kind).casefold() for kind in flag)
    return "Retracted." if flag is True else None
