"""PubMed: what its “Send to: Citation manager” saves (`.nbib`), and the XML of its answers.

Not handled: books, and abstracts in a second language.
"""

from __future__ import annotations

import re
from typing import Any

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
