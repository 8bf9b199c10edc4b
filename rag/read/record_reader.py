"""What the catalogue knows of one named paper: its date, authors, organisation, pages, votes and comments.

Not handled: what only the abstract tells; a question that wants that too is for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.base.text.numbers import listed, plural
from rag.cite.escaping import escape, unseal
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.present.filters_in_words import FIELDS
from rag.present.references import title
from rag.read.reader import SpecialReader


class RecordReader(SpecialReader):
    """Tells what the catalogue knows of named papers, and says what it does not know."""

    def __init__(self, papers: Sequence[Paper], fields: Sequence[str]) -> None:
        self._shown = tuple(Passage(paper, 1.0) for paper in papers)
        self._fields = fields

    @property
    def own(self) -> tuple[Passage, ...]:
        """The named papers."""
        return self._shown

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft; it abstains where nothing of what is asked is known, and is partial where some is not."""
        lines, unknown = [], 0
        for place, passage in enumerate(self._shown, start=1):
            told = {field: _told(passage.paper, field) for field in self._fields}
            known = [text for text in told.values() if text]
            missing = [FIELDS[field] for field, text in told.items() if not text]
            unknown += len(missing)
            name = f"*{escape(title(passage.paper))}*"
            if known:
                lines.append(f"{name} {escape(listed(known))} [P{place}.0].")
            if told.get("authors") and not passage.paper.authors and _WHO.search(query.question):
                lines.append(_UNNAMED)
                unknown += 1
            if missing:
                lines.append(f"The library holds {name}, but no {' and no '.join(missing)} of it.")
        text = "\n\n".join(lines)
        if not any("[P" in line for line in lines):
            yield Draft(text, self._shown, self.name, Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS)
        elif unknown:
            partial = Status.PARTIAL, Reason.NOT_IN_ABSTRACTS
            yield Draft(text, self._shown, self.name, *partial, counted=(unseal(_UNNAMED),))
        else:
            yield Draft(text, self._shown, self.name)


_UNNAMED = "The saved pages do not name them: `abstract-qa enrich` asks arXiv who they are."
_WHO = re.compile(r"\b(?:who|whom|whose|names?|by)\b", re.I)


def _told(paper: Paper, field: str) -> str:
    """Return what is to be said of `paper` of a field; empty where it is not known."""
    if field == "date":
        inferred = " (year inferred)" if paper.date_inferred else ""
        return f"is dated {paper.date}{inferred}" if paper.date else ""
    if field == "authors":
        count = paper.author_count or len(paper.authors)
        names = f" ({', '.join(paper.authors)})" if paper.authors else ""
        return f"has {plural(count, 'author')}{names}" if count else ""
    if field == "organisation":
        return f"is from {paper.organisation}" if paper.organisation else ""
    if field == "pages":
        return f"was seen on {', '.join(paper.pages)}" if paper.pages else ""
    number: int | None = getattr(paper, field)
    return f"has {plural(number, field.rstrip('s'))}" if number is not None else ""
