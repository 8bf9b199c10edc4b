"""Text whose fields are named (`Title: …`, `Authors: …`, `Abstract: …`), as in arXiv's mails and many exports.

Not handled: labels in other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.intake.formats import Entry, FoundRecord, passed_over
from rag.intake.formats.fields import record_from

_LABELS = {
    **{"title": "title", "abstract": "abstract", "summary": "abstract", "author": "authors", "authors": "authors"},
    **{"date": "date", "published": "date", "submitted": "date", "year": "date", "url": "url", "link": "url"},
    **{"arxiv": "arxiv_id", "arxiv id": "arxiv_id", "doi": "doi", "subjects": "categories", "categories": "categories"},
    **{"comments": "", "journal-ref": "", "report-no": "", "msc-class": "", "acm-class": "", "keywords": ""},
}
_LABEL = re.compile(r"\s{0,8}(?:\*\*)?(" + "|".join(_LABELS) + r")(?:\*\*)?\s?:(?:\*\*)?\s*(.*)", re.I)
_TITLE = re.compile(r"^\s{0,8}(?:\*\*)?title(?:\*\*)?\s?:", re.I | re.M)
_ABSTRACT = re.compile(r"^\s{0,8}(?:\*\*)?(?:abstract|summary)(?:\*\*)?\s?:|^\\\\\s*$", re.I | re.M)
_RULE = re.compile(r"\s*(?:\\\\(?:\s*\(.*)?|[-=_*]{3,})\s*")
_SIZE = re.compile(r"\s*\(\d+kb.*", re.I)
_SUBJECT = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")


def labelled_papers(text: str) -> list[Entry]:
    """Return the records of a text that names the titles and abstracts that it holds; nothing for any other."""
    return list(_parsed(text)) if _TITLE.search(text) and _ABSTRACT.search(text) else []


def _parsed(text: str) -> Iterator[Entry]:
    fields: dict[str, list[str]] = {}
    field: str | None = None
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        label, is_rule = _LABEL.fullmatch(line), _RULE.fullmatch(line)
        name = _LABELS[label[1].casefold()] if label else ""
        is_told, is_titled = "abstract" in fields, "title" in fields
        if (name in fields and (is_told or name in ("title", "arxiv_id"))) or (is_rule and is_told and is_titled):
            yield from _record(fields, start)
            fields, field = {}, None
        if label is not None:
            start = start if fields else number
            field = name or "comments"
            fields.setdefault(field, []).append(label[2])
        elif is_rule:
            field = "abstract" if "title" in fields else None
        elif field == "abstract" or (field and line.strip()):
            fields.setdefault(field, []).append(line if line.strip() else "")
        elif line.strip():
            yield passed_over(number, line, "belongs to no named field")
        else:
            field = None
    yield from _record(fields, start)


def _record(fields: dict[str, list[str]], line: int) -> Iterator[Entry]:
    """Yield what the fields of one record tell, if they tell anything."""
    values = {name: "\n".join(lines).strip() for name, lines in fields.items() if name != "comments"}
    if "title" not in values:
        if any(values.values()):
            yield passed_over(line, " ".join(values.values()), "named fields without a title")
        return
    values["date"] = _SIZE.sub("", values.get("date", ""))
    if subjects := _SUBJECT.findall(values.get("categories", "")):
        values["categories"] = " ".join(subjects)
    yield FoundRecord(record_from(values), line)
