"""The first line of a model's reply: its verdict on the evidence, as a word that code reads.

    VERDICT: partly

Also read: other case, Markdown around it, the word alone on the first line, text after it on the same line, and a line
further down; what little stands before that one is left out. Not handled: the word in another language, which
is unreadable under its label in any of some languages, and verdicts told in prose; those count as no verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the shown sentences do for the question. `prompts/answer.md` explains each to the model."""

    ANSWERS = "answers"
    PARTLY = "partly"
    WRONG_PREMISE = "wrong premise"
    NOT_STATED = "not stated"
    NO_PAPER = "no paper"
    AMBIGUOUS = "ambiguous"
    OFF_TOPIC = "off topic"


_WORDS = {verdict.value: verdict for verdict in Verdict} | {
    "answers in part": Verdict.PARTLY,
    "answers partly": Verdict.PARTLY,
    "answered": Verdict.ANSWERS,
    "answer": Verdict.ANSWERS,
    "partially": Verdict.PARTLY,
    "partial": Verdict.PARTLY,
    "false premise": Verdict.WRONG_PREMISE,
    "not answered": Verdict.NOT_STATED,
    "no papers": Verdict.NO_PAPER,
    "offtopic": Verdict.OFF_TOPIC,
}
_MARKS = " \t*_#>`\"'“”‘’~|()[]"
_AFTER = _MARKS + ".:;,!-–—="
_BETWEEN = " \t*_`.:;,!-–—=)\r"
_LONGEST = max(map(len, _WORDS))
_ENOUGH = 2 * _LONGEST
"""Characters after `VERDICT:` from which a line is surely more than the verdict."""
LONGEST_PREAMBLE = 120
"""Characters before the verdict's line that are no part of the answer."""
_LABEL = re.compile(
    r"verdict(?![^\W\d_])"
    r"|(?:urteil|verdikt|veredicto|veredito|verdetto|oordeel|verdikt|вердикт|判定|裁定|判断|결론)(?=\W{0,4}[:：])",
    re.I,
)
_SEPARATORS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Read:
    """A reply without its verdict line. `unreadable`: there is such a line, and it holds none of the words."""

    verdict: Verdict | None
    text: str
    unreadable: bool = False


def read_verdict(reply: str, *, final: bool) -> Read:
    """Return the verdict and the text after it; while more is to come, less a line that may yet be the verdict's."""
    before: list[str] = []
    after: list[str] = []
    verdict, unreadable, kept = None, False, before
    lines = reply.lstrip().split("\n")
    for index, line in enumerate(lines):
        growing = not final and index == len(lines) - 1
        if growing and _may_become_verdict(line, is_first=index == 0):
            break
        found = _read_line(line, is_first=index == 0)
        if found is None:
            kept.append(line)
            continue
        unreadable, verdict, kept = unreadable or found.verdict is None, verdict or found.verdict, after
        if found.text:
            kept.append(found.text)
    text = _without_preamble("\n".join(before), "\n".join(after).lstrip("\n"), has_line=kept is after, final=final)
    return Read(verdict, text, unreadable and verdict is None)


def _without_preamble(before: str, after: str, *, has_line: bool, final: bool) -> str:
    """Return what stands before and after the verdict's line, without a short `Sure, here is the answer:` before it."""
    if not final and not (has_line and after) and len(before) <= LONGEST_PREAMBLE:
        return ""
    if has_line and len(before) <= LONGEST_PREAMBLE and after.strip():
        return after
    return f"{before}\n{after}".lstrip("\n") if has_line and after else before


def _read_line(line: str, *, is_first: bool) -> Read | None:
    """Return the verdict of a line and what follows it there; None when the line is ordinary text."""
    bare = line.lstrip(_MARKS)
    label = _LABEL.match(bare)
    if not label:
        alone = _WORDS.get(_folded(bare.strip(_AFTER))) if is_first else None
        return Read(alone, "") if alone else None
    rest = bare[label.end() :].lstrip(_AFTER)
    for length in range(min(_LONGEST, len(rest)), 2, -1):
        verdict = _WORDS.get(_folded(rest[:length]))
        if verdict and not rest[length : length + 1].isalpha():
            return Read(verdict, rest[length:].lstrip(_BETWEEN))
    return Read(None, "")


def _may_become_verdict(line: str, *, is_first: bool) -> bool:
    bare = line.lstrip(_MARKS)
    if not bare:
        return True
    if label := _LABEL.match(bare):
        return len(bare) - label.end() < _ENOUGH
    folded = _folded(bare.strip(_AFTER))
    return "verdict".startswith(folded) or (is_first and any(word.startswith(folded) for word in _WORDS))


def _folded(text: str) -> str:
    return _SEPARATORS.sub(" ", text).strip().casefold()
