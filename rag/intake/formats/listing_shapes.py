"""What a block of text on a page looks like (a title, an abstract, names, a notice), by its shape, not its subject.

Gluing whatever stands between two titles would make a paper of any page; so an abstract that holds names of fields,
buttons, lists of authors or a menu is none. Not handled: other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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
_SENTENCE_BREAK = re.compile(r"[a-z0-9)\]$%]\. +[A-Z(\[$]|[。！？]")
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
    if size > LONGEST_TITLE or (size >= 100 and _SENTENCE_BREAK.search(text)):
        return True
    return size >= (40 if after_title else 80) and text.rstrip().endswith((".", "。"))


def people_listed(text: str) -> tuple[str, ...]:
    """Return the people that a line of names lists, but for a fifth; an empty tuple when it is not such a line."""
    parts, people = _people(text)
    is_list = people >= 0.8 * len(parts) and not text.rstrip().endswith((".", "?", ":"))
    return tuple(part.rstrip("*†‡0123456789") for part in parts) if is_list else ()


def is_names(text: str) -> bool:
    """Tell whether a line is nothing but full names, two or more; `people_listed`, for lines apart, asks for less."""
    parts, people = _people(text)
    return 0 < people == len(parts)


def _people(text: str) -> tuple[list[str], int]:
    """Return the parts of a line that may list names, and how many of them are names; no parts of any other line."""
    parts = [part for part in _NAME_BREAK.split(" ".join(text.split())) if part] if len(text) < 4000 else []
    people = sum(len(part) < 50 and _PERSON.fullmatch(part) is not None for part in parts)
    return (parts, people) if len(parts) > 1 else ([], 0)


# ----------------------------------------------------------------------------------------------------
# Whether what stands in the place of a title or an abstract can be one: what a page's own lines look like is neither.

_FIELD = re.compile(
    r"\s*(?:title|authors?|abstract|subjects?|comments|journal[ -]ref|submission number|primary area|published"
    r"|anthology id|pmid|doi|source|affiliations?|venue)\s?:\s",
    re.I,
)
_TAG = re.compile(
    r"\s*(?:PMID|OWN|STAT|DCOM|LR|IS|VI|IP|DP|TI|T1|PG|LID|AB|N2|FAU|AU|A1|AD|LA|PT|PL|TA|JT|JID|SB|MH|TY|PY|Y1|DA|UR"
    r"|DO|KW|JO|SP|EP|ER) {0,2}-(?: |$)"
)
_LISTED = re.compile(r"arXiv:(?:\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?\s*\[|▽\s*More|△\s*Less")
_BUTTON = re.compile(
    r"\s*(?:(?:save|cite|share|download|expand|alert|pdf|html|bib|abs|metrics|reply|item in clipboard"
    r"|get citation alerts?"
    r"|view (?:all|pdf|abstract|\d+ excerpts?.*)|show (?:more|less|details|abstract)|hide (?:details|abstract)"
    r"|add to (?:library|cart|folder)|\[(?:pdf|html|book|citation)\].*|tl;?dr|cited by[: ]\s?\d+.*|related articles.*"
    r"|all \d+ versions.*|total (?:citations|downloads)\W*\d.*|sign in|log in|read more|full text)\b[\s·|,]*)+",
    re.I,
)
_COUNTED = re.compile(
    r"\s*(?:(?:showing|about|page|displaying|results?)\b.{0,40}\d.*\bresults?\b.*|\d[\d,.]*\s+results?\b.*"
    r"|showing \d.*|page \d+ of \d+.*)",
    re.I,
)
_MARKS = re.compile(r"\*\*|\]\(https?:|\",\"|\t[^\t]+\t|^\s*(?:[-+•]\s|<[a-z/!?]|\{)", re.I)
_ITEM = re.compile(r"\s*[-*+•]\s.*\]\(https?://|\s*[-*+•]\s*\[")
_NO_TITLE = re.compile(
    r"\s*(?:@\w+|replying to\b.*|https?://\S+|[^\s@]+@[^\s@]+\.\w+|by [A-Z].{0,60}\|.*"
    r"|(?:dear|hi|hello|thanks)(?: [\w.]+){0,2},?)\s*",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORT = 30
"""Characters below which a line that is not the last of its paragraph was not wrapped, but is an item of a list."""
_FEWEST_LINES = 3
_FIRST_LINES = 4
"""Lines of a paragraph among which authors would stand; further down, a list of names is what the abstract lists."""


def why_no_title(title: str, *, is_heading: bool) -> str | None:
    """Return why the lines of a block are no title, None where they can be one."""
    lines = title.split("\n")
    text = " ".join(lines).strip()
    if _COUNTED.fullmatch(text):
        return "a count of results, no title"
    if _MARKS.search(text):
        return "no title: marks of a list or a table stand in it"
    if _TAG.match(text) or _FIELD.match(f"{text} ") or _LISTED.search(text):
        return "a named field, no title"
    if text.endswith(":"):
        return "a label, no title"
    if _NO_TITLE.fullmatch(text) or _BUTTON.fullmatch(text) or not _WORD.search(text):
        return "no title: an address, a button or a number"
    if len(lines) > 1 and not is_heading and all(len(line.strip()) < _SHORT for line in lines[:-1]):
        return "a menu or list, no title"
    return None


def why_no_abstract(text: str) -> str | None:
    """Return why the lines of a block are no abstract, None where they can be one."""
    lines = [line for line in text.split("\n") if line.strip()]
    if any(map(_LISTED.search, lines)) or any(map(_FIELD.match, lines[1:])):
        return "no abstract: other fields' names stand in it"
    if sum(map(bool, map(_TAG.match, lines))) > 1:
        return "no abstract: other fields' tags stand in it"
    if any(map(_BUTTON.fullmatch, lines)) or any(map(_COUNTED.fullmatch, lines)):
        return "no abstract: the page's buttons stand in it"
    if sum(map(bool, map(_ITEM.match, lines))) > 1:
        return "no abstract: a list of links"
    if len(lines) > 1 and any(map(is_names, lines[:_FIRST_LINES])):
        return "no abstract: a line of names stands in it"
    if _is_ragged(lines):
        return "no abstract: a list of short lines"
    if not any(map(ends_like_prose, lines)) and not _SENTENCE_BREAK.search(" ".join(lines)):
        return "no abstract: no sentence ends in it"
    return None


def _is_ragged(lines: Sequence[str]) -> bool:
    """Tell whether a paragraph is a list: of its lines, all but the last, a third and at least two are short."""
    short = sum(len(line.strip()) < _SHORT for line in lines[:-1])
    return len(lines) >= _FEWEST_LINES and short >= 2 and 3 * short >= len(lines) - 1
