"""Statements of one role in groups by what they say: of findings what helps and what falls short, of methods by kind.

The groups are those that a review would have, and each is told by words that every one of its statements holds. What
fits none is kept apart as such. Not handled: statements of two kinds, which stand under the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.nouns import Group, Role, Statement
from rag.synthesis.agreement import leaning

# ----------------------------------------------------------------------------------------------------
# What a sentence of an abstract does: it reports a finding, proposes a method, brings a resource, or names a problem.
#
# Told by the verbs and nouns with which abstracts say so, as in argumentative zoning (Teufel and Moens, 2002). What
# no rule knows has no role. Not handled: other languages than English.


_SHOWS = (
    r"(?:finds?|found|shows?|showed|shown|demonstrat\w+|reveal\w*|observ\w+|indicat\w+|suggests?|suggesting|confirm\w*"
    r"|discover\w*|uncover\w*|prov(?:e|es|ed)|concludes? that|establish that|identif(?:y|ies|ied) that|report that)"
)
_FINDING = re.compile(
    r"\b(?:we|our\b[^.;:]{0,40}|(?:the |these |extensive |empirical |experimental )*(?:results?|experiments?|findings?"
    rf"|analys[ie]s|evaluations?|stud(?:y|ies)))\b[^.;:]{{0,70}}?\b{_SHOWS}\b"
    r"|\b(?:outperform\w*|surpass\w*|state-of-the-art (?:performance|results)|SOTA)\b"
    r"|\b(?:improv|reduc|increas|boost|accelerat|rais|lower|achiev|yield|gain|drop|declin|reach|deliver)\w*\b"
    r"[^.;]{0,90}\b\d+(?:\.\d+)?(?:\s?%|x\b|\s?×|\s?points)"
    r"|^(?:surprisingly|interestingly|notably|remarkably|crucially|strikingly|empirically|theoretically)\b",
    re.I,
)
_BRINGS = (
    r"(?:introduc\w+|present(?:s|ed|ing)?|propos\w+|releas\w+|construct\w*|build|built|creat\w+|curat\w+|develop\w*"
    r"|collect\w*|contribut\w+|establish\w*|design\w*|provid\w+|offer\w*|publish\w*|assembl\w+|compil\w+)"
)
_WE = r"(?:we|this (?:paper|work|study|article|survey|report)|our (?:work|paper|study))"
_RESOURCE = re.compile(
    rf"\b{_WE}\b[^.;]{{0,40}}\b{_BRINGS}\b[^.;:]{{0,90}}\b(?:benchmarks?|data\s?sets?|corp(?:us|ora)|test\s?beds?"
    r"|test suite|leaderboard|test set|taxonomy|(?-i:[A-Z][\w-]*(?:Bench|Eval|QA)))\b",
    re.I,
)
_METHOD = re.compile(
    rf"\b{_WE}\b[^.;]{{0,40}}\b(?:{_BRINGS}|train\w*|devis\w+|formulat\w+|appl(?:y|ies)|adopt\w*|employ\w*|leverag\w+"
    r"|extend\w*|introduce|reformulat\w+|mitigat\w+|address\w*|tackle\w*)\b"
    r"|\b[A-Z][\w-]*[A-Z][\w-]*,? (?:is|which is)? ?an? (?:novel|new|simple|unified|lightweight|general)\b"
    r"|^to (?:address|tackle|mitigate|overcome|solve|alleviate|bridge|resolve|counter)\b",
    re.I,
)
_PROBLEM = re.compile(
    r"^(?:however|yet|but|despite|nevertheless|unfortunately)\b"
    r"|\b(?:remains?|challeng\w+|limit(?:s|ed|ations?)|lacks?|lacking|suffers?|fails?|failure|struggl\w+|bottleneck"
    r"|prone|vulnerab\w+|under-?explored|unexplored|unclear|open (?:questions?|problems?)|hinder\w*|overlook\w*"
    r"|neglect\w*|poses?|risks?|concerns?|susceptib\w+|difficult\w*|problem|costly|undermin\w+|obstacle)\b",
    re.I,
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

WORKS, FALLS_SHORT = "Works, or helps", "Falls short, or fails"
"""The groups of findings that are read beside each other."""
_FEWEST = 4
"""Papers of a section from which it is parted."""
Facet = tuple[str, Callable[[str], object]]


def _holds(shape: str) -> Callable[[str], object]:
    return re.compile(shape, re.I).search


_DEPENDS = _holds(
    r"\bdepend(?:s|ing|ent)?\b|\bvar(?:y|ies) (?:with|across|between|by)\b|\btrade-?offs? between\b|\bcorrelat\w+"
    r"|\bscales? with\b|\bas \w+(?: \w+){0,4} (?:grows?|increases?|scales?)\b|\bonly (?:when|if|for)\b"
    r"|\bsensitive to\b"
)
_FACETS: dict[Role, tuple[Facet, ...]] = {
    Role.FINDING: (
        (WORKS, lambda text: leaning(text) > 0 and not _DEPENDS(text)),
        (FALLS_SHORT, lambda text: leaning(text) < 0 and not _DEPENDS(text)),
        ("Depends on the conditions", _DEPENDS),
    ),
    Role.METHOD: (
        (
            "Surveys, theory and analyses",
            _holds(
                r"\b(?:survey|taxonomy|theor\w+|formali[sz]\w+|systematic(?:ally)? \w+|position paper|perspective"
                r"|(?:we|paper|work|study) (?:\w+ )?(?:analy[sz]es?|investigates?|stud(?:y|ies)|examines?|explores?))\b"
            ),
        ),
        (
            "Without training, at inference",
            _holds(
                r"\btraining-free\b|\b(?:inference|test)-time\b|\bat inference\b|\bprompt\w*|\bdecoding\b"
                r"|\bin-context\b|\bwithout (?:\w+ )?(?:training|fine-?tuning)\b|\bplug-and-play\b"
            ),
        ),
        (
            "By training",
            _holds(
                r"\breinforcement\b|\bRL\w*\b|\bfine-?tun\w+|\btrain(?:s|ed|ing)?\b|\bdistill\w*|\breward\w*|\bpolicy\b"
                r"|\bpreference\b|\bcurriculum\b|\b(?:pre|post)-?train\w*|\bobjectives?\b|\bloss\b|\boptimi[sz]\w+|\blearn\w*"
            ),
        ),
        (
            "Architectures and representations",
            _holds(
                r"\barchitectur\w+|\b(?:en|de)coders?\b|\battention\b|\blayers?\b|\btransformers?\b|\btokeni[sz]\w+|\blatents?\b"
                r"|\bnetworks?\b|\bmodules?\b|\bembeddings?\b|\brepresentations?\b|\bdiffusion\b|\bmemory\b"
            ),
        ),
        ("Data and pipelines", _holds(r"\bdata\w*\b|\bpipelines?\b|\bcorp(?:us|ora)\b|\bsynthe\w+")),
    ),
    Role.PROBLEM: (
        (
            "Open questions",
            _holds(
                r"\bunclear\b|\bunder-?(?:explored|studied)\b|\bunexplored\b|\bopen (?:question|problem|challenge)s?"
                r"|\bpoorly understood\b|\blittle (?:is|research|work|attention)\b"
                r"|\blimited (?:attention|understanding|research)\b"
                r"|\black(?:s|ing)?(?: of)?(?: \w+){0,2} (?:understanding|stud(?:y|ies)|surveys?|research|assessment)\b"
            ),
        ),
        ("Evaluation", _holds(r"\bbenchmarks?\b|\bevaluat\w+|\bmetrics?\b|\bassess\w*")),
        (
            "Cost and efficiency",
            _holds(
                r"\bcost\w*|\bexpensive\b|\blatenc\w+|\bmemory\b|\bcomputation\w*|\binefficien\w+|\boverhead\b|\bslow\w*"
                r"|\bthroughput\b|\bscalab\w+"
            ),
        ),
        (
            "Data and supervision",
            _holds(r"\bannotat\w+|\blabel(?:s|ed|ing)?\b|\bsupervis\w+|\bscarc\w+|\bdata\s?sets?\b|\btraining data\b"),
        ),
        (
            "Reliability and failures",
            _holds(
                r"\bfail\w*|\bbias\w*|\bunreliab\w+|\bvulnerab\w+|\bprone\b|\bsuffer\w*|\bhallucinat\w+|\bdegrad\w+|\bunstable\b"
                r"|\binstability\b|\binconsisten\w+|\bstruggl\w+|\bcollaps\w+|\brobust\w*|\brisks?\b|\bharm\w*|\bunsafe\b|\berrors?\b"
                r"|\bsusceptib\w+|\bexploit\w*|\bundermin\w+"
            ),
        ),
    ),
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
