"""What is known, as text: a line that counts, then headings with their quotes, each word for word with its source.

The lines that count are told apart (`Draft.counted`), since no abstract bears them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.cite.sealed import seal, unseal
from rag.nouns import EXTRACTIVE, Draft, Passage, Status
from rag.synthesis.nouns import Group, Section, Statement, Synthesis
from rag.text.numbers import plural

ALIKE = "Said alike"
DISPUTED = "May disagree"
SUSPICION = "a learned check takes the second to contradict the first; it errs, so read both"


def lead(synthesis: Synthesis) -> str:
    """Return the sentence that counts the papers, the subject sealed."""
    speaks = "speaks" if synthesis.papers == 1 else "speak"
    subject = seal(synthesis.subject)
    said = f"{synthesis.papers} of the {plural(synthesis.looked_at, 'paper')} looked at {speaks} of {subject}"
    nearest = f"; the {synthesis.quoted} nearest are quoted" if synthesis.quoted < synthesis.papers else ""
    return f"{said}{nearest}."


def draft(synthesis: Synthesis) -> Draft:
    """Return the answer that it is, every quote with its pointer."""
    papers = list({s.paper.paper_id: s.paper for s in synthesis.statements()}.values())
    places = {paper.paper_id: place for place, paper in enumerate(papers, start=1)}
    counted: list[str] = []

    def heading(text: str) -> str:
        counted.append(unseal(text))
        return text

    lines = written(synthesis, heading, lambda s: f"[P{places[s.paper.paper_id]}.{s.index}]")
    shown = tuple(Passage(paper, 1.0) for paper in papers)
    text = "\n".join(lines)
    return Draft(text, shown, EXTRACTIVE, Status.ANSWERED, counted=tuple(counted), synthesis=synthesis)


def written(synthesis: Synthesis, heading: Callable[[str], str], source: Callable[[Statement], str]) -> Iterator[str]:
    """Yield the lines; `heading` is given each that counts, `source` returns what stands behind a quote."""

    def quotes(statements: Sequence[Statement]) -> Iterator[str]:
        return (f"- “{statement.text}” {source(statement)}" for statement in statements)

    def sections(of: Sequence[Section]) -> Iterator[str]:
        for section in of:
            for group in section.groups:
                yield from ("", heading(_named(section.heading, group)), *quotes(group.statements))

    yield heading(lead(synthesis))
    yield from sections(synthesis.first)
    for group in synthesis.alike:
        yield from ("", heading(f"{ALIKE}, in {plural(group.papers, 'paper')}:"), *quotes(group.statements))
    for pair in synthesis.disputed:
        yield from ("", heading(f"{DISPUTED} ({SUSPICION}):"), *quotes(pair))
    yield from sections(synthesis.others)


def _named(heading: str, group: Group) -> str:
    name = f": {group.name[0].lower()}{group.name[1:]}" if group.name else ""
    return f"{heading}{name} ({plural(group.papers, 'paper')}):"
