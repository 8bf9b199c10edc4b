"""Result pages of PubMed, the ACM Digital Library and Semantic Scholar, as copied text.

In each a line that no other text has tells where a paper's head ends: `PMID: 38012345`, the DOI behind the venue, the
date between names and text. What such a page shows of an abstract is mostly a part: kept as a summary, which yields to
an abstract. Not handled: pages of authors, other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.intake.entries import Entry, Found, Note, passed_over
from rag.intake.formats.dates import read_date
from rag.intake.formats.fields import record_from
from rag.intake.formats.medline import initials_first, with_id

Lines = Sequence[tuple[int, str]]
"""Numbers and texts of the lines that are not a site's own words."""

_PMID = re.compile(r"(?P<citation>.*?)\s*\bPMID:?\s*(?P<pmid>\d{5,9})\b(?P<rest>.*)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?:[ /-](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*(?: \d{1,2}\b)?)?")
_DOI = re.compile(r"\bdoi:?\s*(10\.\d{4,9}/\S+?)[.;,]?(?:\s|$)", re.I)
_OF_PUBMED = re.compile(
    r"(?:select item )?[\d,]+|cite|share|item in clipboard|search results|(?:[\d,]+ )?results?|page|of [\d,]+|abstract"
    r"|(?:free (?:pmc )?article|(?:systematic )?review|clinical trial.*|meta-analysis|randomized controlled trial"
    r"|no abstract available|similar articles?|add to collections|display options|sort by.*|save|email|send to"
    r"|(?:pmcid|doi):.*|affiliations?)\.?",
    re.I,
)
_VENUE = re.compile(r"(?P<venue>.*?)\s*https?://(?:dx\.)?doi\.org/(?P<doi>10\.\d{4,9}/\S+)")
_KIND = re.compile(
    r"(?:[a-z]+-)*(?:article|paper|abstract|poster|keynote|demonstration|tutorial|survey|proceeding|chapter|demo)s?"
    r"|(?:public|open|free) access|honorable mention|best paper",
    re.I,
)
_OF_ACM = re.compile(
    r"[\d,\s]+|metrics|total (?:citations|downloads) ?[\d,]*|last \d+ (?:months|weeks) ?[\d,]*|get citation alerts.*"
    r"|(?:pdf|e?reader|html|get access|view all|save to binder|export citation|share|highlights)\b.{0,20}",
    re.I,
)
_OF_SCHOLAR = re.compile(
    r"tldr|expand|(?!(?:19|20)\d\d$)[\d,]+|\[?pdf\]?|view (?:\d|on|paper|pdf).{0,60}|save|alert|create alert"
    r"|open access|.{0,40}\(opens in a new tab\)|fields of study|date range|has pdf|author|journals & conferences"
    r"|sort by .*|about [\d,]+ results for .*|highly influential.{0,40}",
    re.I,
)
_MORE = re.compile(r"\s*\+\s*(\d+)\s+authors?\s*", re.I)
_GLUED = re.compile(r"(?<=[a-zà-ÿ])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bDi)(?<!\bLa)(?<!\bLe)(?<!\bVan)(?=[A-ZÀ-Þ])")
_LAST_BUTTON = "Cite"
_EXPAND = re.compile(rf"(?:\s*\b(?:expand|{_LAST_BUTTON}))+$", re.I)
_CUT = re.compile(r"\s*(?:…|\.\.\.)\s*$")
_BUTTONS = re.compile(r"^[ \t]*save[ \t]*\n\s*alert[ \t]*\n\s*cite[ \t]*$", re.I | re.M)


@dataclass(frozen=True, slots=True)
class _Head:
    """One paper's head: the place of its first line, and of its title and last line, and what it tells."""

    start: int
    title: int
    end: int
    told: dict[str, Any]


def is_pubmed(text: str) -> bool:
    """Tell whether a text is one of PubMed's lists: names, a line with a year and `PMID:` follow each other."""
    return "PMID" in text and bool(_of_pubmed(_lines(text, _OF_PUBMED)))


def is_acm(text: str) -> bool:
    """Tell whether a text is a list of ACM's library: it names kinds of articles, and a venue before each DOI."""
    return "doi.org/" in text and bool(_of_acm(_lines(text, _OF_ACM)))


def is_semantic_scholar(text: str) -> bool:
    """Tell whether a text is Semantic Scholar's: below each paper stand its three buttons."""
    return _BUTTONS.search(text) is not None and bool(_of_scholar(_lines(text, _OF_SCHOLAR)))


def parse_pubmed(text: str) -> Iterator[Entry]:
    """Yield the papers of PubMed's list, and what belongs to none."""
    yield from _parse(_lines(text, _OF_PUBMED), _of_pubmed)


def parse_acm(text: str) -> Iterator[Entry]:
    """Yield the papers of ACM's list, and what belongs to none."""
    yield from _parse(_lines(text, _OF_ACM), _of_acm)


def parse_semantic_scholar(text: str) -> Iterator[Entry]:
    """Yield the papers of Semantic Scholar's list, and what belongs to none."""
    yield from _parse(_lines(text, _OF_SCHOLAR), _of_scholar, always_a_part=True)


def _lines(text: str, furniture: re.Pattern[str]) -> Lines:
    numbered = ((number, line.strip().removeprefix("###").strip()) for number, line in enumerate(text.split("\n"), 1))
    return [(number, line) for number, line in numbered if line and not furniture.fullmatch(line)]


def _parse(lines: Lines, heads_of: Callable[[Lines], list[_Head]], *, always_a_part: bool = False) -> Iterator[Entry]:
    heads = heads_of(lines)
    parts = 0
    yield from (passed_over(number, line, "belongs to no paper") for number, line in lines[: heads[0].start])
    for head, following in zip(heads, [*(head.start for head in heads[1:]), len(lines)], strict=True):
        body = _EXPAND.sub("", " ".join(line for _, line in lines[head.end + 1 : following]))
        is_part = bool(body) and (always_a_part or _CUT.search(body) is not None)
        parts += is_part
        number, title = lines[head.title]
        told = {"title": title.removesuffix("."), ("tldr" if is_part else "abstract"): body, **head.told}
        yield Found(record_from(told), number)
    if parts:
        what = "1 abstract" if parts == 1 else f"{parts} abstracts"
        yield Note(f"The page shows only a part of {what}, kept as summaries: `abstract-qa enrich` may find more.")


def _of_pubmed(lines: Lines) -> list[_Head]:
    """Title, names, journal with a year, `PMID:`; the last two are one line or two."""
    heads: list[_Head] = []
    for place, (_, line) in enumerate(lines):
        if not (found := _PMID.fullmatch(line)):
            continue
        one_line = _YEAR.search(found["citation"]) is not None
        names, citation = place - (1 if one_line else 2), found["citation"] if one_line else lines[place - 1][1]
        year = _YEAR.search(citation)
        if names < 1 or not year or (heads and names - 1 <= heads[-1].end):
            continue
        doi = _DOI.search(f"{citation} {found['rest']} ")
        people = [initials_first(name) for name in re.split(r"[,;]\s*", lines[names][1].rstrip(". "))]
        told = {"authors": people, "date": year[0], "doi": doi[1] if doi else ""}
        heads.append(_Head(names - 1, names - 1, place, with_id(told, found["pmid"])))
    return heads


def _of_acm(lines: Lines) -> list[_Head]:
    """A kind of article, a date, title, names, and the venue with the DOI."""
    heads: list[_Head] = []
    for place, (_, line) in enumerate(lines):
        if not (found := _VENUE.fullmatch(line)):
            continue
        names = place - (1 if found["venue"] else 2)  # a venue on a line of its own
        start = names - 1
        dated = read_date(lines[start - 1][1]) if start > 0 else None
        if start < 0 or (heads and start <= heads[-1].end):
            continue
        title, start = start, start - (dated is not None)
        while start > 0 and _KIND.fullmatch(lines[start - 1][1]):
            start -= 1
        if start == title - (dated is not None):
            continue  # no kind of article stands above: some other page with a DOI
        people = [name for name in re.split(r",\s*|\s+and\s+", lines[names][1]) if name]
        told = {"authors": people, "date": dated.iso() if dated else "", "doi": found["doi"], "id": found["doi"]}
        heads.append(_Head(start, title, place, told))
    return heads


def _of_scholar(lines: Lines) -> list[_Head]:
    """Title, names, then fields of study and venue or one of them or neither, and the date; at the end the buttons."""
    heads: list[_Head] = []
    ends = [place for place, (_, line) in enumerate(lines) if line.casefold() == _LAST_BUTTON.casefold()]
    for first, last in zip([0, *(end + 1 for end in ends)], [*ends, len(lines)], strict=True):
        place = next((at for at in range(first + 2, last) if _dated(lines[at][1])), last)
        names = next((at for at in range(first + 1, place) if _is_glued(lines[at][1])), None)
        if place == last or names is None:
            continue
        people, count = _people(lines[names][1])
        told = {"authors": people, "author_count": count, "date": _dated(lines[place][1])}
        heads.append(_Head(names - 1, names - 1, place, told))
    return heads


def _dated(line: str) -> str | None:
    """Return the date that a line is, which may be a year alone."""
    if re.fullmatch(r"(?:19|20)\d\d", line):
        return line
    return found.iso() if (found := read_date(line)) and found.year else None


def _is_glued(line: str) -> bool:
    """Whether a line is names as the page's buttons leave them: `Ann BeeCarl Dee+2 authors Eve Foo`."""
    people, _ = _people(line)
    plain = [re.fullmatch(r"[^\W\d_a-z][\w.'’\-]*(?: [\w.'’\-]+){1,4}", name) for name in people]
    return bool(people) and all(plain) and (len(people) > 1 or "," not in line)


def _people(line: str) -> tuple[list[str], int]:
    """Return the names of a line, and how many there are with those that are folded away."""
    more = _MORE.search(line)
    parts = re.split(r",\s*|\s{2,}|·", _GLUED.sub(", ", _MORE.sub(", ", line)))
    people = [part.strip() for part in parts if part.strip()]
    return people, len(people) + (int(more[1]) if more else 0)
