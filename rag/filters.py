"""Filters over the catalogue: what they are, whether they are well formed, and which papers they let through."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.catalogue import Catalogue
from rag.errors import UsageError

_LATEST = "case length(date) when 4 then date || '-12-31' when 7 then date || '-31' else date end"
_EARLIEST = "case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end"


@dataclass(frozen=True, slots=True)
class Filters:
    """Bounds that a paper must meet. Dates are ISO, of any precision, and inclusive."""

    since: str | None = None
    until: str | None = None
    page: str | None = None

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            value = getattr(self, name)
            if value is not None and not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
                raise UsageError(f"--{name} takes a date such as 2025, 2025-08 or 2025-08-22, not {value!r}.")

    def to_dict(self) -> dict[str, str]:
        """Return the filters that are set."""
        set_ones = (("since", self.since), ("until", self.until), ("page", self.page))
        return {name: value for name, value in set_ones if value is not None}

    def allowed(self, catalogue: Catalogue) -> set[str] | None:
        """Return the ids of the papers that pass, or None when nothing is filtered."""
        parts: list[tuple[str, str]] = []
        if self.since:
            parts.append((f"{_LATEST} >= ?", self.since))
        if self.until:
            parts.append((f"{_EARLIEST} <= ?", self.until + "-99-99"[: 10 - len(self.until)]))
        if self.page:
            if self.page not in (pages := catalogue.pages()):
                known = ", ".join(pages) or "none"
                raise UsageError(f"No page is named {self.page!r}. The pages of this library: {known}.")
            parts.append(("paper_id in (select paper_id from sightings where page = ?)", self.page))
        if not parts:
            return None
        return catalogue.select(" and ".join(where for where, _ in parts), [value for _, value in parts])
