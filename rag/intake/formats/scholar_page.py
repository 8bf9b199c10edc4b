"""Google Scholar's result pages and alerts: title, a line of names, venue and year, and a few words of the text.

These words are no abstract: they are kept as a summary, which yields to one. Not handled: other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

from rag.base.text.addresses import arxiv_id
from rag.base.text.cleaning import clean_line
from rag.intake.entries import Entry, Found, Note, passed_over
from rag.intake.formats.fields import record_from
from rag.nouns import Record

_NAME = r"[A-Z]{1,4} (?:[a-zà-ÿ]{2,4} ){0,2}[^\W\d_][\w'’\-]+(?: [IV]+| Jr)?"
_BYLINE = re.compile(rf"\s*({_NAME}(?:, ?{_NAME})*)(…|,? ?\.\.\.)?\s+[-–]\s+(.*)")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b(?!.*\b(?:19|20)\d\d\b)")
_MARK = re.compile(r"\s*\[(?:PDF|HTML|BOOK|B|CITATION|C|DOC|ZIP)\]\s*", re.I)
_SITE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.I)
_LINK = re.compile(r"<?(https?://\S+?)>?")
_BUTTONS = re.compile(
    r"\s*(?:(?:☆\s*)?saved?\b\W*(?:cite|twitter|linkedin|facebook|x|$).*|cited by \d+.*|related articles.*"
    r"|all \d+ versions.*|(?:twitter|linkedin|facebook|cite)\s*(?:twitter|linkedin|facebook|x\b)*"
    r"|this message was sent by google scholar.*|\[?library search\]?.*|view as html.*"
    r"|(?:list|cancel|see all|create) (?:alerts?|recommendations?|results?)\b.*)\s*",
    re.I,
)
_SIGNS = re.compile(
    r"google scholar|cited by \d+|related articles|all \d+ versions|scholar_url\?|twitter\s+linkedin", re.I
)


def is_scholar(text: str) -> bool:
    """Tell whether a text is such a page: it says so, and has at least one line of names, venue and year."""
    return _SIGNS.search(text) is not None and any(map(_byline, text.split("\n")))


def parse_scholar(text: str) -> Iterator[Entry]:
    """Yield the papers of the page, each with what it shows of the text as its summary."""
    lines = text.split("\n")
    solid = [place for place, line in enumerate(lines) if line.strip()]
    bylines = [at for at, place in enumerate(solid) if _byline(lines[place])]
    count = 0
    for nth, at in enumerate(bylines):
        following = bylines[nth + 1] if nth + 1 < len(bylines) else len(solid)
        above = [lines[place].strip() for place in solid[max(0, at - 4) : at]]
        title, link = _title_and_link(above)
        body = [lines[place] for place in solid[at + 1 : following]]
        line = solid[at]  # the line before the names, counted from 1
        if not title:
            yield passed_over(line + 1, lines[solid[at]], "names and a year below no title")
            continue
        count += 1
        yield Found(_record(title, link, lines[solid[at]], body), line)
    if count:
        yield Note(
            "Google Scholar shows a few words of each paper, kept as summaries: `abstract-qa enrich` may find more."
        )


def _byline(line: str) -> re.Match[str] | None:
    found = _BYLINE.fullmatch(line) if len(line) < 400 else None
    return found if found and _YEAR.search(found[3]) else None


def _title_and_link(above: Sequence[str]) -> tuple[str, str | None]:
    """Return the title among the lines above the names, nearest first, without its marks, and its link."""
    link = None
    for line in reversed(above):
        if found := _LINK.fullmatch(line):
            link = link or found[1]
            continue
        title = line.removeprefix("###").strip()
        while mark := _MARK.match(title):
            title = title[mark.end() :].strip()
        if _BUTTONS.fullmatch(title) or _SITE.fullmatch(title) or not title:
            return "", None
        return clean_line(title), _target(link)
    return "", None


def _target(link: str | None) -> str | None:
    """Return where a link of an alert leads."""
    if link and "scholar_url" in link:
        return next(iter(parse_qs(urlsplit(link).query).get("url", ())), None)
    return link


def _record(title: str, link: str | None, byline: str, body: Sequence[str]) -> Record:
    found = _byline(byline)
    assert found is not None
    shown: list[str] = []
    for line in body:
        if _BUTTONS.fullmatch(line) or _MARK.match(line) or line.startswith("###"):
            break
        shown.append(line)
    year = _YEAR.search(found[3])
    told = {
        "title": title,
        "tldr": "\n".join(shown),
        "authors": [*found[1].split(","), *["et al."] * bool(found[2])],
        "date": year[1] if year else None,
        "url": link,
        "arxiv": arxiv_id(link) or arxiv_id(found[3]),
    }
    return record_from(told)
