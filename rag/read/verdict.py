"""A model's verdict on the evidence: read from the first line of its reply, and turned into a status.

    VERDICT: partly

Also read: other case, Markdown around it, the word alone on the first line, text after it on the same line, and a line
further down; what little stands before that one is left out. Not handled: the word in another language, which
is unreadable under its label in any of some languages, and verdicts told in prose; those count as no verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.base.text.overlap import content_words
from rag.base.text.sentences import split_sentences
from rag.base.text.word_lists import word_table
from rag.cite.scan import Text, pieces
from rag.cite.sentences import claim_spans, denies, is_plain
from rag.cite.shown import ShownPapers, shown_papers
from rag.nouns import Draft, Reason, Status
from rag.read.draft_repair import pointer_spans


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
class ReplyBody:
    """A reply without its verdict line. `unreadable`: there is such a line, and it holds none of the words."""

    verdict: Verdict | None
    text: str
    unreadable: bool = False


def read_verdict(reply: str, *, final: bool) -> ReplyBody:
    """Return the verdict and the text after it, without a short `Sure, here is the answer:` before it.

    While more is to come, less a line that may yet be the verdict's, and what little stands before one.
    """
    lines = reply.lstrip().split("\n")
    if not final and _may_become_verdict(lines[-1], is_first=len(lines) == 1):
        lines.pop()
    heads = [_LABELLED.match(line) or (None if place else _ALONE.fullmatch(line)) for place, line in enumerate(lines)]
    found = [head for head in heads if head]
    said = [_WORDS[_folded(head["said"])] for head in found if head["said"]]
    first = heads.index(found[0]) if found else len(lines)
    told = zip(heads[first:], lines[first:], strict=True)
    after = "\n".join(head["text"] if head else line for head, line in told if not head or head["text"]).lstrip("\n")
    before = "\n".join(lines[:first])
    is_short = len(before) <= LONGEST_PREAMBLE
    if not final and is_short and not after:
        text = ""
    elif is_short and after.strip():
        text = after
    else:
        text = f"{before}\n{after}".lstrip("\n") if after else before
    return ReplyBody(said[0] if said else None, text, bool(found) and not said)


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


def judge(draft: Draft, verdict: Verdict | None, question: str) -> Draft:
    """Return `draft` with the status that it deserves, and a note where the model contradicts itself.

    Of an abstention that cites, what stands before its first cited sentence is the abstention; one that cites from its
    first sentence on is an answer in part.
    """
    shown, text, note = shown_papers(draft.shown), draft.text, ""
    cited = next((start for start, _ in pointer_spans(text, shown)), None)
    status, reason = OUTCOMES[verdict or (Verdict.NOT_STATED if cited is None else Verdict.ANSWERS)]
    if verdict is None and cited is None:
        note = "The model gave no verdict and points at no sentence: taken as no answer."
    elif verdict is Verdict.PARTLY and (said := _mere_denial(text, shown, question)):
        status, text, note = Status.ABSTAINED, said, ONLY_DENIES
    elif cited is None and status is not Status.ABSTAINED:
        note = POINTLESS if status is Status.ANSWERED else POINTLESS.replace("answer", "answer in part")
        status, reason = Status.PARTIAL, Reason.NOT_IN_ABSTRACTS
    elif cited is not None and verdict is Verdict.AMBIGUOUS:
        status = Status.PARTIAL
    elif cited is not None and status is Status.ABSTAINED:
        spans = claim_spans(text, [(cited, cited + 1)], ())
        kept = text[: next((start for start, end in spans if start <= cited < end), cited)].rstrip(" \t\n-*•#>")
        if any(char.isalnum() for char in kept):
            text, added = kept, "what it added with sources was left out."
            note = f"The model says that the abstracts do not answer; {added}"
        else:
            status = Status.PARTIAL
            note = "The model says that the abstracts do not answer, yet cites sentences: take it as an answer in part."
    elif verdict is Verdict.WRONG_PREMISE:
        note = CORRECTED
    notes = (*draft.warnings, *filter(None, (note,)))
    return replace(draft, text=text, status=status, reason=reason, warnings=notes)


def _mere_denial(text: str, shown: ShownPapers, question: str) -> str:
    """Return `text` without its pointers where it says only that the question's answer is not there, else nothing."""
    said = "".join(piece.text for piece in pieces(text, shown) if isinstance(piece, Text))
    said = re.sub(r"\s+(?=[.!?]|$)", "", said).strip()
    known = set(content_words(question)) | {word for paper in shown.papers for word in content_words(paper.title)}
    sentences = [said[start:end] for start, end in split_sentences(said)]
    return said if sentences and all(denies(s) and is_plain(s, known) for s in sentences) else ""
