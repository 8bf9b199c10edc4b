"""What a question means here: its intent, the papers it is asked of, and what to tell about how it was read.

The one place where an intent is decided; `rag.routing` is the one where it is matched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain

from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.index import Indexes
from rag.intent.comparison import Comparison, Similar, compares, read_comparison, read_similar
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
from rag.intent.parsed_question import ParsedQuestion, is_understood, parse_question
from rag.intent.standalone import in_full, spoken_of, with_another_time
from rag.intent.wording import PUBLISHED, blank, folded, pattern
from rag.nouns import Answer, Coverage
from rag.present.filters_in_words import in_words


@dataclass(frozen=True, slots=True)
class Search:
    """Papers that answer: found, and read."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something about a name that occurs in no paper."""

    name: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Fields of named papers, and nothing that only their abstracts tell."""

    paper_ids: tuple[str, ...]
    fields: tuple[str, ...]


Intent = Search | Opened | Similar | Unknown | LookUp | Aggregation | Comparison
"""What is asked for; an aggregation is one of which every word was understood, any other is a search."""
EXACT = (Opened, Similar, Unknown, LookUp, Aggregation)
"""Those that the catalogue and the digest answer, without a search for what was asked."""

_AT_LARGE = pattern(r"\b(?:library|collection|corpus|catalogue|database)\b")
"""What is meant by a first question in the midst of a conversation."""
_IT = pattern(r"\b(?:it|its|they|their|them|this|these|those|that)\b")


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
    today = today or date.today()
    again = partial(interpret, catalogue=catalogue, indexes=indexes, passed=passed, today=today, dropped=dropped)
    if history and (same := with_another_time(question, history[-1].question, today)):
        return again(same, history=history[:-1])
    spelled, strange = spell_ids(question, catalogue)
    text = folded(spelled)
    names = read_names(text, catalogue.names)
    mentions = paper_mentions(text, names, catalogue, indexes)
    spoken = spoken_of(history)
    among = tuple(citation.paper.paper_id for citation in spoken.citations) if spoken else ()
    short = not mentions and read_opening(text) is None
    if short and (whole := in_full(text, opens=not among)) != text:
        return again(whole, history=history)
    titles = [mention for mention in mentions if " " in text[mention.start : mention.end]]
    parsed = parse_question(text, catalogue, today, titles=titles, among=among, dropped=dropped)
    parsed, filters, allowed = _filtered(parsed, passed, catalogue)
    subject = corrected(parsed.subject if parsed.filters else spelled, names, catalogue)
    strange = () if mentions else strange
    it = tuple(PaperMention(0, 0, paper_id) for paper_id in among) if _IT.search(text) else ()
    looked_up = _looked_up(text, mentions or it)
    answered = parsed.exact or looked_up
    unknown = next(iter(strange), None) or (None if answered else unknown_name(text, names, indexes))
    compared = bool(mentions) and compares(text) and not parsed.exact
    total = catalogue.readable()
    counted = parsed.aggregation if parsed.exact else None
    intents: tuple[Intent | None, ...] = (
        None if counted else _opened(subject, history, mentions, unknown),
        read_similar(text, parsed.subject, mentions, among),
        Unknown(unknown) if unknown else None,
        looked_up,
        counted,
        read_comparison(text, mentions),
    )
    intent: Intent = next((intent for intent in intents if intent and total), Search())
    return Interpretation(
        intent=intent,
        filters=filters,
        allowed=allowed,
        coverage=Coverage(total, total if allowed is None else len(allowed), filters.undated(catalogue)),
        subject=subject,
        parsed=parsed,
        names=names,
        mentions=mentions or it if looked_up else mentions,
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
        return None if unknown or (opened.kind is Opening.KNOWN and mentions) else opened
    at_large = opened.kind is Opening.READING or _AT_LARGE.search(subject)
    return opened if at_large or spoken_of(history) is None else None


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


# ----------------------------------------------------------------------------------------------------
# Which fields of a paper a question asks for: when it came out, who wrote it, which page it was seen on.

_WHICH = r"(?:on |in )?(?:what|which) (?:of the )?"
_NUMBER_OF = r"(?:the )?(?:number of )?"
_FIELDS = {
    name: pattern(rf"\b(?:{shape})")
    for name, shape in {
        "date": rf"when\b|{_WHICH}(?:date|day|month|year)\b|(?:the )?(?:publication )?(?:date|year)\b|{PUBLISHED}\b",
        "authors": r"who (?:is|was|are) the (?:first|lead|last|senior|main) authors?\b|"
        rf"how many (?:(?:co-?)?authors|people (?:wrote|authored|signed))\b|"
        r"who (?:wrote|authored|made|built|created|developed|released|proposed|introduced|(?:is|are|was) behind)\b"
        rf"|(?:who (?:are|is) )?{_NUMBER_OF}(?:co-?)?authors?\b|written by (?:whom|how many people)\b",
        "organisation": rf"{_WHICH}(?:organi[sz]ation|institution|lab|company|group)s?\b|(?:the )?organi[sz]ation\b",
        "pages": rf"{_WHICH}(?:saved |listing )?pages?\b|(?:the )?pages\b",
        "venue": rf"(?:{_WHICH}|the )(?:venue|journal|conference)\b|where (?:was|is|did)\b(?=.*\b{PUBLISHED})",
        "doi": r"(?:the )?doi\b",
        "arxiv_id": r"(?:the )?arxiv (?:id|identifier|number)\b",
        "upvotes": rf"how many (?:up-?)?votes\b|{_NUMBER_OF}up-?votes\b",
        "comments": rf"how many comments\b|{_NUMBER_OF}comments\b",
    }.items()
}
_ASKS = pattern(r"\b(?:what|which|who|how|when|where|tell|give|is|are|does|did|list|show)\b|\?")


def _looked_up(text: str, meant: tuple[PaperMention, ...]) -> LookUp | None:
    """Return which fields of the papers meant are asked for, where nothing but that is asked."""
    rest = blank(text, *meant)
    if not meant or not _ASKS.search(rest):
        return None
    found = {name: said for name, shape in _FIELDS.items() if (said := list(shape.finditer(rest)))}
    rest = re.sub("['\"]", " ", blank(rest, *chain(*found.values())))
    if not found or not is_understood(rest, of_one_paper=True):
        return None
    return LookUp(tuple(m.paper_id for m in meant), tuple(found))
