"""What the catalogue knows of one named paper: its date, authors, organisation, pages, votes and comments.

Not handled: what only the abstract tells; a question that wants that too is for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.cite.sealed import seal
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.present.references import title
from rag.questions.saying import FIELDS
from rag.questions.wording import blank
from rag.text.numbers import plural

_OUT = r"(?:published|released|come\s+out|came\s+out|appear(?:ed)?|posted|submitted|written|dated)"
_WHICH = r"(?:on\s+|in\s+)?(?:what|which)\s+(?:of\s+the\s+)?"
_NUMBER_OF = r"(?:the\s+)?(?:number\s+of\s+)?"
_FIELDS = {
    "date": rf"when\b|{_WHICH}(?:date|day|month|year)\b|(?:the\s+)?(?:publication\s+)?(?:date|year)\b|{_OUT}\b",
    "authors": rf"how\s+many\s+(?:(?:co-?)?authors|people\s+(?:wrote|authored|signed))\b|"
    r"who\s+(?:wrote|authored|made|built|created|developed|released|proposed|introduced|(?:is|are|was)\s+behind)\b"
    rf"|(?:who\s+(?:are|is)\s+)?{_NUMBER_OF}(?:co-?)?authors?\b|written\s+by\s+(?:whom|how\s+many\s+people)\b",
    "organisation": rf"{_WHICH}(?:organi[sz]ation|institution|lab|company|group)s?\b|(?:the\s+)?organi[sz]ation\b",
    "pages": rf"{_WHICH}(?:saved\s+|listing\s+)?pages?\b|(?:the\s+)?pages\b",
    "upvotes": rf"how\s+many\s+(?:up-?)?votes\b|{_NUMBER_OF}up-?votes\b",
    "comments": rf"how\s+many\s+comments\b|{_NUMBER_OF}comments\b",
}
_COMPILED = {name: re.compile(rf"\b(?:{shape})", re.I) for name, shape in _FIELDS.items()}
_ASKS = re.compile(r"\b(?:what|which|who|how|when|where|tell|give|is|are|does|did|list|show)\b|\?", re.I)


def read_fields(text: str) -> tuple[tuple[str, ...], str]:
    """Return the fields that `text` asks for, and `text` with what asks for them blanked."""
    if not _ASKS.search(text):
        return (), text
    found = [name for name, shape in _COMPILED.items() if shape.search(text)]
    for name in found:
        text = blank(text, [match.span() for match in _COMPILED[name].finditer(text)])
    return tuple(found), text


class RecordReader:
    """Tells what the catalogue knows of named papers, and says what it does not know."""

    name = "extractive"

    def __init__(self, papers: Sequence[Paper], fields: Sequence[str]) -> None:
        self._shown = tuple(Passage(paper, 1.0) for paper in papers)
        self._fields = fields

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return None: there is nothing to search for."""
        return None

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the named papers as passages, then the others of `passages`."""
        named = {passage.paper.paper_id for passage in self._shown}
        return (*self._shown, *(p for p in passages if p.paper.paper_id not in named))

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft; it abstains where nothing of what is asked is known, and is partial where some is not."""
        lines, unknown = [], 0
        for place, passage in enumerate(self._shown, start=1):
            told = {field: _told(passage.paper, field) for field in self._fields}
            if told.get("authors") and not passage.paper.authors and _WHO.search(query.question):
                told["authors"] += ", whose names are not known here"
            known = [text for text in told.values() if text]
            missing = [FIELDS[field] for field, text in told.items() if not text]
            unknown += len(missing)
            name = f"*{seal(title(passage.paper))}*"
            if known:
                lines.append(f"{name}: {seal(', '.join(known))} [P{place}.0]")
            if missing:
                lines.append(f"The library holds {name}, but no {' and no '.join(missing)} of it.")
        text = "\n\n".join(lines)
        if not any("[P" in line for line in lines):
            yield Draft(text, self._shown, self.name, Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS)
        elif unknown:
            yield Draft(text, self._shown, self.name, Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
        else:
            yield Draft(text, self._shown, self.name)


_WHO = re.compile(r"\b(?:who|whom|whose|names?|by)\b", re.I)


def _told(paper: Paper, field: str) -> str:
    """Return a field of `paper` in words; empty where it is not known."""
    if field == "date":
        inferred = " (year inferred)" if paper.date_inferred else ""
        return f"dated {paper.date}{inferred}" if paper.date else ""
    if field == "authors":
        count = paper.author_count or len(paper.authors)
        names = f" ({', '.join(paper.authors)})" if paper.authors else ""
        return f"{plural(count, 'author')}{names}" if count else ""
    if field == "organisation":
        return f"from {paper.organisation}" if paper.organisation else ""
    if field == "pages":
        return f"seen on {', '.join(paper.pages)}" if paper.pages else ""
    number: int | None = getattr(paper, field)
    return plural(number, field.rstrip("s")) if number is not None else ""
