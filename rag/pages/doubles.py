"""Cards that stand on one page twice: one record, with the longer abstract and what either knows.

Two cards with different arXiv ids are two papers, whatever their titles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from rag.nouns import Record, Skipped
from rag.pages.entries import Found, passed_over
from rag.text.titles import is_generic, normalise_title


def without_doubles(found: Iterable[Found]) -> tuple[list[Found], list[Skipped]]:
    """Return the records with doubled cards merged into the first, and a line of the receipt for each such card."""
    kept: list[Found] = []
    places: dict[str, list[int]] = {}
    doubled: list[Skipped] = []
    for one in found:
        key = normalise_title(one.record.title)
        place = next((at for at in places.get(key, []) if _same(kept[at].record, one.record)), None)
        if place is None or is_generic(one.record.title):
            places.setdefault(key, []).append(len(kept))
            kept.append(one)
        else:
            kept[place] = replace(kept[place], record=_merged(kept[place].record, one.record))
            doubled.append(passed_over(one.line, one.record.title, "the same paper again: one record was kept"))
    return kept, doubled


def _same(first: Record, second: Record) -> bool:
    return first.arxiv_id is None or second.arxiv_id is None or first.arxiv_id == second.arxiv_id


def _merged(first: Record, second: Record) -> Record:
    """Return the record with the better abstract, its gaps filled from the other."""
    better, other = sorted((first, second), key=lambda record: -len(record.abstract))
    gaps = {
        item.name: getattr(other, item.name)
        for item in fields(Record)
        if getattr(better, item.name) in (None, "", ()) and item.name not in ("date", "date_inferred", "original")
    }
    if better.date is None:
        gaps |= {"date": other.date, "date_inferred": other.date_inferred, "date_text": other.date_text}
    return replace(better, **gaps)
