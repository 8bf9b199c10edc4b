"""What a question asks for: one of a closed set of intents, each with what its reader has to know.

The kinds of `Aggregate` (a count, a list, an extreme, a count by group) are those of `rag.intent.kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.intent.comparison import Comparison
from rag.intent.kinds import Aggregation
from rag.intent.opening import Opened


@dataclass(frozen=True, slots=True)
class Search:
    """Papers that answer: found, and read."""


@dataclass(frozen=True, slots=True)
class Open:
    """A first question: a greeting, an overview, what to read, who works on something, what is known about it."""

    opened: Opened


@dataclass(frozen=True, slots=True)
class Similar:
    """The `count` papers most like one."""

    paper_id: str
    count: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something about a name that occurs in no paper."""

    name: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Fields of named papers, and nothing that only their abstracts tell."""

    paper_ids: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A count, a list, an extreme or a count by group, of which every word was understood."""

    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class Compare:
    """Named papers side by side."""

    comparison: Comparison


Intent = Search | Open | Similar | Unknown | LookUp | Aggregate | Compare
EXACT = (Open, Similar, Unknown, LookUp, Aggregate)
"""Those that the catalogue and the digest answer, without a search for what was asked."""
