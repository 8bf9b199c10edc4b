"""A recorded reply, put to a prompt in which the papers that it points at stand in other places.

So recordings outlive a change of search. Not handled: a reply that points at a paper which the new prompt lacks, marks
for papers, and prompts whose words have changed: these have no recording.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PAPER = re.compile(r"^P\d+ · (.*)$", re.M)
_POINTER = re.compile(r"\bP(\d+)(?=\.\d)")
_MARK = re.compile(r'"P\d+\\?"')
_AFTER = ("\nEarlier in this conversation:", "\nQuestion: ", "\nSentence to mend: ")
"""What stands behind the papers of a prompt."""


def papers(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a short hash of the title of each paper that a request shows, in order; P1 is the first."""
    return tuple(_hash(title)[:8] for title in _PAPER.findall(_said(request)[-1]))


def about(request: Mapping[str, Any]) -> str:
    """Return a hash of a request without its papers; empty where it shows none."""
    *rules, said = _said(request)
    first = _PAPER.search(said)
    ends = [end for mark in _AFTER if (end := said.find(mark)) >= 0]
    if first is None or not ends:
        return ""
    return _hash("\n".join([str(request.get("model")), *rules, said[: first.start()], said[min(ends) :]]))


def renumbered(body: str, before: Sequence[str], now: Sequence[str]) -> str | None:
    """Return `body` with the pointers into the papers `before` as pointers into `now`; None where one leads nowhere."""
    pointed = {int(number) for number in _POINTER.findall(body)}
    if _MARK.search(body) or not all(1 <= number <= len(before) and before[number - 1] in now for number in pointed):
        return None
    return _POINTER.sub(lambda found: f"P{now.index(before[int(found[1]) - 1]) + 1}", body)


def _said(request: Mapping[str, Any]) -> list[str]:
    return [str(message.get("content") or "") for message in request.get("messages") or ()] or [""]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
