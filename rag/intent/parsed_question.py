"""A question about the library, understood: its kind, its filters, and what is left of it as its subject.

What is left decides: a question of which every word was understood is answered from the catalogue alone, exactly; of
another one the filters hold, and its subject is for the reader. So no answer is exact about words that nobody read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from rag.base.text.languages import in_english
from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list, word_pattern
from rag.catalogue.filters import Filters
from rag.intent.criteria import read_all
from rag.intent.dates import PERIOD, period
from rag.intent.gazetteer import Gazetteer
from rag.intent.kinds import COMPARES, PAPERS, Aggregation, Kind, Read, read_kind
from rag.intent.required_terms import is_name
from rag.intent.vocabulary import asks_for_verse
from rag.intent.wording import QUOTED, blank

_HOLDING = (
    r"(?:mention(?:s|ing)?|contain(?:s|ing)?|includ(?:es?|ing)|say(?:s|ing)?"
    r"|(?:with|us(?:es?|ing)|ha(?:s|ve))\s+the\s+(?:words?|phrase|term))"
)
_BREAK = r"(?!(?:in|on|about|and|or|nor|but|not|by|since|from|with|are|do|there|that|which)\b)"
_WORDS = rf"[\w$^+.-]*\w(?:\s+{_BREAK}[\w$^+.-]*\w){{0,3}}"
_SAID = re.compile(
    r"(?:\b(?:whose|which|that)\s+(?!abstract))?(?P<t>\b(?:titles?|titled|named)\b)?\s*(?:\bwhose\s+(?:abstracts?|text)\s+)?"
    rf"\b{_HOLDING}\s+(?!(?:neither|no)\b)(?:the\s+(?:(?:words?|phrase|term|name)\s+)?)?"
    rf"(?P<what>\"[^\"]+\"|“[^”]+”|'[^']+'|[\w$^+.-]+(?:\s+{_BREAK}[\w$^+.-]+){{0,2}}(?:\s+(?-i:[A-Z])[\w$^+.-]*){{0,3}})"
    r"(?P<in>\s+in\s+(?:the(?:ir)?\s+)?(?:title|abstract)s?(?:\s+or\s+(?:title|abstract)s?)?)?",
    re.I,
)
_IN_TITLE = re.compile(
    r"\b(?:with|have|has|having|carry(?:ing)?|bear(?:ing)?)\s+(?:the\s+words?\s+)?"
    r"(?P<what>\"[^\"]+\"|“[^”]+”|'[^']+'|[\w$^+.-]+)(?P<t>\s+in\s+(?:the|their|its)\s+titles?)\b(?P<in>)",
    re.I,
)
_SPEAK = (
    r"(?:(?:use|employ|apply|need|require|discuss|address|cover|consider|treat|study|examine|involve|concern|evaluate"
    r"|release|provide|share|offer|report|propose|introduce|include|support)(?:e?s)?"
    r"|(?:rely|depend|focus|touch)\s+on|(?:deal\s+with|speak\s+of|talk\s+about|look\s+at))"
)
_DO = "build|show|measure|improve|align|achieve|reach|find|learn|create|develop|collect|argue"
_DENIED = rf"[\w$^+.-]*\w(?:\s+(?!(?:{_DO})\b){_BREAK}[\w$^+.-]*\w){{0,3}}"
_NO_FIELD = (
    r"(?!\s+(?:an?\s+|any\s+|the\s+|known\s+|stated\s+)*(?:dates?|years?|(?:co-?)?authors?|organi\w+|institut\w+"
    r"|affiliat\w+|(?:up-?)?votes|comments|number)\b)"
)
_LEFT_OUT = re.compile(
    rf"\b(?:(?:that|which)\s+)?(?:(?:do(?:es)?|did)\s*(?:not|n't)\s+(?:{_SPEAK}|have{_NO_FIELD})|ha(?:ve|s)\s+no{_NO_FIELD}|(?P<bare>with\s+no|without){_NO_FIELD}"
    r"|(?:are|is)\s*(?:not|n't)(?=\s+(?!(?:dated|undated|listed|known|withdrawn|here|there|published|released)\b)[\w-]+\W*$)|(?:(?:are|is)\s*)?(?:not|n't)\s+(?:about"
    rf"|concerned\s+with|dealing\s+with|related\s+to)|(?:{_SPEAK}|(?:mention|contain)(?:s|ing)?)\s+(?:neither|no)|(?:except(?:ing)?(?:\s+for)?|excluding"
    r"|other\s+than|but\s+no(?:t\b|(?=\s)))(?:\s+(?:those|ones|papers)\s+(?:on|about))?"
    r"(?!\s+(?:those|that|ones|the\s+ones|from|by|on|in|at|before|after|since|with|dated|published|written|\d)))"
    rf"\s+(?:any\s+|the\s+)?(?P<what>{_DENIED}(?:\s*(?:,|\bor|\bnor|\band)\s+{_DENIED})*)"
    rf"(?=\s*(?:[?.!,]|$|\b(?:in|on|about|and|by|since|from|with|that|which|{_DO}|{_SPEAK})\b))",
    re.I,
)
"""What papers are not to be about, as far as words can tell: that they do not hold the name of it."""
_PAPERS_NOUN, _ENDS_IN_PAPERS = (re.compile(rf"\b{PAPERS}{end}", re.I) for end in (r"\b", r"\s+$"))
_ALSO = re.compile(r"\s*(?:,|\bor\b|\bnor\b|\band\b)\s+")
_MORE = re.compile(
    rf"\s+(?:(?P<or>or)|(?P<not>(?:but|and)\s+not)|and)\s+(?P<what>\"[^\"]+\"|“[^”]+”|'[^']+'|{_WORDS})(?=\s*(?:[?.!]|$))",
    re.I,
)
_LITERAL = re.compile(r"\bwords?\b|\bphrase\b|\bterm\b|\bmention", re.I)
_THESE = re.compile(
    r"\b(?:of\s+)?(?:these|those|them|they|the\s+(?:above|listed|same))(?:\s+(?:papers|ones))?\b|\bones\b|\b(?:which|what)\s+one\b",
    re.I,
)
_OF_THESE = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay)\W+)*(?:which|what|how\s+many|(?:are|is|do|does)\s+(?:any|some))\s+of\b", re.I
)
_SENTENCE = re.compile(rf"[?:？¿。]|\b{PAPERS}\b|{word_pattern(word_list('in_sentences')).pattern}", re.I)
_WORKS = re.compile(
    r"(?P<asks>\W*(?:(?:please\s+)?(?:list|show|name|give|find)(?:\s+(?:me|us))?(?:\s+(?:all|every|the|any))*|(?:which|what)))\s+"
    r"(?:(?!papers\b)[\w-]+\s+){0,2}?(?:benchmarks|data\s?sets|corpora|surveys|methods|approaches|frameworks)\b"
    r"(?=\s*(?:[?.!]|$|on\b|about\b|for\b|in\b|of\b|that\b|(?:are|is)\s+(?:there|available|here)\b|exist"
    r"|(?:do|are)\s*(?:not|n't)\b))",
    re.I,
)
"""Works that papers bring, asked for at large or by what they lack."""
_DATED = re.compile(rf"\b(?:from|since|before|after)\s+{PERIOD}\W*$", re.I)
_RESULTS = re.compile(r"\W*(?:results|experiments|evaluations|findings)\s+(?:with|on|of|from|using|for)\s", re.I)
_MOST_OF_FRAGMENT = 8
PAPERS_ON = "Papers on "
"""How a question for papers begins that a subject alone stands for."""
_DATED_WORKS = re.compile(
    rf"\b(?:benchmarks|data\s?sets|corpora|surveys|methods|approaches)\b.*\b(?:from|since|before|after|in|of)\s+{PERIOD}",
    re.I,
)
_TODAY = re.compile(
    rf"\b(?:today\s+is|today\s+being|if\s+today\s+(?:is|were)|assuming\s+today\s+is)\s+(?P<p>{PERIOD})[,.;:]?", re.I
)
_UNDERSTOOD = frozenset(word_list("of_papers"))
NO_SUBJECT = _UNDERSTOOD | frozenset(word_list("of_asking"))
"""Words that are no subject: they ask for papers, or say that papers have one."""
_PAPERS = re.compile(rf"\b{PAPERS}\b", re.I)
_KINDS_OF_PAPER = frozenset(word_list("kinds_of_paper"))
_PREFACE = re.compile(r"^\s*(?:for\s+(?:a|an|my|our|the)|i'?m|i\s+am|we'?re|we\s+are|i\s+need)\b[^:?]{0,80}:", re.I)
"""`For a timeline:` says what an answer is for, not what is asked."""
_WORD = re.compile(r"[^\W_](?:[\w'+.-]*\w)?")
_ABOUT_PAPERS = re.compile(
    rf"\b{PAPERS}\b|\b(?:came|come|comes|coming)\s+out\b|\bpublished\b"
    r"|\breleased\b|\bappeared\b|\bnew\b|\bnews\b|\bof\s+(?:them|these|those)\b",
    re.I,
)


def is_understood(rest: str, *, of_one_paper: bool = False) -> bool:
    """Tell whether `rest`, a question without what rules have read, holds no word of a subject."""
    if "\x00" in rest:
        return False
    known = _UNDERSTOOD | _KINDS_OF_PAPER if of_one_paper else _UNDERSTOOD
    return all(found[0].lower() in known for found in _WORD.finditer(_PAPERS.sub(" ", rest)))


def in_full(text: str, *, opens: bool) -> str:
    """Return the question for papers that a short form of it stands for: a subject, or a list of works; else `text`.

    Of subjects without a verb, those that are no name and no date lack may go on from what was said, unless it `opens`.

    >>> in_full("reward hacking", opens=True), in_full("List all benchmarks on bias", opens=True)
    ('Papers on reward hacking', 'List all papers on benchmarks on bias')
    """
    if works := _WORKS.match(text):
        return f"{works['asks']} papers on {text[works.end('asks') :].strip()}"
    words = re.findall(r"[\u3040-\u9fff]|[^\s\u3040-\u9fff]+", text)
    if len(words) > _MOST_OF_FRAGMENT or _SENTENCE.search(text) or asks_for_verse(text) or not content_words(text):
        return text
    named = " " in text.strip() and (_DATED.search(text) or _RESULTS.match(text) or is_name(text))
    return f"{PAPERS_ON}{in_english(text)}" if opens or named else text


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
    held: Gazetteer,
    today: date,
    *,
    titles: Iterable[tuple[int, int]] = (),
    among: tuple[str, ...] = (),
    dropped: Collection[str] = (),
) -> ParsedQuestion:
    """Return what `question`, as `folded` gives it, asks of the library on `today`.

    `titles` are the spans that are titles of papers; `among` are the papers that a conversation is about; `dropped`
    names filters that the person took away again: they are read, so that they are no subject, and not set.
    """
    today, text = _stated_today(question, today)
    text = blank(text, [found.span() for found in _PREFACE.finditer(text)])
    said, mentioned = _mentions(text)
    hidden = blank(said, [*titles, *(found.span() for found in QUOTED.finditer(said))], "\x00")
    asked, _ = read_kind(hidden)
    reads = read_all(hidden, mentioned, held, today)
    if asked is None and not _ABOUT_PAPERS.search(hidden) and not _DATED_WORKS.search(hidden):
        return ParsedQuestion(None, Filters(), question, exact=False)
    rest = blank(hidden, [(read.start, read.end) for read in reads])
    asked, rest = read_kind(rest) if asked is None else _again(asked, hidden, rest)
    sets = _merged(reads)
    extreme = asked is not None and asked.kind is Kind.EXTREME
    bare = extreme and (not _PAPERS.search(hidden) or COMPARES.fullmatch(hidden) is not None)
    these = _THESE.search(rest)
    if among and (bare or these):  # "and the newest?" is asked of what was just spoken of
        sets["among"], rest = among, blank(rest, [these.span()] if these else [])
        if asked is None and (_OF_THESE.match(hidden) or (reads and is_understood(rest))):
            asked = Aggregation(Kind.LIST)  # "which of these are from 2024?"
        said = _topic(rest).strip(" ?!.,;")
        if asked and is_name(said):  # "which of them cover Arabic?"
            sets["mentions"], rest = (*sets.get("mentions", ()), said), " " * len(rest)
    filters = Filters(**sets).leaving(dropped)
    notes = tuple(read.note for read in reads if read.note and not set(read.sets) <= set(dropped))
    topic = "".join(" " if b == " " else q for q, b in zip(question, rest, strict=True))
    exact = bool(asked) and is_understood(rest)
    return ParsedQuestion(asked, filters, _subject(question, reads), exact, notes, _topic(topic))


def _topic(text: str) -> str:
    """Return the words of `text` that are a subject's."""
    kept: list[str] = []
    joint = ""
    for word in _PAPERS.sub(" ", text).split():
        bare = _WORD.search(word)
        if word.lower() in ("or", "and"):
            joint = word if kept else ""
        elif bare and bare[0].lower() not in NO_SUBJECT:
            kept += [joint, word] if joint else [word]
            joint = ""
    return " ".join(kept)


def _again(asked: Aggregation, hidden: str, rest: str) -> tuple[Aggregation, str]:
    """Return the kind as the whole question says it, and `rest` without the words that say it."""
    _, blanked = read_kind(hidden)
    kept = "".join(" " if b == " " else r for r, b in zip(rest, blanked, strict=True))
    return asked, kept


def _stated_today(text: str, today: date) -> tuple[date, str]:
    """Return the day that the question itself says it is."""
    found = _TODAY.search(text)
    days = period(found["p"], today) if found else None
    return (days.first, blank(text, [found.span()])) if found and days else (today, text)


def _mentions(text: str) -> tuple[str, list[Read]]:
    """Return `text` without the words that papers are to contain, and these as criteria, where papers are asked for."""
    reads = []
    for found in chain(_IN_TITLE.finditer(text), _SAID.finditer(text)):
        literal = found["what"][0] in "\"“'" or _LITERAL.search(found[0]) or found["in"] or found["t"]
        asked = re.search(rf"\b{PAPERS}\b|\btitles?\b|\bof\s+them\b", text[: found.start("what")], re.I)
        if not literal or not asked:
            continue
        in_title = bool(found["t"]) or bool(found["in"] and "title" in found["in"] and "abstract" not in found["in"])
        name = "title_mentions" if in_title else "mentions"
        said = Read(found.start(), found.end(), {name: (found["what"].strip("\"“”'."),)})
        reads.append(_with_others(said, name, text))
    for found in _LEFT_OUT.finditer(text):
        before = text[: found.start("bare" if found["bare"] else "what")]
        if (_ENDS_IN_PAPERS if found["bare"] else _PAPERS_NOUN).search(before):
            left_out = _ALSO.split(found["what"])
            sets = {"excluding": tuple(Filters(mentions=(said,)) for said in left_out)}
            named = " or ".join(f"“{said}”" for said in left_out)
            note = f"Told by words alone: papers that speak of {named} under another name are among these."
            reads.append(Read(found.start(), found.end(), sets, note))
    return blank(text, [(read.start, read.end) for read in reads]), reads


def _with_others(said: Read, name: str, text: str) -> Read:
    """Return words that papers are to hold with those that are joined to them: `RLHF or DPO`, `RLHF but not DPO`."""
    more = _MORE.match(text, said.end)
    if more is None:
        return said
    one, other = said.sets, dict[str, Any]({name: (more["what"].strip("\"“”'."),)})
    if more["or"]:
        sets: dict[str, Any] = {"either": ((Filters(**one), Filters(**other)),)}
    elif more["not"]:
        sets = one | {"excluding": (Filters(**other),)}
    else:
        sets = {name: one[name] + other[name]}
    return Read(said.start, more.end(), sets)


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
            elif name in ("author", "organisation"):
                if old != value:  # both are asked for
                    sets["either"] = (*sets.get("either", ()), (Filters(**{name: value}),))
            else:
                narrower = max if name == "since" or name.startswith("min_") else min
                sets[name] = narrower(old, value)
    pages = sets.pop("also_on", ())
    if isinstance(pages, tuple) and pages:
        sets["page"] = pages[0]
        sets |= {"also_on": pages[1:]} if pages[1:] else {}
    return sets


def _subject(question: str, reads: list[Read]) -> str:
    """Return the question without its criteria, for the search."""
    rest = " ".join(blank(question, [(read.start, read.end) for read in reads]).split()) if reads else question
    return re.sub(r"\s+([?.!,;])", r"\1", rest) or question
