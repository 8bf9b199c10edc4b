"""Files of tagged lines: RIS, PubMed's `.nbib`, Web of Science's plain text, EndNote's `%` tags (refer).

A record begins at its format's first tag; a line without a tag goes on with the field above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.base.text.names import is_organisation
from rag.intake.content import LONGEST_LINE, Content
from rag.intake.entries import Entry, Found, Note, passed_over
from rag.intake.formats.authors import first_last
from rag.intake.formats.dates import iso_date
from rag.intake.formats.fields import record_from
from rag.intake.formats.medline import RETRACTED, initials_first, with_id
from rag.nouns import Format

Fields = Mapping[str, list[str]]
"""What stands behind each tag, as often as it stands there."""
_DOI = re.compile(r"(10\.\d{4,9}/\S+)\s*\[doi\]", re.I)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """One format: the shape of a tag and what follows, the tags around a record, those that list one value a line."""

    line: re.Pattern[str]
    first: str
    last: str | None
    read: Callable[[Fields], dict[str, Any]]
    around: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def parse_tagged(content: Content, format: Format) -> Iterator[Entry]:
    """Yield the records of a file; lines that belong to none are passed over."""
    dialect = _DIALECTS[format]
    fields: dict[str, list[list[str]]] = {}
    start, tag = 0, ""
    for number, line in content.lines():
        text = line.strip("\r\n\ufeff") if line is not None else ""
        found = dialect.line.fullmatch(text)
        if found and fields and found[1] in (dialect.first, dialect.last):
            yield Found(record_from(dialect.read(_joined(fields))), start)
            fields = {}
        if found and (fields or found[1] == dialect.first):
            start, tag = start if fields else number, found[1]
            fields.setdefault(tag, []).append([found[2].strip()])
        elif line is None:
            yield passed_over(number, "", f"a line of more than {LONGEST_LINE >> 20} MB")
        elif text.strip() and fields and not found:
            if tag in dialect.lists:
                fields[tag].append([])
            fields[tag][-1].append(text.strip())
        elif text.strip() and not (found and found[1] in (dialect.last, *dialect.around)):
            yield passed_over(number, text, "belongs to no record: not a record's first line, and behind none")
    if fields:
        yield Found(record_from(dialect.read(_joined(fields))), start)
        if dialect.last:
            yield Note(f"The last record has no end ({dialect.last}): the file may be cut off.")


def _joined(fields: Mapping[str, list[list[str]]]) -> Fields:
    return {tag: ["\n".join(lines) for lines in values] for tag, values in fields.items()}


# ----------------------------------------------------------------------------------------------------
# The fields of one record of each format under the names that `record_from` knows.


def _all(fields: Fields, *tags: str) -> list[str]:
    return [value for tag in tags for value in fields.get(tag, ()) if value]


def _one(fields: Fields, *tags: str) -> str | None:
    return next(iter(_all(fields, *tags)), None)


def _from_ris(fields: Fields) -> dict[str, Any]:
    year = (_one(fields, "PY", "Y1") or "").strip("/ ")[:4]
    dates = [date.strip("/ ") for date in _all(fields, "DA", "PY", "Y1")]
    dates = [re.sub(r"/.*", "", date) if "//" in date else date for date in dates]
    return {
        "title": " ".join(_all(fields, "TI") or _all(fields, "T1")),
        "abstract": "\n\n".join(dict.fromkeys(_all(fields, "AB", "N2"))),
        "authors": [_ris_name(name) for told in _all(fields, "AU", "A1") for name in told.split(";") if name.strip()],
        "date": next((date for date in dates if (iso_date(date) or "").startswith(year or "?")), (*dates, None)[0]),
        "url": _one(fields, "UR"),
        "doi": _one(fields, "DO"),
        "venue": _one(fields, "JO", "JF", "T2", "JA"),
    }


def _ris_name(name: str) -> Any:
    """RIS writes persons as `family, given`; without a comma only what speaks of an organisation is one."""
    return first_last(name) if "," in name or not is_organisation(name) else {"literal": name.strip()}


def _from_nbib(fields: Fields) -> dict[str, Any]:
    found = [_DOI.fullmatch(value) for value in _all(fields, "LID", "AID")]
    people = _all(fields, "FAU") or [initials_first(name) for name in _all(fields, "AU")]
    return with_id(
        {
            "title": " ".join(_all(fields, "TI") or _all(fields, "BTI")),
            "abstract": " ".join(_all(fields, "AB")),
            "authors": [*people, *({"literal": name} for name in _all(fields, "CN"))],
            "date": _one(fields, "DP"),
            "doi": next((one[1] for one in found if one), None),
            "venue": _one(fields, "JT"),
            "retracted": any(map(RETRACTED.search, _all(fields, "PT"))) or bool(_all(fields, "RIN")),
        },
        _one(fields, "PMID") or "",
    )


def from_web_of_science(fields: Fields) -> dict[str, Any]:
    """Return a record's fields under the names that `record_from` knows."""
    people = _all(fields, "AF") or _all(fields, "AU")
    year = _one(fields, "PY") or ""
    return {
        "title": _one(fields, "TI"),
        "abstract": "\n\n".join(_all(fields, "AB")),
        "authors": [first_last(name) for told in people for name in told.split(";") if name.strip()],
        "date": next((date for date in (f"{_one(fields, 'PD')} {year}", year) if iso_date(date)), year),
        "doi": _one(fields, "DI"),
        "id": _one(fields, "DI", "UT"),
        "venue": _one(fields, "SO"),
        "retracted": any(map(RETRACTED.search, _all(fields, "DT"))),
    }


def _from_refer(fields: Fields) -> dict[str, Any]:
    return {
        "title": _one(fields, "T"),
        "abstract": "\n\n".join(_all(fields, "X")),
        "authors": [_ris_name(name) for name in _all(fields, "A")],
        "date": next((date for date in _all(fields, "8", "D") if iso_date(date)), _one(fields, "D")),
        "doi": _one(fields, "R"),
        "url": _one(fields, "U"),
        "venue": _one(fields, "J", "B"),
    }


_DIALECTS = {
    Format.RIS: _Dialect(re.compile(r"([A-Z][A-Z0-9]) {1,2}- ?(.*)"), "TY", "ER", _from_ris),
    Format.NBIB: _Dialect(re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)"), "PMID", None, _from_nbib),
    Format.WEB_OF_SCIENCE: _Dialect(
        *(re.compile(r"([A-Z][A-Z0-9])(?= |$) ?(.*)"), "PT", "ER", from_web_of_science),
        *(("FN", "VR", "EF"), ("AU", "AF", "BE", "CR", "C1")),
    ),
    Format.REFER: _Dialect(re.compile(r"%([0-9A-Z@!\[]) ?(.*)"), "0", None, _from_refer),
}
