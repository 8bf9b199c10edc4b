"""What is known about a subject, as it is handed on: statements, groups of them, pairs that may disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rag.nouns.papers import Paper
from rag.nouns.presenting import jsonable


class Role(StrEnum):
    """The part that a sentence plays, and under which heading it is quoted."""

    MEANING = "meaning"
    FINDING = "finding"
    METHOD = "method"
    RESOURCE = "resource"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an abstract, word for word: sentence `index` of `paper`, counted from 1."""

    paper: Paper
    index: int
    role: Role
    is_own: bool = True
    """Whether it names the subject itself, and not its paper's title alone."""

    @property
    def text(self) -> str:
        """The sentence."""
        return self.paper.sentence(self.index)

    def to_dict(self) -> dict[str, Any]:
        """Return the sentence and where it stands."""
        start, end = self.paper.sentences[self.index - 1]
        return {**self.paper.named(), "index": self.index, "start": start, "end": end, "quote": self.text}


@dataclass(frozen=True, slots=True)
class Group:
    """Statements that belong together, under what they all speak of; the name is empty for those that stand alone."""

    name: str
    statements: tuple[Statement, ...]

    @property
    def papers(self) -> int:
        """Of how many papers they are."""
        return _papers_of(self.statements)

    def to_dict(self) -> dict[str, Any]:
        """Return the group and its sentences."""
        return {"name": self.name, "papers": self.papers, "sentences": self.statements}


@dataclass(frozen=True, slots=True)
class Section:
    """The groups of one role, under its heading."""

    role: Role
    heading: str
    groups: tuple[Group, ...]

    @property
    def papers(self) -> int:
        """Of how many papers its statements are."""
        return _papers_of(s for group in self.groups for s in group.statements)

    def to_dict(self) -> dict[str, Any]:
        """Return the section and its groups."""
        return {"role": self.role, "heading": self.heading, "papers": self.papers, "groups": self.groups}


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What the papers of a library say about a subject.

    `looked_at` papers were read, `papers` of them speak of it. In `alike` each group says much the same; the two of a
    pair in `disputed` may disagree, which is a suspicion of the learned check, for a person to judge.
    """

    subject: str
    looked_at: int
    papers: int
    alike: tuple[Group, ...]
    disputed: tuple[tuple[Statement, Statement], ...]
    sections: tuple[Section, ...]

    @property
    def quoted(self) -> int:
        """Of how many papers sentences are quoted: of the nearest ones that say something which can be read alone."""
        return _papers_of(self.statements())

    @property
    def first(self) -> tuple[Section, ...]:
        """The section that says what the subject is, which is read before all else; none where nothing says it."""
        return tuple(section for section in self.sections if section.role is Role.MEANING)

    @property
    def others(self) -> tuple[Section, ...]:
        """The sections that are read after what is said alike and what is disputed."""
        return tuple(section for section in self.sections if section.role is not Role.MEANING)

    def statements(self) -> Iterator[Statement]:
        """Yield every statement in the order in which it is shown; one may be shown twice."""
        for group in self.alike:
            yield from group.statements
        for pair in self.disputed:
            yield from pair
        for section in self.sections:
            for group in section.groups:
                yield from group.statements

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON object of the command line."""
        told: dict[str, Any] = {
            "subject": self.subject,
            "looked_at": self.looked_at,
            "papers": self.papers,
            "quoted": self.quoted,
        }
        told |= {"alike": self.alike, "may_disagree": self.disputed, "sections": self.sections}
        plain: dict[str, Any] = jsonable(told)
        return plain


def _papers_of(statements: Iterable[Statement]) -> int:
    """Return of how many papers statements are."""
    return len({statement.paper.paper_id for statement in statements})
