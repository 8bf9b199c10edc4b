"""What kind of question about the library it is: a count, a list, an extreme, a count by group; and how to sort.

Each rule blanks what it understood. Not handled: two kinds in one question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.intent.amounts import NUMBER, number
from rag.intent.wording import NEWS, OF_PAPERS, PAPERS, PLAINLY_PAPERS, Span, blank, pattern


class AggregationKind(StrEnum):
    """What is asked about the papers that meet the criteria."""

    COUNT = "count"
    LIST = "list"
    EXTREME = "extreme"
    GROUPS = "groups"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The kind; for an extreme or a sorted list its field, direction and how many; for groups and a mean of what."""

    kind: AggregationKind
    by: str | None = None
    descending: bool = True
    most: int | None = None


def read_kind(text: str) -> tuple[Aggregation | None, str]:
    """Return what is asked and `text` with what said so blanked; None where it is no question about the library."""
    if _FOREIGN.search(text):
        return None, text
    (by, descending), text = _read_sort(text)
    if by and not re.search(r"\w", text):
        return Aggregation(AggregationKind.LIST, by, descending), text  # "sort the papers by date"
    if found := _MEAN.search(text):
        return Aggregation(AggregationKind.MEAN, _field(found["f"])), blank(text, found)
    if found := _COUNT.search(text):
        text = blank(text, found)
        if group := _GROUPED.search(text):
            return Aggregation(AggregationKind.GROUPS, _group(group["g"])), blank(text, group)
        return Aggregation(AggregationKind.COUNT, by, descending), text
    if most := _MOST_OF.search(text):
        return Aggregation(AggregationKind.GROUPS, _group(most["g"])), blank(text, most)
    extreme, text = _read_extreme(text)
    if extreme is not None:
        return extreme, text
    if NEWS.search(text) or (_LIST.search(text) and (_PLAIN.search(text) or _VAGUE.search(text))):
        if few := _FEW_OF.search(text):
            return Aggregation(AggregationKind.LIST, by, descending, number(few["k"])), blank(
                text, Span(*few.span("k"))
            )
        return Aggregation(AggregationKind.LIST, by, descending), text
    return None, text


# ---------------------------------------------------------------------- fields

_NUMBER_OF = r"(?:the )?(?:(?:number|count) of )?"
_COUNTED = r"authors?|up-?votes|comments"
_FIELDS = {"date": "date", "title": "title", "author": "authors", "vote": "upvotes", "comment": "comments"}
_GROUPS = r"(?P<g>year|month|page|organi[sz]ation|{})"


def _field(said: str) -> str:
    """Return the field of a record that is meant by `author count`, `up-votes`."""
    return next(field for name, field in _FIELDS.items() if name in said.lower())


def _group(said: str) -> str:
    """Return by what is grouped; `lab` and its like are organisations."""
    last = said.lower().split()[-1]
    return last if last in ("year", "month", "page", "authors") else "organisation"


# ---------------------------------------------------------------------- counts

_COUNT = pattern(
    rf"\bhow many\b(?=(?: (?!{PAPERS}\b)[\w-]+){{0,4}} {PAPERS}\b| of (?:them|these|those|the)\b)"
    r"|(?:\b(?:(?:what|which) is )?(?:the )?(?:total )?(?:number|count) of\b"
    r"|\b(?:what|which) (?:percentage|percent|share|proportion|fraction) of\b|\bcount\b)"
    rf"(?=(?: [\w-]+){{0,3}} {PAPERS}\b)"
)
_MEAN = pattern(
    rf"\b(?:average|mean|median|typical|usual) {_NUMBER_OF}(?P<f>{_COUNTED})\b"
    rf"(?: count)?(?: (?:per|of an?|of the|in an?) {PAPERS}\b)?"
)
_FOREIGN = pattern(
    rf"\bhow many\b[^?]*?\b{PAPERS} (?:do|does|did|were|was) "
    r"(?!(?:you|we|i|it|they|there|the library|this library|not|dated|published|released|written|seen|listed|added)\b)"
)
"""`How many papers does the survey cover?`: its own number, not the library's."""
_GROUPED = pattern(
    r"\b(?:per|by|for each|in each|on each|each|every|(?:broken down|grouped) by) "
    rf"(?:calendar )?{_GROUPS.format('number of authors')}\b"
)
_MOST_OF = pattern(
    rf"\b(?:which|what) {_GROUPS.format('lab|laboratory|institution|institute|group|company')} "
    rf"(?:\w+ ){{0,2}}?(?:the )?most {PAPERS}\b"
)
"""`Which organisation has the most papers?`: a count by group tells."""

# ---------------------------------------------------------------------- extremes

_MANY = r"(?:most|(?:highest|largest|greatest|maximum) number of|maximum of)"
_FEW = r"(?:fewest|least|(?:lowest|smallest|minimum) number of|minimum of)"
_AUTHOR_LIST = r"(?:author list|list of authors|author count|number of authors|author team|team|authorship)"
_OUT = r"(?: (?:published|released|dated))?"
_SUPERLATIVES = {
    ("date", True): rf"(?:most recent(?:ly)?|newest|latest|youngest){_OUT}",
    ("date", False): rf"(?:oldest|earliest|least recent){_OUT}",
    ("authors", True): rf"(?:{_MANY} (?:co-?)?(?:authors|people)|(?:longest|largest|biggest) {_AUTHOR_LIST})",
    ("authors", False): rf"(?:{_FEW} (?:co-?)?authors|(?:shortest|smallest) {_AUTHOR_LIST})",
    ("upvotes", True): rf"(?:most (?:up-?voted|liked|popular)|{_MANY} (?:(?:up-?)?votes|likes))",
    ("upvotes", False): rf"(?:least (?:up-?voted|liked|popular)|{_FEW} (?:(?:up-?)?votes|likes))",
    ("comments", True): rf"(?:most (?:commented(?: on)?|discussed)|commented on most|{_MANY} comments)",
    ("comments", False): rf"(?:least (?:commented(?: on)?|discussed)|{_FEW} comments)",
    ("pages", True): rf"{_MANY} pages",
    ("citations", True): rf"(?:(?:most|best|highest)[\s-]+cited|{_MANY} citations)",
}
_EXTREMES = {
    key: pattern(
        rf"(?:\btop )?(?:\b(?P<k>{NUMBER}) )?(?:\b{PAPERS} )?"
        r"(?:\b(?:with|has|have|having|got|by|drew|received|attracted|gathered|collected) )?"
        rf"(?:\bthe )?(?:(?P<j>{NUMBER}) )?\b{shape}(?: (?P<l>{NUMBER})(?= {PAPERS}))?"
    )
    for key, shape in _SUPERLATIVES.items()
}
_BEHIND_EXTREME = pattern(
    rf"\s*(?:[\w-]+ ){{0,3}}?{PAPERS}\b|\s*(?:[?.,]|$|(?:and|in|on|of|among|by|here|from|that|about|since)\b)"
)
_FIRST_LAST = pattern(
    rf"\b(?:came|come|appeared|published|released) (?:out )?(?P<a>first|last)\b"
    rf"|\b(?P<b>first|last) (?:one )?(?:to (?:be published|appear|come out)|published {PAPERS})"
)
_TOP = pattern(
    rf"\b(?P<top>top (?:(?P<k>{NUMBER}) )?){PAPERS}\b.*?(?P<by>\bby {_NUMBER_OF}(?P<f>date|{_COUNTED})\b(?: count)?)"
)
_OF_THEM = r"of (?:these|those|them|both|the (?:two|three|four|five|six))(?: papers)?"
_BARE = pattern(
    rf"\W*(?:(?:what|which|show|me|is|are|the|list|and) )*(?:{'|'.join(_SUPERLATIVES.values())})(?: {_OF_THEM})?\W*"
)
"""An extreme and nothing else is one of papers: `most upvoted`."""
_COMPARATIVES = {
    ("date", True): r"newer|more recent|later",
    ("date", False): r"older|earlier",
    ("authors", True): r"more (?:co-?)?authors",
    ("authors", False): r"fewer (?:co-?)?authors",
    ("upvotes", True): r"more (?:(?:up-?)?votes|popular)",
}
COMPARES = pattern(
    rf"\W*(?:and )?(?:which|what) (?:(?:ones?|papers?|{_OF_THEM}) )*(?:is|was|has|had|got) (?:the )?"
    rf"(?P<how>{'|'.join(_COMPARATIVES.values())})(?: one)?\W*"
)
"""A comparative is asked of papers just spoken of: `Which of the two is newer?`."""


def _read_extreme(text: str) -> tuple[Aggregation | None, str]:
    if compared := COMPARES.fullmatch(text):
        key = next(key for key, how in _COMPARATIVES.items() if pattern(how).fullmatch(compared["how"]))
        return Aggregation(AggregationKind.EXTREME, *key, 1), blank(text, compared)
    if not OF_PAPERS.search(text) and not _BARE.fullmatch(text):
        return None, text
    for key, shape in _EXTREMES.items():
        for found in shape.finditer(text):
            if _BEHIND_EXTREME.match(text, found.end()):
                few = number(found["k"] or found["j"] or found["l"] or "1")
                return Aggregation(AggregationKind.EXTREME, *key, max(few, 1)), blank(text, found)
    if top := _TOP.search(text):
        asked = Aggregation(AggregationKind.EXTREME, _field(top["f"]), True, max(number(top["k"] or "1"), 1))
        return asked, blank(text, *(Span(*top.span(part)) for part in ("top", "by")))
    if order := _FIRST_LAST.search(text):
        last = (order["a"] or order["b"]).lower() == "last"
        return Aggregation(AggregationKind.EXTREME, "date", last, 1), blank(text, order)
    return None, text


# ---------------------------------------------------------------------- lists and their order

_LIST = pattern(
    r"^\W*(?:(?:and|so|ok|okay|please|now|can you|could you)[\s,]+)*"
    r"(?:(?:list|show|give|name|find|get|enumerate|tell|display|send)\b"
    rf"|(?:which|what)\b(?=(?: [\w-]+){{0,4}}? {PAPERS}\b)|(?:is|are) there\b|do (?:you|we) have\b"
    rf"|(?:any|all|every|the)\b(?=(?: [\w-]+){{0,3}}?\s*{PAPERS}\b)|(?:what|which) (?:have )?(?:you|we)\b"
    rf"|(?:[\w-]+ ){{0,2}}{PAPERS}\b)|\b(?:which|what) {PAPERS}\b"
    rf"|^(?!\W*(?:why|how|where|when|who)\b)(?s:.*)\b(?:every|all|each|any)\b(?=(?: [\w-]+){{0,2}}? {PLAINLY_PAPERS}\b)"
)
_PLAIN = pattern(rf"\b{PLAINLY_PAPERS}\b")
_VAGUE = pattern(r"^\W*(?:(?:is|are) there |do you have |have you got )?(?:anything|everything)\b|\bwhich ones\b")
_FEW_OF = pattern(
    rf"\b(?:list|show|give|name|find|get|tell|recommend|suggest) (?:me |us )?(?P<k>{NUMBER}) (?:[\w-]+ )?{PAPERS}"
)
"""`Give me three papers on bees`."""
_ORDERS = tuple(
    (key, pattern(rf"\b(?:{shape})\b"))
    for key, shape in (
        *((key, rf"{shape} first") for key, shape in _SUPERLATIVES.items()),
        (("date", True), r"in reverse (?:chronological|date) order"),
        (("date", False), r"in (?:chronological|date) order|chronologically"),
        (("title", False), r"(?:in )?alphabetical(?:ly)?(?: order)?"),
    )
)
_SORT_BY = pattern(
    r"\b(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?) (?:(?:them|(?:all )?(?:the )?papers) )?by "
    rf"{_NUMBER_OF}(?P<f>date|title|{_COUNTED})\b(?: count)?(?P<d>\s*,?\s*(?:ascending|descending))?"
)


def _read_sort(text: str) -> tuple[tuple[str | None, bool], str]:
    if found := _SORT_BY.search(text):
        by = _field(found["f"])
        descending = "desc" in found["d"].lower() if found["d"] else by != "title"
        return (by, descending), blank(text, found)
    for key, shape in _ORDERS:
        if found := shape.search(text):
            return key, blank(text, found)
    return (None, True), text
