"""What can be shown about each sentence of an answer, and which sentences of an abstention need no source.

Numbers, quotations and names are held against the source by code; meaning is judged by a learned check, where there is
one, and otherwise by the words that claim and source share. Words find wrong sources and no contradictions (SciFact):
hence the verdicts' names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from rag.audit.literals import false_quotations, metadata_words, miscounts_authors, missing_names, only_quotes
from rag.audit.numbers import exchanged_numbers, missing_numbers, numbers
from rag.base.text.languages import differ
from rag.base.text.overlap import content_words
from rag.cite import Resolved
from rag.cite.sentences import denied_words, denies, is_plain
from rag.cite.shown import ShownPapers, shown_papers
from rag.nouns import Claim, Paper, Support

# ----------------------------------------------------------------------------------------------------
# Which sentences of an abstention need no source: it cites nothing by nature, but must not say more than `no`.
#
# Excused are our own words, and a model's that only deny what was asked, or greet. Everything else that an abstention
# says stays marked as uncited: a model could otherwise say anything under the head of saying nothing.


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


# ----------------------------------------------------------------------------------------------------

LEAST_COVERAGE = 0.4
"""Below this part of a claim's weight in its evidence, no support is found; see `eval/audit_scifact.py`."""

LEAST_SUPPORTED = 0.06
"""Probability of being borne out below which a claim is marked: chosen for one faithful claim in twenty that is marked
wrongly, on the written set's dev part (`python -m eval meaning`)."""
ALL_WORDS = 0.85
"""Coverage from which a claim that holds a cited sentence word for word says next to nothing else."""
LEAST_WORDS, SURE_OF_OTHER_WORDS = 0.15, 0.5
"""Coverage below which a claim is most likely on something else, and the probability from which it is not."""
SURE_OF_NUMBERS = 0.6
"""Probability from which a number that is put otherwise (`nine out of ten`) is taken to be there."""

LONGEST_NAMED = 80
"""Characters of a quotation that a warning repeats."""

FEWEST_FOREIGN = 3
"""Content words of a clause from which none of them being known counts against it."""

_CLAUSE = re.compile(
    r"[;:()（）；：—–]|\s-\s"
    r"|,?\s(?:and|but|or|while|whereas|because|although|though|since|so|which|who|whose|where|as)\s",
    re.I,
)

FEWEST_SIGNS = 3
"""Signs that are no letters (emoji, letters in boxes, Braille) from which they can say something."""


class Verdict(Protocol):
    """How likely a claim is borne out, contradicted, or not stated by its source; the three sum to 1."""

    @property
    def supported(self) -> float: ...
    @property
    def contradicted(self) -> float: ...
    @property
    def not_stated(self) -> float: ...


class Checker(Protocol):
    """What judges the meaning of a claim by the sentences that it cites and those next to them."""

    def check(self, claim: str, cited: Sequence[str], near: Sequence[str] = ()) -> Verdict: ...


def audit(resolved: Resolved, question: str = "", checker: Checker | None = None) -> Resolved:
    """Return `resolved` with support and score in every claim, and a warning for each quotation that is none.

    Without a `checker` claims are held against their sources by numbers, names and words alone.

    Words of `question` that a claim denies need no source: a false premise is corrected in its own words. A claim that
    cannot be checked, whatever the fault, is not checked and told: it may not cost the answer.
    """
    shown = shown_papers(resolved.shown)
    papers = {citation.number: citation.paper for citation in resolved.citations}
    asked = frozenset(content_words(question))
    claims, warnings, foreign = [], list(resolved.warnings), 0
    for claim in resolved.claims:
        try:
            text = resolved.words_of(claim)
            quotations = false_quotations(text, _whole_papers(claim, papers)) if claim.cites else ()
            judged = _judge(claim, text, papers, shown, asked, checker, has_false_quotation=bool(quotations))
        except Exception as exc:  # a fault of the check is no fault of the answer
            claims.append(replace(claim, support=Support.NOT_CHECKED, score=None))
            warnings.append(f"Not checked: “{_shortened(claim.text)}”; the check failed on it ({exc!r:.80}).")
            continue
        claims.append(judged)
        warnings.extend(f"Quotation not found word for word: “{_shortened(quotation)}”" for quotation in quotations)
        foreign += judged.support is Support.NOT_CHECKED and bool(judged.cites)
    if foreign:
        sentences = "1 sentence" if foreign == 1 else f"{foreign} sentences"
        warnings.append(f"Not checked: {sentences} whose words cannot be compared with the sources (another language).")
    return replace(resolved, claims=tuple(claims), warnings=tuple(warnings))


def _judge(
    claim: Claim,
    text: str,
    papers: dict[int, Paper],
    shown: ShownPapers,
    asked: frozenset[str],
    checker: Checker | None,
    *,
    has_false_quotation: bool,
) -> Claim:
    """Return `claim` with its verdict: a false quotation weighs most, then numbers and names, then meaning."""
    if not claim.cites:
        return replace(claim, support=Support.NOT_CHECKED if _says_nothing(text, shown) else Support.UNCITED)
    cited = {cite.number for cite in claim.cites}
    evidence, near = _evidence(claim, papers)
    is_quote = _only_quotes(text, evidence, cited, papers)
    comparable = is_quote or not any(differ(text, papers[number].abstract) for number in cited)
    words = _asserted(text, asked)
    known = _words(evidence + near) | _told(claim, papers) | asked
    covered = shown.weights.coverage(words, _words(evidence) | _told(claim, papers), _words(near))
    coverage = 1.0 if is_quote else covered
    score = round(coverage, 3) if comparable and coverage is not None else None
    missing = missing_numbers(text, "\n".join(evidence + near), counted=len(cited))
    told = is_quote or (coverage is not None and coverage >= ALL_WORDS and any(cite in text for cite in evidence[::2]))
    verdict = None if told or checker is None else _verdict(claim, text, papers, checker)
    if has_false_quotation:
        support = Support.NO_SUPPORT_FOUND
    elif _miscounts(text, claim, papers) or (missing and (verdict is None or verdict.supported < SURE_OF_NUMBERS)):
        support = Support.NUMBER_NOT_FOUND
    elif not is_quote and exchanged_numbers(text, " ".join(evidence[::2])):
        support = Support.CONTRADICTED
    elif not comparable or (coverage is None and not any(numbers(text))):
        support = Support.NOT_CHECKED
    elif not (is_quote or denies(text)) and missing_names(text, _whole_papers(claim, papers)):
        support = Support.NO_SUPPORT_FOUND
    elif verdict is not None and not (denies(text) and verdict.not_stated > verdict.contradicted):
        support = _by_meaning(verdict, coverage)
    elif coverage is not None and (coverage < LEAST_COVERAGE or _has_foreign_clause(text, known)):
        support = Support.NO_SUPPORT_FOUND
    else:
        support = Support.SUPPORTED
    return replace(claim, support=support, score=score)


def _by_meaning(verdict: Verdict, coverage: float | None) -> Support:
    """Return what a learned verdict says; of a claim that shares next to no words with its source it must be sure."""
    least = SURE_OF_OTHER_WORDS if coverage is not None and coverage < LEAST_WORDS else LEAST_SUPPORTED
    if verdict.supported >= least:
        return Support.SUPPORTED
    return Support.CONTRADICTED if verdict.contradicted > verdict.not_stated else Support.NO_SUPPORT_FOUND


def _verdict(claim: Claim, text: str, papers: dict[int, Paper], checker: Checker) -> Verdict | None:
    """Return what the learned check says of a claim by the sentences it cites and those next to them.

    None where it cites the metadata line, which says what it says in other words than people: words are to judge that.
    """
    cites = [cite for cite in claim.cites if cite.sentence]
    if len(cites) < len(claim.cites):
        return None
    cited = [papers[cite.number].sentence(cite.sentence) for cite in cites]
    held = {(cite.number, cite.sentence) for cite in cites}
    beside = sorted({(n, i + step) for n, i in held for step in (-1, 1)} - held)
    near = [papers[n].sentence(i) for n, i in beside if 1 <= i <= len(papers[n].sentences)]
    return checker.check(text, cited, near)


def _has_foreign_clause(text: str, known: frozenset[str]) -> bool:
    """Tell whether a clause shares no word with what is known: a falsehood that rides on a true half of a sentence."""
    clauses = (set(content_words(clause)) for clause in _CLAUSE.split(text))
    return any(len(words) >= FEWEST_FOREIGN and not words & known for words in clauses)


def _only_quotes(text: str, evidence: Sequence[str], cited: Iterable[int], papers: dict[int, Paper]) -> bool:
    """Tell whether a claim quotes what it cites and says nothing beside but its title and words of the trade."""
    rest = only_quotes(text, evidence)
    return rest is not None and not denies(rest) and is_plain(rest, _words(papers[n].title for n in cited))


def _says_nothing(text: str, shown: ShownPapers) -> bool:
    """Tell whether a sentence without a source needs none: no content, or a question in words that are known."""
    if any(numbers(text)) or sum(unicodedata.category(char) == "So" for char in text) >= FEWEST_SIGNS:
        return False
    is_question = text.rstrip(' *_"”)').endswith(("?", "？"))
    return not content_words(text) or (is_question and is_plain(text, shown.vocabulary))


def _asserted(text: str, asked: frozenset[str]) -> list[str]:
    """Return the content words of a claim, less those of the question that it denies, unless no other is left.

    Numbers in words are looked at as numbers.
    """
    spelled = {word for written, _ in numbers(text) if written[0].isalpha() for word in content_words(written)}
    words = [word for word in content_words(text) if word not in spelled]
    denied = denied_words(text) & asked
    return [word for word in words if word not in denied] or words


def _miscounts(text: str, claim: Claim, papers: dict[int, Paper]) -> bool:
    """Tell whether a claim that cites one paper's metadata line gives another number of authors."""
    cited = {cite.number for cite in claim.cites}
    return len(cited) == 1 and claim.cites[0].sentence == 0 and miscounts_authors(text, papers[cited.pop()])


def _told(claim: Claim, papers: dict[int, Paper]) -> frozenset[str]:
    """Return what may be said by the metadata lines that a claim cites."""
    cited = {cite.number for cite in claim.cites if cite.sentence == 0}
    return frozenset(word for number in cited for word in metadata_words(papers[number]))


def _evidence(claim: Claim, papers: dict[int, Paper]) -> tuple[list[str], list[str]]:
    """Return the cited sentences with the cited papers' titles, and what stands near: next to them, and on the paper.

    Looking for numbers anywhere in the abstract would find almost no swapped number.
    """
    cited, near = [], []
    for cite in claim.cites:
        paper = papers[cite.number]
        cited += [paper.sentence(cite.sentence), paper.title]
        if cite.sentence:
            beside = (index for index in (cite.sentence - 1, cite.sentence + 1) if 1 <= index <= len(paper.sentences))
            near += [*map(paper.sentence, beside), paper.metadata_line()]
    return cited, near


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in content_words(text))


def _whole_papers(claim: Claim, papers: dict[int, Paper]) -> Sequence[str]:
    numbers = sorted({cite.number for cite in claim.cites})
    return [f"{papers[n].title}\n{papers[n].abstract}\n{papers[n].metadata_line()}" for n in numbers]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_NAMED else text[: LONGEST_NAMED - 1].rstrip() + "…"
