"""Statements of different papers that say much the same, and pairs of them that may disagree.

Alike: by the cosine of their vectors, each with each. A pair may disagree where one speaks well and the other ill of
something near in meaning, and the learned check takes one to contradict the other. It errs; so it is a suspicion, and
both sentences are shown. Not handled: numbers that differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from rag.base.text.word_lists import word_list, word_pattern
from rag.models.cross_encoders import SupportChecker
from rag.nouns import Group, Role, Statement

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[float32]

_ALIKE, _NEAR = 0.62, 0.42
"""Cosines from which statements say much the same, and from which they may speak of the same."""
_CONTRADICTED = 0.75
_CHECKED, _MOST_PAIRS, _MOST_ALIKE = 12, 3, 4
_FEWEST = 3
"""Papers that must say the same."""
_WELL, _ILL = word_pattern(word_list("well")), word_pattern(word_list("ill"))
_DENIED = re.compile(rf"\b(?:not|n[o']t|no|never|hardly|fails? to|cannot)\W+(?:[\w-]+\W+)?{_WELL.pattern}", re.I)
"""A good that is denied is none."""
_AGAINST_ILL = re.compile(
    r"\b(?:prevent\w*|rather than|without|avoid\w*|reduc\w*|mitigat\w*|alleviat\w*|address\w*|overcom\w*|combat\w*"
    r"|suppress\w*|resist\w*|less|bridg\w*|clos\w+|narrow\w*)(?:\W+[\w-]+){1,4}",
    re.I,
)
"""What is done against an ill is none."""
_OF_THE_FIELD = re.compile(
    r"\b(?:lacks?|lacking|absence|need|scarcity|few|no)\b[^.;]{0,40}\b(?:benchmarks?|surveys?|stud(?:y|ies)|datasets?"
    r"|assessments?|investigations?|evaluations?|understanding|work|research)\b|unexplored|under-?explored|unclear",
    re.I,
)
"""What is missing in the field says nothing against what the sentence is about."""
_OF_A_PAPER = re.compile(
    r"\b(?:our|the|proposed|this|\\our\w*)\b(?: [\w-]+){0,2} (?:method|model|approach|framework|system|strategy"
    r"|algorithm|technique|solution|pipeline)\b|\\our"
    r"|\b(?:existing|current|previous|prior|these|such|numerous|recent)\b(?: [\w-]+){0,3} (?:methods?|approaches|works?"
    r"|benchmarks?|datasets?|evaluations?)\b",
    re.I,
)
"""That a paper's own method does well, and those before it did not, is what most abstracts say, and no disagreement."""
_BUT = re.compile(r"\b(?:but|yet|however)\b", re.I)


def alike(statements: Sequence[Statement], vectors: Matrix) -> tuple[Group, ...]:
    """Return groups of statements that say much the same, those of most papers first; `vectors` has a row for each.

    A group is named by nothing: its first statement, the nearest to all others, speaks for it.
    """
    cosines = vectors @ vectors.T
    free = set(range(len(statements)))
    groups: list[Group] = []
    while free:
        grown = [_grown(seed, sorted(free), statements, cosines) for seed in sorted(free)]
        best = max(grown, key=len, default=[])
        if len(best) < _FEWEST:
            break
        middle = sorted(best, key=lambda i: (-float(cosines[i][best].sum()), i))
        groups.append(Group("", tuple(statements[i] for i in middle)))
        free -= set(best)
    return tuple(groups[:_MOST_ALIKE])


def _grown(seed: int, free: Sequence[int], statements: Sequence[Statement], cosines: Matrix) -> list[int]:
    """Return the statements of other papers that are near to the seed and to each other, the nearest first."""
    members = [seed]
    for other in sorted(free, key=lambda i: (-float(cosines[seed, i]), i)):
        papers = {statements[i].paper.paper_id for i in members}
        same = _same(statements[other], statements[seed])
        near = all(float(cosines[other, i]) >= _ALIKE for i in members)
        if other != seed and same and near and statements[other].paper.paper_id not in papers:
            members.append(other)
    return members


def _same(one: Statement, other: Statement) -> bool:
    """Tell whether two statements may say the same: of one role, and not leaning apart; of findings, alike."""
    lean = leaning(one.text), leaning(other.text)
    apart = lean[0] != lean[1] if one.role is Role.FINDING else lean[0] * lean[1] < 0
    return one.role is other.role and not apart


def disputed(
    statements: Sequence[Statement], vectors: Matrix, checker: SupportChecker
) -> tuple[tuple[Statement, Statement], ...]:
    """Return pairs that may disagree, what speaks well first, the most suspect pair first."""
    cosines = vectors @ vectors.T
    lean = [0 if _OF_A_PAPER.search(s.text) or not s.is_own else leaning(s.text) for s in statements]
    near = sorted(
        (-float(cosines[i, j]), i, j)
        for i, j in combinations(range(len(statements)), 2)
        if lean[i] * lean[j] < 0 and statements[i].paper is not statements[j].paper and cosines[i, j] >= _NEAR
    )[:_CHECKED]
    pairs = [(statements[i], statements[j]) if lean[i] > 0 else (statements[j], statements[i]) for _, i, j in near]
    suspicion = [(_contradiction(one.text, other.text, checker), one, other) for one, other in pairs]
    suspected = sorted((s for s in suspicion if s[0] >= _CONTRADICTED), key=lambda s: -s[0])
    kept: list[tuple[Statement, Statement]] = []
    for _, one, other in suspected:
        if not any(one in pair or other in pair for pair in kept):
            kept.append((one, other))
    return tuple(kept[:_MOST_PAIRS])


@lru_cache(maxsize=8_192)
def leaning(text: str) -> int:
    """Return 1 where a sentence speaks well of what it is about, -1 where ill, 0 where it does neither or both.

    Of `x is good, but fails` what follows the turn counts.
    """
    turned = _BUT.split(text)[-1]
    well, ill = (
        _WELL.search(_DENIED.sub(" not ", turned)) is not None,
        _ILL.search(_AGAINST_ILL.sub(" ", turned)) is not None,
    )
    if well == ill or (ill and _OF_THE_FIELD.search(turned)):
        return 0
    return 1 if well else -1


def _contradiction(one: str, other: str, checker: SupportChecker) -> float:
    """Return how far the learned check takes either to contradict the other, in [0, 1]."""
    return max(checker.check(one, [other]).contradicted, checker.check(other, [one]).contradicted)
