"""Which papers lack something that arXiv may know, what it tells of them, and what of that is taken.

By id where there is one, else by exact title; a title alone is not enough where both sides have an abstract and these
differ. What is taken becomes a sighting like any other (page "arxiv"), so that nothing a page told is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.catalogue import Catalogue
from rag.catalogue.identity import own_id, same_abstract
from rag.enrich.arxiv import IDS_AT_ONCE, Arxiv
from rag.errors import LookupFailed, UnknownPaper
from rag.fetch.requests import Refused
from rag.nouns import Format, Paper, Record, Sighting
from rag.text.titles import is_generic

PAGE = "arxiv"
"""The page that what arXiv tells is seen on."""
_FIELDS = ("title", "abstract", "date", "authors", "url", "arxiv_id", "categories")

Progress = Callable[[int, int], None]
"""Called with (done, total) papers."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a paper before and after; None where nothing was known."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Enriched:
    """A paper that arXiv knows, and what that changed."""

    paper_id: str
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A paper that was looked up in vain, and why."""

    paper_id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What an `enrich` did; `stopped` says why it ended early, if so, and `waiting` how many it did not get to."""

    asked: int
    found: tuple[Enriched, ...] = ()
    not_taken: tuple[NotTaken, ...] = ()
    waiting: int = 0
    stopped: str | None = None


Outcome = tuple[Sighting, Enriched] | NotTaken


def enrich(
    catalogue: Catalogue,
    arxiv: Arxiv,
    names: Sequence[str] = (),
    *,
    store: Callable[[Sequence[Sighting]], None],
    progress: Progress | None = None,
) -> Enrichment:
    """Look up the papers called `names` (none: all that lack something), and `store` what is found as it comes."""
    papers = _named(catalogue, names) if names else [paper for paper in catalogue if _lacks(paper)]
    found: list[Enriched] = []
    not_taken: list[NotTaken] = []
    try:
        for outcomes in _looked_up(catalogue, arxiv, papers):
            taken = [outcome for outcome in outcomes if not isinstance(outcome, NotTaken)]
            if taken:
                store([sighting for sighting, _ in taken])
            found += [enriched for _, enriched in taken]
            not_taken += [outcome for outcome in outcomes if isinstance(outcome, NotTaken)]
            if progress:
                progress(len(found) + len(not_taken), len(papers))
    except LookupFailed as exc:
        waiting = len(papers) - len(found) - len(not_taken)
        return Enrichment(len(papers), tuple(found), tuple(not_taken), waiting, f"{exc} What was found is kept.")
    return Enrichment(len(papers), tuple(found), tuple(not_taken))


def _named(catalogue: Catalogue, names: Sequence[str]) -> list[Paper]:
    ids = {name: catalogue.resolve(name) for name in names}
    if unknown := [name for name, paper_id in ids.items() if paper_id is None]:
        raise UnknownPaper(f"No paper has the id {', '.join(unknown)}. List the ids with: abstract-qa papers")
    return list(catalogue.get([paper_id for paper_id in dict.fromkeys(ids.values()) if paper_id]).values())


def _lacks(paper: Paper) -> bool:
    """Return whether arXiv may add something: it was not asked yet, and an id or a field is missing."""
    if PAGE in paper.pages or (not paper.arxiv_id and is_generic(paper.title)):
        return False
    exact = paper.date and len(paper.date) == 10 and not paper.date_inferred
    told = paper.abstract and not paper.abstract_is_summary and paper.title and exact
    return not (told and paper.authors and paper.url and paper.arxiv_id and paper.categories)


def _looked_up(catalogue: Catalogue, arxiv: Arxiv, papers: Sequence[Paper]) -> Iterator[list[Outcome]]:
    """Yield what became of the papers, those with an id first: a batch a request."""
    known = [paper for paper in papers if paper.arxiv_id]
    for start in range(0, len(known), IDS_AT_ONCE):
        batch = known[start : start + IDS_AT_ONCE]
        records = arxiv.by_ids(sorted({paper.arxiv_id for paper in batch if paper.arxiv_id}))
        yield [_by_id(catalogue, arxiv, paper, records) for paper in batch]
    for paper in (paper for paper in papers if not paper.arxiv_id):
        now = catalogue.resolve(paper.paper_id)
        if now is None or catalogue.get([now])[now].arxiv_id:
            yield [NotTaken(paper.paper_id, paper.title, "became one with a paper found by its id")]
        elif is_generic(paper.title):
            yield [NotTaken(paper.paper_id, paper.title, "its title is none to look for")]
        else:
            yield [_by_title(catalogue, arxiv, paper)]


def _by_id(catalogue: Catalogue, arxiv: Arxiv, paper: Paper, records: dict[str, Record | str]) -> Outcome:
    record = records[paper.arxiv_id or ""]
    if isinstance(record, str):
        return NotTaken(paper.paper_id, paper.title, record)
    return _tried(catalogue, arxiv, paper, record)


def _by_title(catalogue: Catalogue, arxiv: Arxiv, paper: Paper) -> Outcome:
    """Take the one paper of this title, unless it is another's or its abstract tells that it is another paper."""
    try:
        records = {record.arxiv_id: record for record in arxiv.by_title(paper.title)}
    except Refused as exc:
        return NotTaken(paper.paper_id, paper.title, f"arXiv was asked for it, and {exc}")
    why = ""
    if not records:
        why = "arXiv has no paper of exactly this title"
    elif len(records) > 1:
        why = f"several papers at arXiv bear this title: {', '.join(map(str, records))}"
    else:
        ((arxiv_id, record),) = records.items()
        holder = catalogue.resolve(arxiv_id or "")
        if paper.abstract and not paper.abstract_is_summary and not same_abstract(paper.abstract, record.abstract):
            why = f"arXiv's paper of this title, {arxiv_id}, has another abstract"
        elif holder and holder != paper.paper_id and catalogue.get([holder])[holder].title:
            why = f"it is here as {holder} too; make them one with: abstract-qa merge {holder} {paper.paper_id}"
    return NotTaken(paper.paper_id, paper.title, why) if why else _tried(catalogue, arxiv, paper, record)


def _is(seen: Record, record: Record) -> bool:
    """Whether a stored record is the one just told; a withdrawn one keeps the abstract that stood there."""
    return seen == record or (record.withdrawn is not None and seen.withdrawn == record.withdrawn)


def _tried(catalogue: Catalogue, arxiv: Arxiv, paper: Paper, record: Record) -> Outcome:
    """Return what adding a record would change; it is not taken where it would become a paper beside this one."""
    own = sorted({name for seen in catalogue.sightings(paper.paper_id) if (name := own_id(seen.record))})
    if own:
        record = replace(record, own_id=own[0])
    sighting = Sighting(PAGE, Format.ATOM, record, arxiv.address)
    with catalogue.rehearsal():
        catalogue.add([sighting])
        now = catalogue.resolve(paper.paper_id) or paper.paper_id
        after = catalogue.get([now])[now]
        joined = any(_is(seen.record, record) for seen in catalogue.sightings(now))
    if not joined:
        return NotTaken(
            paper.paper_id, paper.title, f"{record.arxiv_id} would stay a paper beside it, by your decision"
        )
    changes = [Change(name, _shown(paper, name), _shown(after, name)) for name in _FIELDS]
    return sighting, Enriched(now, after.title, tuple(change for change in changes if change.before != change.after))


def _shown(paper: Paper, field: str) -> str | None:
    """Return a field's value as text; None where nothing is known."""
    value = getattr(paper, field)
    if field == "date" and value and paper.date_inferred:
        return f"{value} (year inferred)"
    return (", ".join(value) if isinstance(value, tuple) else value) or None
