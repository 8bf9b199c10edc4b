"""Whether the right titles are cited, and whether each statement is borne by what it cites.

Titles are scored over answerable questions; an abstention on one cites nothing and so has recall and F1 of 0, and no
precision. Grounding is scored over answered and partial answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

Source = TypeVar("Source")


class TitleScores(NamedTuple):
    """Cited-title scores in [0, 1]; `precision` is None where nothing was cited."""

    precision: float | None
    recall: float
    f1: float


def title_scores(cited: Collection[str], gold: Collection[str]) -> TitleScores:
    """Return precision |C∩G|/|C|, recall |C∩G|/|G| and F1 2|C∩G|/(|C|+|G|) of the set of cited titles.

    van Rijsbergen 1979, Information Retrieval, chapter 7. ValueError without a gold title.
    """
    if not gold:
        raise ValueError("cited titles are scored only where there is a gold title")
    cited, gold = set(cited), set(gold)
    hits = len(cited & gold)
    precision = hits / len(cited) if cited else None
    return TitleScores(precision, hits / len(gold), 2 * hits / (len(cited) + len(gold)))


Statement = tuple[str, Sequence[Source]]
"""A sentence of an answer with the sources that it cites."""


def citation_recall(
    statements: Sequence[Statement[Source]], supports: Callable[[str, Sequence[Source]], bool]
) -> list[bool]:
    """Return for each statement whether its cited sources together support it; False where it cites none.

    The mean is citation recall after ALCE (Gao et al. 2023, arXiv:2305.14627, 3.3), with `supports` in its NLI's place.
    """
    return [bool(sources) and supports(text, sources) for text, sources in statements]


def citation_precision(
    statements: Sequence[Statement[Source]], supports: Callable[[str, Sequence[Source]], bool]
) -> list[bool]:
    """Return for each single citation whether it is to the point.

    ALCE (the same): its statement is supported, and it is not irrelevant, that is: unable to support alone *and* not
    missed when taken away. The mean is citation precision.
    """
    verdicts = []
    for text, sources in statements:
        supported = bool(sources) and supports(text, sources)
        for place, source in enumerate(sources):
            rest = [*sources[:place], *sources[place + 1 :]]
            irrelevant = not supports(text, [source]) and bool(rest) and supports(text, rest)
            verdicts.append(supported and not irrelevant)
    return verdicts


def aggregate_support(scores: Sequence[float]) -> tuple[float, float]:
    """Return (mean, min) of the support scores of an answer's sentences; ValueError for an answer without sentences.

    The aggregation of AlignScore (Zha et al. 2023, ACL, arXiv:2305.16739) over our overlap check, not its model.
    """
    if not scores:
        raise ValueError("an answer without a sentence has no support")
    return sum(scores) / len(scores), min(scores)
