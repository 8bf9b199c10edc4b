"""A model's draft cut into text, pointers and links: in which brackets a pointer may stand, thoughts taken off.

Every expression here is bounded or stops at the next bracket, so that a megabyte of brackets takes linear time. Not
handled: pointers across lines, titles inside Markdown links (`[a](b "c")`; an address in one is a bare address).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.base.text.addresses import DOTS, URL, WIDE, split_url
from rag.base.text.cleaning import without_controls
from rag.base.text.word_lists import word_list
from rag.cite.pointers import Parsed, Pointer, parse_pointers
from rag.cite.shown import LABEL, ShownPapers, bracket_key

# ----------------------------------------------------------------------------------------------------
# The answer inside what a model sent: without its thoughts, the code fence around it, and invisible characters.
#
# Thoughts are blocks `<think>…</think>` that begin a line, so that an answer may speak of the tags. Some servers
# swallow the opening tag: then all before a closing one is thought. That is the one case in which more text takes
# back text that was there. Not handled: thoughts without any tag.

_THOUGHTS = re.compile(r"^[ \t]*(?:<think(?:ing)?>.*?(?:</think(?:ing)?>\s*|\Z))+", re.I | re.M | re.S)
_SWALLOWED = re.compile(r"\A(?:[^<]|<(?!/?think))*+</think(?:ing)?>[ \t]*(?:\n\s*|\Z)", re.I)
_FENCE_LINE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[ \t]*\w{0,20}[ \t]*(?:\n|\Z)", re.M)
_PENDING = re.compile(r"^[ \t]*(?:</?[a-z]{0,8}>?[ \t]*|[`~]+[ \t]*\w{0,20}[ \t]*)\Z", re.I | re.M)


def unwrap(text: str, *, final: bool) -> str:
    """Return the answer inside `text`; with `final` false, less a last line that may yet turn out a wrapper."""
    text = _THOUGHTS.sub("", without_controls(text))
    text = _SWALLOWED.sub("", text)
    if not final:
        text = _PENDING.sub("", text)
    return _FENCE_LINE.sub("", text).lstrip()


# ----------------------------------------------------------------------------------------------------
# A list of references that a model puts below its answer, cut off: titles and links are added by code.

_HEADING = re.compile(rf"[\s#*_]*(?:{'|'.join(word_list('references'))})[\s:：*_]*", re.I)
_ENTRY = re.compile(r"\s*(?:[-*•]\s*)?(?:\*\*)?[\[【(]?\s*P?\d")


def without_bibliography(text: str, *, final: bool) -> str:
    """Return `text` without the references at its end; with `final` false its last line may yet become one of them."""
    lines = text.split("\n")
    heading = next((i for i in range(len(lines) - 1, 0, -1) if _HEADING.fullmatch(lines[i])), None)
    if heading is None:
        return text
    below = [line for line in lines[heading + 1 :] if line.strip()]
    entries = below if final else below[:-1]
    if not all(map(_ENTRY.match, entries)) or (final and not entries):
        return text
    return "\n".join(lines[:heading]).rstrip()


# ----------------------------------------------------------------------------------------------------

LONGEST_SQUARE, LONGEST_ROUND = 300, 120
"""Characters between brackets; a longer text is no pointer and no link's label."""

REMOVED = "(link removed)"

_OPEN, _CLOSE, _SQUARE, _ROUND = r"[\[【［〔]", r"[\]】］〕]", r"[^\n\[【［〔\]】］〕]", r"[^\n(（)）]"
_TARGET = (
    r"(?=(?i:<?(?:(?!p\d+:\d)[a-z][a-z0-9+.-]{0,20}:|[/#?]|www\.|[\w-]{1,99}(?:\.[\w-]{1,99}){0,9}\.[a-z]{2,9})))"
    r"[^\s()]{1,1000}+(?:\([^\s()]{0,200}\)[^\s()]{0,200})?"
)
"""What begins as an address does: `[7](P2.4)` is a bracket and another one."""
_INSIDE = rf"{_SQUARE}{{1,{LONGEST_SQUARE}}}"
_TOKEN = re.compile(
    rf"(?P<link>!?\[(?P<label>{_SQUARE}{{0,{LONGEST_SQUARE}}})\]\((?P<target>{_TARGET})\))"
    rf"|(?P<square>\[\[{_INSIDE}\]\]|`\[{_INSIDE}\]`|\\?{_OPEN}\^?{_INSIDE}{_CLOSE})"
    rf"|(?P<round>\\?[(（]{_ROUND}{{2,{LONGEST_ROUND}}}[)）])"
    rf"|(?P<url>{URL.pattern})"
    rf"|(?P<name>{LABEL.pattern})"
)
_AROUND = {"square": "`\\^[]【】［］〔〕", "round": "\\()（）"}
_HALF_POINTER = re.compile(
    rf"\s*\\?(?:{_OPEN}[ \t]*(?:[Ss]ee[ \t]+)?(?:[Pp](?:aper)?[ \t]?)?|[(（][ \t]*(?:[Ss]ee[ \t]+)?[Pp](?=\d|\Z))"
    r"[\d.,;:pP \t‐-―-]*\\?\Z"
)


@dataclass(frozen=True, slots=True)
class Text:
    """Text that stays as it is; what follows one that `is_parted` must not become part of it."""

    text: str
    is_parted: bool = False


@dataclass(frozen=True, slots=True)
class Pointers:
    """What one bracket points at, and where it stands; `is_linked` when the model made a link of it."""

    pointers: tuple[Pointer, ...]
    is_linked: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link that the model wrote and that stands in nothing it was shown, and what is shown in its place."""

    label: str


Piece = Text | Pointers | Link


def pieces(text: str, shown: ShownPapers) -> Iterator[Piece]:
    """Cut `text` into pieces, in order."""
    position = emitted = 0
    while found := _TOKEN.search(text, position):
        parts = _parts(found, text, shown)
        if parts is None:
            position = found.start() + 1
            continue
        if found.start() > emitted:
            yield Text(text[emitted : found.start()])
        yield from (replace(p, start=found.start(), end=found.end()) if isinstance(p, Pointers) else p for p in parts)
        position = emitted = found.end()
    if emitted < len(text):
        yield Text(text[emitted:])


def _parts(found: re.Match[str], text: str, shown: ShownPapers) -> tuple[Piece, ...] | None:
    """Return what a match stands for; None when it is ordinary text whose inside has still to be looked at."""
    kind = found.lastgroup or ""
    if kind == "url":
        return _address(found, text, shown)
    if kind == "name":
        return _named(found[0], shown)
    if kind == "link":
        return _link(found, text, shown)
    pointers = _pointers(found[0].strip(_AROUND[kind]), _before(found, text), shown, is_round=kind == "round")
    return (pointers,) if pointers else None


def _address(found: re.Match[str], text: str, shown: ShownPapers) -> tuple[Piece, ...]:
    """Return a link of the shown text as it is, parted from a letter after it that would name another host."""
    link, after = split_url(found[0])
    if not shown.holds_link(link):
        return Link(REMOVED), Text(after)
    following = text[found.end() : found.end() + 2]
    goes_on = following.lstrip(DOTS)[:1].isalnum() or following[:1].isalnum()
    return (Text(found[0], is_parted=goes_on and not shown.holds(link + after + following)),)


def _named(label: str, shown: ShownPapers) -> tuple[Piece, ...] | None:
    """A pointer without brackets counts when it names something and the shown text does not speak so itself."""
    parsed = parse_pointers(label)
    if label in shown.labels or not parsed or not all(map(shown.names, parsed.pointers)):
        return None
    return (Pointers(parsed.pointers),)


def _link(found: re.Match[str], text: str, shown: ShownPapers) -> tuple[Piece]:
    """Return a Markdown link's label, which may be a pointer."""
    if shown.holds(found[0]):
        return (Text(found[0]),)
    if pointers := _pointers(found["label"], _before(found, text), shown, is_round=False):
        return (Pointers(pointers.pointers, is_linked=True),)
    label = URL.sub(lambda url: url[0] if shown.holds_link(split_url(url[0])[0]) else REMOVED, found["label"])
    target = found["target"].strip("<>")
    return (Text(f"{label} ({target})") if shown.holds_link(split_url(target)[0]) else Link(label),)


def _pointers(inside: str, before: str, shown: ShownPapers, *, is_round: bool) -> Pointers | None:
    """Return the pointers of a bracket; None when it is a bracket of the text's own.

    Bare digits must name something; but a lone `[7]` that is nobody's would read as a citation of ours, so it is taken
    as a pointer to nothing, whatever digits it is written in. In round brackets only labels count.
    """
    inside = inside if inside.isascii() else unicodedata.normalize("NFKC", inside)
    parsed, key = parse_pointers(inside), bracket_key(inside)
    lone = key.isdecimal() and len(key) <= 3
    if lone and not parsed:
        parsed = Parsed((Pointer(int(key)),), labelled=False)
    if not parsed or shown.is_quoted(inside, before, parsed, is_round=is_round):
        return None
    named = all(map(shown.names, parsed.pointers))
    return Pointers(parsed.pointers) if parsed.labelled or (not is_round and (named or lone)) else None


def _before(found: re.Match[str], text: str) -> str:
    return text[max(0, found.start() - 100) : found.start()]


def without_half_pointer(text: str) -> str:
    """Return `text` without a pointer that its end cuts through."""
    return text[:-100] + _HALF_POINTER.sub("", text[-100:])


# ----------------------------------------------------------------------------------------------------
# How much of an unfinished draft can no longer become something else.
#
# Held back are the last word (a pointer, a link, or the start of one), white space and commas before it (they may stand
# between two pointers), and a bracket that is open there. A text without spaces is held back to its end.

_OF_A_WORD = "".join(map(chr, range(ord("!"), 0x7F))) + "“”‘’†–—【】［］〔〕（）" + WIDE
_BETWEEN = ",;" + "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_OPENED = re.compile(
    rf"(?=({_OPEN}{_SQUARE}{{0,{LONGEST_SQUARE + 2}}}(?:{_CLOSE}|\Z)"
    rf"|[(（]{_ROUND}{{0,{LONGEST_ROUND + 2}}}(?:[)）]|\Z)))"
)
"""A bracket, closed or to the end of the text; one may stand in another."""


def stable_prefix(text: str) -> str:
    """Return the beginning of `text` that no continuation can change."""
    stable = _before_word(text)
    line = text.rfind("\n", 0, len(stable)) + 1
    for start, end in reversed([found.span(1) for found in _OPENED.finditer(text, line)]):
        if start < len(stable) and (end > len(stable) or end == len(text)):
            stable = _before_word(text[:start])
    return stable


def _before_word(text: str) -> str:
    """Return `text` without its last word and what parts that from the one before."""
    return text.rstrip(_OF_A_WORD).rstrip(_BETWEEN)
