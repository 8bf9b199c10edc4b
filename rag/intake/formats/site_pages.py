"""Pages of sites that are known by their lines: arXiv, Hugging Face, OpenReview, PubMed, ACM, both Scholars.

A site is one pattern for the head of a paper, with the fields as its groups, and one for the lines that are the site's
own. What follows a head up to the next line of the site is the abstract; only a part of one is kept as a summary, which
yields to an abstract. Not handled: pages of authors, other languages than English.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, zip_longest
from typing import Any, NamedTuple
from urllib.parse import unquote

from rag.base.text import plural
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.authors import initials_first
from rag.intake.formats.dates import iso_date
from rag.intake.formats.fields import record_from
from rag.nouns import Record, Skipped


@dataclass(frozen=True, slots=True)
class _Site:
    """`sign` tells the site at first sight; `own` are its own lines, and `paper` is sought among the others."""

    sign: re.Pattern[str]
    paper: re.Pattern[str]
    own: re.Pattern[str]
    is_part: bool = False
    """Whether its texts are never whole abstracts."""
    family_first: bool = False
    """Whether names are written `van der Berg L`."""
    piece: re.Pattern[str] = re.compile(r".+")
    """What counts as a line; a paragraph where the site wraps its lines."""


_DATE = r"(?P<date>\b(?:19|20)\d\d\b(?:[ /-](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*(?: \d{1,2}\b)?)?)"
_PMID = r"PMID:?[ ]*(?P<pmid>\d{5,9})\b.*$"
_NAME = r"[A-Z]{1,4} (?:[a-zà-ÿ]{2,4} ){0,2}[^\W\d_][\w'’\-]+(?: [IV]+| Jr)?"
_KINDS = (
    r"(?:(?:[a-z]+-)*(?:article|paper|abstract|poster|keynote|demonstration|tutorial|survey|proceeding|chapter|demo)s?"
    r"|(?:public|open|free) access|honorable mention|best paper)"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I | re.M)


_HUGGING_FACE = _Site(
    _pattern(r"^[ \t]*arxiv:\d{4}\.\d{4,5}[ \t]*$"),
    _pattern(
        r"^arxiv:\d{4}\.\d{4,5}\n(?P<title>.+)\n(?:\W*Published on (?P<date>\w+ \d+(?:, \d{4})?).*\n)?(?:.*\n){0,30}?"
        r"Authors:\n(?P<authors>(?:(?!authors:).*\n)*?)Abstract$(?:\n(?:.*\n){1,5}?AI-generated summary$)?"
    ),
    _pattern(r"view arxiv page|view pdf|project page|github\b.*|add to collection|community"),
)
_PUBMED_PAPER = _Site(
    _pattern(r"PMID:.*\n\s*abstract\s*$"),
    _pattern(rf"^\W{{0,3}}{_DATE}.*\n(?:doi:.*\n)?(?P<title>.+)\n(?P<authors>.+)\n{_PMID}"),
    _pattern(
        r"affiliations?|abstract|(?:keywords:|©|copyright|pubmed disclaimer|conflict of interest|similar articles).*"
    ),
)
_PUBMED_FILE = _Site(
    _pattern(r"\A\s*1\. \S(?s:.*)^PMID: \d"),
    _pattern(
        rf"^\d{{1,5}}\. .*?{_DATE}.*\n(?P<title>.+?)\.?\n(?P<authors>.+)\n"
        rf"(?P<abstract>(?:(?!(?:doi|pmcid|pmid): ).+\n)*).*{_PMID}"
    ),
    _pattern(
        r"(?:author information|collaborators|comment (?:in|on)|update (?:in|of)|erratum|copyright|©"
        r"|conflict of interest|retraction|republished|publisher|plain language|\[article in)\b.*|©.*"
    ),
    family_first=True,
    piece=re.compile(r"(?:.*\S.*\n?)+"),
)
_SCHOLAR = _Site(
    _pattern(r"google scholar|cited by \d+|related articles|all \d+ versions|scholar_url\?|twitter\s+linkedin"),
    re.compile(
        r"^(?:\[\w+\]\s*)*(?P<title>[^\n\[].*)\n(?:<?(?P<url>https?://\S+?)>?\n)?"
        rf"(?P<authors>{_NAME}(?:, ?{_NAME})*(?:…|,? ?\.\.\.)?)\s+[-–]\s+.*\b(?P<date>(?:19|20)\d\d)\b.*$",
        re.M,
    ),
    _pattern(
        r"(?:☆\s*)?saved?\b\W*(?:cite|twitter|linkedin|facebook|x|$).*|cited by \d+.*|related articles.*"
        r"|all \d+ versions.*|(?:twitter|linkedin|facebook|cite)\s*(?:twitter|linkedin|facebook|x\b)*"
        r"|this message was sent by google scholar.*|\[?library search\]?.*|view as html.*"
        r"|(?:list|cancel|see all|create) (?:alerts?|recommendations?|results?)\b.*"
        r"|(?:\[\w+\]\s*)?(?:[\w-]+\.)+[a-z]{2,}"
    ),
    is_part=True,
)
_PUBMED = _Site(
    _pattern(r"\bPMID\b"),
    _pattern(rf"^(?P<title>.+?)\.?\n(?P<authors>.+)\n.{{0,400}}?{_DATE}.{{0,400}}?\s{_PMID}"),
    _pattern(
        r"(?:select item )?[\d,]+|cite|share|item in clipboard|search results|(?:[\d,]+ )?results?|page|of [\d,]+"
        r"|abstract|(?:free (?:pmc )?article|(?:systematic )?review|clinical trial.*|meta-analysis"
        r"|randomized controlled trial|no abstract available|similar articles?|add to collections|display options"
        r"|sort by.*|save|email|send to|(?:pmcid|doi):.*|affiliations?)\.?"
    ),
    family_first=True,
)
_ACM = _Site(
    _pattern(r"doi\.org/"),
    _pattern(
        rf"^(?:{_KINDS}\n)+(?:(?P<date>(?:\d+ )?[a-z]{{3,9}} (?:19|20)\d\d)\n)?(?P<title>.+)\n(?P<authors>.+)\n"
        r".+\shttps?://(?:dx\.)?doi\.org/10\.\d{4,9}/\S+$"
    ),
    _pattern(
        r"[\d,\s]+|metrics|total (?:citations|downloads) ?[\d,]*|last \d+ (?:months|weeks) ?[\d,]*"
        r"|get citation alerts.*"
        r"|(?:pdf|e?reader|html|get access|view all|save to binder|export citation|share|highlights)\b.{0,20}"
    ),
)
_SEMANTIC_SCHOLAR = _Site(
    _pattern(r"^[ \t]*save[ \t]*\n\s*alert[ \t]*\n\s*cite[ \t]*$"),
    _pattern(
        r"^(?P<title>.+)\n(?P<authors>[^\W\d_][\w.'’-]*(?:[ ,]+[\w.'’+-]+){1,99})\n(?:(?!cite$).+\n){0,2}?"
        r"(?P<date>(?:\d{1,2} )?(?:[a-z]{3,9} )?(?:19|20)\d\d)\n(?P<abstract>(?:(?!cite$).+\n)*)Cite$"
    ),
    _pattern(
        r"tldr|expand|(?!(?:19|20)\d\d$)[\d,]+|\[?pdf\]?|view (?:\d|on|paper|pdf).{0,60}|save|alert|create alert"
        r"|open access|.{0,40}\(opens in a new tab\)|fields of study|date range|has pdf|author|journals & conferences"
        r"|sort by .*|about [\d,]+ results for .*|highly influential.{0,40}"
    ),
    is_part=True,
)
_OPEN_REVIEW = _Site(
    _pattern(r"^[ \t]*(?:keywords|tl;?dr|primary area|submission number|published)[ \t]*:"),
    _pattern(
        r"^(?P<title>.+)\n(?P<authors>.+)\n(?:(?:published:\s*)?(?P<date>\d{1,2} \w{3,9} \d{4})\b.*\n"
        r"(?:(?!abstract:).+\n){0,8}?)?abstract:[ ]*"
    ),
    _pattern(
        r"(?:keywords|tl;?dr|primary area|submission number|supplementary material|(?:code|pdf|venue|student paper"
        r"|submission type|previous url|resubmission|assigned action editor|decision)s?)\s*:.*"
        r"|download pdf|go to .{3,80} homepage|back to .{3,60}|add:"
    ),
)
_ID = r"(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
_CLASSES = r"(?P<categories>(?:[ ]+[a-z]{2,8}(?:-[a-z]{2,3})?(?:\.[A-Za-z-]+)?)*)"
_LINKS = (
    r"(?:[ ]*(?:\((?:cross-list|replaced)[^)]*\)[ ]*)?\[(?:abs|pdf|ps|html|other|tex|view)\b[^\]]*\]"
    r"|[ ]*\([a-z-]{2,10}\))"
)
_ARXIV_HEAD = re.compile(rf"\s*(?:\[\d+\][ ]*)?arXiv:{_ID}(?P<links>{_LINKS})?{_CLASSES}\s*")
_ARXIV = _Site(
    _pattern(r"arXiv:"),
    re.compile(
        rf"^(?:\[\d+\][ ]*)?arXiv:{_ID}{_LINKS}?{_CLASSES}\n(?:(?P<classes>[a-z-]{{2,8}}\.[A-Za-z-]{{2,}}.*)\n)?"
        r"(?:\[Submitted on (?P<date>\d{1,2} \w+ \d{4})\b.*\]\n)?"
        r"(?:Title:\s*)?(?P<title>(?!(?:\[\d+\] ?)?arXiv:).+)\n"
        r"(?:Authors?:\s*)?(?P<authors>.+(?:,\n.+)*)(?:\nAbstract:[ ]*)?",
        re.M,
    ),
    _pattern(
        r"(?:comments|subjects|journal[ -]ref|report (?:number|no)|(?:acm|msc) classes?|doi|cite as)\s*:.*"
        r"|submitted\s+\d.*|doi:?\s+10\..*|(?:showing new listings for )?\w{3,9}, \d{1,2} \w+ \d{4}(?:\s*\(.*)?"
        r"|(?:cross|new|replacement) (?:submissions?|listings?)\b.*|total of \d+ entries.*|showing (?:up to )?\d.*"
        r"|[\d\s….]*(?:next|previous)?|go|view pdf.*|html \(experimental\)|submission history"
        r"|(?:(?:about|help|contact|(?:contact|subscribe to) arxiv\b.*|subscribe|copyright|privacy policy|donate"
        r"|log ?in|web accessibility assistance|arxiv operational status|get status notifications.*)\s*)+"
        r"|see today's new changes|links to:.*|(?:continued )?\(showing.*"
    ),
)
_DAY = re.compile(
    r"\s*(?:Showing new listings for )?\w{3,9}, (\d{1,2} \w+ \d{4})(?:\s*\((?:showing|continued).*)?\s*", re.I
)
_SUBMITTED = re.compile(r"\s*Submitted\s+(\d{1,2} \w+, \d{4})(?:;.*?\bv1 submitted\s+(\d{1,2} \w+, \d{4}))?.*")
_SUBJECT = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")
_FOLDED, _UNFOLDED = re.compile(r"…?\s*▽\s*More"), re.compile(r"\s*△\s*Less\s*")
_DOI = re.compile(r"\bdoi(?:\.org/|:?\s*)(10\.\d{4,9}/\S+?)[.;,]?(?:\s|$)", re.I)
_ARXIV_ID = re.compile(r"\barXiv:(\d{4}\.\d{4,5})", re.I)
_CUT = re.compile(r"\s*(?:…|\.\.\.)\s*$")
_EXPAND = re.compile(r"\s+expand$", re.I)
_TARGET = re.compile(r".*scholar_url\?(?:.*&)?url=([^&]+).*")
_MORE = re.compile(r"\s*\+\s*(\d+)\s+authors?\s*", re.I)
_GLUED = re.compile(r"(?<=[a-zà-ÿ])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bDi)(?<!\bLa)(?<!\bLe)(?<!\bVan)(?=[A-ZÀ-Þ])")
_BETWEEN_NAMES = re.compile(r"[,;·\n…]|\.\.\.|\s{2,}|\s+and\s+")
_AFTER_A_NAME = re.compile(r"[\s\d#*†‡()]+$")


_SITES = (_HUGGING_FACE, _PUBMED_FILE, _PUBMED_PAPER, _SCHOLAR, _PUBMED, _ACM, _SEMANTIC_SCHOLAR, _OPEN_REVIEW)


class _Line(NamedTuple):
    number: int
    text: str
    is_after_own: bool
    """Whether a line of the site's own stands right above it."""


def site_papers(text: str) -> list[Entry]:
    """Return the papers of a page of one of these sites, and what belongs to none; nothing for any other text."""
    signed = (site for site in _SITES if site.sign.search(text))
    return next((entries for site in signed if (entries := _entries(_lines(text, site), site))), [])


def arxiv_papers(text: str) -> list[Entry]:
    """Return the papers of arXiv's lists, search results and pages of one paper; nothing for any other text.

    A paper begins at a line `[3] arXiv:2508.12345 [pdf, html, other]`. Not handled: the layout before 2007.
    """
    lines = text.split("\n") if "arXiv:" in text else []
    heads = [head for line in lines if len(line) < 300 and (head := _ARXIV_HEAD.fullmatch(line))]
    is_list = any(head["links"] for head in heads) or len(heads) > 1
    if not is_list or any(line.rstrip() == "\\\\" for line in lines):  # by which arXiv's mails part records
        return []
    entries = _entries(_lines(text, _ARXIV), _ARXIV)
    told: dict[int, dict[str, Any]] = {entry.line or 0: {} for entry in entries if isinstance(entry, FoundRecord)}
    at, day = 0, dict[str, Any]()
    for number, line in enumerate(lines, 1):
        if number in told:
            at, told[number] = number, dict(day)
        elif found := _DAY.fullmatch(line):
            day = _dated(found[1])
        elif at and (found := _SUBMITTED.fullmatch(line)):
            told[at] |= _dated((found[2] or found[1]).replace(",", ""))
        elif at and line.lstrip().startswith("Subjects:"):
            told[at]["categories"] = tuple(_SUBJECT.findall(line))
    return [
        replace(one, record=replace(one.record, **told[one.line or 0])) if isinstance(one, FoundRecord) else one
        for one in entries
        if not isinstance(one, Skipped)  # each paper has its head: what is left over is none
    ]


def _dated(written: str) -> dict[str, str | None]:
    return {"date": iso_date(written), "date_text": written}


def _lines(text: str, site: _Site) -> list[_Line]:
    """Return the lines that are not the site's own, nor blank."""
    lines: list[_Line] = []
    number, at, after_own = 1, 0, False
    for piece in site.piece.finditer(text):
        number, at = number + text.count("\n", at, piece.start()), piece.start()
        line = " ".join(piece[0].strip().removeprefix("###").split("\n")).strip()
        is_own = site.own.fullmatch(line) is not None
        if line and not is_own:
            lines.append(_Line(number, line, after_own))
        after_own = is_own if line else after_own
    return lines


def _entries(lines: list[_Line], site: _Site) -> list[Entry]:
    """Return the papers whose heads stand among these lines, each with what follows it, and the lines left over."""
    page = "".join(f"{line.text}\n" for line in lines)
    starts = list(accumulate((len(line.text) + 1 for line in lines), initial=0))
    heads = list(site.paper.finditer(page))
    entries: list[Entry] = []
    end = parts = 0
    for head, following in zip_longest(heads, heads[1:]):
        first, title, last = (bisect_right(starts, at) for at in (head.start(), head.start("title"), head.end()))
        entries += _left_over(lines[end : first - 1])
        below = last + (page[head.end()] == "\n")
        end = bisect_right(starts, following.start()) - 1 if following else len(lines)
        end = next((place for place in range(below, end) if lines[place].is_after_own), end)
        if "abstract" in head.groupdict():
            end = last
        record = _record(head, page[head.end() : starts[end]], site)
        parts += record.abstract_is_summary
        entries.append(FoundRecord(record, lines[title - 1].number))
    if heads:
        entries += _left_over(lines[end:])
    if parts:
        shown = f"The page shows only a part of {plural(parts, 'abstract')}, kept as summaries"
        entries.append(Note(f"{shown}: `abstract-qa enrich` may find more."))
    return entries


def _left_over(lines: list[_Line]) -> list[Entry]:
    return [passed_over(lines[0].number, " ".join(one.text for one in lines), "belongs to no paper")] if lines else []


def _record(head: re.Match[str], below: str, site: _Site) -> Record:
    told = head.groupdict("")
    body = _EXPAND.sub("", told.pop("abstract", below).strip())
    shown, *rest = _FOLDED.split(body)  # arXiv's saved page has part and whole
    body = _UNFOLDED.sub("", rest[-1] if rest and rest[-1].strip() else shown).strip()
    is_part = site.is_part or _CUT.search(body) or (rest and not rest[-1].strip())
    names, more = _names(told["authors"], site), _MORE.search(told["authors"])
    doi, arxiv = _DOI.search(head[0]), _ARXIV_ID.search(head[0])
    url = f"https://huggingface.co/papers/{arxiv[1]}" if arxiv and site is _HUGGING_FACE else None
    return record_from(
        {
            **told,
            "tldr" if is_part else "abstract": body,
            "authors": names,
            "categories": f"{told.get('categories', '')} {told.get('classes', '')}".strip(),
            "author_count": len(names) + int(more[1]) if more else None,
            "url": url or unquote(_TARGET.sub(r"\1", told.get("url", ""))),
            "doi": doi[1] if doi else None,
            "arxiv": told.get("arxiv") or (arxiv[1] if arxiv else None),
        }
    )


def _names(text: str, site: _Site) -> list[str]:
    """Return the names of a line, in the order they are spoken; “et al.” behind a list that breaks off."""
    told = _MORE.sub(", ", text.rstrip(". ") if site.family_first else text)
    told = _GLUED.sub(", ", told) if site is _SEMANTIC_SCHOLAR else told
    parts = (_AFTER_A_NAME.sub("", part).strip() for part in _BETWEEN_NAMES.split(told))
    names = [initials_first(part) if site.family_first else part for part in parts if part]
    return [*names, "et al."] if _CUT.search(text) else names
