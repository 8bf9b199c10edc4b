"""PubMed: the XML of its answers, its file of abstracts, its page of one paper (`.nbib` is read with `tagged` files).

Not handled: books, and abstracts in a second language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.intake.entries import Entry, Found, passed_over
from rag.intake.formats.fields import record_from

RETRACTED = re.compile(r"retracted publication", re.I)


def record_from_xml(article: Any) -> dict[str, Any]:
    """Return the fields of a `PubmedArticle` element under the names that `record_from` knows."""

    def text(path: str) -> str:
        found = article.find(path)
        return "" if found is None else " ".join("".join(found.itertext()).split())

    parts = []
    for part in article.iterfind(".//Abstract/AbstractText"):
        label, said = part.get("Label"), " ".join("".join(part.itertext()).split())
        parts.append(f"{label}: {said}" if label else said)
    date = article.find(".//PubDate")
    written = [] if date is None else [date.findtext(name) or "" for name in ("Year", "Month", "Day")]
    kinds = [kind.text or "" for kind in article.iterfind(".//PublicationType")]
    changes = [change.get("RefType") for change in article.iterfind(".//CommentsCorrections")]
    return with_id(
        {
            "title": text(".//ArticleTitle") or text(".//BookTitle"),
            "abstract": " ".join(parts),
            "authors": [_name(author) for author in article.iterfind(".//Article/AuthorList/Author")],
            "date": " ".join(part for part in written if part) or text(".//PubDate/MedlineDate"),
            "doi": text('.//PubmedData/ArticleIdList/ArticleId[@IdType="doi"]')
            or text('.//ELocationID[@EIdType="doi"]'),
            "venue": text(".//Journal/Title"),
            "retracted": any(map(RETRACTED.search, kinds)) or "RetractionIn" in changes,
        },
        text(".//PMID"),
    )


def with_id(fields: dict[str, Any], pmid: str) -> dict[str, Any]:
    """Return the fields with the id, the DOI where there is one, and the link of the paper at PubMed."""
    link = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdecimal() else None
    return {**fields, "id": fields["doi"] or (f"pmid:{pmid}" if pmid else None), "url": link}


def _name(author: Any) -> Any:
    if group := author.findtext("CollectiveName"):
        return {"literal": group}
    return " ".join(part for part in (author.findtext("ForeName"), author.findtext("LastName")) if part)


def initials_first(name: str) -> str:
    """`van der Berg L` is `L van der Berg`."""
    family, _, initials = name.rpartition(" ")
    return f"{initials} {family}" if family and initials.isupper() and len(initials) < 5 else name


# ----------------------------------------------------------------------------------------------------
# What “Save, Format: Abstract (text)” gives: numbered papers, each of paragraphs without names.

_BEGINS = re.compile(r"(?:\A\s*|\n{3,})(?=\d{1,5}\. \S)")
_NUMBER = re.compile(r"^PMID: (\d{5,9})\b", re.M)
_DOI = re.compile(r"\bdoi: ?(10\.\d{4,9}/\S+?)\.?(?:\s|$)", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?: [A-Z][a-z]{2}(?: \d{1,2}\b)?)?")
_OTHER = re.compile(
    r"(?:author information|collaborators|comment (?:in|on)|update (?:in|of)|erratum|copyright|©|doi|pmcid|pmid"
    r"|conflict of interest|retraction|republished|publisher|plain language|\[article in)\b.*|\(\d+\).*|©.*",
    re.I | re.S,
)


def is_abstract_set(text: str) -> bool:
    """Tell whether a text is PubMed's file of abstracts."""
    return re.match(r"\s*1\. \S", text) is not None and _NUMBER.search(text) is not None


def parse_abstract_set(text: str) -> Iterator[Entry]:
    """Yield the papers of the file: citation, title, names, then among other paragraphs the abstract."""
    starts = [found.end() for found in _BEGINS.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line = text.count("\n", 0, start) + 1
        paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text[start:end].strip())]
        number, cited = _NUMBER.search(text, start, end), " ".join(paragraphs[0].split())
        if number is None or len(paragraphs) < 3:
            yield passed_over(line, cited, "no record of PubMed: it has no PMID")
            continue
        names = re.sub(r"\s*\([\d, ]+\)|\.$", "", " ".join(paragraphs[2].split()))
        rest = [part for part in paragraphs[3:] if not _OTHER.fullmatch(part)]
        dated, doi = _YEAR.search(cited), _DOI.search(text, start, end)
        told = {
            "title": paragraphs[1],
            "abstract": "\n\n".join(rest),
            "authors": [initials_first(name) for name in re.split(r"[,;]\s*", names)],
            "date": dated[0] if dated else "",
            "doi": doi[1] if doi else "",
        }
        yield Found(record_from(with_id(told, number[1])), line)


# ----------------------------------------------------------------------------------------------------
# The page of one paper as copied text: the numbers stand between the names and the abstract.

_PAGE = re.compile(
    r"^\W{0,3}(?P<date>(?:19|20)\d\d\b.*)\n(?:[ \t]*doi:.*\n)?\s{0,9}(?P<title>\S.{9,}?)\n{1,3}[ \t]*(?P<names>\S.*)\n"
    r"(?:[ \t]*affiliations?.*\n)?[ \t]*PMID:[ \t]*(?P<pmid>\d{5,9})\b(?P<ids>.*)\n\s{0,9}abstract[ \t]*\n"
    r"(?P<body>(?:.*\n)*?)"
    r"(?=[ \t]*(?:keywords:|copyright|©|pubmed disclaimer|conflict of interest|figures?$|similar articles)|.*\Z)",
    re.I | re.M,
)


def is_pubmed_paper(text: str) -> bool:
    """Tell whether a text is such a page."""
    return "PMID:" in text and _PAGE.search(text) is not None


def parse_pubmed_paper(text: str) -> Iterator[Entry]:
    """Yield the paper of the page; those that PubMed names as similar are not read."""
    found = _PAGE.search(text)
    assert found is not None
    dated, doi = _YEAR.search(found["date"]), _DOI.search(f"{found['ids']} {text[: found.end('date')]}")
    told = {
        "title": found["title"],
        "abstract": found["body"],
        "authors": [name for part in found["names"].split(",") if (name := re.sub(r"[\s\d#*†‡]+$", "", part).strip())],
        "date": dated[0] if dated else "",
        "doi": doi[1] if doi else "",
    }
    yield Found(record_from(with_id(told, found["pmid"])), text.count("\n", 0, found.start("title")) + 1)
