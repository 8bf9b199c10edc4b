"""A question about the library, understood: its kind, its filters, and what is left of it as its subject.

What is left decides: a question of which every word was understood is answered from the catalogue alone, exactly; of
another one the filters hold, and its subject is for the reader. So no answer is exact about words that nobody read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from rag.filters import Filters
from rag.questions.criteria import read_criteria
from rag.questions.held import Held
from rag.questions.kinds import Asked, read_kind
from rag.questions.periods import PERIOD, period
from rag.questions.reading import PAPERS, Read
from rag.questions.wording import QUOTED, blank, folded

_HOLDING = (
    r"(?:mention(?:s|ing)?|contain(?:s|ing)?|includ(?:es?|ing)|say(?:s|ing)?"
    r"|(?:with|us(?:es?|ing)|ha(?:s|ve))\s+the\s+(?:words?|phrase|term))"
)
_BREAK = r"(?!(?:in|and|or|by|since|from|with|are|do|there)\b)"
_SAID = re.compile(
    r"(?:\b(?:whose|which|that)\s+)?(?P<t>\b(?:titles?|titled|named)\b)?\s*(?:\b(?:abstracts?|text)\b\s*)?"
    rf"\b{_HOLDING}\s+(?:the\s+(?:words?|phrase|term|name)\s+)?"
    rf"(?P<what>\"[^\"]+\"|“[^”]+”|'[^']+'|[\w$^+.-]+(?:\s+{_BREAK}[\w$^+.-]+){{0,2}})"
    r"(?P<in>\s+in\s+(?:the(?:ir)?\s+)?(?:title|abstract)s?(?:\s+or\s+(?:title|abstract)s?)?)?",
    re.I,
)
_LITERAL = re.compile(r"\bwords?\b|\bphrase\b|\bterm\b|\bmention", re.I)
_THESE = re.compile(
    r"\b(?:of\s+)?(?:these|those|them|they|the\s+(?:above|listed|same))(?:\s+(?:papers|ones))?\b|\bones\b", re.I
)
_TODAY = re.compile(
    rf"\b(?:today\s+is|today\s+being|if\s+today\s+(?:is|were)|assuming\s+today\s+is)\s+(?P<p>{PERIOD})[,.;:]?", re.I
)
_UNDERSTOOD = re.compile(
    rf"\b(?:{PAPERS}|library|collection|catalogue|catalog|database|site|here|a|an|the|and|or|but|yet|of|in|on|at|to|for|from|by|with|as|all|any|every|each|both"
    r"|which|what|who|whom|whose|how|many|much|when|where|is|are|was|were|be|been|do|does|did|have|has|had|having|got|there|this|that|these|those|them|they|it|its|their|him|her"
    r"|you|your|we|our|i|me|my|us|list|lists|listed|show|shows|give|name|named|find|get|got|tell|display|enumerate|send|count|number|total|altogether|overall"
    r"|please|say|says|thanks|thank|hi|hello|ok|okay|so|now|just|only|exactly|precisely|can|could|would|will|want|need|like|let|know|see"
    r"|published|released|written|dated|date|dates|year|years|month|months|appeared|appear|came|come|out|posted|submitted|added|saved|seen|sits?|stands?"
    r"|author|authors|authored|co-?authors?|people|person|team|organi[sz]ations?|pages?|upvotes?|votes?|comments?|share|same|according|going"
    r"|one|ones|two|three|four|five|title|titles|together|their|then|also|different|new|meet|match|matching|following|currently|s|whats|not|alone|single|long|full|complete)\b",
    re.I,
)
_WORD = re.compile(r"[^\W_][\w'+.-]*")


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks of the library. `exact`: every word of it was understood; `subject`: what was not."""

    asked: Asked | None
    filters: Filters
    subject: str
    exact: bool
    notes: tuple[str, ...] = ()


def understand(
    question: str, held: Held, today: date, *, among: tuple[str, ...] = (), dropped: Collection[str] = ()
) -> Understood:
    """Return what `question` asks of the library on `today`; `among` are the papers that a conversation is about.

    `dropped` names filters that the person took away again: they are read, so that they are no subject, and not set.
    """
    text = folded(question)
    today, text = _stated_today(text, today)
    asked_text, mentioned = _mentions(text)
    hidden = blank(asked_text, [found.span() for found in QUOTED.finditer(asked_text)], "\x00")
    asked, _ = read_kind(hidden)
    reads = _without_overlaps([*mentioned, *read_criteria(hidden, held, today)])
    if asked is None and not _about_papers(hidden):
        return Understood(None, Filters(), question, exact=False)
    rest = blank(hidden, [(read.start, read.end) for read in reads])
    asked, rest = read_kind(rest) if asked is None else _again(asked, hidden, rest)
    sets = _merged(reads)
    if among and (these := _THESE.search(rest)):
        sets["among"], rest = among, blank(rest, [these.span()])
    left = list(_WORD.finditer(_UNDERSTOOD.sub(lambda found: " " * len(found[0]), rest)))
    nothing_left = not left and "\x00" not in rest
    filters = Filters(**sets).leaving(dropped)
    notes = tuple(read.note for read in reads if read.note and not set(read.sets) <= set(dropped))
    return Understood(asked, filters, _subject(question, text, reads), exact=bool(asked) and nothing_left, notes=notes)


def _again(asked: Asked, hidden: str, rest: str) -> tuple[Asked, str]:
    """Return the kind as the whole question says it, and `rest` without the words that say it."""
    _, blanked = read_kind(hidden)
    kept = "".join(" " if b == " " else r for r, b in zip(rest, blanked, strict=True))
    return asked, kept


def _about_papers(text: str) -> bool:
    return (
        re.search(
            rf"\b{PAPERS}\b|\bpublished\b|\breleased\b|\bappeared\b|\bnew\b|\bnews\b|\bof\s+(?:them|these|those)\b",
            text,
            re.I,
        )
        is not None
    )


def _stated_today(text: str, today: date) -> tuple[date, str]:
    """Return the day that the question itself says it is."""
    found = _TODAY.search(text)
    days = period(found["p"], today) if found else None
    return (days.first, blank(text, [found.span()])) if found and days else (today, text)


def _mentions(text: str) -> tuple[str, list[Read]]:
    """Return `text` without the words that papers are to contain, and these as criteria, where papers are asked for."""
    reads = []
    for found in _SAID.finditer(text):
        literal = found["what"][0] in "\"“'" or _LITERAL.search(found[0]) or found["in"] or found["t"]
        asked = re.search(rf"\b{PAPERS}\b|\btitles?\b", text[: found.end("t") if found["t"] else found.start()], re.I)
        if not literal or not asked:
            continue
        in_title = bool(found["t"]) or bool(found["in"] and "title" in found["in"] and "abstract" not in found["in"])
        name = "title_mentions" if in_title else "mentions"
        reads.append(Read(found.start(), found.end(), {name: (found["what"].strip("\"“”'."),)}))
    return blank(text, [(read.start, read.end) for read in reads]), reads


def _without_overlaps(reads: list[Read]) -> list[Read]:
    """Return the criteria in the order of the question, the longer one of two that overlap."""
    kept: list[Read] = []
    for read in sorted(reads, key=lambda r: (r.start - r.end, r.start)):
        if not any(other.overlaps(read.start, read.end) for other in kept):
            kept.append(read)
    return sorted(kept, key=lambda r: r.start)


def _merged(reads: list[Read]) -> dict[str, Any]:
    """Return what all criteria set; lists grow, and of two bounds the narrower holds."""
    sets: dict[str, Any] = {}
    for read in reads:
        for name, value in read.sets.items():
            old = sets.get(name)
            if isinstance(value, tuple) and isinstance(old, tuple):
                sets[name] = (*old, *(v for v in value if v not in old))
            elif old is None or isinstance(value, tuple):
                sets[name] = value
            else:
                narrower = max if name == "since" or name.startswith("min_") else min
                sets[name] = narrower(old, value)
    pages = sets.pop("also_on", ())
    if isinstance(pages, tuple) and pages:
        sets["page"] = pages[0]
        sets |= {"also_on": pages[1:]} if pages[1:] else {}
    return sets


def _subject(question: str, text: str, reads: list[Read]) -> str:
    """Return the question without its criteria, for the search."""
    if len(text) != len(question):
        text = folded(question)
    rest = blank(text, [(read.start, read.end) for read in reads]) if reads else question
    rest = " ".join(rest.split())
    return re.sub(r"\s+([?.!,;])", r"\1", rest) or question
