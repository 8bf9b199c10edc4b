"""What arXiv tells of the library's papers, looked up by id or exact title: opt-in, polite, and shown.

A title alone is not enough where both sides have an abstract and these differ. What is taken becomes a sighting like
any other (page "arxiv"), so that nothing a page told is lost. The API's manual is at info.arxiv.org/help/api. Not
handled: a title whose words arXiv's index splits otherwise (LaTeX, above all) is found by its id alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.base.errors import LookupFailed
from rag.base.text.titles import is_generic, normalise_title
from rag.catalogue import Catalogue
from rag.catalogue.identity import own_id, same_abstract
from rag.intake.content import Content
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.withdrawals import with_withdrawal
from rag.intake.formats.xml_files import parse_xml
from rag.intake.web_client import Refused, WebClient, with_query
from rag.nouns import Format, Paper, Record, Sighting, Skipped

IDS_AT_ONCE = 100
"""Ids in one request; a longer address is refused."""
_MOST = 20
"""Papers looked through for one title: its words stand in a few longer titles too."""
_LONGEST_TITLE = 300
_MOST_REFUSALS = 20
"""Refusals in a row that a bad id among `IDS_AT_ONCE` explains."""
_NO_WORD = re.compile(r"[^\w'’-]+")
_TOTAL = re.compile(rb"<(?:\w+:)?totalResults[^>]*>\s*(\d+)")


class Arxiv:
    """The API at one address."""

    def __init__(self, client: WebClient) -> None:
        self._client, self._refusals, self.address = client, 0, client.address

    def by_ids(self, ids: Sequence[str]) -> dict[str, Record | str]:
        """Return, per id, the paper or why there is none. LookupFailed when arXiv cannot be asked.

        One bad id makes arXiv refuse all of a request, which is then asked for in halves.
        """
        why = "arXiv knows no paper of this id"
        try:
            entries = self._entries({"id_list": ",".join(ids), "max_results": len(ids)})
        except Refused as exc:
            entries, why = [passed_over(None, "", str(exc))], f"arXiv was asked for it, and {exc}"
        if len(ids) > 1 and any(isinstance(entry, Skipped) for entry in entries):
            middle = len(ids) // 2
            return self.by_ids(ids[:middle]) | self.by_ids(ids[middle:])
        records = {record.arxiv_id: record for record in _records(entries)}
        return {name: records.get(name, why) for name in ids}

    def by_title(self, title: str) -> list[Record]:
        """Return the papers with exactly this title, once normalised.

        Refused when arXiv will not tell, LookupFailed when it cannot be asked.
        """
        words = " ".join(_NO_WORD.sub(" ", title).replace("_", " ").split())[:_LONGEST_TITLE]
        entries = self._entries({"search_query": f'ti:"{words}"', "max_results": _MOST})
        key = normalise_title(title)
        return [record for record in _records(entries) if record.arxiv_id and normalise_title(record.title) == key]

    def _entries(self, query: dict[str, str | int]) -> list[Entry]:
        """Return the answer to a question; Refused a few times in a row is LookupFailed: it is not the questions."""
        is_search = "search_query" in query
        try:
            url = with_query(self.address, query)
            answer = self._client.get(url, lambda body: _is_whole(body, self.address, is_search))
        except Refused as exc:
            self._refusals += 1
            if self._refusals > _MOST_REFUSALS:
                raise LookupFailed(f"{self.address} answers nothing: {exc}. Check the address, or try later.") from exc
            raise
        self._refusals = 0
        return _parsed(answer)


def _parsed(answer: bytes) -> list[Entry]:
    entries = parse_xml(Content(io.BytesIO(answer), len(answer)))
    return [
        replace(one, record=with_withdrawal(one.record)) if isinstance(one, FoundRecord) else one for one in entries
    ]


def _records(entries: Sequence[Entry]) -> list[Record]:
    return [entry.record for entry in entries if isinstance(entry, FoundRecord)]


def _is_whole(answer: bytes, address: str, is_search: bool) -> bool:
    """Return whether an answer is a feed to its end; arXiv at times counts the papers found and sends none of them.

    LookupFailed where it is no feed at all, but the page of a proxy or of another service.
    """
    if answer and b"<feed" not in answer:
        raise LookupFailed(f"{address} answers with something else than Atom. Check the address, or your connection.")
    if b"</feed>" not in answer:
        return False
    entries = _parsed(answer)
    if any(isinstance(entry, Note) for entry in entries):
        return False
    total = _TOTAL.search(answer)
    return bool(entries) or not is_search or total is None or int(total[1]) == 0


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


Outcome = tuple[Sighting, Enriched] | str
"""What is taken of a paper, or why nothing is."""


def enrich(
    catalogue: Catalogue,
    arxiv: Arxiv,
    names: Sequence[str] = (),
    *,
    store: Callable[[Sequence[Sighting]], None],
    progress: Progress | None = None,
) -> Enrichment:
    """Look up the papers called `names` (none: all that lack something), and `store` what is found as it comes."""
    named = catalogue.get(list(dict.fromkeys(map(catalogue.known, names)))).values()
    papers = list(named) if names else [paper for paper in catalogue if _lacks(paper)]
    found: list[Enriched] = []
    not_taken: list[NotTaken] = []
    stopped = None
    try:
        for outcomes in _looked_up(catalogue, arxiv, papers):
            taken = [outcome for _, outcome in outcomes if not isinstance(outcome, str)]
            if taken:
                store([sighting for sighting, _ in taken])
            found += [enriched for _, enriched in taken]
            not_taken += [NotTaken(p.paper_id, p.title, why) for p, why in outcomes if isinstance(why, str)]
            if progress:
                progress(len(found) + len(not_taken), len(papers))
    except LookupFailed as exc:
        stopped = f"{exc} What was found is kept."
    waiting = len(papers) - len(found) - len(not_taken)
    return Enrichment(len(papers), tuple(found), tuple(not_taken), waiting, stopped)


def _lacks(paper: Paper) -> bool:
    """Return whether arXiv may add something: it was not asked yet, and an id or a field is missing."""
    if PAGE in paper.pages or (not paper.arxiv_id and is_generic(paper.title)):
        return False
    exact = paper.date and len(paper.date) == 10 and not paper.date_inferred
    told = paper.abstract and not paper.abstract_is_summary and paper.title and exact
    return not (told and paper.authors and paper.url and paper.arxiv_id and paper.categories)


def _looked_up(catalogue: Catalogue, arxiv: Arxiv, papers: Sequence[Paper]) -> Iterator[list[tuple[Paper, Outcome]]]:
    """Yield what became of the papers, those with an id first: a batch a request."""
    known = [paper for paper in papers if paper.arxiv_id]
    for start in range(0, len(known), IDS_AT_ONCE):
        batch = known[start : start + IDS_AT_ONCE]
        records = arxiv.by_ids(sorted({paper.arxiv_id for paper in batch if paper.arxiv_id}))
        yield [(paper, _tried(catalogue, arxiv, paper, records[paper.arxiv_id or ""])) for paper in batch]
    for paper in (paper for paper in papers if not paper.arxiv_id):
        now = catalogue.resolve(paper.paper_id)
        if now is None or catalogue.get([now])[now].arxiv_id:
            yield [(paper, "became one with a paper found by its id")]
        elif is_generic(paper.title):
            yield [(paper, "its title is none to look for")]
        else:
            yield [(paper, _tried(catalogue, arxiv, paper, _by_title(catalogue, arxiv, paper)))]


def _by_title(catalogue: Catalogue, arxiv: Arxiv, paper: Paper) -> Record | str:
    """Return the one paper of this title, unless it is another's or its abstract tells that it is another paper."""
    try:
        records = {record.arxiv_id: record for record in arxiv.by_title(paper.title)}
    except Refused as exc:
        return f"arXiv was asked for it, and {exc}"
    if not records:
        return "arXiv has no paper of exactly this title"
    if len(records) > 1:
        return f"several papers at arXiv bear this title: {', '.join(map(str, records))}"
    ((arxiv_id, record),) = records.items()
    holder = catalogue.resolve(arxiv_id or "")
    if paper.abstract and not paper.abstract_is_summary and not same_abstract(paper.abstract, record.abstract):
        return f"arXiv's paper of this title, {arxiv_id}, has another abstract"
    if holder and holder != paper.paper_id and catalogue.get([holder])[holder].title:
        return f"it is here as {holder} too; make them one with: abstract-qa merge {holder} {paper.paper_id}"
    return record


def _tried(catalogue: Catalogue, arxiv: Arxiv, paper: Paper, record: Record | str) -> Outcome:
    """Return what adding a record would change; it is not taken where it would become a paper beside this one."""
    if isinstance(record, str):
        return record
    own = sorted({name for seen in catalogue.sightings(paper.paper_id) if (name := own_id(seen.record))})
    if own:
        record = replace(record, own_id=own[0])
    sighting = Sighting(PAGE, Format.ATOM, record, arxiv.address)
    with catalogue.rehearsal():
        catalogue.add([sighting])
        now = catalogue.resolve(paper.paper_id) or paper.paper_id
        after = catalogue.get([now])[now]
        stored = [seen.record for seen in catalogue.sightings(now)]
    # a withdrawn one keeps the abstract that stood there
    if not any(seen == record or (record.withdrawn and seen.withdrawn == record.withdrawn) for seen in stored):
        return f"{record.arxiv_id} would stay a paper beside it, by your decision"
    fields = ((name, _shown(paper, name), _shown(after, name)) for name in _FIELDS)
    return sighting, Enriched(now, after.title, tuple(Change(*told) for told in fields if told[1] != told[2]))


def _shown(paper: Paper, field: str) -> str | None:
    """Return a field's value as text; None where nothing is known."""
    value = getattr(paper, field)
    if field == "date" and value and paper.date_inferred:
        return f"{value} (year inferred)"
    return (", ".join(value) if isinstance(value, tuple) else value) or None
