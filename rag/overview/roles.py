"""What a sentence of an abstract does and which way it leans: a finding, a method; what helps, what falls short.

Told by the verbs and nouns with which abstracts say so, as in argumentative zoning (Teufel and Moens, 2002); sentences
of one role are put into the groups that a review would have. What no rule knows has no role, what fits no group is kept
apart as such. Not handled: other languages than English; statements of two kinds, which stand under the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from rag.base.text.word_lists import word_list, word_pattern, word_table
from rag.nouns import Group, Role, Statement

_SHOWS = word_pattern(word_list("showing")).pattern
_FINDING = re.compile(
    r"\b(?:we|our\b[^.;:]{0,40}|(?:the |these |extensive |empirical |experimental )*(?:results?|experiments?|findings?"
    rf"|analys[ie]s|evaluations?|stud(?:y|ies)))\b[^.;:]{{0,70}}?{_SHOWS}"
    r"|\b(?:outperform\w*|surpass\w*|state-of-the-art (?:performance|results)|SOTA)\b"
    r"|\b(?:improv|reduc|increas|boost|accelerat|rais|lower|achiev|yield|gain|drop|declin|reach|deliver)\w*\b"
    r"[^.;]{0,90}\b\d+(?:\.\d+)?(?:\s?%|x\b|\s?×|\s?points)"
    r"|^(?:surprisingly|interestingly|notably|remarkably|crucially|strikingly|empirically|theoretically)\b",
    re.I,
)
_BRINGS = word_pattern(word_list("bringing")).pattern
_WE = r"(?:we|this (?:paper|work|study|article|survey|report)|our (?:work|paper|study))"
_RESOURCE = re.compile(
    rf"\b{_WE}\b[^.;]{{0,40}}{_BRINGS}[^.;:]{{0,90}}\b(?:benchmarks?|data\s?sets?|corp(?:us|ora)|test\s?beds?"
    r"|test suite|leaderboard|test set|taxonomy|(?-i:[A-Z][\w-]*(?:Bench|Eval|QA)))\b",
    re.I,
)
_METHOD = re.compile(
    rf"\b{_WE}\b[^.;]{{0,40}}(?:{_BRINGS}|{word_pattern(word_list('doing')).pattern})"
    r"|\b[A-Z][\w-]*[A-Z][\w-]*,? (?:is|which is)? ?an? (?:novel|new|simple|unified|lightweight|general)\b"
    r"|^to (?:address|tackle|mitigate|overcome|solve|alleviate|bridge|resolve|counter)\b",
    re.I,
)
_PROBLEM = re.compile(
    r"^(?:however|yet|but|despite|nevertheless|unfortunately)\b|" + word_pattern(word_list("hard")).pattern, re.I
)
_COINED = re.compile(r"[A-Z][a-z]+[A-Z]\w*,? (?:first |then |further |also )?[a-z]+s\b")
"""A sentence that says what a named thing does."""
_DEFINES = r"(?:\s*\([^)]{1,30}\))?,?\s+(?:[a-z]+ly\s+)?(?:is|are|was|has|have|can|[a-z]+s)\b"
_OURS = re.compile(r"\b(?:we|our|this (?:paper|work|study))\b", re.I)
_LINK = re.compile(r"https?://|\b(?:github|huggingface)\.\w+", re.I)
_WHERE = re.compile(
    r"\b(?:code|data\w*|models?|weights|benchmark|resources|project page|demo)\b[^.]{0,60}"
    r"\b(?:available|released|open-?sourced?)\b",
    re.I,
)


def role(sentence: str, subject: str = "") -> Role | None:
    """Return what `sentence` does; `subject` is what it may say the meaning of."""
    if _LINK.search(sentence) or (_WHERE.search(sentence) and not _FINDING.search(sentence)):
        return None
    ours = _OURS.search(sentence) is not None
    if subject and not ours and re.match(rf"(?:the |an? )?{re.escape(subject)}s?\b{_DEFINES}", sentence, re.I):
        return Role.MEANING
    if _FINDING.search(sentence):
        return Role.FINDING
    if _RESOURCE.search(sentence):
        return Role.RESOURCE
    if _METHOD.search(sentence) or _COINED.match(sentence):
        return Role.METHOD
    return Role.PROBLEM if not ours and _PROBLEM.search(sentence) else None


# ----------------------------------------------------------------------------------------------------
# Which way a sentence leans.

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
_BUT = re.compile(r"\b(?:but|yet|however)\b", re.I)


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


# ----------------------------------------------------------------------------------------------------
# Groups of one role.

WORKS, FALLS_SHORT = "Works, or helps", "Falls short, or fails"
"""The groups of findings that are read beside each other."""
_FEWEST = 4
"""Papers of a section from which it is parted."""
Facet = tuple[str, Callable[[str], object]]


def _told(table: str) -> tuple[Facet, ...]:
    return tuple((name, word_pattern(words).search) for name, words in word_table(table).items())


((_CONDITIONS, _DEPENDS),) = _told("facets_finding")
_FACETS: dict[Role, tuple[Facet, ...]] = {
    Role.FINDING: (
        (WORKS, lambda text: leaning(text) > 0 and not _DEPENDS(text)),
        (FALLS_SHORT, lambda text: leaning(text) < 0 and not _DEPENDS(text)),
        (_CONDITIONS, _DEPENDS),
    ),
    Role.METHOD: _told("facets_method"),
    Role.PROBLEM: _told("facets_problem"),
}
_REST = {Role.FINDING: "Also observed", Role.METHOD: "Other approaches", Role.PROBLEM: "Other difficulties"}


def grouped(role: Role, statements: Sequence[Statement], subject: str) -> tuple[Group, ...]:
    """Return statements of one role in groups, in the order of a review; those of a small section in one, unnamed.

    The words of the subject, which all statements hold, put none into a group.
    """
    facets = _FACETS.get(role, ())
    if not facets or len({statement.paper.paper_id for statement in statements}) < _FEWEST:
        return (Group("", tuple(statements)),)
    named = re.compile(rf"\b{re.escape(subject)}s?\b", re.I)
    found: dict[str, list[Statement]] = {name: [] for name, _ in facets}
    rest: list[Statement] = []
    for statement in statements:
        text = named.sub(" ", statement.text)
        found.get(next((name for name, holds in facets if holds(text)), ""), rest).append(statement)
    least = 1 if role is Role.FINDING else 2
    rest += [statement for held in found.values() if len(held) < least for statement in held]
    kept = {name: held for name, held in found.items() if len(held) >= least}
    kept[_REST[role]] = [statement for statement in statements if statement in rest]
    return tuple(Group(name, tuple(held)) for name, held in kept.items() if held)
