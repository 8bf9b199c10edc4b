"""Which fields of a paper a question asks for: when it came out, who wrote it, which page it was seen on."""

from __future__ import annotations

import re

from rag.intent.wording import blank

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
