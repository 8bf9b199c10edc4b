"""What is known about a subject: the sentences of papers on it, what they say alike, where they may disagree.

A sentence is on the subject where it holds the subject's words side by side, or nearly so; in a paper whose title does,
also what the paper brings and finds. Statements are alike by the cosine of their vectors, each with each. A pair may
disagree where one speaks well and the other ill of something near in meaning, and the learned check takes one to
contradict the other; it errs, so it is a suspicion, and both sentences are shown. Not handled: sentences that speak of
the subject under another name, numbers that differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from rag.base.text import plural
from rag.base.text.names import AT_LARGE
from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list, word_pattern
from rag.cite.escaping import escape
from rag.models.cross_encoders import SupportChecker
from rag.models.embedder import Embedder
from rag.nouns import EXTRACTIVE, Draft, Group, Paper, Passage, Role, Section, Statement, Synthesis
from rag.overview.roles import grouped, leaning, role

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[float32]

LOOKED_AT = 150
"""Papers nearest to the subject that are read."""
FEWEST = 3
"""Papers that must speak of a subject for more to be known about it than a list of them tells."""
_MOST = 120
"""Statements, those of the nearest papers, that are quoted."""
_COMPARED = 48
"""Statements that are held against each other."""
_CLAIMS = (Role.MEANING, Role.FINDING, Role.PROBLEM)
"""What can be agreed or disagreed with."""
_HEADINGS = {
    Role.MEANING: "What it is",
    Role.FINDING: "What was found",
    Role.METHOD: "What has been proposed",
    Role.RESOURCE: "Benchmarks and data",
    Role.PROBLEM: "What is hard or open",
}


def synthesise(subject: str, papers: Sequence[Paper], embedder: Embedder, checker: SupportChecker) -> Synthesis:
    """Return what `papers`, the nearest first, say about `subject`; with fewer than `FEWEST` quoted it is a list."""
    about = Subject(subject)
    read = [_read(about, paper) for paper in papers] if about.words else []
    statements = [statement for _, told in read for statement in told][:_MOST]
    claims = [s for s in statements if s.is_own and s.role in _CLAIMS][:_COMPARED]
    vectors = embedder.embed([claim.text for claim in claims])
    same = same_statements(claims, vectors) if claims else ()
    against = disputed(claims, vectors, checker) if claims else ()
    shown = {id(statement) for group in same for statement in group.statements}
    sections = tuple(
        Section(role, heading, grouped(role, left, about.name))
        for role, heading in _HEADINGS.items()
        if (left := [s for s in statements if s.role is role and id(s) not in shown])
    )
    return Synthesis(about.name, len(papers), sum(speaks for speaks, _ in read), same, against, sections)


# ----------------------------------------------------------------------------------------------------
# The sentences on a subject, each with what it does.

_SPREAD, _SPREAD_OF_TWO = 3, 8
"""Other words that may stand between those of the subject, and of one that joins two: `hallucination in …`."""
_LONGEST = 65
"""Words beyond which a sentence is not quoted in a list."""
_SHORTEST = 12
"""Words of a sentence that says enough without naming the subject."""
_NAMED_ALONE = (Role.PROBLEM, Role.MEANING)
"""What a sentence says of the subject only where it names it."""
_ALL = 2
"""Words of a subject up to which a sentence must hold all of them; of more, those that tell it from others."""
_GENERAL = frozenset(content_words(" ".join(AT_LARGE)))
_JOINED = re.compile(r"\s+(?:in|of|for|with|on|by)\s+", re.I)
_LEANS = word_pattern(word_list("leaning"))
"""How sentences begin that cannot be understood without the one before."""


class Subject:
    """The subject that is asked about, by its words."""

    def __init__(self, name: str) -> None:
        self.name = " ".join(name.split()).strip(" .?!\"'“”")
        self.words = tuple(dict.fromkeys(content_words(self.name)))
        telling = frozenset(self.words) - _GENERAL if len(self.words) > _ALL else frozenset()
        self._telling = telling or frozenset(self.words)
        named = _JOINED.split(self.name)
        self._spread = _SPREAD if len(named) == 1 else _SPREAD_OF_TWO
        parts = [r"[-\s]+".join(map(re.escape, re.split(r"[-\s]+", part.removesuffix("s")))) for part in named]
        self._shortened = [re.compile(rf"({part}s?)\s*\(([A-Za-z][\w-]{{1,9}}?)s?\)", re.I) for part in parts]
        self._alone = re.compile(rf"(?<!\w){re.escape(self.name.removesuffix('s'))}(?:s|es)?(?!\w)", re.I)

    def spelled_out(self, paper: Paper) -> Callable[[str], str]:
        """Return what puts the words of the subject in the place of what the paper abbreviates them to.

        `Vision-Language Models (VLMs)` makes `VLMs` of later sentences the subject too.
        """
        found = [shape.search(paper.abstract) for shape in self._shortened]
        known = [(re.compile(rf"\b{re.escape(m[2])}s?\b"), m[1]) for m in found if m]

        def out(text: str) -> str:
            for short, whole in known:
                text = short.sub(whole, text)
            return text

        return out

    def stands_in(self, text: str) -> bool:
        """Tell whether `text` speaks of the subject; one of a single word must stand there as that word."""
        if len(self.words) == 1:
            return self._alone.search(text) is not None
        words, window = content_words(text), len(self._telling) + self._spread
        places = [i for i, word in enumerate(words) if word in self._telling]
        return any(self._telling <= set(words[place : place + window]) for place in places)


def _read(subject: Subject, paper: Paper) -> tuple[bool, list[Statement]]:
    """Return whether a paper speaks of the subject, and its statements on it, of each role the best ones alone."""
    titled, spelled_out = subject.stands_in(paper.title), subject.spelled_out(paper)
    speaks = titled
    found: dict[Role, list[tuple[bool, Statement]]] = {}
    for index in range(1, len(paper.sentences) + 1):
        text = paper.sentence(index)
        length, is_own = len(text.split()), subject.stands_in(spelled_out(text))
        speaks = speaks or is_own
        if not (is_own or titled) or length > _LONGEST or (what := role(text, subject.name)) is None:
            continue
        leans = _LEANS.match(text) is not None
        if is_own or not (leans or what in _NAMED_ALONE or length < _SHORTEST):
            found.setdefault(what, []).append((leans or not is_own, Statement(paper, index, what, is_own)))
    best = ((sorted(held, key=lambda pair: pair[0]), 2 if what is Role.FINDING else 1) for what, held in found.items())
    return speaks, [statement for held, most in best for _, statement in held[:most]]


# ----------------------------------------------------------------------------------------------------
# Statements that say much the same, and pairs that may disagree.

_ALIKE, _NEAR = 0.62, 0.42
"""Cosines from which statements say much the same, and from which they may speak of the same."""
_CONTRADICTED = 0.75
_CHECKED, _MOST_PAIRS, _MOST_ALIKE = 12, 3, 4
_FEWEST = 3
"""Papers that must say the same."""
_OF_A_PAPER = re.compile(
    r"\b(?:our|the|proposed|this|\\our\w*)\b(?: [\w-]+){0,2} (?:method|model|approach|framework|system|strategy"
    r"|algorithm|technique|solution|pipeline)\b|\\our"
    r"|\b(?:existing|current|previous|prior|these|such|numerous|recent)\b(?: [\w-]+){0,3} (?:methods?|approaches|works?"
    r"|benchmarks?|datasets?|evaluations?)\b",
    re.I,
)
"""That a paper's own method does well, and those before it did not, is what most abstracts say, and no disagreement."""


def same_statements(statements: Sequence[Statement], vectors: Matrix) -> tuple[Group, ...]:
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
    verdicts = [(checker.check(p.text, [q.text]), checker.check(q.text, [p.text])) for p, q in pairs]
    suspicion = [max(verdict.contradicted for verdict in both) for both in verdicts]
    suspected = sorted(zip(suspicion, pairs, strict=True), key=lambda s: -s[0])
    kept: list[tuple[Statement, Statement]] = []
    for _, (one, other) in (s for s in suspected if s[0] >= _CONTRADICTED):
        if not any(one in pair or other in pair for pair in kept):
            kept.append((one, other))
    return tuple(kept[:_MOST_PAIRS])


# ----------------------------------------------------------------------------------------------------
# What is known, as text: a line that counts, then headings with their quotes, each word for word with its source.

ALIKE = "Said alike"
DISPUTED = "May disagree"
SUSPICION = "a learned check takes the second to contradict the first; it errs, so read both"


def lead(synthesis: Synthesis) -> str:
    """Return the sentence that counts the papers, the subject sealed."""
    speaks = "speaks" if synthesis.papers == 1 else "speak"
    subject = escape(synthesis.subject)
    said = f"{synthesis.papers} of the {plural(synthesis.looked_at, 'paper')} looked at {speaks} of {subject}"
    alone = "the nearest whose sentences say something of it and can be read alone"
    quoted = f"{synthesis.quoted} {'is' if synthesis.quoted == 1 else 'are'} quoted"
    which = f"; {quoted}, {alone}" if synthesis.quoted < synthesis.papers else ""
    return f"{said}{which}."


def synthesis_draft(synthesis: Synthesis) -> Draft:
    """Return the answer that it is, every quote with its pointer."""
    papers = list({s.paper.paper_id: s.paper for s in synthesis.statements()}.values())
    places = {paper.paper_id: place for place, paper in enumerate(papers, start=1)}
    lines = written(synthesis, lambda s: f"[P{places[s.paper.paper_id]}.{s.index}]")
    shown = tuple(Passage(paper, 1.0) for paper in papers)
    return Draft("\n".join(lines), shown, EXTRACTIVE, counted=True, synthesis=synthesis)


def written(synthesis: Synthesis, source: Callable[[Statement], str]) -> Iterator[str]:
    """Yield the lines, those that count first and above each group; `source` returns what stands behind a quote."""
    yield lead(synthesis)
    for heading, statements in (
        *_headed(synthesis.first),
        *((f"{ALIKE}, in {plural(group.papers, 'paper')}:", group.statements) for group in synthesis.alike),
        *((f"{DISPUTED} ({SUSPICION}):", pair) for pair in synthesis.disputed),
        *_headed(synthesis.others),
    ):
        yield from ("", heading, *(f"- “{statement.text}” {source(statement)}" for statement in statements))


def _headed(sections: Sequence[Section]) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """Yield the groups of sections, each with its heading."""
    for section in sections:
        for group in section.groups:
            name = f": {group.name[0].lower()}{group.name[1:]}" if group.name else ""
            yield f"{section.heading}{name} ({plural(group.papers, 'paper')}):", group.statements
