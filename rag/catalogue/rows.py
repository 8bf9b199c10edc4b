"""Records and papers to the JSON text of their rows, and back; fields at their default are left out."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import fields
from typing import Any

from rag.catalogue.identity import sighting_key, title_key
from rag.nouns import Conflict, Format, Paper, Record, Sighting

BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What reading a text raises that is not as it was written."""


class Unreadable(ValueError):
    """A row that is none of those that this program writes."""


COLUMNS = "paper_id, page, key, hash, own_id, arxiv_id, title_key, body"
"""The columns of `sightings` that a `Row` fills."""
Row = tuple[str | None, ...]


def sighting_row(paper_id: str, sighting: Sighting) -> Row:
    """Return the row of a sighting, in the order of `COLUMNS`."""
    record = sighting.record
    names = (record.own_id, record.arxiv_id, title_key(record))
    told = (record_hash(record), *names, sighting_to_text(sighting))
    return (paper_id, sighting.page, sighting_key(record), *told)


def sighting_to_text(sighting: Sighting) -> str:
    """Return the JSON text of a sighting."""
    where = {"page": sighting.page, "format": sighting.format.value, "path": sighting.path, "line": sighting.line}
    return json.dumps(where | {"record": _told(sighting.record)}, ensure_ascii=False)


def sighting_from_text(text: str) -> Sighting:
    """Return the sighting that `sighting_to_text` wrote; Unreadable where it is none."""
    try:
        body = json.loads(text)
        told: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in body["record"].items()}
        return Sighting(body["page"], Format(body["format"]), Record(**told), body["path"], body["line"])
    except BROKEN as exc:
        raise Unreadable(f"what a page tells of a paper: {exc}") from exc


def record_hash(record: Record) -> str:
    """Return a hash over all that a record tells, equal exactly when nothing changed."""
    return _sha(json.dumps(_told(record), ensure_ascii=False, sort_keys=True))


def is_whole(digest: str | None, text: str | None) -> bool:
    """Return whether a sighting's JSON text still tells the record of that hash."""
    try:
        return record_hash(sighting_from_text(text or "").record) == digest
    except BROKEN:
        return False


def paper_to_text(paper: Paper) -> str:
    """Return the JSON text of a paper."""
    body = _told(paper)
    body["conflicts"] = [[c.field, c.chosen, c.others] for c in paper.conflicts]
    return json.dumps(body, ensure_ascii=False)


def paper_from_text(text: str) -> Paper:
    """Return the paper that `paper_to_text` wrote; Unreadable where it is none."""
    try:
        body: dict[str, Any] = json.loads(text)
        body["sentences"] = tuple((start, end) for start, end in body.get("sentences", ()))
        conflicts = ((f, c, tuple((p, v) for p, v in others)) for f, c, others in body["conflicts"])
        body["conflicts"] = tuple(Conflict(*conflict) for conflict in conflicts)
        told: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in body.items()}
        return Paper(**told)
    except BROKEN as exc:
        raise Unreadable(f"a paper: {exc}") from exc


def whole_paper(digest: str | None, text: str | None) -> Paper:
    """Return a row's paper; Unreadable unless its title and abstract fit the hash, and its sentences lie within."""
    with suppress(*BROKEN):
        paper = paper_from_text(text or "")
        bounds = [bound for sentence in paper.sentences for bound in sentence]
        within = [0, *bounds, len(paper.abstract)]
        if text_hash(paper) == digest and within == sorted(within):
            return paper
    raise Unreadable("a paper: its text is not as it was written")


def text_hash(paper: Paper) -> str:
    """Return a hash over what the indexes hold of a paper: its title and abstract.

    It is empty where a paper has neither, and is on no list of results until its text is fetched.
    """
    return _sha(paper.title + "\x1f" + paper.abstract) if paper.title or paper.abstract else ""


def _told(noun: Record | Paper) -> dict[str, Any]:
    return {f.name: value for f in fields(noun) if (value := getattr(noun, f.name)) != f.default}


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
