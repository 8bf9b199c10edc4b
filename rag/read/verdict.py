"""A model's verdict on the evidence: read from the first line of its reply, and turned into a status.

    VERDICT: partly

Also read: other case, Markdown around it, the word alone on the first line, text after it on the same line, and a line
further down; what little stands before that one is left out. Not handled: the word in another language, which
is unreadable under its label in any of some languages, and verdicts told in prose; those count as no verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.base.text.overlap import content_words
from rag.base.text.sentences import split_sentences
from rag.base.text.word_lists import word_table
from rag.cite.scan import Text, pieces
from rag.cite.sentences import claim_spans, denies, is_plain
from rag.cite.shown import shown_papers
from rag.nouns import Passage, Reason, Status
from rag.read.pointing import pointer_spans


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
    word: Verdict(verdict) for verdict, words in word_table("verdicts").items() for word in words
}
_MARKS = " \t*_#>`\"'“”‘’~|()[]"
_AFTER = _MARKS + ".:;,!-–—="
_SAID = "|".join(word.replace(" ", r"[\s_-]+") for word in sorted(_WORDS, key=len, reverse=True))
_ENOUGH = 2 * max(map(len, _WORDS))
"""Characters after `VERDICT:` from which a line is surely more than the verdict."""
LONGEST_PREAMBLE = 120
"""Characters before the verdict's line that are no part of the answer."""
_LABEL = (
    r"verdict(?![^\W\d_])"
    r"|(?:urteil|verdikt|veredicto|veredito|verdetto|oordeel|verdikt|вердикт|判定|裁定|判断|결론)(?=\W{0,4}[:：])"
)
_LABELLED = re.compile(
    rf"[{re.escape(_MARKS)}]*(?:{_LABEL})(?P<rest>[{re.escape(_AFTER)}]*"
    rf"(?:(?P<said>{_SAID})(?![^\W\d_])[ \t*_`.:;,!\-–—=)\r]*(?P<text>.*))?)",
    re.I,
)
_ALONE = re.compile(rf"[{re.escape(_MARKS)}]*(?P<said>{_SAID})[{re.escape(_AFTER)}\r]*(?P<text>)", re.I)


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
    found = _LABELLED.match(line) or (_ALONE.fullmatch(line) if is_first else None)
    if found is None:
        return None
    return Read(_WORDS[_folded(found["said"])], found["text"]) if found["said"] else Read(None, "")


def _may_become_verdict(line: str, *, is_first: bool) -> bool:
    if label := _LABELLED.match(line):
        return len(line) - label.start("rest") < _ENOUGH
    folded = _folded(line.lstrip(_MARKS).strip(_AFTER))
    return "verdict".startswith(folded) or (is_first and any(word.startswith(folded) for word in _WORDS))


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text).strip().casefold()


# ----------------------------------------------------------------------------------------------------
# From a model's verdict and its text to a status; where the two disagree, the more reserved counts, and it is said.

OUTCOMES: dict[Verdict, tuple[Status, Reason | None]] = {
    Verdict.ANSWERS: (Status.ANSWERED, None),
    Verdict.PARTLY: (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS),
    Verdict.WRONG_PREMISE: (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS),
    Verdict.NOT_STATED: (Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS),
    Verdict.NO_PAPER: (Status.ABSTAINED, Reason.NOT_IN_LIBRARY),
    Verdict.AMBIGUOUS: (Status.ABSTAINED, Reason.AMBIGUOUS),
    Verdict.OFF_TOPIC: (Status.ABSTAINED, Reason.OFF_TOPIC),
}
"""What a verdict makes of an answer whose text agrees with it."""


CORRECTED = "The question assumes something that the cited sentences contradict."
POINTLESS = "The model says that the abstracts answer, but points at no sentence of them."
ONLY_DENIES = "The model says that the abstracts answer in part, and then only what they do not say: no answer."


@dataclass(frozen=True, slots=True)
class Judged:
    """A reply's text with the status it deserves; `notes` say where the model contradicted itself."""

    status: Status
    reason: Reason | None
    text: str
    notes: tuple[str, ...] = ()


def judge(verdict: Verdict | None, text: str, passages: tuple[Passage, ...], question: str = "") -> Judged:
    """Hold the model's verdict against what it wrote about `passages` in answer to `question`."""
    cited = _first_pointer(text, passages)
    if verdict is None and cited is not None:
        return Judged(Status.ANSWERED, None, text)
    if verdict is None:
        note = "The model gave no verdict and points at no sentence: taken as no answer."
        return Judged(Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS, text, (note,))
    if verdict is Verdict.PARTLY and (said := _mere_denial(text, passages, question)):
        return Judged(Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS, said, (ONLY_DENIES,))
    status, reason = OUTCOMES[verdict]
    if cited is None and status is not Status.ABSTAINED:
        note = POINTLESS if status is Status.ANSWERED else POINTLESS.replace("answer", "answer in part")
        return Judged(Status.PARTIAL, Reason.NOT_IN_ABSTRACTS, text, (note,))
    if cited is not None and reason is Reason.AMBIGUOUS:
        return Judged(Status.PARTIAL, reason, text)
    if cited is not None and status is Status.ABSTAINED:
        return _disagreeing(reason, text, cited)
    return Judged(status, reason, text, (CORRECTED,) if verdict is Verdict.WRONG_PREMISE else ())


def _mere_denial(text: str, passages: tuple[Passage, ...], question: str) -> str:
    """Return `text` without its pointers where it says only that the question's answer is not there, else nothing."""
    said = "".join(piece.text for piece in pieces(text, shown_papers(passages)) if isinstance(piece, Text))
    said = re.sub(r"\s+(?=[.!?]|$)", "", said).strip()
    known = set(content_words(question)) | {word for p in passages for word in content_words(p.paper.title)}
    sentences = [said[start:end] for start, end in split_sentences(said)]
    return said if sentences and all(denies(s) and is_plain(s, known) for s in sentences) else ""


def _disagreeing(reason: Reason | None, text: str, cited: int) -> Judged:
    """Judge an abstention that cites: what stands before its first cited sentence is the abstention.

    One that cites from its first sentence on is an answer in part.
    """
    spans = claim_spans(text, [(cited, cited + 1)], ())
    start = next((start for start, end in spans if start <= cited < end), cited)
    kept = text[:start].rstrip(" \t\n-*•#>")
    if any(char.isalnum() for char in kept):
        note = "The model says that the abstracts do not answer; what it added with sources was left out."
        return Judged(Status.ABSTAINED, reason, kept, (note,))
    note = "The model says that the abstracts do not answer, yet cites sentences: take it as an answer in part."
    return Judged(Status.PARTIAL, reason, text, (note,))


def _first_pointer(text: str, passages: tuple[Passage, ...]) -> int | None:
    """Return where the first pointer of `text` stands, None without one."""
    return next((start for start, _ in pointer_spans(text, shown_papers(passages))), None)
