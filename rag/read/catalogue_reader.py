"""Exact answers about the library, from the catalogue alone: counts, lists, extremes, and counts by group.

The draft points at each paper's metadata line. What code counted is told apart (`Draft.counted`), since no sentence of
an abstract can bear it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.base.text.numbers import plural
from rag.base.text.titles import normalise_title
from rag.catalogue.filters import Filters, holds
from rag.cite.escaping import escape, unseal
from rag.intent.kinds import Aggregation, Kind
from rag.nouns import EXTRACTIVE, Answer, Coverage, Draft, Paper, Passage, Query, Reason, Status, Table
from rag.present.filters_in_words import FIELDS, SUPERLATIVE, in_words, others_have, set_apart
from rag.present.references import title
from rag.read.reader import SpecialReader

# ----------------------------------------------------------------------------------------------------
# Papers in the order that is asked for, and in groups: by a field, what is unknown last, ties by title.

UNKNOWN = None
"""The value of a field that nobody told."""


def value(paper: Paper, by: str) -> str | int | None:
    """Return the value of `paper` by which it is sorted; UNKNOWN where it has none."""
    if by == "authors":
        return paper.author_count or len(paper.authors) or UNKNOWN
    if by == "pages":
        return len(paper.pages)
    if by == "title":
        return normalise_title(paper.title)
    found: str | int | None = {"date": paper.date, "upvotes": paper.upvotes, "comments": paper.comments}.get(by)
    return found


def ordered(papers: Sequence[Paper], by: str, *, descending: bool) -> list[Paper]:
    """Return `papers` by a field, those without it last, equals by title."""
    known = sorted((p for p in papers if value(p, by) is not UNKNOWN), key=lambda p: normalise_title(p.title))
    known.sort(key=lambda p: value(p, by) or 0, reverse=descending)
    return known + sorted((p for p in papers if value(p, by) is UNKNOWN), key=lambda p: normalise_title(p.title))


def groups(papers: Sequence[Paper], by: str) -> list[tuple[str, list[Paper]]]:
    """Return (name, papers) by year, month, page, organisation or number of authors; what is unknown comes last."""
    found: dict[str, list[Paper]] = {}
    unknown = "no date" if by in ("year", "month") else "not known"
    for paper in papers:
        for name in _names(paper, by) or (unknown,):
            found.setdefault(name, []).append(paper)
    return sorted(found.items(), key=lambda item: (item[0] == unknown, _natural(item[0])))


def _names(paper: Paper, by: str) -> tuple[str, ...]:
    if by == "page":
        return paper.pages
    if by == "authors":
        count = paper.author_count or len(paper.authors)
        return (str(count),) if count else ()
    if by == "organisation":
        return (paper.organisation,) if paper.organisation else ()
    length = 4 if by == "year" else 7
    return (paper.date[:length],) if paper.date and len(paper.date) >= length else ()


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (10**9, name)


# ----------------------------------------------------------------------------------------------------

LONGEST_LIST = 60
"""Papers that are listed; the count is always of all."""
_OF_ALL = 5
"""Papers that are listed where all of the library are but counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """The papers of the library that meet a question's filters, and its kind."""

    asked: Aggregation
    filters: Filters
    papers: tuple[Paper, ...]
    coverage: Coverage
    unknown: dict[str, int] = field(default_factory=dict)
    """Of each field that is filtered by, how many papers lack it that meet everything else."""


class CatalogueReader(SpecialReader):
    """Answers from what is known of the papers, without a model and without their abstracts."""

    def __init__(self, found: Found) -> None:
        self._found = found

    @property
    def own(self) -> tuple[Passage, ...]:
        """The papers of the answer."""
        return draft(self._found).shown

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft."""
        yield draft(self._found, passages)


class UnknownReader(SpecialReader):
    """Says that a name occurs in no paper here, instead of answering about its neighbour."""

    def __init__(self, unknown: str) -> None:
        self._unknown = unknown

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft, an abstention."""
        unknown = escape(self._unknown)
        text = f"“{unknown}” occurs in no paper here, in any spelling. The papers below are the nearest by subject."
        yield Draft(text, passages, self.name, Status.ABSTAINED, Reason.NOT_IN_LIBRARY)


def draft(found: Found, passages: tuple[Passage, ...] = ()) -> Draft:
    """Return the draft of an exact answer; where no paper is left it abstains, the nearest being `passages`."""
    if not found.papers:
        return Draft(escape(_none(found)), passages, EXTRACTIVE, Status.ABSTAINED, Reason.NOTHING_MATCHES_FILTERS)
    lead, listed, table = _told(found)
    lead = escape(lead.removesuffix(".")) + "."
    if not listed:
        return Draft(lead, (), EXTRACTIVE, Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS)
    shown = tuple(Passage(paper, 1.0) for paper in listed)
    lines = [_line(paper, place, found) for place, paper in enumerate(listed, start=1)]
    label = ["The first of each:", ""] if table else []
    text = "\n".join([lead, "", *label, *lines])
    return Draft(text, shown, EXTRACTIVE, counted=(unseal(lead),), table=table)


def _told(found: Found) -> tuple[str, tuple[Paper, ...], Table | None]:
    """Return the sentence that counts, the papers to list, and a table where the count is by group."""
    asked, total = found.asked, found.coverage.looked_at
    if asked.kind is Kind.GROUPS:
        return _by_group(found, ordered(found.papers, "date", descending=True))
    papers = ordered(found.papers, asked.by or "date", descending=asked.descending)
    if asked.kind is Kind.EXTREME:
        return _extreme(found, papers)
    most = LONGEST_LIST if found.filters or asked.kind is not Kind.COUNT else _OF_ALL
    most = asked.most or most if asked.kind is Kind.LIST else most
    shortened = f"; the first {most} of them are listed" if len(papers) > most else ""
    unsorted = asked.by in FIELDS and all(value(paper, asked.by) is UNKNOWN for paper in papers)
    order = f"; of none a {FIELDS[asked.by]} is known to sort by" if asked.by and unsorted else ""
    sentence = f"{len(papers):,} of {plural(total, 'paper')} {_meets(found)}{_apart(found)}{order}{shortened}."
    return sentence, tuple(papers[:most]), None


def _extreme(found: Found, papers: list[Paper]) -> tuple[str, tuple[Paper, ...], None]:
    """Return the extremes with all that tie with the last of them."""
    by = found.asked.by or "date"
    limits = f" {_that(found, len(papers))}" if found.filters else ""
    known = [paper for paper in papers if value(paper, by) is not UNKNOWN]
    if not known:
        return f"None of the {plural(len(papers), 'paper')}{limits} has a known {FIELDS[by]}.", (), None
    most = min(found.asked.most or 1, len(known))
    bar = value(known[most - 1], by)
    first = tuple(p for i, p in enumerate(known) if i < most or value(p, by) == bar)[:LONGEST_LIST]
    unknown = len(papers) - len(known)
    noun = SUPERLATIVE[by, found.asked.descending].format("papers" if len(first) > 1 else "paper")
    which = f"{len(first)} {noun}" if len(first) == most > 1 else noun
    tie = "" if len(first) == most else f", since they tie, {len(first)}" if most == 1 else f", with ties {len(first)}"
    verb = "are these" if len(first) > 1 else "is this one"
    apart = f"; {others_have(unknown)} no known {FIELDS[by]}" if unknown else ""
    return f"The {which} of {len(known):,} with a known {FIELDS[by]}{limits} {verb}{tie}{apart}.", first, None


def _by_group(found: Found, papers: list[Paper]) -> tuple[str, tuple[Paper, ...], Table]:
    by = found.asked.by or "year"
    counted = groups(papers, by)
    parts = ", ".join(f"{name}: {len(members):,}" for name, members in counted)
    rows = tuple((name, len(members)) for name, members in counted)
    table = Table((by.capitalize(), "Papers"), rows, f"Papers by {by}")
    limits = f" {_that(found, len(papers))}" if found.filters else ""
    note = ", of which some are on several" if by == "page" and sum(len(m) for _, m in counted) > len(papers) else ""
    first = tuple(dict.fromkeys(members[0] for _, members in counted if members))
    lead = f"{plural(len(papers), 'paper')}{limits} by {by}{note}: {parts}."
    return lead, first[:LONGEST_LIST], table


def _that(found: Found, count: int) -> str:
    return f"that {in_words(found.filters, count)}"


def _meets(found: Found) -> str:
    """Return the filters as words that follow a count of papers."""
    return in_words(found.filters, len(found.papers))


def _apart(found: Found) -> str:
    """Return what is counted apart: papers that might meet the filters if more were known of them."""
    undated = "date" not in found.unknown and found.coverage.undated and found.papers
    return set_apart(found.unknown) + (f"; {_undated(found.coverage.undated)}" if undated else "")


def _none(found: Found) -> str:
    limits, total = in_words(found.filters), plural(found.coverage.looked_at, "paper")
    none = f"0 of {total}" if found.filters.excluding else f"None of the {total} here"
    return f"{none} {limits}{_apart(found)}."


def _line(paper: Paper, place: int, found: Found) -> str:
    """Return one paper of the list: its title, and what is known of it, as its metadata line has it."""
    pointers = [
        f"[P{place}.0]",
        *(f"“{escape(paper.sentence(i))}” [P{place}.{i}]" for i in _mentioning(paper, found.filters)),
    ]
    known = [paper.date or "no date"]
    count = paper.author_count or len(paper.authors)
    known += [plural(count, "author")] if count else []
    known += [escape(paper.organisation)] if paper.organisation else []
    wants_pages = (
        found.filters.page or found.filters.min_pages or found.filters.max_pages or found.asked.by in ("page", "pages")
    )
    known += [f"on {escape(', '.join(paper.pages))}"] if wants_pages and paper.pages else []
    for name in ("upvotes", "comments"):
        number = getattr(paper, name)
        if number is not None and (found.asked.by == name or getattr(found.filters, f"min_{name}") is not None):
            known.append(plural(number, name.rstrip("s")))
    return f"- *{escape(title(paper))}*: {', '.join(known)} {' '.join(pointers)}"


def _mentioning(paper: Paper, filters: Filters) -> list[int]:
    """Return for each phrase that papers are to hold the first sentence of `paper` that does, in their order."""
    said = (*filters.mentions, *(phrase for group in filters.either for one in group for phrase in one.mentions))
    places = range(1, len(paper.sentences) + 1)
    first = (next((i for i in places if holds(paper.sentence(i), phrase)), None) for phrase in said)
    return sorted({index for index in first if index is not None})


def _undated(count: int) -> str:
    return f"{count:,} of these {'has' if count == 1 else 'have'} no date"
