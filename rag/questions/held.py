"""The names that a catalogue holds and a question may filter by: pages, organisations, authors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from rag.catalogue import Catalogue

_PAGE = r"(?:saved\s+)?(?:pages?|listings?|lists?)\b"

_LONGEST_NAME = 8
"""Words of an organisation's or a person's name."""


class Held:
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
        for opening in re.finditer(r"\b(?:by|from|of|at|with)\s+(?:the\s+)?|^\s*|,\s*", text):
            words = list(re.finditer(r"[^\s,;?!]+", text[opening.end() :]))[:_LONGEST_NAME]
            for last in reversed(words):
                said = text[opening.end() + words[0].start() : opening.end() + last.end()]
                if found := self._catalogue.bearer(said):
                    start = opening.end() + words[0].start()
                    yield start, start + len(said), *found
                    break

    def knows(self, name: str) -> bool:
        """Tell whether `name` is an organisation's or an author's."""
        return self._catalogue.bearer(name) is not None

    def unknown_name(self, name: str) -> str:
        """Return what to say about a name that is no author's and no organisation's."""
        named, placed = self._catalogue.count("authors"), self._catalogue.count("organisation")
        total = self._catalogue.readable()
        return (
            f"No paper here is known to be by {name}; of {total:,} papers, the authors' names are known "
            f"for {named:,} and the organisation for {placed:,}."
        )


def _loosely(name: str) -> str:
    """Return a pattern for a page's name with any separators."""
    return r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", name) if part)
