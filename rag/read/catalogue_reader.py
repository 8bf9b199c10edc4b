"""Exact answers from the catalogue alone: counts, lists, extremes, means and groups of papers, and the fields of one.

The draft points at each paper's metadata line. Not handled: what only an abstract tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean, median

from rag.base.text import listed, plural
from rag.base.text.titles import holds, normalise_title
from rag.catalogue.filters import Filters
from rag.cite.escaping import escape
from rag.intent.kinds import Aggregation, AggregationKind
from rag.nouns import Coverage, Draft, Paper, Reason, Status, Table
from rag.present.filters_in_words import FIELDS, SUPERLATIVE, in_words, others_have, set_apart
from rag.read.reader import declined, listing, titled

# ----------------------------------------------------------------------------------------------------
# Papers in the order that is asked for, and in groups: by a field, what is unknown last, ties by title.


def value(paper: Paper, by: str) -> str | int | None:
    """Return the value of `paper` by which it is sorted; None where it has none."""
    if by in ("pages", "title"):
        return len(paper.pages) if by == "pages" else normalise_title(paper.title)
    found: str | int | None = getattr(paper, "author_count" if by == "authors" else by, None)
    return found


def ordered(papers: Sequence[Paper], by: str, *, descending: bool) -> list[Paper]:
    """Return `papers` by a field, those without it last, equals by title."""
    named = sorted(papers, key=lambda paper: normalise_title(paper.title))
    known = sorted(_known(named, by), key=lambda paper: value(paper, by) or 0, reverse=descending)
    return known + [paper for paper in named if value(paper, by) is None]


def _known(papers: Sequence[Paper], by: str) -> list[Paper]:
    return [paper for paper in papers if value(paper, by) is not None]


def _groups(papers: Sequence[Paper], by: str) -> list[tuple[str, list[Paper]]]:
    """Return (name, papers) by year, month, page, organisation or number of authors; what is unknown comes last."""
    found: dict[str, list[Paper]] = {}
    length, unknown = {"year": (4, "no date"), "month": (7, "no date")}.get(by, (0, "not known"))
    for paper in papers:
        date = paper.date or ""
        known = (date[:length] if len(date) >= length else None) if length else value(paper, by)
        names = paper.pages if by == "page" else (str(known),) if known else ()
        for name in names or (unknown,):
            found.setdefault(name, []).append(paper)
    return sorted(found.items(), key=lambda item: (item[0] == unknown, int(item[0]) if item[0].isdigit() else 0, item))


# ----------------------------------------------------------------------------------------------------

LONGEST_LIST = 60
"""Papers that are listed; the count is always of all."""
_OF_ALL = 5
"""Papers that are listed where all of the library are but counted."""


@dataclass(frozen=True, slots=True)
class MatchedPapers:
    """The papers of the library that meet a question's filters, and its kind."""

    asked: Aggregation
    filters: Filters
    papers: tuple[Paper, ...]
    coverage: Coverage
    unknown: dict[str, int]
    """Of each field that is filtered by, how many papers lack it that meet everything else."""

    @property
    def limits(self) -> str:
        """The filters as words behind a number of papers."""
        return f" that {in_words(self.filters, len(self.papers))}" if self.filters else ""

    @property
    def apart(self) -> str:
        """What is counted apart: papers that might meet the filters if more were known of them."""
        undated = self.coverage.undated if "date" not in self.unknown and self.papers else 0
        have = f"{undated:,} of these {'has' if undated == 1 else 'have'}" if len(self.papers) > 1 else "it has"
        return set_apart(self.unknown) + (f"; {have} no date" if undated else "")


def counted(found: MatchedPapers) -> Draft:
    """Return the draft of an exact answer; where no paper is left it abstains."""
    asked, table, total = found.asked, None, plural(found.coverage.looked_at, "paper")
    if not found.papers:
        none = f"0 of {total}" if found.filters.excluding else f"None of the {total} here"
        return declined(Reason.NOTHING_MATCHES_FILTERS, escape(f"{none} {in_words(found.filters)}{found.apart}."))
    papers = ordered(found.papers, asked.by or "date", descending=asked.descending)
    if asked.kind is AggregationKind.GROUPS:
        lead, papers, table = _by_group(found, ordered(found.papers, "date", descending=True))
    elif asked.kind is AggregationKind.EXTREME:
        lead, papers = extreme(papers, asked, limits=found.limits)
    elif asked.kind is AggregationKind.MEAN:
        lead, papers = _mean(found, papers)
    else:
        most = LONGEST_LIST if found.filters or asked.kind is not AggregationKind.COUNT else _OF_ALL
        most = asked.most or most if asked.kind is AggregationKind.LIST else most
        shortened = f"; the first {most} are listed" if len(papers) > most else ""
        unsorted = asked.by in FIELDS and not _known(papers, asked.by)
        order = f"; of none a {FIELDS[asked.by]} is known to sort by" if asked.by and unsorted else ""
        number = f"{len(papers):,} of {total}" if found.filters else plural(len(papers), "paper")
        lead = f"{number} {in_words(found.filters, len(papers))}{found.apart}{order}{shortened}"
        papers = papers[:most]
    lead = f"{escape(lead)}."
    if not papers:
        return declined(Reason.NOT_IN_ABSTRACTS, lead)
    lines = [_line(paper, place, found) for place, paper in enumerate(papers, start=1)]
    return listing([lead, "", *(["The first of each:", ""] if table else []), *lines], papers, table=table)


def extreme(
    papers: Sequence[Paper], asked: Aggregation, *, found: str = "", limits: str = "", apart: str = ""
) -> tuple[str, list[Paper]]:
    """Return what is said of the extremes of `papers`, which are in order, and these, with all that tie with the last.

    None where the field is known of no paper. `found` says where the papers are from, `apart` what else is missing.
    """
    by = asked.by or "date"
    known, unknown = _parted(papers, by)
    if not known:
        return f"None of the {plural(len(papers), 'paper')}{found}{limits} has a known {FIELDS[by]}", []
    most = min(asked.most or 1, len(known))
    bar = value(known[most - 1], by)
    first = [paper for i, paper in enumerate(known) if i < most or value(paper, by) == bar][:LONGEST_LIST]
    noun = SUPERLATIVE[by, asked.descending].format("papers" if len(first) > 1 else "paper")
    which = f"{len(first)} {noun}" if len(first) == most > 1 else noun
    tie = "" if len(first) == most else f", since they tie, {len(first)}" if most == 1 else f", with ties {len(first)}"
    verb = "are these" if len(first) > 1 else "is this one"
    return f"The {which} of {len(known):,}{found} with a known {FIELDS[by]}{limits} {verb}{tie}{apart}{unknown}", first


def _mean(found: MatchedPapers, papers: list[Paper]) -> tuple[str, list[Paper]]:
    """Return what is said of mean and median of a field, and the papers with the most and the least of it."""
    by = found.asked.by or "authors"
    known, unknown = _parted(papers, by)
    if not known:
        return f"None of the {plural(len(papers), 'paper')}{found.limits} has a known {FIELDS[by]}", []
    numbers = [int(value(paper, by) or 0) for paper in known]
    those = f"{plural(len(known), 'paper')}{found.limits} with a known {FIELDS[by]}"
    lead = f"{those}: {mean(numbers):,.1f} on average, {median(numbers):,.0f} in the middle{unknown}"
    return f"{lead}; the most and the fewest are listed", list(dict.fromkeys([known[0], known[-1]]))


def _by_group(found: MatchedPapers, papers: list[Paper]) -> tuple[str, list[Paper], Table]:
    by = found.asked.by or "year"
    groups = _groups(papers, by)
    counts = tuple((name, len(members)) for name, members in groups)
    parts = ", ".join(f"{name}: {count:,}" for name, count in counts)
    note = ", of which some are on several" if by == "page" and sum(n for _, n in counts) > len(papers) else ""
    first = list(dict.fromkeys(members[0] for _, members in groups))
    table = Table((by.capitalize(), "Papers"), counts, f"Papers by {by}")
    return f"{plural(len(papers), 'paper')}{found.limits} by {by}{note}: {parts}", first[:LONGEST_LIST], table


def _parted(papers: Sequence[Paper], by: str) -> tuple[list[Paper], str]:
    """Return the papers of which a field is known, and what is said of the others."""
    known = _known(papers, by)
    unknown = len(papers) - len(known)
    return known, f"; {others_have(unknown)} no known {FIELDS[by]}" if unknown else ""


def _line(paper: Paper, place: int, found: MatchedPapers) -> str:
    """Return one paper of the list: its title, what is known of it, and where it holds the phrases asked for."""
    filters, by = found.filters, found.asked.by
    authors = value(paper, "authors")
    known = [paper.date or "no date", *([plural(int(authors), "author")] if authors else [])]
    known += [escape(paper.organisation)] if paper.organisation else []
    wants_pages = filters.page or filters.min_pages or filters.max_pages or by in ("page", "pages")
    known += [f"on {escape(', '.join(paper.pages))}"] if wants_pages and paper.pages else []
    for name in ("upvotes", "comments"):
        number = getattr(paper, name)
        if number is not None and (by == name or getattr(filters, f"min_{name}") is not None):
            known.append(plural(number, name.rstrip("s")))
    phrases = (*filters.mentions, *(phrase for group in filters.either for one in group for phrase in one.mentions))
    places = range(1, len(paper.sentences) + 1)
    first = {next((i for i in places if holds(paper.sentence(i), phrase)), 0) for phrase in phrases} - {0}
    mentioning = [f"“{escape(paper.sentence(i))}” [P{place}.{i}]" for i in sorted(first)]
    return f"- {titled(paper)}: {', '.join(known)} {' '.join([f'[P{place}.0]', *mentioning])}"


# ----------------------------------------------------------------------------------------------------
# What the catalogue knows of named papers: their date, authors, organisation, pages, votes and comments.

_UNNAMED = "The saved pages do not name them: `abstract-qa enrich` asks arXiv who they are."
_SAID = {"organisation": "is from", "venue": "appeared in", "doi": "has the DOI", "arxiv_id": "has the arXiv id"}
_WHO = re.compile(r"\b(?:who|whom|whose|names?|by)\b", re.I)


def paper_fields(papers: Sequence[Paper], fields: Sequence[str], question: str) -> Draft:
    """Return the fields of papers that a question asks for, and which are not known; abstains where none is."""
    lines, knows, is_whole = list[str](), False, True
    for place, paper in enumerate(papers, start=1):
        told = {field: _told(paper, field) for field in fields}
        known = [text for text in told.values() if text]
        missing = [FIELDS[field] for field, text in told.items() if not text]
        unnamed = told.get("authors") and not paper.authors and _WHO.search(question)
        lines += [f"{titled(paper)} {escape(listed(known))} [P{place}.0].", ""] if known else []
        lines += [_UNNAMED, ""] if unnamed else []
        lines += [f"The library holds {titled(paper)}, but no {' and no '.join(missing)} of it.", ""] if missing else []
        knows, is_whole = knows or bool(known), is_whole and not (unnamed or missing)
    draft = listing(lines, papers, None if is_whole else Reason.NOT_IN_ABSTRACTS)
    return draft if knows else replace(draft, status=Status.ABSTAINED, counted=False)


def _told(paper: Paper, field: str) -> str:
    """Return what is to be said of `paper` of a field; empty where it is not known."""
    known = value(paper, field)
    if field == "pages":
        return f"was seen on {', '.join(paper.pages)}" if paper.pages else ""
    if known is None:
        return f"is by {', '.join(paper.authors)} and others" if field == "authors" and paper.authors else ""
    if field == "date":
        return f"is dated {known}{' (year inferred)' if paper.date_inferred else ''}"
    if field in _SAID:
        return f"{_SAID[field]} {known}"
    names = f" ({', '.join(paper.authors)})" if field == "authors" and paper.authors else ""
    return f"has {plural(int(known), field.rstrip('s'))}{names}"
