"""Quotations inside a claim, and whether they stand word for word in what is cited.

Case, white space, the shape of quotation marks and a full stop before the closing mark do not count; an ellipsis parts
a quotation into pieces that must come in order. Fewer than three words in quotation marks are a term, not a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FEWEST_WORDS = 3

_QUOTATION = re.compile(r"“([^“”]{1,2000})”|(?<!\w)\"([^\"]{1,2000})\"(?!\w)|«([^«»]{1,2000})»|„([^„“”]{1,2000})[“”]")
_ELLIPSIS = re.compile(r"\[?(?:…|\.\.\.)\]?")
_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})


def false_quotations(claim: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the quotations of `claim` that stand in none of `sources`."""
    folded = [_fold(source) for source in sources]
    return tuple(
        quotation
        for groups in _QUOTATION.findall(claim)
        for quotation in filter(None, groups)
        if len(quotation.split()) >= FEWEST_WORDS and not any(_holds(source, quotation) for source in folded)
    )


def only_quotes(claim: str, sources: Iterable[str]) -> str | None:
    """Return `claim` without its quotations where it has some, of any length, and each stands in one of `sources`."""
    folded = [_fold(source) for source in sources]
    quoted = [quotation for groups in _QUOTATION.findall(claim) for quotation in filter(None, groups)]
    is_true = all(any(_holds(source, quotation) for source in folded) for quotation in quoted)
    return _QUOTATION.sub(" ", claim) if quoted and is_true else None


def _holds(source: str, quotation: str) -> bool:
    position = 0
    for part in _ELLIPSIS.split(quotation):
        wanted = _fold(part).strip(" .,;:!?")
        position = source.find(wanted, position)
        if position < 0:
            return False
        position += len(wanted)
    return True


def _fold(text: str) -> str:
    return " ".join(text.translate(_MARKS).casefold().split())
