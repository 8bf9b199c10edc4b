"""Blocks of text on a page: how lines are glued to blocks, and what a block looks like, by its shape alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.base.text.addresses import arxiv_id
from rag.intake.formats.lines import Kind, Line

# ----------------------------------------------------------------------------------------------------
# What a block of text looks like: a title, an abstract, names, a notice. Judged by shape, never by subject.

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
_FULL_STOP = re.compile(r"[a-z0-9)\]$%]\. +[A-Z(\[$]|[。！？]")
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


def is_names(text: str) -> bool:
    """Tell whether a line is nothing but full names, two or more; stricter than `names`, for lines among prose."""
    parts = [part for part in _NAME_BREAK.split(text.strip()) if part] if len(text) < 2000 else []
    return len(parts) > 1 and all(len(part) < 50 and _PERSON.fullmatch(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of metadata, or one paragraph: `lines` are its lines as they stood."""

    kind: Kind
    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        """The line that the block starts with."""
        return self.lines[0]

    @property
    def text(self) -> str:
        """The block's lines as one text, line ends kept."""
        return "\n".join(line.text for line in self.lines)


# ----------------------------------------------------------------------------------------------------
# Whether what stands in the place of a title or an abstract can be one: what a page's own lines look like is neither.
#
# Gluing whatever stands between two titles would make a paper of any page; so an abstract that holds names of fields,
# buttons, lists of authors or a menu is none, and its lines are passed over. Not handled: other languages than
# English.

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


def why_no_title(block: Block) -> str | None:
    """Return why a block is no title, None where it can be one."""
    lines = [line.text for line in block.lines]
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
    if len(lines) > 1 and block.kind is not Kind.HEADING and all(len(line.strip()) < _SHORT for line in lines[:-1]):
        return "a menu or list, no title"
    return None


def why_no_abstract(block: Block) -> str | None:
    """Return why a block is no abstract, None where it can be one."""
    body = [line.text for line in block.lines if line.text.strip()]
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
    if not any(map(ends_like_prose, body)) and not _FULL_STOP.search(" ".join(body)):
        return "no abstract: no sentence ends in it"
    return None


def _is_ragged(lines: Sequence[str]) -> bool:
    """Tell whether a paragraph is a list: of its lines, all but the last, a third and at least two are short."""
    short = sum(len(line.strip()) < _SHORT for line in lines[:-1])
    return len(lines) >= _FEWEST_LINES and short >= 2 and 3 * short >= len(lines) - 1


# ----------------------------------------------------------------------------------------------------
# From lines to blocks: the lines of a paragraph glued together, and the organisation's line told from a title.
#
# Not handled: a page without blank lines whose paragraphs are wrapped at some width; only its unwrapped form is read.

LONG_LINE = 200
"""Characters from which a line cannot be a wrapped one."""


def blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a page in order, without its blank lines."""
    dense = _is_dense(lines)
    glued: list[list[Line]] = []
    open_paragraph = False
    for line in _with_organisations(lines):
        if open_paragraph and not dense and _is_wrapped(glued[-1]) and _may_be_text(line):
            line = replace(line, kind=Kind.TEXT)
        if line.kind is Kind.BLANK:
            open_paragraph = False
        elif open_paragraph and line.kind is Kind.TEXT and _belongs(glued[-1], line, dense):
            glued[-1].append(line)
        else:
            glued.append([line])
            open_paragraph = line.kind in (Kind.TEXT, Kind.HEADING)
    return [Block(paragraph[0].kind, tuple(paragraph)) for paragraph in glued]


def _belongs(paragraph: Sequence[Line], line: Line, dense: bool) -> bool:
    """Tell whether a line goes on with the paragraph above it."""
    if paragraph[0].kind is Kind.HEADING:
        return line.text[:1].isspace()
    if len(paragraph) <= 2 and (is_names(line.text) or is_names(paragraph[0].text)):
        return False  # the authors, between a title and its abstract
    if len(line.text) >= LONG_LINE and len(paragraph) == 1 and len(paragraph[0].text) < LONG_LINE:
        return False  # a title directly above its unwrapped abstract
    return not dense


def _is_wrapped(paragraph: Sequence[Line]) -> bool:
    if paragraph[-1].kind is not Kind.TEXT:
        return False
    return any(40 <= len(line.text) <= 120 for line in (paragraph[0], paragraph[-1]))


def _may_be_text(line: Line) -> bool:
    """ "Models" as the last word of a wrapped title, or a link to code as a line of a wrapped abstract."""
    return line.kind is Kind.PAGE or (line.kind is Kind.LINK and arxiv_id(line.url) is None)


def _is_dense(lines: Sequence[Line]) -> bool:
    """Tell whether the page has lost its blank lines, so that each of its lines is a paragraph of its own."""
    blank = sum(line.kind is Kind.BLANK for line in lines)
    long = sum(len(line.text) >= LONG_LINE for line in lines)
    return long > 0 and blank < 0.1 * len(lines)


def _with_organisations(lines: Sequence[Line]) -> Iterator[Line]:
    """Mark as organisation the short line before a dot and a date, where an abstract stands before it."""
    marked = list(lines)
    solid = [place for place, line in enumerate(lines) if line.kind not in (Kind.BLANK, Kind.LINK, Kind.EXTRA)]
    for before, here, dot, after in zip(solid, solid[1:], solid[2:], solid[3:], strict=False):
        if lines[dot].kind is not Kind.DOT or lines[here].kind is not Kind.TEXT or len(lines[here].text) > 100:
            continue
        is_date = lines[after].kind is Kind.DATE and lines[before].kind in (Kind.TEXT, Kind.HEADING)
        is_card = lines[after].kind is Kind.AUTHORS and lines[before].kind in (Kind.TEXT, Kind.HEADING)
        if is_date or is_card:
            marked[here] = replace(lines[here], kind=Kind.ORGANISATION, text=lines[here].text.strip())
    return iter(marked)
