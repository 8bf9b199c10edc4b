"""What the rules of the grammar share: the words for papers, and a criterion as read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PLAINLY_PAPERS = (
    r"(?:papers?|articles?|publications?|preprints?|abstracts?|entries|works|studies|(?<!s )(?:work|study))"
)
"""Nouns for papers; `work` and `study` are verbs after a plural."""
PAPERS = rf"(?:{PLAINLY_PAPERS}|titles|records?|ones?|anything|something|everything|nothing|research)"


@dataclass(frozen=True, slots=True)
class Read:
    """One criterion: the span of the question that states it, the filters it sets, and what to say about it."""

    start: int
    end: int
    sets: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether the span from `start` to `end` shares a character with this one."""
        return self.start < end and start < self.end
