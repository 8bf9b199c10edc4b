"""The library's papers, read again only when anyone, in this process or another, has changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.nouns import Paper

if TYPE_CHECKING:
    from rag.library import Library


class KnownPapers:
    """The papers of one library, shared by all who look at the page."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: tuple[int, list[Paper]] = (-1, [])

    def papers(self) -> list[Paper]:
        """Return the papers as they are now; not to be changed."""
        generation = self._library.catalogue.generation()
        if generation != self._known[0]:
            self._known = (generation, self._library.papers())
        return self._known[1]
