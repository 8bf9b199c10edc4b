"""Files of tagged lines: RIS, PubMed's `.nbib`, EndNote's `%` tags (refer), Web of Science's plain text.

A record begins at its format's first tag; a line without a tag goes on with the field above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.base.text.names import is_organisation
from rag.intake.content import LONGEST_LINE, Content
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.authors import first_last, initials_first
from rag.intake.formats.fields import record_from
from rag.nouns import Format, Record


@dataclass(frozen=True, slots=True)
class _Dialect:
    """One format: the shape of a tag and what follows, a record's first and last tag, the field that each tag is."""

    line: re.Pattern[str]
    first: str
    last: str | None
    fields: Mapping[str, str]


_DIALECTS = {
    Format.RIS: _Dialect(
        re.compile(r"([A-Z][A-Z0-9]) {1,2}- ?(.*)"),
        *("TY", "ER"),
        {
            **{"TI": "title", "T1": "article_title", "AB": "abstract", "N2": "summary", "AU": "authors"},
            **{"A1": "author", "DA": "date", "PY": "year", "Y1": "pub_year", "UR": "url", "DO": "doi"},
            **{"JO": "venue", "JF": "journal", "T2": "booktitle", "JA": "journal_title"},
        },
    ),
    Format.NBIB: _Dialect(
        re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)"),
        *("PMID", None),
        {
            **{"TI": "title", "BTI": "article_title", "AB": "abstract", "FAU": "authors", "AU": "author_list"},
            **{"CN": "corporate", "DP": "date", "LID": "doi", "AID": "doi", "PMID": "pmid", "JT": "venue"},
            **{"PT": "retracted", "RIN": "retraction"},
        },
    ),
    Format.REFER: _Dialect(
        re.compile(r"%([0-9A-Z@!\[]) ?(.*)"),
        *("0", None),
        {
            **{"T": "title", "X": "abstract", "A": "authors", "8": "date", "D": "year", "R": "doi", "U": "url"},
            **{"J": "venue", "B": "booktitle"},
        },
    ),
    Format.WEB_OF_SCIENCE: _Dialect(
        re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)"),
        *("PT", "ER"),
        {
            **{"TI": "title", "AB": "abstract", "AF": "authors", "AU": "author", "PY": "year", "DI": "doi"},
            **{"SO": "venue", "CT": "conference"},
        },
    ),
}
_AROUND = ("FN", "VR", "EF")
"""Tags around the records of Web of Science."""
_PEOPLE = ("authors", "author", "author_list")
"""Where authors may be told; the last are PubMed's `Family GH`."""


def parse_tagged(content: Content, format: Format) -> Iterator[Entry]:
    """Yield the records of a file; lines that belong to none are passed over."""
    dialect = _DIALECTS[format]
    fields: dict[str, list[list[str]]] = {}
    start, tag = 0, ""
    for number, line in content.lines():
        text = line.strip("\r\n\ufeff") if line is not None else ""
        found = dialect.line.fullmatch(text)
        if found and fields and found[1] in (dialect.first, dialect.last):
            yield FoundRecord(_record(fields, dialect), start)
            fields = {}
        if found and (fields or found[1] == dialect.first):
            start, tag = start if fields else number, found[1]
            fields.setdefault(tag, []).append([(found[2] or "").strip()])
        elif line is None:
            yield passed_over(number, "", f"a line of more than {LONGEST_LINE >> 20} MB")
        elif text.strip() and fields and not found:
            fields[tag][-1].append(text.strip())
        elif text.strip() and not (found and found[1] in (dialect.last, *_AROUND)):
            yield passed_over(number, text, "belongs to no record: not a record's first line, and behind none")
    if fields:
        yield FoundRecord(_record(fields, dialect), start)
        if dialect.last:
            yield Note(f"The last record has no end ({dialect.last}): the file may be cut off.")


def _record(tagged: Mapping[str, list[list[str]]], dialect: _Dialect) -> Record:
    told: dict[str, Any] = {}
    for tag, name in dialect.fields.items():
        told.setdefault(name, []).extend(filter(None, map("\n".join, tagged.get(tag, ()))))
    lists = ((field, re.split(r"[;\n]", ";".join(told.pop(field, ())))) for field in _PEOPLE)
    people = next(filter(None, ([_name(name, field) for name in names if name.strip()] for field, names in lists)), [])
    return record_from(
        {
            **told,
            "abstract": "\n\n".join(told["abstract"]),
            "author_full_names": [*people, *({"literal": name} for name in told.get("corporate", ()))],
            "retracted": bool(told.get("retraction")) or told.get("retracted"),
        }
    )


def _name(name: str, field: str) -> Any:
    """Persons are written as `family, given`; without a comma what speaks of an organisation is one."""
    if field == "author_list":
        return initials_first(name)
    return first_last(name) if "," in name or not is_organisation(name) else {"literal": name.strip()}
