"""What stands inside a pointer's brackets (`scan` finds these): the papers and sentences that it names.

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
_JOINT = re.compile(
    r"(?P<range>\s*(?:[-‐‑‒–—−~]|to\b)\s*)|(?:\s*(?:[,;、，；|&+/]|and\b|und\b|et\b|y\b))+\s*|\s+", re.I
)
_ITEM = re.compile(
    rf"(?:sentences?|sents?\.?|s\.?)\s*(?P<alone>{_NUMBER})"
    rf"|(?P<label>p(?=\d)|p\s|papers?\s*)?(?P<paper>{_NUMBER})(?:\s?[.:]\s?s?(?P<sentence>{_NUMBER})(?!\.\d))?",
    re.I,
)
_TAIL = re.compile(r"[\s.,;]*\Z")


@dataclass(frozen=True, slots=True)
class Pointer:
    """Paper `paper` of those shown, and of it the sentences `first` to `last`; both None for the paper as a whole."""

    paper: int
    first: int | None = None
    last: int | None = None

    def __len__(self) -> int:
        return 1 if self.first is None or self.last is None else self.last - self.first + 1

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
    pointers: list[Pointer] = []
    position, labelled = 0, False
    while not (pointers and _TAIL.match(inside, position)):
        joint = (_JOINT if pointers else _LEAD).match(inside, position)
        item = joint and _ITEM.match(inside, joint.end())
        if not joint or not item or (item["alone"] and not pointers):
            return None
        labelled = labelled or (item["label"] or "").lower() == "p"
        _append(pointers, item, is_range=joint.lastgroup == "range")
        position = item.end()
    return Parsed(tuple(pointers), labelled)


def _append(pointers: list[Pointer], item: re.Match[str], *, is_range: bool) -> None:
    """Add what `item` says, read in the light of the pointer before it: `P2.4, 5` and `P2.4-6` stay in paper 2."""
    before = pointers[-1] if pointers else None
    paper, sentence = int(item["paper"] or 0), int(item["sentence"]) if item["sentence"] else None
    goes_on = before and before.first is not None and sentence is None and not item["label"]
    if before and (item["alone"] or goes_on):
        paper, sentence = before.paper, int(item["alone"] or item["paper"])
    if before and before.paper == paper and sentence is not None and (is_range or before.first is None):
        both = (sentence, sentence if before.first is None else before.first)
        pointers[-1] = Pointer(paper, min(both), max(both))
        return
    if before and is_range and before.first is None and sentence is None:
        stop = min(paper, before.paper + MOST_PAPERS_IN_A_RANGE)
        pointers.extend(map(Pointer, range(before.paper + 1, stop)))
    pointers.append(Pointer(paper, sentence, sentence))
