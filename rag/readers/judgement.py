"""From a model's verdict and its text to a status; where the two disagree, the more reserved counts, and it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.cite.overlap import content_words
from rag.cite.plain import denies, is_plain
from rag.cite.scan import Pointers, Text, pieces
from rag.cite.sentences import claim_spans
from rag.cite.shown import read_shown
from rag.nouns import Passage, Reason, Status
from rag.readers.verdict import Verdict
from rag.text.sentences import split_sentences

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
"""The note on an answer that corrects its question."""
POINTLESS = "The model says that the abstracts answer, but points at no sentence of them."
"""The note on an answer without a pointer."""
ONLY_DENIES = "The model says that the abstracts answer in part, and then only what they do not say: no answer."
"""The note on an answer in part that gives no part."""


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
    if verdict is None:
        return _unjudged(text, cited)
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
    said = "".join(piece.text for piece in pieces(text, read_shown(passages)) if isinstance(piece, Text))
    said = re.sub(r"\s+(?=[.!?]|$)", "", said).strip()
    known = set(content_words(question)) | {word for p in passages for word in content_words(p.paper.title)}
    sentences = [said[start:end] for start, end in split_sentences(said)]
    return said if sentences and all(denies(s) and is_plain(s, known) for s in sentences) else ""


def _unjudged(text: str, cited: int | None) -> Judged:
    if cited is not None:
        return Judged(Status.ANSWERED, None, text)
    note = "The model gave no verdict and points at no sentence: taken as no answer."
    return Judged(Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS, text, (note,))


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
    position = 0
    for piece in pieces(text, read_shown(passages)):
        if isinstance(piece, Pointers):
            return position
        if isinstance(piece, Text):
            position = text.index(piece.text, position) + len(piece.text)
    return None
