"""Whether an answer holds the facts it should, and points at the sentences in which they stand.

Over all answerable questions: an abstention finds nothing, or abstaining would be a way to score well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rag.text.titles import normalise_title

from ..questions import Nugget, matches
from ..text import content_tokens, share_found, without_markers

EVIDENCE_SHARE = 0.5
"""Of the evidence's tokens, the share that one cited quote of that paper must hold."""
NUGGET_SHARE = 0.6
"""Of a nugget's content tokens, the share that an answer must hold where no `any_of` is given."""


def evidence_found(nugget: Nugget, quotes: Mapping[str, Sequence[str]]) -> bool:
    """Return whether the evidence is cited: at least half of its tokens lie inside one cited quote of its paper.

    `quotes` are the cited sentences by normalised title. Tokens are counted with repetition. The share is by
    containment, since `evidence` may be a clause of the quote, or run over two sentences of which one is cited.
    """
    wanted = Counter(content_tokens(nugget.evidence or ""))
    if not wanted:
        raise ValueError("a nugget without evidence has no evidence recall")
    return any(
        (wanted & Counter(content_tokens(quote))).total() >= EVIDENCE_SHARE * wanted.total()
        for quote in quotes.get(normalise_title(nugget.title), ())
    )


def evidence_recall(nuggets: Sequence[Nugget], quotes: Mapping[str, Sequence[str]]) -> float | None:
    """Return the share of nuggets with evidence whose evidence is cited; None when no nugget has any.

    Rationale recall after ERASER (DeYoung et al. 2020, ACL, arXiv:1911.03429), at sentence level, with token overlap.
    """
    with_evidence = [n for n in nuggets if n.evidence]
    if not with_evidence:
        return None
    return sum(evidence_found(n, quotes) for n in with_evidence) / len(with_evidence)


def nugget_found(nugget: Nugget, text: str) -> bool:
    """Return whether the answer's text holds the fact.

    One of `any_of` occurs (case-insensitive search); without `any_of`, at least NUGGET_SHARE of its content tokens do.
    """
    plain = without_markers(text)
    if nugget.any_of:
        return any(matches(pattern, plain) for pattern in nugget.any_of)
    return share_found(nugget.text, plain) >= NUGGET_SHARE


def nugget_recall(nuggets: Sequence[Nugget], text: str) -> float | None:
    """Return the share of nuggets that the text holds; None when the question has none.

    Voorhees 2003, TREC question answering track (nugget recall), with string matching in the assessor's place.
    """
    return sum(nugget_found(n, text) for n in nuggets) / len(nuggets) if nuggets else None
