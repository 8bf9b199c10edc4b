"""Listing pages as copied text, whatever the site's layout: which parser reads them, and cards that stand there twice.

Read by shape, so that a layout nobody has seen gives records too, with a stated confidence. Not handled: pages whose
abstracts are missing and whose titles carry no metadata; papers in columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from rag.base.text.addresses import arxiv_id, canonical_url
from rag.base.text.cleaning import clean, clean_line, original_if_changed
from rag.base.text.sentences import split_sentences
from rag.base.text.titles import is_generic, normalise_title
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.dates import with_years
from rag.intake.formats.labelled import labelled_papers
from rag.intake.formats.listing_lines import MOST_LINES, blocks
from rag.intake.formats.listing_reader import PageReader, UnfinishedRecord
from rag.intake.formats.site_pages import arxiv_papers, site_papers
from rag.intake.paper_classifier import has_marks_of_papers, reads_like_a_paper
from rag.nouns import Record, Skipped

SUMMARY_LENGTH = 320
"""Characters up to which a single sentence in the place of an abstract is taken as a summary."""
_KNOWN = (arxiv_papers, labelled_papers, site_papers)
"""Readers of pages that name their fields, or are known by their lines; all others are read by their shape."""
SURE_ENOUGH = 0.7
"""Confidence from which the shape of a page speaks for papers."""
_ENCYCLOPAEDIA = re.compile(r"From Wikipedia, the free|- Wikipedia\s*$", re.M)
"""What an encyclopaedia's page begins with: its paragraphs have titles and read like abstracts."""


def without_doubles(found: Iterable[FoundRecord]) -> tuple[list[FoundRecord], list[Skipped]]:
    """Return the records with doubled cards merged into the first, and a line of the receipt for each such card.

    Two cards with different arXiv ids are two papers, whatever their titles.
    """
    kept: list[FoundRecord] = []
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


def parse_listing(text: str, name: str = "") -> Iterator[Entry]:
    """Yield the records of a page of text called `name`, then what was passed over and how sure the reading is."""
    if known := next((entries for papers in _KNOWN if (entries := papers(text))), None):
        yield from known
        return
    page = PageReader(blocks(text))
    page.read()
    found, unresolved = _records(page)
    records, doubled = without_doubles(found)
    has_shape = page.confidence >= SURE_ENOUGH and not _ENCYCLOPAEDIA.search(f"{name}\n{text[:1000]}")
    records = [replace(one, is_sure=page.is_known or _is_sure(one.record, has_shape)) for one in records]
    yield from records
    yield from sorted((*page.skipped, *doubled), key=lambda skipped: skipped.line or 0)
    if text.count("\n") > MOST_LINES:
        yield Note(f"A page of more than {MOST_LINES} lines: the rest was not read. Split it, or use JSON lines.")
    if unresolved:
        yield Note(f"{unresolved} dates have no year, and nothing on the page tells it: kept as written.")
    joined = sum(len(draft.abstract) > 1 for draft in page.drafts)
    if joined and records:
        yield Note(f"{joined} abstracts are of more than one paragraph; their paragraphs were joined.")
    if not page.is_known and any(one.is_sure for one in records):
        confidence = page.confidence * sum(one.is_sure for one in records) / len(records)
        yield Note(f"Unknown layout, read by its shape (confidence {confidence:.2f}): look the papers over.")


def _is_sure(record: Record, has_shape: bool) -> bool:
    """Tell whether two of three things speak for a paper: the page's shape, what marks it, its words."""
    return has_shape + has_marks_of_papers(record) + reads_like_a_paper(record) > 1


def _records(page: PageReader) -> tuple[list[FoundRecord], int]:
    """Return the drafts as records; a stretch between two page heads is one page, whose years belong together."""
    found: list[FoundRecord] = []
    unresolved = 0
    for drafts, head_years in page.stretches:
        records, without_year = with_years([_record(draft) for draft in drafts], head_years)
        unresolved += without_year
        found += [FoundRecord(record, draft.title.number) for record, draft in zip(records, drafts, strict=True)]
    return found, unresolved


def _record(draft: UnfinishedRecord) -> Record:
    raw = "\n\n".join(block.text for block in draft.abstract)
    abstract, url = clean(raw), draft.told.get("url")
    told = {"author_count": len(draft.told.get("authors", ())) or None, **draft.told, "url": canonical_url(url)}
    return Record(
        title=clean_line(draft.title.text),
        abstract=abstract,
        abstract_is_summary=0 < len(abstract) <= SUMMARY_LENGTH and len(split_sentences(abstract)) == 1,
        arxiv_id=arxiv_id(url),
        original=original_if_changed(raw, abstract),
        **told,
    )
