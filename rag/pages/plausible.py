"""Whether what stands in the place of a title or an abstract can be one: what a page's own lines look like is neither.

Gluing whatever stands between two titles would make a paper of any page; so an abstract that holds names of fields,
buttons, lists of authors or a menu is none, and its lines are passed over. Not handled: other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.pages.shape import is_names

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
_ITEM = re.compile(r"\s*[-*+•]\s.*\]\(https?://|\s*[-*+•]\s*\[")
_NO_TITLE = re.compile(r"\s*(?:@\w+|replying to\b.*|https?://\S+|[^\s@]+@[^\s@]+\.\w+|by [A-Z].{0,60}\|.*)\s*", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORT = 30
"""Characters below which a line that is not the last of its paragraph was not wrapped, but is an item of a list."""
_FEWEST_LINES = 3
_FIRST_LINES = 4
"""Lines of a paragraph among which authors would stand; further down, a list of names is what the abstract lists."""


def why_no_title(lines: Sequence[str], is_heading: bool = False) -> str | None:
    """Return why a block is no title, None where it can be one; `is_heading` says that the page marks it as one."""
    text = " ".join(lines).strip()
    if _COUNTED.fullmatch(text):
        return "a count of results, no title"
    if _TAG.match(text) or _FIELD.match(f"{text} ") or _LISTED.search(text):
        return "a named field, no title"
    if _NO_TITLE.fullmatch(text) or _BUTTON.fullmatch(text) or not _WORD.search(text):
        return "no title: an address, a button or a number"
    if len(lines) > 1 and not is_heading and all(len(line.strip()) < _SHORT for line in lines[:-1]):
        return "a menu or list, no title"
    return None


def why_no_abstract(lines: Sequence[str]) -> str | None:
    """Return why a block is no abstract, None where it can be one."""
    body = [line for line in lines if line.strip()]
    if any(map(_LISTED.search, body)) or any(_FIELD.match(line) for line in body[1:]):
        return "no abstract: other fields' names stand in it"
    if sum(_TAG.match(line) is not None for line in body) > 1:
        return "no abstract: other fields' tags stand in it"
    if any(_BUTTON.fullmatch(line) or _COUNTED.fullmatch(line) for line in body):
        return "no abstract: the page's buttons stand in it"
    if sum(_ITEM.match(line) is not None for line in body) > 1:
        return "no abstract: a list of links"
    if len(body) > 1 and any(map(is_names, body[:_FIRST_LINES])):
        return "no abstract: a line of names stands in it"
    if _is_ragged(body):
        return "no abstract: a list of short lines"
    return None


def _is_ragged(lines: Sequence[str]) -> bool:
    """Tell whether a paragraph is a list: of its lines, all but the last, a third and at least two are short."""
    short = sum(len(line.strip()) < _SHORT for line in lines[:-1])
    return len(lines) >= _FEWEST_LINES and short >= 2 and 3 * short >= len(lines) - 1
