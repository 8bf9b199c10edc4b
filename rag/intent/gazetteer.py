"""The names that a catalogue holds and a question may filter by: pages, organisations, authors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from rag.catalogue import Catalogue

_PAGE = r"(?:saved\s+)?(?:pages?|listings?|lists?)\b"

_LONGEST_NAME = 8
"""Words of an organisation's or a person's name."""


class Gazetteer:
    """What the catalogue holds by name; each list is read when a question first needs it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The names of the pages."""
        return tuple(self._catalogue.pages())

    def page_mentions(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, page) where `text` names a page as a page, in order."""
        found: dict[int, tuple[int, int, str]] = {}
        names = sorted(self.pages, key=len, reverse=True)
        either = "|".join(_loosely(name) for name in names)
        if not either:
            return
        one = rf"['\"“]?(?:{either})['\"”]?"
        run = rf"{one}(?:(?:\s*,\s*|\s+)(?:(?:and|or|nor)\s+)?(?:the\s+)?{one})*"
        for shape in (
            rf"(?<![\w-])({run})\s+{_PAGE}",
            rf"\b{_PAGE}\s+(?:(?:called|named)\s+)?(?:the\s+)?({run})(?![\w-])",
        ):
            for match in re.finditer(shape, text, re.I):
                for name in re.finditer(rf"(?<![\w-])(?:{either})(?![\w-])", match[1], re.I):
                    start = match.start(1) + name.start()
                    end = match.end() if name.end() == len(match[1].rstrip("'\"”")) else match.start(1) + name.end()
                    page = next(p for p in names if re.fullmatch(_loosely(p), name[0], re.I))
                    found.setdefault(start, (start, max(end, start + len(name[0])), page))
        yield from sorted(found.values())

    def name_mentions(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield (start, end, filter, value) where papers are said to be by an organisation or author held here."""
        seen: set[int] = set()
        for opening in re.finditer(r"\b(?:by|from|of|at|with)\s+(?:the\s+|both\s+|either\s+)?|^\s*|,\s*", text):
            place: int | None = opening.end()
            while place is not None and place not in seen:
                seen.add(place)
                found = self._named_at(text, place)
                if found:
                    yield found
                place = found and _joined_to(text, found[1])

    def _named_at(self, text: str, place: int) -> tuple[int, int, str, str] | None:
        """Return the longest name that begins at a place of `text`, as `name_mentions` yields it."""
        words = list(re.finditer(r"[^\s,;?!]+", text[place:]))[:_LONGEST_NAME]
        for last in reversed(words):
            start = place + words[0].start()
            said = text[start : place + last.end()]
            if found := self._catalogue.names.bearer(said):
                return start, start + len(said), *found
        return None

    def unknown_name(self, name: str) -> str | None:
        """Return what to say about a name that is no author's and no organisation's; None of one that is."""
        if self._catalogue.names.bearer(name) is not None:
            return None
        named, placed = self._catalogue.count("authors"), self._catalogue.count("organisation")
        total = self._catalogue.readable()
        return (
            f"No paper here is known to be by {name}; of {total:,} papers, the authors' names are known "
            f"for {named:,} and the organisation for {placed:,}."
        )


def _joined_to(text: str, end: int) -> int | None:
    """Return where a name begins that is joined to the one which ends at `end`: `by Ada Oak and Bo Elm`."""
    joined = re.compile(r"\s*(?:,\s*)?(?:\b(?:and|or|nor)\b|&)\s*(?:by\s+)?(?:the\s+)?").match(text, end)
    return joined.end() if joined else None


def _loosely(name: str) -> str:
    """Return a pattern for a page's name with any separators."""
    return r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", name) if part)
