"""What a question means here: its intent, the papers it is asked of, and what to tell about how it was read.

The one place where an intent is decided; `rag.routing` is the one where it is matched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.index import Indexes
from rag.intent.comparison import Comparison, compares, read_comparison, read_similar
from rag.intent.dates import with_another_time
from rag.intent.gazetteer import Gazetteer
from rag.intent.kinds import Aggregation
from rag.intent.opening import CONVERSATIONAL, Opened, Opening, read_opening
from rag.intent.paper_mentions import (
    Named,
    PaperMention,
    corrected,
    occurs,
    paper_mentions,
    read_names,
    spell_ids,
    unknown_name,
)
from rag.intent.parsed_question import ParsedQuestion, in_full, is_understood, parse_question
from rag.intent.wording import blank, folded
from rag.nouns import Answer, Coverage
from rag.present.filters_in_words import in_words


@dataclass(frozen=True, slots=True)
class Search:
    """Papers that answer: found, and read."""


@dataclass(frozen=True, slots=True)
class Open:
    """A first question: a greeting, an overview, what to read, who works on something, what is known about it."""

    opened: Opened


@dataclass(frozen=True, slots=True)
class Similar:
    """The `count` papers most like one."""

    paper_id: str
    count: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something about a name that occurs in no paper."""

    name: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Fields of named papers, and nothing that only their abstracts tell."""

    paper_ids: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A count, a list, an extreme or a count by group, of which every word was understood."""

    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class Compare:
    """Named papers side by side."""

    comparison: Comparison


Intent = Search | Open | Similar | Unknown | LookUp | Aggregate | Compare
EXACT = (Open, Similar, Unknown, LookUp, Aggregate)
"""Those that the catalogue and the digest answer, without a search for what was asked."""


# ----------------------------------------------------------------------------------------------------

_AT_LARGE = re.compile(r"\b(?:library|collection|corpus|catalogue|database)\b", re.I)
"""What is meant by a first question in the midst of a conversation."""
_IT = re.compile(r"\b(?:it|its|they|their|them|this|these|those|that)\b", re.I)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a question asks for, of which papers, what to search for, and what to tell about all this.

    `allowed` are the ids that pass the filters in force (None: all); `mentions` the papers that the question names.
    """

    intent: Intent
    filters: Filters
    allowed: frozenset[str] | None
    coverage: Coverage
    subject: str
    parsed: ParsedQuestion
    names: tuple[Named, ...] = ()
    mentions: tuple[PaperMention, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The ids of the papers that the question names."""
        return tuple(mention.paper_id for mention in self.mentions)


def interpret(
    question: str,
    catalogue: Catalogue,
    indexes: Indexes,
    passed: Filters,
    history: Sequence[Answer] = (),
    *,
    today: date | None = None,
    dropped: Collection[str] = (),
) -> Interpretation:
    """Return what `question` means; filters that it states are left out, and said to be, where they leave nothing.

    An exact question keeps them: that no paper meets them is its answer.
    """
    if history and (same := with_another_time(question, history[-1].question, today or date.today())):
        return interpret(same, catalogue, indexes, passed, history[:-1], today=today, dropped=dropped)
    spelled, strange = spell_ids(question, catalogue)
    text = folded(spelled)
    names = read_names(text, catalogue.names)
    mentions = paper_mentions(text, names, catalogue, indexes)
    among = _spoken_of(history)
    short = not mentions and read_opening(text) is None
    if short and (whole := in_full(text, opens=not among)) != text:
        return interpret(whole, catalogue, indexes, passed, history, today=today, dropped=dropped)
    titles = [(m.start, m.end) for m in mentions if " " in text[m.start : m.end]]
    day = today or date.today()
    parsed = parse_question(text, Gazetteer(catalogue), day, titles=titles, among=among, dropped=dropped)
    parsed, filters, allowed = _filtered(parsed, passed, catalogue)
    subject = corrected(parsed.subject if parsed.filters else spelled, names, catalogue)
    strange = () if mentions else strange
    fields, asked_of = _looked_up(text, mentions, among)
    answered = parsed.exact or bool(fields)
    unknown = next(iter(strange), None) or (None if answered else unknown_name(text, names, indexes))
    similar = read_similar(text, parsed.subject, mentions, among)
    compared = bool(mentions) and compares(text) and not parsed.exact
    total = catalogue.readable()
    intent: Intent = Search()
    if not total:
        pass
    elif (opened := _opened(subject, history, mentions, unknown)) and not (parsed.aggregation and parsed.exact):
        intent = Open(opened)
    elif similar:
        intent = Similar(*similar)
    elif unknown:
        intent = Unknown(unknown)
    elif fields:
        intent = LookUp(tuple(m.paper_id for m in asked_of), fields)
    elif parsed.aggregation and parsed.exact:
        intent = Aggregate(parsed.aggregation)
    elif comparison := read_comparison(text, mentions):
        intent = Compare(comparison)
    return Interpretation(
        intent=intent,
        filters=filters,
        allowed=allowed,
        coverage=Coverage(total, total if allowed is None else len(allowed), filters.undated(catalogue)),
        subject=subject,
        parsed=parsed,
        names=names,
        mentions=asked_of or mentions,
        notes=(*parsed.notes, *_notes(names, strange, catalogue, indexes, compared=compared)),
    )


def _opened(
    subject: str, history: Sequence[Answer], mentions: Sequence[PaperMention], unknown: str | None
) -> Opened | None:
    """Return a first question as read; None where it is none, or one that leans on a paper or on what was said."""
    opened = read_opening(subject)
    if opened is None or opened.kind in CONVERSATIONAL:
        return opened
    if opened.topic:
        of_paper = opened.kind is Opening.KNOWN and mentions
        return None if unknown or of_paper else opened
    if opened.kind is Opening.READING or _AT_LARGE.search(subject):
        return opened
    return None if any(turn.citations for turn in history) else opened


def _filtered(
    parsed: ParsedQuestion, passed: Filters, catalogue: Catalogue
) -> tuple[ParsedQuestion, Filters, frozenset[str] | None]:
    """Return what was understood, the filters in force, and the ids that pass them.

    Filters that a question states and that leave nothing are taken out of it with a note, unless it is exact.
    """
    filters = passed.over(parsed.filters)
    allowed = filters.allowed(catalogue)
    if allowed is None or allowed or parsed.exact or not parsed.filters:
        return parsed, filters, allowed
    note = f"No paper {in_words(parsed.filters, 1)}; this was left out of the search."
    without = replace(parsed, aggregation=None, filters=Filters(), notes=(*parsed.notes, note))
    return without, passed, passed.allowed(catalogue)


def _notes(
    names: Sequence[Named], strange: Sequence[str], catalogue: Catalogue, indexes: Indexes, *, compared: bool
) -> Iterator[str]:
    """Yield what became of the ids and names of a question; of one that is compared also that no paper holds it."""
    for name in strange:
        if catalogue.resolve(name):
            yield f"{name} is kept as wanted: `abstract-qa enrich` fetches its text."
    for named in names:
        if named.is_misspelt:
            yield f"“{named.written}” was read as {corrected(named.written, [named], catalogue)}."
    for named in names if compared else ():
        if not named.papers and not occurs(named.written, indexes):
            yield f"“{named.written}” occurs in no paper here."


def _spoken_of(history: Sequence[Answer]) -> tuple[str, ...]:
    """Return the papers that the conversation was last about."""
    last = next((turn.citations for turn in reversed(history) if turn.citations), ())
    return tuple(citation.paper.paper_id for citation in last)


# ----------------------------------------------------------------------------------------------------
# Which fields of a paper a question asks for: when it came out, who wrote it, which page it was seen on.

_OUT = r"(?:published|released|come\s+out|came\s+out|appear(?:ed)?|posted|submitted|written|dated)"
_WHICH = r"(?:on\s+|in\s+)?(?:what|which)\s+(?:of\s+the\s+)?"
_NUMBER_OF = r"(?:the\s+)?(?:number\s+of\s+)?"
_FIELDS = {
    name: re.compile(rf"\b(?:{shape})", re.I)
    for name, shape in {
        "date": rf"when\b|{_WHICH}(?:date|day|month|year)\b|(?:the\s+)?(?:publication\s+)?(?:date|year)\b|{_OUT}\b",
        "authors": r"who\s+(?:is|was|are)\s+the\s+(?:first|lead|last|senior|main)\s+authors?\b|"
        rf"how\s+many\s+(?:(?:co-?)?authors|people\s+(?:wrote|authored|signed))\b|"
        r"who\s+(?:wrote|authored|made|built|created|developed|released|proposed|introduced|(?:is|are|was)\s+behind)\b"
        rf"|(?:who\s+(?:are|is)\s+)?{_NUMBER_OF}(?:co-?)?authors?\b|written\s+by\s+(?:whom|how\s+many\s+people)\b",
        "organisation": rf"{_WHICH}(?:organi[sz]ation|institution|lab|company|group)s?\b|(?:the\s+)?organi[sz]ation\b",
        "pages": rf"{_WHICH}(?:saved\s+|listing\s+)?pages?\b|(?:the\s+)?pages\b",
        "venue": rf"(?:{_WHICH}|the\s+)(?:venue|journal|conference)\b|where\s+(?:was|is|did)\b(?=.*\b{_OUT})",
        "doi": r"(?:the\s+)?doi\b",
        "arxiv_id": r"(?:the\s+)?arxiv\s+(?:id|identifier|number)\b",
        "upvotes": rf"how\s+many\s+(?:up-?)?votes\b|{_NUMBER_OF}up-?votes\b",
        "comments": rf"how\s+many\s+comments\b|{_NUMBER_OF}comments\b",
    }.items()
}
_ASKS = re.compile(r"\b(?:what|which|who|how|when|where|tell|give|is|are|does|did|list|show)\b|\?", re.I)


def _looked_up(
    text: str, meant: tuple[PaperMention, ...], among: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[PaperMention, ...]]:
    """Return the fields asked for and of which papers, where nothing but that is asked."""
    if not meant and _IT.search(text):
        meant = tuple(PaperMention(0, 0, paper_id) for paper_id in among)
    rest = blank(text, [(m.start, m.end) for m in meant])
    if not meant or not _ASKS.search(rest):
        return (), ()
    found = {name: spans for name, shape in _FIELDS.items() if (spans := [m.span() for m in shape.finditer(rest)])}
    rest = re.sub("['\"]", " ", blank(rest, chain(*found.values())))
    return (tuple(found), meant) if found and is_understood(rest, of_one_paper=True) else ((), ())
