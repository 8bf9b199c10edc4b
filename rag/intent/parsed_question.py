"""A question about the library, understood: its kind, its filters, and what is left of it as its subject.

What is left decides: a question of which every word was understood is answered from the catalogue alone, exactly; of
another one the filters hold, and its subject is for the reader. So no answer is exact about words that nobody read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rag.base.text.names import is_name
from rag.base.text.word_lists import word_list
from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.intent.criteria import read_criteria, read_words
from rag.intent.dates import PERIOD, period, speaks_of_papers
from rag.intent.kinds import COMPARES, Aggregation, AggregationKind, read_kind
from rag.intent.wording import OF_PAPERS, QUOTED, Criterion, Span, blank, pattern

_PREFACE = pattern(r"^\s*(?:for (?:a|an|my|our|the)|i'?m|i am|we'?re|we are|i need)\b[^:?]{0,80}:")
"""`For a timeline:` says what an answer is for, not what is asked."""
_TODAY = pattern(rf"\b(?:today is|today being|if today (?:is|were)|assuming today is) (?P<p>{PERIOD})[,.;:]?")
_THESE = pattern(
    r"\b(?:of )?(?:these|those|them|they|the (?:above|listed|same))(?: (?:papers|ones))?\b|\bones\b"
    r"|\b(?:which|what) one\b"
)
_OF_THESE = pattern(r"\W*(?:(?:and|but|so|ok|okay)\W+)*(?:which|what|how many|(?:are|is|do|does) (?:any|some)) of\b")
_UNDERSTOOD = frozenset(word_list("of_papers"))
NO_SUBJECT = _UNDERSTOOD | frozenset(word_list("of_asking"))
"""Words that are no subject: they ask for papers, or say that papers have one."""
_KINDS_OF_PAPER = frozenset(word_list("kinds_of_paper"))
_WORD = re.compile(r"[^\W_](?:[\w'+.-]*\w)?")


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """What a question asks of the library. `exact`: every word of it was understood; `subject`: what was not."""

    aggregation: Aggregation | None
    filters: Filters
    subject: str
    exact: bool
    notes: tuple[str, ...] = ()
    topic: str = ""
    """The subject in its own words, without those that ask for papers, a count or an order."""


def parse_question(
    question: str,
    catalogue: Catalogue,
    today: date,
    *,
    titles: Iterable[Span] = (),
    among: tuple[str, ...] = (),
    dropped: Collection[str] = (),
) -> ParsedQuestion:
    """Return what `question`, as `folded` gives it, asks of the library on `today`.

    `titles` are the spans that are titles of papers; `among` are the papers that a conversation is about; `dropped`
    names filters that the person took away again: they are read, so that they are no subject, and not set.
    """
    text = blank(question, *_PREFACE.finditer(question))
    if (stated := _TODAY.search(text)) and (days := period(stated["p"], today)):
        today, text = days.first, blank(text, stated)
    words = list(read_words(text))
    text = blank(text, *words)
    hidden = blank(text, *titles, *QUOTED.finditer(text), sign="\x00")
    asked, unread = read_kind(hidden)
    if asked is None and not speaks_of_papers(hidden):
        return ParsedQuestion(None, Filters(), question, exact=False)
    reads = read_criteria(hidden, words, catalogue, today)
    asked, rest = (asked, blank(unread, *reads)) if asked else read_kind(blank(hidden, *reads))
    sets = _merged(reads)
    extreme = asked is not None and asked.kind is AggregationKind.EXTREME
    bare = extreme and (not OF_PAPERS.search(hidden) or COMPARES.fullmatch(hidden) is not None)
    these = _THESE.search(rest)
    if among and (bare or these):  # "and the newest?" is asked of what was just spoken of
        sets["among"], rest = among, blank(rest, these) if these else rest
        if asked is None and (_OF_THESE.match(hidden) or (reads and is_understood(rest))):
            asked = Aggregation(AggregationKind.LIST)  # "which of these are from 2024?"
        said = _topic(rest).strip(" ?!.,;")
        if asked and is_name(said):  # "which of them cover Arabic?"
            sets["mentions"], rest = (*sets.get("mentions", ()), said), " " * len(rest)
    filters = Filters(**sets).leaving(dropped)
    notes = tuple(read.note for read in reads if read.note and not set(read.sets) <= set(dropped))
    topic = "".join(" " if b == " " else q for q, b in zip(question, rest, strict=True))
    exact = bool(asked) and is_understood(rest)
    subject = " ".join(blank(question, *reads).split()) if reads else question
    subject = re.sub(r"\s+([?.!,;])", r"\1", subject)
    return ParsedQuestion(asked, filters, subject or question, exact, notes, _topic(topic))


def is_understood(rest: str, *, of_one_paper: bool = False) -> bool:
    """Tell whether `rest`, a question without what rules have read, holds no word of a subject."""
    if "\x00" in rest:
        return False
    known = _UNDERSTOOD | _KINDS_OF_PAPER if of_one_paper else _UNDERSTOOD
    return all(found[0].lower() in known for found in _WORD.finditer(OF_PAPERS.sub(" ", rest)))


def _topic(text: str) -> str:
    """Return the words of `text` that are a subject's."""
    kept: list[str] = []
    joint = ""
    for word in OF_PAPERS.sub(" ", text).split():
        bare = _WORD.search(word)
        if word.lower() in ("or", "and"):
            joint = word if kept else ""
        elif bare and bare[0].lower() not in NO_SUBJECT:
            kept += [joint, word] if joint else [word]
            joint = ""
    return " ".join(kept)


def _merged(reads: list[Criterion]) -> dict[str, Any]:
    """Return what all criteria set; lists grow, and of two bounds the narrower holds."""
    sets: dict[str, Any] = {}
    for read in reads:
        for name, value in read.sets.items():
            old = sets.get(name)
            if old is None or old == value:
                sets[name] = value
            elif isinstance(value, tuple):
                sets[name] = (*old, *(v for v in value if v not in old))
            elif name == "page":
                sets["also_on"] = tuple(dict.fromkeys((*sets.get("also_on", ()), value)))
            elif name in ("author", "organisation"):  # both are asked for
                sets["either"] = (*sets.get("either", ()), (Filters(**{name: value}),))
            else:
                narrower = max if name == "since" or name.startswith("min_") else min
                sets[name] = narrower(old, value)
    return sets
