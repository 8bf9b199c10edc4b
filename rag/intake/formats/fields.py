"""One mapping of field names to values (a JSON object, a row of a table) into a record.

The names are those that collections and exports use: ours, BEIR's, the arXiv snapshot's, Hugging Face's, Zotero's,
CSL's, and those of services and their tables. What is not known is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from rag.base.text.addresses import arxiv_id, canonical_url, doi
from rag.base.text.cleaning import clean, clean_line, original_if_changed
from rag.intake.formats import FoundRecord
from rag.intake.formats.authors import people
from rag.intake.formats.dates import iso_date
from rag.intake.formats.withdrawals import notice_from
from rag.intake.paper_classifier import weighed
from rag.nouns import Record

_NAMES = {
    "title": ("title", "paper_title", "article_title", "document_title", "titles"),
    "abstract": ("abstract", "text", "summary", "abstract_note", "abstract_text", "summaries"),
    "summary": ("ai_summary", "tldr", "tl;dr"),
    "id": ("id", "_id", "paper_id", "doc_id"),
    "arxiv": ("arxiv_id", "arxivid", "arxiv", "ar_xiv", "eprint"),
    "date": (
        *("date", "published_at", "published", "publication_date", "first_publication_date", "date_published"),
        *("submitted", "update_date", "year", "publication_year", "pub_year", "pdate", "odate", "cdate", "tcdate"),
    ),
    "url": ("url", "link", "paper_url", "article_url", "abs_url", "pdf_url"),
    "authors": ("author_full_names", "authors", "author", "creators", "author_list", "author/s", "author_string"),
    "count": ("n_authors", "author_count", "num_authors", "authors_count"),
    "organisation": ("organisation", "organization", "institution"),
    "categories": ("categories", "category", "primary_category"),
    "upvotes": ("upvotes",),
    "comments": ("num_comments", "comments", "comment_count"),
    "doi": ("doi",),
    "pmid": ("pmid",),
    "venue": (
        *("venue", "journal", "booktitle", "container_title", "journal_title", "publication_title", "conference"),
        *("journal_ref", "source_title"),
    ),
    "withdrawn": ("withdrawn", "retracted", "is_retracted"),
}
"""Under which names a field is told, in the order in which they count."""
_KNOWN = frozenset(chain.from_iterable(_NAMES.values()))
_OF_PAPERS = frozenset((*_NAMES["summary"], *(name for name in _NAMES["abstract"] if name.startswith("abstract"))))
"""Names that only collections of papers have; BEIR's have `_id` and `text`."""
_BODY = frozenset((*_NAMES["abstract"], *_NAMES["summary"], *_NAMES["authors"], "published_at"))
_OF_A_SERVICE = re.compile(r"[0-9a-f]{40}|https://openalex\.org/\S+")
"""Numbers by which a service knows a paper: it is known elsewhere by its arXiv id or its DOI."""
_PREPRINTS = ("arxiv", "biorxiv", "medrxiv", "corr")
"""Servers of preprints, which are no venue."""
_INNER = ("value", "text", "fullname", "full_name", "name", "display_name", "title", "raw", "literal")
"""Under what an object keeps the one text that it is about."""
_HEADING = re.compile(r"\s*<jats:title>\s*(?:abstract|summary)\s*</jats:title>", re.I)
_RIGHTS = re.compile(
    r"\s*(?:©|\(c\)|\bcopyright\b)\s*(?:copyright\s*)?(?:19|20)\d\d\b[^.]{0,100}(?:\.[^.]{0,60}){0,6}\.?\s*$", re.I
)
"""The publisher's line that databases glue to the end of an abstract."""


def record_from(mapping: Mapping[str, Any]) -> Record:
    """Return the record that a mapping tells; its title and abstract are empty where it has none."""
    data = {_plain(key): value for key, value in mapping.items()}
    told = {
        field: next((data[name] for name in names if data.get(name) not in (None, "", [], {})), None)
        for field, names in _NAMES.items()
    }
    raw = _HEADING.sub("", _text(told["abstract"]))
    summary = not raw.strip() and _text(told["summary"])
    raw = summary or raw
    abstract = _RIGHTS.sub("", clean(raw))
    own_id = _own_id(told)
    url = canonical_url(_scalar(told["url"]))
    identifier = arxiv_id(_scalar(told["arxiv"])) or arxiv_id(own_id) or arxiv_id(url)
    number, pmid = doi(_text(told["doi"])) or doi(url), _scalar(told["pmid"])
    if pmid:
        own_id = number or f"pmid:{pmid}"
    names, count, corporate = people(told["authors"])
    written, venue = _date(data), _line(told["venue"])
    return Record(
        title=clean_line(_text(told["title"])),
        abstract=abstract,
        abstract_is_summary=bool(summary),
        own_id=own_id or identifier,
        arxiv_id=identifier,
        date=iso_date(written) if written else None,
        date_text=written,
        authors=names,
        author_count=_count(told["count"]) or count or _count(told["authors"]),
        organisation=_line(told["organisation"]),
        url=url or _link(identifier, pmid, number),
        categories=_categories(told["categories"]),
        upvotes=_count(told["upvotes"]),
        comments=_count(told["comments"]),
        original=original_if_changed(raw, abstract),
        doi=None if identifier and number and "arxiv" in number else number,
        corporate=corporate,
        withdrawn=notice_from(told["withdrawn"]),
        venue=None if (venue or "").casefold().startswith(_PREPRINTS) else venue,
    )


def has_title_field(mapping: Mapping[str, Any]) -> bool:
    """Tell whether a mapping speaks of a paper at all: a title field, though it may be empty, or an arXiv id."""
    return any(_plain(key) in _NAMES["title"] + _NAMES["arxiv"] for key in mapping)


def tells_a_paper(mapping: Mapping[str, Any]) -> bool:
    """Tell whether a mapping that stands anywhere is a paper: beside its title it tells a text, authors or a day."""
    return has_title_field(mapping) and any(_plain(key) in _BODY and value for key, value in mapping.items())


def found_in(mapping: Mapping[str, Any], line: int | None = None) -> FoundRecord:
    """Return the record of a mapping; where none of its names is of papers alone, it may be that of anything."""
    names = {_plain(key) for key in mapping}
    found = FoundRecord(record_from(mapping), line)
    return found if names & _OF_PAPERS or names >= {"_id", "text"} else weighed(found)


def known_fields(names: Iterable[str]) -> tuple[bool, int]:
    """Return whether one of these names is that of a title or an abstract, and how many are known at all."""
    known = set(map(_plain, names)) & _KNOWN
    return not known.isdisjoint(_NAMES["title"] + _NAMES["abstract"]), len(known)


def _date(data: Mapping[str, Any]) -> str | None:
    """A date as written, or Zotero's `{"date-parts": [[2024, 5, 1]]}`; OpenReview tells milliseconds since 1970."""
    issued = data.get("issued")
    if isinstance(issued, Mapping) and isinstance(issued.get("date-parts"), list):
        parts = [part for parts in issued["date-parts"][:1] if isinstance(parts, list) for part in parts]
        return "-".join(f"{int(part):02d}" for part in parts[:3] if str(part).isdecimal()) or None
    told: list[str] = []
    for value in chain([issued], *(_list(data.get(name)) for name in _NAMES["date"])):
        if isinstance(value, int) and 10**11 < value < 10**14:
            value = datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
        told.append((_scalar(value) or "").partition("//")[0].strip("/ "))
    told = list(filter(None, told))
    return next((date for date in told if iso_date(date)), (*told, None)[0])  # a month and a day may have a year beside


def _link(identifier: str | None, pmid: str | None, number: str | None) -> str | None:
    """Return where a paper of this arXiv id, else of this number of PubMed, else of this DOI, is found."""
    if identifier:
        return f"https://arxiv.org/abs/{identifier}"
    if pmid and pmid.isdecimal():
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    return f"https://doi.org/{number}" if number else None


def _own_id(told: Mapping[str, Any]) -> str | None:
    ids = [_scalar(told[name]) for name in ("id", "arxiv", "doi")]
    if ids[0] and _OF_A_SERVICE.fullmatch(ids[0]):
        ids = [*ids[1:], ids[0]]
    own = next(filter(None, ids), None)
    return arxiv_id(own) or doi(own) or _line(own)


def _line(value: Any) -> str | None:
    return clean_line(_scalar(value) or "")[:200] or None


def _categories(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[\s,;]+", value)
    return tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, (list, tuple)) else ()


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    is_count = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 10**9
    return int(value) if is_count else None


def _text(value: Any) -> str:
    """A text, or a list of its sentences, as some collections keep abstracts."""
    if isinstance(value, (list, tuple)):
        return " ".join(item.strip() for item in value if isinstance(item, str))
    return _scalar(value) or ""


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _scalar(value: Any) -> str | None:
    value = next(iter(_list(value)), None)
    if isinstance(value, Mapping):
        value = next((value[name] for name in _INNER if isinstance(value.get(name), str)), None)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value).strip() if not isinstance(value, int) or abs(value) < 10**18 else ""
    return text.encode("utf-8", "replace").decode() or None


@lru_cache(maxsize=1024)
def _plain(key: str) -> str:
    """`publishedAt`, `Published at` and `published_at` are one name."""
    return re.sub(r"[\s\-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key.strip())).casefold()
