"""Which sentences of an abstention need no source: it cites nothing by nature, but must not say more than `no`.

Excused are our own words, and a model's that only deny what was asked, or greet. Everything else that an abstention
says stays marked as uncited: a model could otherwise say anything under the head of saying nothing.
"""

from __future__ import annotations

from dataclasses import replace

from rag.audit.numbers import missing_numbers
from rag.cite import Resolved
from rag.cite.overlap import content_words
from rag.cite.plain import denies, is_plain
from rag.nouns import Claim, Support


def excuse(resolved: Resolved, asked: str, *, is_ours: bool) -> Resolved:
    """Return an abstention with the sentences excused that need no source; `is_ours`: its words are not a model's."""
    known = frozenset(content_words(asked))
    claims = (
        replace(claim, support=Support.NOT_CHECKED)
        if claim.support is Support.UNCITED and (is_ours or _is_no(claim, asked, known))
        else claim
        for claim in resolved.claims
    )
    return replace(resolved, claims=tuple(claims))


def _is_no(claim: Claim, asked: str, known: frozenset[str]) -> bool:
    """Tell whether a claim denies in the words of the question, or says nothing but words of the trade."""
    try:
        has_own_number = bool(missing_numbers(claim.text, asked))
        return not has_own_number and (is_plain(claim.text, ()) or (denies(claim.text) and is_plain(claim.text, known)))
    except Exception:  # a fault of the check is no fault of the answer, and excuses nothing
        return False
