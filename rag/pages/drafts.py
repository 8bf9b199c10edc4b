"""A record while its page is being read: the blocks and lines that are its own so far, as they stood."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.pages.blocks import Block
from rag.pages.lines import Kind, Line


@dataclass(slots=True)
class Draft:
    """A record that is still being read: blocks and lines, not yet cleaned."""

    title: Block
    abstract: list[Block] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    date: Line | None = None
    organisation: str | None = None
    url: str | None = None
    upvotes: int | None = None
    comments: int | None = None

    @property
    def has_metadata(self) -> bool:
        """Whether a line of metadata has followed, so that no more of the abstract can."""
        return self.author_count is not None or self.date is not None or self.organisation is not None

    @property
    def has_comments(self) -> bool:
        """Whether the number of its comments is known, by itself or from the line of its date."""
        written = self.date.date if self.date else None
        return self.comments is not None or (written is not None and written.comments is not None)

    def take(self, line: Line) -> bool:
        """Take what a line of metadata tells; false where such a line was taken already."""
        if line.kind is Kind.AUTHORS and self.author_count is None:
            self.author_count = line.count
        elif line.kind is Kind.ORGANISATION and self.organisation is None:
            self.organisation = line.text
        elif line.kind is Kind.DATE and self.date is None:
            self.date = line
        else:
            return False
        return True
