"""PubMed: what its “Send to: Citation manager” saves (`.nbib`), and the XML of its answers.

Not handled: books, and abstracts in a second language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.intake.content import Content
from rag.intake.entries import Entry, Found, passed_over
from rag.intake.formats.fields import record_from

_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
_DOI = re.compile(r"(10\.\d{4,9}/\S+)\s*\[doi\]", re.I)
_RETRACTED = re.compile(r"retracted publication", re.I)


def parse_nbib(content: Content) -> Iterator[Entry]:
    """Yield the records of a file of tagged lines, each begun by `PMID-`."""
    fields: list[tuple[str, str]] = []
    start = 1
    for number, line in content.lines():
        text = (line or "").rstrip()
        if found := _FIELD.fullmatch(text):
            if found[1] == "PMID" and fields:
                yield Found(record_from(_from_nbib(fields)), start)
                fields = []
            start = start if fields else number
            fields.append((found[1], found[2]))
        elif text.startswith("  ") and fields:
            name, value = fields[-1]
            fields[-1] = name, f"{value} {text.strip()}"
        elif text.strip():
            yield passed_over(number, text, "belongs to no field")
    if fields:
        yield Found(record_from(_from_nbib(fields)), start)


def _from_nbib(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Return a record's fields under the names that `record_from` knows."""

    def all_of(name: str) -> list[str]:
        return [value for tag, value in fields if tag == name and value]

    found = [_DOI.fullmatch(value) for value in (*all_of("LID"), *all_of("AID"))]
    doi = next((one[1] for one in found if one), None)
    people = all_of("FAU") or [initials_first(name) for name in all_of("AU")]
    return with_id(
        {
            "title": " ".join(all_of("TI")) or " ".join(all_of("BTI")),
            "abstract": " ".join(all_of("AB")),
            "authors": [*people, *({"literal": name} for name in all_of("CN"))],
            "date": next(iter(all_of("DP")), None),
            "doi": doi,
            "venue": next(iter(all_of("JT")), None),
            "retracted": any(map(_RETRACTED.search, all_of("PT"))) or bool(all_of("RIN")),
        },
        next(iter(all_of("PMID")), ""),
    )


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
            "retracted": any(map(_RETRACTED.search, kinds)) or "RetractionIn" in changes,
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
