"""What is known about a subject: what papers say alike, where they may disagree, and the rest by what it says."""

from __future__ import annotations

from collections.abc import Sequence

from rag.embedder import Embedder
from rag.learned import SupportChecker
from rag.nouns import Paper
from rag.synthesis.agreement import alike, disputed
from rag.synthesis.facets import grouped
from rag.synthesis.gathering import Subject, gather
from rag.synthesis.nouns import Section, Synthesis
from rag.synthesis.roles import Role

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
    """Return what `papers`, the nearest first, say about `subject`; with fewer than `FEWEST` of them it is a list."""
    about = Subject(subject)
    statements = gather(about, papers) if about.words else []
    count = len({statement.paper.paper_id for statement in statements})
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
