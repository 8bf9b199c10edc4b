"""The names that the catalogue holds and a question may filter by: pages, organisations, authors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.catalogue import Catalogue
from rag.intent.wording import PAPERS, Criterion, pattern

# ----------------------------------------------------------------------------------------------------
# Pages, named as pages.

_PAGE = r"(?:saved )?(?:pages?|listings?|lists?)\b"
_ON_PAGE = pattern(
    r"(?:\b(?:and|but|yet|or|both)\s)*(?:\b(?:seen|listed|found|sits?|saved|that (?:is|are|sits?)) )?"
    r"\b(?:on|from|in|of) (?:the )?$"
)


def read_pages(text: str, catalogue: Catalogue) -> Iterator[Criterion]:
    """Yield where `text` names pages of the library, in order."""
    shapes = {name: _loosely(name) for name in sorted(catalogue.pages(), key=len, reverse=True)}
    either = "|".join(shapes.values())
    if not either:
        return
    found: dict[int, Criterion] = {}
    one = rf"['\"“]?(?:{either})['\"”]?"
    run = rf"{one}(?:(?:\s*,\s*| )(?:(?:and|or|nor) )?(?:the )?{one})*"
    for shape in (
        rf"(?<![\w-])({run}) {_PAGE}",
        rf"\b{_PAGE} (?:(?:called|named) )?(?:the )?({run})(?![\w-])",
    ):
        for match in pattern(shape).finditer(text):
            for name in re.finditer(rf"(?<![\w-])(?:{either})(?![\w-])", match[1], re.I):
                start, end = (match.start(1) + place for place in name.span())
                if name.end() == len(match[1].rstrip("'\"”")):
                    end = max(end, match.end())
                page = next(page for page, said in shapes.items() if re.fullmatch(said, name[0], re.I))
                found.setdefault(start, Criterion(_begins(_ON_PAGE, text, start), end, {"page": page}))
    yield from (read for _, read in sorted(found.items()))


def _loosely(name: str) -> str:
    """Return a pattern for a page's name with any separators."""
    return r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", name) if part)


def _begins(opening: re.Pattern[str], text: str, start: int) -> int:
    """Return where what opens a criterion begins, in front of the name at `start`; `start` where nothing does."""
    found = opening.search(text, 0, start)
    return found.start() if found else start


# ----------------------------------------------------------------------------------------------------
# Organisations and authors, those that the catalogue knows, and unknown ones that papers are said to be by.

_LONGEST_NAME = 8
"""Words of an organisation's or a person's name."""
_BEFORE_NAME = pattern(r"\b(?:by|from|of|at|with) (?:the |both |either )?|^\s*|,\s*")
_NAMED_TOO = pattern(r"\s*(?:,\s*)?(?:\b(?:and|or|nor)\b|&)\s*(?:by )?(?:the )?")
_BY = pattern(r"(?:\b(?:written|authored|released|published) )?\b(?:by|from|of|at) (?:the )?(?:organi[sz]ation )?$")
_WHO = re.compile(
    r"\bby\s+(?:the\s+)?(?P<who>[A-Z][\w.'&-]*(?:\s+(?:of\s+|the\s+|for\s+|de\s+|van\s+|von\s+)?[A-Z][\w.'&-]*){0,4})"
)
_BY_PAPERS = pattern(
    rf"\b(?:{PAPERS}|written|authored|signed|wrote) (?:(?:from|of|in|since|before|after) [\w-]+(?: \d{{4}})? )?"
    r"(?:(?:are|is|were|was) )?(?:there )?(?:written |authored )?$"
)


def read_people(text: str, catalogue: Catalogue) -> Iterator[Criterion]:
    """Yield the organisations and authors that papers are said to be by; of an unknown one with a note."""
    seen: set[int] = set()
    for opening in _BEFORE_NAME.finditer(text):
        place: int | None = opening.end()
        while place is not None and place not in seen:
            seen.add(place)
            read = _named_at(text, place, catalogue)
            if read:
                yield read
            joined = read and _NAMED_TOO.match(text, read.end)
            place = joined.end() if joined else None
    for found in _WHO.finditer(text):
        if _BY_PAPERS.search(text[: found.start()]) and catalogue.names.bearer(found["who"]) is None:
            yield Criterion(found.start(), found.end(), {"author": found["who"]}, _unknown(found["who"], catalogue))


def _named_at(text: str, place: int, catalogue: Catalogue) -> Criterion | None:
    """Return the longest name that begins at a place of `text`."""
    words = list(re.finditer(r"[^\s,;?!]+", text[place:]))[:_LONGEST_NAME]
    for last in reversed(words):
        start, end = place + words[0].start(), place + last.end()
        if found := catalogue.names.bearer(text[start:end]):
            return Criterion(_begins(_BY, text, start), end, dict([found]))
    return None


def _unknown(name: str, catalogue: Catalogue) -> str:
    """Return what to say about a name that is no author's and no organisation's."""
    return (
        f"No paper here is known to be by {name}; of {catalogue.readable():,} papers, the authors' names are known "
        f"for {catalogue.count('authors'):,} and the organisation for {catalogue.count('organisation'):,}."
    )
