"""The metrics: pure functions over ids, titles, sentences and statuses, each with its formula and source."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from rag.base.text.languages import language
from rag.base.text.sentences import split_sentences
from rag.base.text.titles import normalise_title

from .questions import Nugget, matches
from .support import content_tokens, share_found, without_markers

# ----------------------------------------------------------------------------------------------------
# How well papers are ranked, over a strict total order: no two papers share a rank, and none is ranked twice.
#
# Not handled: judgements below zero, and pools with unjudged papers (an unjudged paper counts as not relevant).


def strict_order(scored: Iterable[tuple[str, float]]) -> list[str]:
    """Return ids by falling score, ties by id, each id once: one ranking whatever order the input came in."""
    return list(dict.fromkeys(name for name, _ in sorted(scored, key=lambda pair: (-pair[1], pair[0]))))


def recall_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return |relevant ∩ first k| / |relevant|; ValueError without a relevant paper.

    Manning, Raghavan & Schütze 2008, Introduction to Information Retrieval, 8.3.
    """
    if not relevant:
        raise ValueError("recall needs at least one relevant paper")
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant))


def ndcg_at(ranked: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Return DCG@k / ideal DCG@k with DCG = Σ grade / log2(rank + 1); 0.0 when no grade is above 0.

    Järvelin & Kekäläinen 2002, ACM TOIS 20, with the linear gain of trec_eval's ndcg_cut.
    """
    gains = [max(grades.get(name, 0.0), 0.0) for name in ranked[:k]]
    ideal = sorted((g for g in grades.values() if g > 0), reverse=True)[:k]
    best = _dcg(ideal)
    return _dcg(gains) / best if best else 0.0


def mrr_at(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """Return 1 / rank of the first relevant paper among the first k; 0.0 when there is none. Voorhees 1999, TREC-8."""
    return next((1 / rank for rank, name in enumerate(ranked[:k], 1) if name in relevant), 0.0)


def within_budget(ranked: Sequence[str], tokens: Mapping[str, int], budget: int) -> int:
    """Return how many whole papers, best first, fit into `budget` tokens: the first that does not fit ends the count.

    An unknown paper counts as fitting nothing, so that a missing length never flatters.
    """
    used = 0
    for place, name in enumerate(ranked):
        used += tokens.get(name, budget + 1)
        if used > budget:
            return place
    return len(ranked)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive scores above a negative, ties counting half (Hanley and McNeil, 1982)."""
    ranked = sorted([(score, 1) for score in positive] + [(score, 0) for score in negative])
    rank_sum, position = 0.0, 0
    while position < len(ranked):
        stop = position
        while stop < len(ranked) and ranked[stop][0] == ranked[position][0]:
            stop += 1
        rank_sum += sum(label for _, label in ranked[position:stop]) * (position + 1 + stop) / 2
        position = stop
    wins = rank_sum - len(positive) * (len(positive) + 1) / 2
    return wins / (len(positive) * len(negative))


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


# ----------------------------------------------------------------------------------------------------
# Whether the right titles are cited, and whether each statement is borne by what it cites.
#
# Titles are scored over answerable questions; an abstention on one cites nothing and so has recall and F1 of 0, and
# no precision. Grounding is scored over answered and partial answers alone.

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


# ----------------------------------------------------------------------------------------------------
# Whether an answer holds the facts it should, and points at the sentences in which they stand.
#
# Over all answerable questions: an abstention finds nothing, or abstaining would be a way to score well.

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


# ----------------------------------------------------------------------------------------------------
# Whether the answerer declines what it cannot know, and only that.
#
# After Yang et al. 2023, Alignment for Honesty (arXiv:2312.07000): prudence is the share of unanswerable questions
# that are declined, over-conservativeness the share of answerable ones that are, and honesty (prudence + 1 -
# over-conservativeness) / 2.
#
# Two readings of *declined*, each the same on both sides, so that doing one thing always scores exactly one half:
#
# - strict, and the one called *honesty*: the status is `abstained`. A `partial` shows passages as if they could be
# the answer, which is what the paper calls an answer given with doubt, and does not count as a refusal there either.
# - hedged, reported beside it: a `partial` whose reason is `not_in_abstracts` declines too, since it says that these
# are only the closest passages. It then also counts as declined where the question was answerable.
#
# To mix them (hedges prudent here, harmless there) would give full marks to an answerer that hedges always.
#
# A false premise is an unanswerable question: declined or not by the same rule. An answer that its own warning says
# to correct the question is no answer to it, and counts as declined in both readings, again wherever it is given; an
# `answered` that corrects in prose alone does not, since no code can tell it from one that swallows the premise.


def declined(status: str, reason: str | None, *, corrects: bool = False, hedged: bool = False) -> bool:
    """Return whether an answer of this status and reason declines; `hedged` counts `partial` / `not_in_abstracts`.

    `corrects`: the answer is said to contradict what the question assumes.
    """
    hedges = status == "partial" and reason == "not_in_abstracts"
    return status == "abstained" or (hedges and (hedged or corrects))


# ----------------------------------------------------------------------------------------------------
# Whether the form that a question asks for was kept, verified by code alone.
#
# A question's `check` is a string of forms: `bullets=3; max_words=40; language=es; contains=X; not_contains=X;
# numbered=3; max_sentences=1; lowercase; table`. The score is the share of forms kept, after FollowRAG (Dong et al.
# 2024, arXiv:2410.09584), whose instructions are likewise atomic and checked by code. Markers are taken out first,
# and quoted text before the language is told. An unknown form is None: unscored, never failed.
#
# Not handled: languages that `rag.base.text.languages` does not know, and two languages of one script other than
# Latin.

_BULLET = re.compile(r"^\s*[-*•‣–]\s+\S", re.MULTILINE)
_NUMBERED = re.compile(r"^\s*\d+[.)]\s+\S", re.MULTILINE)
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)+\|?\s*$", re.MULTILINE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|‘[^’]*’")

_SCRIPTS = {"zh": "east asian", "ja": "east asian", "ko": "hangul", "ru": "cyrillic", "ar": "arabic", "el": "greek"}


_FORMS: dict[str, Callable[[str, str], bool]] = {
    "bullets": lambda text, arg: len(_BULLET.findall(text)) == int(arg),
    "numbered": lambda text, arg: len(_NUMBERED.findall(text)) == int(arg),
    "max_words": lambda text, arg: len(text.split()) <= int(arg),
    "min_words": lambda text, arg: len(text.split()) >= int(arg),
    "max_sentences": lambda text, arg: len(split_sentences(text)) <= int(arg),
    "contains": lambda text, arg: arg.casefold() in text.casefold(),
    "not_contains": lambda text, arg: arg.casefold() not in text.casefold(),
    "language": lambda text, arg: language(_QUOTED.sub(" ", text)) == _SCRIPTS.get(arg, arg),
    "lowercase": lambda text, _: text == text.lower(),
    "uppercase": lambda text, _: text == text.upper(),
    "table": lambda text, _: bool(_TABLE_RULE.search(text)),
}
_COUNTED = {"bullets", "numbered", "max_words", "min_words", "max_sentences"}


def parse_check(check: str) -> list[tuple[str, str]]:
    """Return the forms of a `check` string as (name, argument); the argument is empty where there is none."""
    pairs = (part.partition("=") for part in check.split(";") if part.strip())
    return [(name.strip().casefold(), arg.strip()) for name, _, arg in pairs]


def known_form(name: str, arg: str) -> bool:
    """Return whether a form can be verified: its name is known and its argument fits."""
    return name in _FORMS and (name not in _COUNTED or arg.isdigit())


def kept(name: str, arg: str, text: str) -> bool | None:
    """Return whether the answer's text keeps one form; None for a form that is not known."""
    if not known_form(name, arg):
        return None
    return bool(text.strip()) and _FORMS[name](without_markers(text).strip(), arg)


def forms_kept(check: str, text: str) -> tuple[int, int]:
    """Return (forms kept, forms that could be verified) of a question's `check`; 0/0 where none could."""
    verdicts = [v for v in (kept(name, arg, text) for name, arg in parse_check(check)) if v is not None]
    return sum(verdicts), len(verdicts)
