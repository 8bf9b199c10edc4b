"""A draft's sentences that point at nothing, or hold a number that their source does not: each is mended once, or left.

A sentence takes the place of the old one only when our own audit finds it supported, and each exchange is told in the
draft's warnings. An answer that loses a number so is an answer in part. Not handled: sentences whose words are not in
what they cite; a second opinion is for these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from rag.audit import audit
from rag.audit.numbers import numbers
from rag.cite import resolve, unwrap
from rag.cite.overlap import content_words
from rag.cite.scan import Pointers, Text, pieces
from rag.cite.sentences import claim_spans
from rag.cite.shown import Shown, read_shown
from rag.errors import ModelFailed
from rag.nouns import Claim, Draft, Reason, Status, Support, Usage
from rag.readers import prompts
from rag.readers.endpoint import Endpoint
from rag.readers.judgement import POINTLESS
from rag.readers.shown import neutral, paper_text

MOST_REPAIRS = 3
PAPERS, CITED = 4, 2
"""Papers that a repairing model is shown, and how many of them at most because the answer cites them."""
_FAULTY = (Support.UNCITED, Support.NUMBER_NOT_FOUND)


def repair(draft: Draft, endpoint: Endpoint) -> Draft:
    """Return `draft` with its faulty sentences mended where a model can; a failing model leaves the rest as it is."""
    if draft.status is Status.ABSTAINED or not draft.complete:
        return draft
    shown = read_shown(draft.shown)
    for claim, (start, end) in reversed(list(_faulty(draft))[:MOST_REPAIRS]):
        old = draft.text[start:end]
        try:
            new, usage = _mended(old, draft, endpoint)
        except ModelFailed as error:
            return replace(draft, warnings=(*draft.warnings, f"A sentence could not be repaired. {error}"))
        draft = replace(draft, usage=draft.usage + usage)
        if new and _holds(new, draft):
            if claim.support is Support.NUMBER_NOT_FOUND and _count(new, shown) < _count(old, shown):
                draft = replace(draft, status=Status.PARTIAL, reason=draft.reason or Reason.NOT_IN_ABSTRACTS)
            what = "had no source" if claim.support is Support.UNCITED else "had a number that its source has not"
            note = f"The model repaired a sentence that {what}; it was: “{claim.text}”"
            text = draft.text[:start] + new + draft.text[end:]
            draft = replace(draft, text=text, warnings=(*draft.warnings, note))
    return _judged_anew(draft)


def _count(sentence: str, shown: Shown) -> int:
    return len(list(numbers(_without_pointers(sentence, shown))))


def _judged_anew(draft: Draft) -> Draft:
    """Return a draft that pointed at nothing as the full answer that it is, now that all its sentences point."""
    if POINTLESS not in draft.warnings or any(_faulty(draft)):
        return draft
    warnings = tuple(warning for warning in draft.warnings if warning != POINTLESS)
    return replace(draft, status=Status.ANSWERED, reason=None, warnings=warnings)


def _faulty(draft: Draft) -> Iterator[tuple[Claim, tuple[int, int]]]:
    """Yield the faulty claims with their spans in the draft's own text, as far as the two can be matched."""
    claims = audit(resolve(draft, final=True)).claims
    spans = claim_spans(draft.text, list(_pointer_spans(draft)), read_shown(draft.shown).vocabulary)
    if len(claims) == len(spans):
        yield from ((claim, span) for claim, span in zip(claims, spans, strict=True) if claim.support in _FAULTY)


def _pointer_spans(draft: Draft) -> Iterator[tuple[int, int]]:
    """Yield where the pointers of a draft stand: between two stretches of text."""
    position, is_open = 0, False
    for piece in pieces(draft.text, read_shown(draft.shown)):
        if isinstance(piece, Text):
            start = draft.text.index(piece.text, position)
            if is_open:
                yield position, start
            position, is_open = start + len(piece.text), False
        elif isinstance(piece, Pointers):
            is_open = True
    if is_open:
        yield position, len(draft.text)


def _mended(sentence: str, draft: Draft, endpoint: Endpoint) -> tuple[str | None, Usage]:
    """Return what a model makes of one sentence, None when it finds no source for it."""
    shown = read_shown(draft.shown)
    papers = "\n".join(paper_text(shown.papers[number - 1], number) for number in _likely(sentence, draft, shown))
    messages = prompts.messages("repair", papers=papers, sentence=neutral(_without_pointers(sentence, shown)))
    reply = endpoint.complete(messages, within=endpoint.timeout)
    lines = [line.strip() for line in unwrap(reply.text, final=True).splitlines() if line.strip()]
    return (lines[0] if len(lines) == 1 else None), reply.usage


def _likely(sentence: str, draft: Draft, shown: Shown) -> list[int]:
    """Return the papers that a sentence may rest on: those that the answer cites most, then those nearest to it."""
    words = content_words(sentence)
    cites = Counter(c.paper.paper_id for c in resolve(draft, final=True).citations for _ in c.sentences)
    numbered = {paper.paper_id: number for number, paper in enumerate(shown.papers, start=1)}
    cited = [numbered[paper_id] for paper_id, _ in cites.most_common(CITED)]

    def nearness(number: int) -> float:
        return max(shown.weights.coverage(words, evidence) or 0.0 for evidence in shown.words[number - 1])

    nearest = sorted(range(1, len(shown.papers) + 1), key=nearness, reverse=True)
    return sorted(list(dict.fromkeys([*cited, *nearest]))[:PAPERS])


def _without_pointers(sentence: str, shown: Shown) -> str:
    return "".join(piece.text for piece in pieces(sentence, shown) if isinstance(piece, Text))


def _holds(sentence: str, draft: Draft) -> bool:
    """Whether `sentence` is one claim that our audit finds supported."""
    claims = audit(resolve(replace(draft, text=sentence), final=True)).claims
    return len(claims) == 1 and claims[0].support is Support.SUPPORTED
