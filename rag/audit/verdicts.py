"""The audit's verdict on each sentence of an answer, and which sentences of an abstention need no source.

Numbers, quotations and names are held against the source by code; meaning is judged by a learned check, where there is
one, and otherwise by the words that claim and source share. Words find wrong sources and no contradictions (SciFact):
hence the verdicts' names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.audit.literals import metadata_words, miscounts_authors, missing_names, quotations, without_quotations
from rag.audit.numbers import exchanged_numbers, missing_numbers, numbers
from rag.base.text import plural, shortened
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


@dataclass(frozen=True, slots=True)
class Entailment:
    """How likely a claim is borne out, contradicted, or not stated by its source; the three sum to 1."""

    supported: float
    contradicted: float
    not_stated: float


class Checker(Protocol):
    """What judges the meaning of a claim by the sentences that it cites and those next to them."""

    def check(self, claim: str, cited: Sequence[str], near: Sequence[str] = ()) -> Entailment: ...


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
            text, source = resolved.words_of(claim), _Source(claim, papers)
            false = [said for said, stands in quotations(text, source.whole) if not stands] if claim.cites else []
            judged = _judge(claim, text, source, shown, asked, checker)
        except Exception as exc:  # a fault of the check is no fault of the answer
            claims.append(replace(claim, support=Support.NOT_CHECKED, score=None))
            warnings.append(
                f"Not checked: “{shortened(claim.text, LONGEST_NAMED)}”; the check failed on it ({exc!r:.80})."
            )
            continue
        claims.append(replace(judged, support=Support.NO_SUPPORT_FOUND) if false else judged)
        warnings.extend(f"Quotation not found word for word: “{shortened(said, LONGEST_NAMED)}”" for said in false)
        foreign += claims[-1].support is Support.NOT_CHECKED and bool(judged.cites)
    if foreign:
        why = "whose words cannot be compared with the sources (another language)"
        warnings.append(f"Not checked: {plural(foreign, 'sentence')} {why}.")
    return replace(resolved, claims=tuple(claims), warnings=tuple(warnings))


class _Source:
    """What a claim cites with its papers' titles, and what stands near: sentences next to it, the papers' records.

    Looking for numbers anywhere in the abstract would find almost no swapped number.
    """

    def __init__(self, claim: Claim, papers: dict[int, Paper]) -> None:
        self.papers = [papers[number] for number in sorted({cite.number for cite in claim.cites})]
        self.records = [papers[cite.number] for cite in claim.cites if not cite.sentence]
        self.sentences = [papers[cite.number].sentence(cite.sentence) for cite in claim.cites]
        pointed = {(cite.number, cite.sentence) for cite in claim.cites if cite.sentence}
        beside = sorted({(n, i + step) for n, i in pointed for step in (-1, 1)} - pointed)
        self.beside = [papers[n].sentence(i) for n, i in beside if 1 <= i <= len(papers[n].sentences)]
        self.evidence = [*self.sentences, *(paper.title for paper in self.papers)]
        self.near = [*self.beside, *(papers[n].metadata_line() for n in {n for n, _ in pointed})]
        self.whole = [f"{paper.title}\n{paper.abstract}\n{paper.metadata_line()}" for paper in self.papers]


def _judge(
    claim: Claim, text: str, source: _Source, shown: ShownPapers, asked: frozenset[str], checker: Checker | None
) -> Claim:
    """Return `claim` with its verdict: numbers and names weigh most, then meaning."""
    if not claim.cites:
        return replace(claim, support=Support.NOT_CHECKED if _says_nothing(text, shown) else Support.UNCITED)
    is_quote = _only_quotes(text, source)
    comparable = is_quote or not any(differ(text, paper.abstract) for paper in source.papers)
    held = _words(source.evidence).union(*map(metadata_words, source.records))
    near = _words(source.near)
    coverage = 1.0 if is_quote else shown.weights.coverage(_asserted(text, asked), held, near)
    score = round(coverage, 3) if comparable and coverage is not None else None
    missing = missing_numbers(text, "\n".join(source.evidence + source.near), counted=len(source.papers))
    miscounts = not claim.cites[0].sentence and len(source.papers) == 1 and miscounts_authors(text, source.papers[0])
    is_told = coverage is not None and coverage >= ALL_WORDS and any(cite in text for cite in source.sentences)
    verdict = None
    # The metadata line says what it says in other words than people: words are to judge that, and no learned check.
    if checker is not None and not (is_quote or is_told or source.records):
        verdict = checker.check(text, source.sentences, source.beside)
    put_otherwise = verdict is not None and verdict.supported >= SURE_OF_NUMBERS and coverage != 0.0
    if miscounts or (missing and not put_otherwise):
        support = Support.NUMBER_NOT_FOUND
    elif not is_quote and exchanged_numbers(text, " ".join(source.sentences)):
        support = Support.CONTRADICTED
    elif not comparable or (coverage is None and not any(numbers(text))):
        support = Support.NOT_CHECKED
    elif not (is_quote or denies(text)) and missing_names(text, source.whole):
        support = Support.NO_SUPPORT_FOUND
    elif verdict is not None and not (denies(text) and verdict.not_stated > verdict.contradicted):
        support = _by_meaning(verdict, coverage)
    elif coverage is not None and (coverage < LEAST_COVERAGE or _has_foreign_clause(text, held | near | asked)):
        support = Support.NO_SUPPORT_FOUND
    else:
        support = Support.SUPPORTED
    return replace(claim, support=support, score=score)


def _by_meaning(verdict: Entailment, coverage: float | None) -> Support:
    """Return what a learned verdict says; of a claim that shares next to no words with its source it must be sure."""
    least = SURE_OF_OTHER_WORDS if coverage is not None and coverage < LEAST_WORDS else LEAST_SUPPORTED
    if verdict.supported >= least:
        return Support.SUPPORTED
    return Support.CONTRADICTED if verdict.contradicted > verdict.not_stated else Support.NO_SUPPORT_FOUND


def _has_foreign_clause(text: str, known: frozenset[str]) -> bool:
    """Tell whether a clause shares no word with what is known: a falsehood that rides on a true half of a sentence."""
    clauses = (set(content_words(clause)) for clause in _CLAUSE.split(text))
    return any(len(words) >= FEWEST_FOREIGN and not words & known for words in clauses)


def _only_quotes(text: str, source: _Source) -> bool:
    """Tell whether a claim quotes what it cites and says nothing beside but its title and words of the trade."""
    found, rest = quotations(text, source.evidence, fewest=1), without_quotations(text)
    is_true = bool(found) and all(stands for _, stands in found)
    return is_true and not denies(rest) and is_plain(rest, _words(paper.title for paper in source.papers))


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


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in content_words(text))
