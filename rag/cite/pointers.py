"""What a pointer says within its brackets, which `scan` finds: papers and sentences, in all the shapes models write.

    [P2.4]  [P2.4, P2.5]  [P2.4; P3.1]  [P2.4-6]  [P2.4-P2.6]  [P2]  [2.4]  [2]  [Paper 2, sentence 4]  [see P2.4]

Numbers are only read here; whether they name anything is for those who know what was shown. Not handled: pointers by
author and year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_PAPERS_IN_A_RANGE = 50

_NUMBER = r"(?:0|[1-9]\d{0,8})(?!\d)"
_LEAD = re.compile(r"\s*(?:(?:see(?:\s+also)?|cf|sources?|refs?|references?|from|per)\b\.?:?\s*)?", re.I)
_ITEM = re.compile(
    rf"(?P<label>p(?=\d)|p\s|papers?\s*)?(?P<paper>{_NUMBER})(?:\s?[.:]\s?s?(?P<sentence>{_NUMBER})(?!\.\d))?", re.I
)
_SENTENCE = re.compile(rf"(?:sentences?|sents?\.?|s\.?)\s*(?P<sentence>{_NUMBER})", re.I)
_RANGE = re.compile(r"\s*(?:[-‐‑‒–—−~]|to\b)\s*", re.I)
_SEPARATOR = re.compile(r"(?:\s*(?:[,;、，；|&+/]|and\b|und\b|et\b|y\b))+\s*|\s+", re.I)
_TAIL = re.compile(r"[\s.,;]*\Z")


@dataclass(frozen=True, slots=True)
class Pointer:
    """Paper `paper` of those shown, and of it the sentences `first` to `last`; both None for the paper as a whole."""

    paper: int
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        if self.first is None:
            return f"P{self.paper}"
        return f"P{self.paper}.{self.first}" + (f"-{self.last}" if self.last != self.first else "")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The pointers of one bracket; `labelled` when one wears its P, so that it can be nothing but a pointer."""

    pointers: tuple[Pointer, ...]
    labelled: bool


def parse_pointers(inside: str) -> Parsed | None:
    """Return what the text between two brackets points at; None when it is no pointer."""
    match = _LEAD.match(inside)
    position = match.end() if match else 0
    pointers: list[Pointer] = []
    labelled = False
    while not _TAIL.match(inside, position):
        if pointers:
            separator = _RANGE.match(inside, position) or _SEPARATOR.match(inside, position)
            if not separator:
                return None
            position, is_range = separator.end(), separator.re is _RANGE
        else:
            is_range = False
        item = (pointers and _SENTENCE.match(inside, position)) or _ITEM.match(inside, position)
        if not item:
            return None
        labelled = labelled or (item.groupdict().get("label") or "").lower() == "p"
        _append(pointers, item, is_range)
        position = item.end()
    return Parsed(tuple(pointers), labelled) if pointers else None


def _append(pointers: list[Pointer], item: re.Match[str], is_range: bool) -> None:
    """Add what `item` says, read in the light of the pointer before it: `P2.4, 5` and `P2.4-6` stay in paper 2."""
    before = pointers[-1] if pointers else None
    paper, sentence, explicit = _numbers(item, before)
    if before and is_range and before.paper == paper and before.first is not None and sentence is not None:
        pointers[-1] = Pointer(paper, min(before.first, sentence), max(before.first, sentence))
    elif before and is_range and before.first is None and sentence is None and explicit:
        stop = min(paper, before.paper + MOST_PAPERS_IN_A_RANGE)
        pointers.extend(Pointer(between) for between in range(before.paper + 1, stop))
        pointers.append(Pointer(paper))
    elif before and before.paper == paper and before.first is None and sentence is not None:
        pointers[-1] = Pointer(paper, sentence, sentence)
    else:
        pointers.append(Pointer(paper, sentence, sentence))


def _numbers(item: re.Match[str], before: Pointer | None) -> tuple[int, int | None, bool]:
    """Return paper, sentence, and whether the paper was written out."""
    groups = item.groupdict()
    sentence = int(groups["sentence"]) if groups["sentence"] else None
    if groups.get("paper") is None:
        assert before is not None
        return before.paper, sentence, False
    number = int(groups["paper"])
    if before and before.first is not None and sentence is None and not groups.get("label"):
        return before.paper, number, False
    return number, sentence, True
