"""What a question asks of papers besides their subject, denied and alternative criteria too, each with its span.

Rules of other modules read dates, amounts and names; those here read what papers lack and the words that they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.intent.amounts import read_amounts
from rag.intent.dates import read_times
from rag.intent.gazetteer import read_pages, read_people
from rag.intent.wording import OF_PAPERS, PAPERS, PUBLISHED, Criterion, Span, blank, pattern, without_overlaps

# ----------------------------------------------------------------------------------------------------
# What papers lack, of what the catalogue knows of most.

_FIELD = {
    "date": r"dates?",
    "authors": r"(?:number of authors|author counts?|authors|author numbers?)",
    "organisation": r"(?:organi[sz]ations?|institutions?|affiliations?)",
    "upvotes": r"(?:up-?)?votes",
    "comments": r"comments",
}
_SOME = r"(?:(?:an?|any|the|their|known|stated) )*"
_ANY_FIELD = rf"{_SOME}(?:{'|'.join(_FIELD.values())})\b(?! of)"
_NO = r"(?:without|lack(?:s|ing)?|(?:\w+ )?no|miss(?:es|ing)?|do(?:es)? not have|(?:with )?neither)"
_LACKING = pattern(
    rf"\bundated\b|\bnot dated\b|\b{_NO} {_ANY_FIELD}(?:\s*(?:,|\b(?:or|nor|and)\b) (?:no )?{_ANY_FIELD})*(?: at all)?"
)


def _lacking(text: str) -> Iterator[Criterion]:
    for found in _LACKING.finditer(text):
        names = tuple(name for name, noun in _FIELD.items() if pattern(rf"\b{noun}\b").search(found[0]))
        yield Criterion(found.start(), found.end(), {"without": names or ("date",)})


# ----------------------------------------------------------------------------------------------------
# The words that papers are to hold, or not to hold.

_HOLDING = (
    r"(?:mention(?:s|ing)?|contain(?:s|ing)?|includ(?:es?|ing)|say(?:s|ing)?"
    r"|(?:with|us(?:es?|ing)|ha(?:s|ve)) the (?:words?|phrase|term))"
)
_QUOTE = r"\"[^\"]+\"|“[^”]+”|'[^']+'"
_WORD, _NEXT = r"[\w$^+.-]*\w", r"(?!(?:in|on|about|and|or|nor|but|not|by|since|from|with|are|do|there|that|which)\b)"
_SAID = pattern(
    r"(?:\b(?:whose|which|that) (?!abstract))?(?P<t>\b(?:titles?|titled|named)\b)?\s*"
    rf"(?:\bwhose (?:abstracts?|text) )?\b{_HOLDING} (?!(?:neither|no)\b)(?:the (?:(?:words?|phrase|term|name) )?)?"
    rf"(?P<what>{_QUOTE}|[\w$^+.-]+(?: {_NEXT}[\w$^+.-]+){{0,2}}(?: (?-i:[A-Z])[\w$^+.-]*){{0,3}})"
    r"(?P<in> in (?:the(?:ir)? )?(?:title|abstract)s?(?: or (?:title|abstract)s?)?)?"
)
_IN_TITLE = pattern(
    r"\b(?:with|have|has|having|carry(?:ing)?|bear(?:ing)?) (?:the words? )?"
    rf"(?P<what>{_QUOTE}|[\w$^+.-]+)(?P<t> in (?:the|their|its) titles?)\b(?P<in>)"
)
_LITERAL = pattern(r"\bwords?\b|\bphrase\b|\bterm\b|\bmention")
_ASKED_FOR = pattern(rf"\b{PAPERS}\b|\btitles?\b|\bof them\b")
_JOINED_WORDS = pattern(
    rf" (?:(?P<or>or)|(?P<not>(?:but|and) not)|and) (?P<what>{_QUOTE}|{_WORD}(?: {_NEXT}{_WORD}){{0,3}})"
    r"(?=\s*(?:[?.!]|$))"
)
_SPEAK = (
    r"(?:(?:use|employ|apply|need|require|discuss|address|cover|consider|treat|study|examine|involve|concern|evaluate"
    r"|release|provide|share|offer|report|propose|introduce|include|support)(?:e?s)?"
    r"|(?:rely|depend|focus|touch) on|(?:deal with|speak of|talk about|look at))"
)
_DO = "build|show|measure|improve|align|achieve|reach|find|learn|create|develop|collect|argue"
_DENIED_WORDS = rf"{_WORD}(?: (?!(?:{_DO})\b){_NEXT}{_WORD}){{0,3}}"
_NO_FIELD = (
    rf"(?! {_SOME}(?:dates?|years?|(?:co-?)?authors?|(?:organi|institut|affiliat)\w+|(?:up-?)?votes"
    r"|comments|number)\b)"
)
_BUT = (
    r"(?:except(?:ing)?(?: for)?|excluding|other than|but no(?:t\b|(?=\s)))(?: (?:those|ones|papers) (?:on|about))?"
    r"(?! (?:those|that|ones|the ones|from|by|on|in|at|before|after|since|with|dated|published|written|\d))"
)
_LEFT_OUT = pattern(
    rf"\b(?:(?:that|which) )?(?:(?:do(?:es)?|did)\s*(?:not|n't) (?:{_SPEAK}|have{_NO_FIELD})|ha(?:ve|s) no{_NO_FIELD}"
    rf"|(?P<bare>with no|without){_NO_FIELD}|(?:are|is)\s*(?:not|n't)(?= "
    r"(?!(?:dated|undated|listed|known|withdrawn|here|there|published|released)\b)[\w-]+\W*$)"
    r"|(?:(?:are|is)\s*)?(?:not|n't) (?:about|concerned with|dealing with|related to)"
    rf"|(?:{_SPEAK}|(?:mention|contain)(?:s|ing)?) (?:neither|no)|{_BUT})"
    rf" (?:any |the )?(?P<what>{_DENIED_WORDS}(?:\s*(?:,|\bor|\bnor|\band) {_DENIED_WORDS})*)"
    rf"(?=\s*(?:[?.!,]|$|\b(?:in|on|about|and|by|since|from|with|that|which|{_DO}|{_SPEAK})\b))"
)
"""What papers are not to be about, as far as words can tell: that they do not hold the name of it."""
_ALSO = pattern(r"\s*(?:,|\b(?:or|nor|and)\b) ")
_ENDS_IN_PAPERS = pattern(rf"\b{PAPERS} $")


def read_words(text: str) -> Iterator[Criterion]:
    """Yield the words that papers are to hold, or are not to, where `text` asks for papers."""
    for found in chain(_IN_TITLE.finditer(text), _SAID.finditer(text)):
        literal = found["in"] or found["t"] or found["what"][0] in "\"“'" or _LITERAL.search(found[0])
        if literal and _ASKED_FOR.search(text[: found.start("what")]):
            yield _words_held(found, text)
    for found in _LEFT_OUT.finditer(text):
        before = text[: found.start("bare" if found["bare"] else "what")]
        if (_ENDS_IN_PAPERS if found["bare"] else OF_PAPERS).search(before):
            left_out = _ALSO.split(found["what"])
            sets = {"excluding": tuple(Filters(mentions=(said,)) for said in left_out)}
            named = " or ".join(f"“{said}”" for said in left_out)
            note = f"Told by words alone: papers that speak of {named} under another name are among these."
            yield Criterion(found.start(), found.end(), sets, note)


def _words_held(found: re.Match[str], text: str) -> Criterion:
    """Return the words found, with those that are joined to them: `RLHF or DPO`, `RLHF but not DPO`."""
    place = found["in"] or ""
    name = "title_mentions" if found["t"] or ("title" in place and "abstract" not in place) else "mentions"
    sets: dict[str, Any] = {name: (found["what"].strip("\"“”'."),)}
    more = _JOINED_WORDS.match(text, found.end())
    if more is None:
        return Criterion(found.start(), found.end(), sets)
    other: dict[str, Any] = {name: (more["what"].strip("\"“”'."),)}
    if more["or"]:
        sets = {"either": ((Filters(**sets), Filters(**other)),)}
    elif more["not"]:
        sets["excluding"] = (Filters(**other),)
    else:
        sets[name] += other[name]
    return Criterion(found.start(), more.end(), sets)


# ----------------------------------------------------------------------------------------------------
# Criteria that are denied, and criteria of which one will do: `not from 2025`, `from 2024 or by Meadow Lab`.
#
# Words that deny or join are taken away where a criterion follows, so that the rules for criteria read it as it
# stands; what they say of it is read here. Not handled: a denial within alternatives, brackets.

_THOSE = (
    r"(?:(?:for|the|those|ones|any|all|that|which|who|are|is|were|was|been|of|listed|seen"
    rf"|{PUBLISHED}|publish|release|{PAPERS}) )*"
)
_DENYING = (
    r"(?:n't\b|\b(?:not|never|neither|nor|except(?:ing)?|excluding|without|besides|(?:apart|absent) from|other than"
    rf"|but not|anything but|all but)\b)[\s,]*{_THOSE}"
)
_ABOUT_TO_FOLLOW = (
    r"(?=(?:from|in|during|by|at|on the|published|released|written|dated(?!\W*$)|authored|mention(?:s|ing)?"
    r"|contain(?:s|ing)?|(?:19|20)\d\d)\b)"
)
_DENIED_NEXT = pattern(rf"(?:{_DENYING}|\beither ){_ABOUT_TO_FOLLOW}")
_DENIED = pattern(rf"(?:\b(?:are|is|were|was|do|does|did|have|has|had)\s*)?{_DENYING}(?:either )?$")
_JOINED = pattern(rf"[\s,]*\b(?P<by>or|and/or|nor|and) (?:either |not )?{_THOSE}$")
_COMMA = re.compile(r"\s*,\s*$")
_ON = pattern(r"[\s,]*\b(?:or|nor|and) (?:not |either )?|\s*,\s*(?=(?:from|in|by|(?:19|20)\d\d)\b)")
"""What lets another criterion be seen behind one that is read."""
_TURNS = 4
"""Criteria that are read one after the other, since each lets the next be seen."""


def read_criteria(text: str, words: list[Criterion], catalogue: Catalogue, today: date) -> list[Criterion]:
    """Return what `text` asks of papers besides their subject, denials and alternatives put together.

    `words` are those that papers are to hold, which are read already and out of sight.
    """
    plain = _DENIED_NEXT.sub(lambda found: " " * len(found[0]), text)
    reads = words
    for _ in range(_TURNS):
        found = without_overlaps([*reads, *_criteria(plain, catalogue, today)])
        if len(found) == len(reads):
            break
        reads = found
        joined = ((read.start, _ON.match(text, read.end)) for read in reads)
        plain = blank(plain, *(Span(start, on.end()) for start, on in joined if on))
    return list(_combined(text, reads))


def _criteria(text: str, catalogue: Catalogue, today: date) -> Iterator[Criterion]:
    yield from read_pages(text, catalogue)
    yield from _lacking(text)
    yield from read_amounts(text, len(catalogue.pages()))
    yield from read_times(text, today)
    yield from read_people(text, catalogue)


def _combined(text: str, reads: list[Criterion]) -> Iterator[Criterion]:
    """Yield `reads`, those that are denied or stand in for each other put together, with the words that do it."""
    place = 0
    while place < len(reads):
        begin, first = reads[place - 1].end if place else 0, reads[place]
        denied = None if "without" in first.sets else _DENIED.search(text[begin : first.start])
        last = _last_of_group(text, reads, place, denied=denied is not None)
        group = reads[place : last + 1]
        start = begin + denied.start() if denied else group[0].start
        note = " ".join(read.note for read in group if read.note)
        filters = tuple(Filters(**read.sets) for read in group)
        sets: dict[str, Any] = {"either": (filters,)}
        if denied:
            pages = tuple(one.page for one in filters if one.page)
            sets = {"not_on": pages} if len(pages) == len(filters) else {"excluding": filters}
        elif len(group) == 1:
            sets = first.sets
        elif either := pattern(r"\beither $").search(text[begin:start]):
            start -= len(either[0])
        yield Criterion(start, group[-1].end, sets, note)
        place = last + 1


def _last_of_group(text: str, reads: list[Criterion], first: int, *, denied: bool) -> int:
    """Return the place of the last criterion that stands in for the one at `first`, or is denied with it."""
    last = first
    for place in range(first + 1, len(reads)):
        before = reads[place - 1]
        gap = text[before.end : reads[place].start]
        joined = _JOINED.fullmatch(gap)
        and_too = denied and gap.strip() == "and" and before.sets.keys() == reads[place].sets.keys() == {"author"}
        if joined and (joined["by"].lower() != "and" or and_too or _exclude_each_other(before, reads[place])):
            last = place
        elif not _COMMA.fullmatch(gap):
            break
    return last


def _exclude_each_other(one: Criterion, other: Criterion) -> bool:
    """Tell whether no paper can meet both, so that `and` lists what will do: `from 2023 and 2024`."""
    if one.sets.keys() == other.sets.keys() == {"since", "until"}:
        return bool(one.sets["until"] < other.sets["since"] or other.sets["until"] < one.sets["since"])
    return "organisation" in one.sets and "organisation" in other.sets
