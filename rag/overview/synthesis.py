"""What is known about a subject: what papers say alike, where they may disagree, and the rest by what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.base.text.numbers import plural
from rag.cite.escaping import escape
from rag.models.cross_encoders import SupportChecker
from rag.models.embedder import Embedder
from rag.nouns import EXTRACTIVE, Draft, Paper, Passage, Role, Section, Statement, Synthesis
from rag.overview.agreement import alike, disputed
from rag.overview.facets import grouped
from rag.overview.gathering import Subject, gather, speaks_of

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
    statements = gather(about, papers) if about.words else []
    count = sum(speaks_of(about, paper) for paper in papers) if about.words else 0
    statements = statements[:_MOST]
    claims = [s for s in statements if s.is_own and s.role in _CLAIMS][:_COMPARED]
    vectors = embedder.embed([claim.text for claim in claims])
    same = alike(claims, vectors) if claims else ()
    against = disputed(claims, vectors, checker) if claims else ()
    shown = {id(statement) for group in same for statement in group.statements}
    sections = tuple(
        Section(role, heading, grouped(role, left, about.name))
        for role, heading in _HEADINGS.items()
        if (left := [s for s in statements if s.role is role and id(s) not in shown])
    )
    return Synthesis(about.name, len(papers), count, same, against, sections)


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


def draft(synthesis: Synthesis) -> Draft:
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
