"""What a block of text looks like: a title, an abstract, names, a notice. Judged by shape, never by subject."""

from __future__ import annotations

import re

LONGEST_TITLE = 300
"""Characters from which a block of a listing page is no title; the longest of 75,000 real ones has 226."""

_NOTICE = re.compile(
    r"(?:we|this (?:web ?site|site|page)|our (?:web ?site|site|partners))\b(?: and our (?:\w+ )?partners)?"
    r"(?: may| also)* (?:uses?|stores?|sets?)\b.{0,40}\bcookies|accept (?:all )?cookies"
    r"|by (?:clicking|continuing|using this)\b.{0,120}\b(?:agree|accept|consent)"
    r"|please enable javascript|you need to enable javascript"
    r"|checking your browser|verify(?:ing)? (?:that )?you are human",
    re.I | re.S,
)
_SENTENCE_BREAK = re.compile(r"[a-z0-9)\]$%][.!?] +[A-Z(\[$]")
_NAME = re.compile(r"(?:[^\W\d_][\w.'’\-]*\.?\s+){1,4}(?:[^\W\d_a-z][\w.'’\-]*)[*†‡\d]{0,3}")
_NAME_BREAK = re.compile(r"\s*(?:[,;·|]|\band\b|&)\s*")

_PERSON = re.compile(
    r"[^\W\d_a-z][\w.'’\-]*(?:\s+(?:[^\W\d_a-z][\w.'’\-]*|van|von|der|den|de|del|della|di|da|dos|la|le|el|al|bin|ter)){0,3}"
    r"\s+[^\W\d_a-z][\w.'’\-]*[*†‡\d]{0,3}"
)


def is_notice(text: str) -> bool:
    """Tell whether a text is a cookie banner or its like, put where an abstract should stand."""
    return _NOTICE.match(text[:400].lstrip()) is not None


def ends_like_prose(text: str) -> bool:
    """Tell whether a text ends as a sentence does."""
    return text.rstrip().rstrip("\"'”’)]}*").endswith((".", "!", "?", "…", "。"))


def reads_as_abstract(text: str, after_title: bool) -> bool:
    """Tell whether a block can be an abstract: long, or prose that ends in a full stop.

    `after_title` says that a heading stands before it, where a short one is an abstract too.
    """
    size = len(text)
    if size > LONGEST_TITLE:
        return True
    if size >= 100 and _SENTENCE_BREAK.search(text):
        return True
    return size >= (40 if after_title else 80) and text.rstrip().endswith((".", "。"))


def names(text: str) -> tuple[str, ...]:
    """Return the people that a line of names lists; an empty tuple when it is not such a line."""
    if len(text) > 4000:
        return ()
    parts = [part for part in _NAME_BREAK.split(" ".join(text.split())) if part]
    if len(parts) < 2 or text.rstrip().endswith((".", "?", ":")):
        return ()
    people = [part for part in parts if len(part) < 50 and _NAME.fullmatch(part)]
    return tuple(part.rstrip("*†‡0123456789") for part in parts) if len(people) >= 0.8 * len(parts) else ()


def is_names(text: str, fewest: int = 2) -> bool:
    """Tell whether a line is nothing but full names, two or more; stricter than `names`, for lines among prose."""
    parts = [part for part in _NAME_BREAK.split(text.strip()) if part] if len(text) < 2000 else []
    return len(parts) >= fewest and all(len(part) < 50 and _PERSON.fullmatch(part) for part in parts)
