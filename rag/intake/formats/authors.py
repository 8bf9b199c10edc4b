"""Authors as files write them, into names with the family name last: `Smith, J.; Doe, K.` is `J. Smith` and `K. Doe`.

Not handled: a list without semicolons of full names that stand family name first (`Bee, Ann, Dee, Carl`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from rag.base.text.cleaning import clean_line

_BREAK = re.compile(r"\s*;\s*|\s*,?\s+and\s+|\s*&\s*")
_INITIALS = re.compile(r"[A-Z](?:\.|(?=[ A-Z-])|$)(?:[ -]?[A-Z](?:\.|(?=[ A-Z-])|$)){0,3}")
_AFTER_A_NAME = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d)\.?", re.I)
_OTHERS = re.compile(r"(?:and\s+)?others\.?|,?\s*et\s+al\.?", re.I)
_PARTS_OF_A_NAME = ("first", "given", "firstName", "non-dropping-particle", "last", "family", "lastName", "suffix")
_NAMES_OF_A_PERSON = ("literal", "name", "fullname", "full_name", "display_name", "raw_author_name", "text", "value")
_NUMBERED = re.compile(r"\s*\(\d{5,}\)")
"""The number by which a database tells a person from others of that name."""


class People(NamedTuple):
    """Names, how many authors there are where that is told, and which of the names are those of organisations."""

    names: tuple[str, ...] = ()
    total: int | None = None
    corporate: tuple[str, ...] = ()


def people(value: Any) -> People:
    """Return the names that a list, a text or objects with a name hold; none for a number."""
    if isinstance(value, Mapping):
        value = next(
            (value[name] for name in ("author", "value") if isinstance(value.get(name), (list, Mapping))), value
        )
    if value is None or isinstance(value, (int, float)) or (isinstance(value, str) and value.strip().isdigit()):
        return People()
    items = value if isinstance(value, (list, tuple)) else [value]
    told = _split(_NUMBERED.sub("", value)) if isinstance(value, str) else [_person(item) for item in items]
    names = [name for name in (clean_line(person) for person in told) if name]
    shown = [name for name in (re.sub(r",?\s+et\s+al\.?$", "", name) for name in names) if not _OTHERS.fullmatch(name)]
    literal = {clean_line(str(item["literal"])) for item in items if isinstance(item, Mapping) and "literal" in item}
    count = len(shown) if shown == names else None
    return People(tuple(shown), count or None, tuple(name for name in shown if name in literal))


def first_last(name: str) -> str:
    """`Bee, Ann` is `Ann Bee`; `Bee, Jr., Ann` is `Ann Bee, Jr.`; what stands in its order already stays."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and all(parts) and not _AFTER_A_NAME.fullmatch(parts[1]) and not _starts_with_initial(parts[0]):
        return f"{parts[1]} {parts[0]}"
    return f"{parts[2]} {parts[0]}, {parts[1]}" if len(parts) == 3 else name.strip()


def initials_first(name: str) -> str:
    """`van der Berg L`, as PubMed writes names, is `L van der Berg`."""
    family, _, initials = name.rpartition(" ")
    return f"{initials} {family}" if family and initials.isupper() and len(initials) < 5 else name


def _split(text: str) -> list[str]:
    """`A. Bee; C. Dee`, `A. Bee, C. Dee and E. Eff`, `Bee, A.; Dee, C.`, `Bee, A., Dee, C.` and `Bee, Ann`."""
    parts = [part for part in _BREAK.split(" ".join(text.split())) if part]
    if ";" in text or (len(parts) > 1 and all(part.count(",") == 1 for part in parts)):
        return [first_last(part) for part in parts]
    return [name for part in parts for name in _between_commas(part)]


def _between_commas(text: str) -> list[str]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if len(pieces) == 2 and not any(" " in piece for piece in pieces):
        return [first_last(text)]
    names: list[str] = []
    family = ""
    for piece in pieces:
        if family and _INITIALS.fullmatch(piece):
            names[-1], family = f"{piece} {family}", ""
        else:
            names.append(piece)
            family = "" if _starts_with_initial(piece) else piece
    return names


def _starts_with_initial(name: str) -> bool:
    return re.match(r"[A-Z]\.", name) is not None


def _person(item: Any) -> str:
    if isinstance(item, Mapping):
        item = item["author"] if isinstance(item.get("author"), Mapping) else item
        name = next((item[key] for key in _NAMES_OF_A_PERSON if isinstance(item.get(key), str)), "")
        return name or " ".join(str(item[key]) for key in _PARTS_OF_A_NAME if item.get(key))
    return first_last(item) if isinstance(item, str) else ""
