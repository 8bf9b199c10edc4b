"""What kind of question about the library it is: a count, a list, an extreme, a count by group; and how to sort.

Each rule blanks what it understood. Not handled: two kinds in one question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rag.intent.quantities import NUMBER, number
from rag.intent.wording import blank

# ----------------------------------------------------------------------------------------------------
# What the rules of the grammar share: the words for papers, and a criterion as read.

PLAINLY_PAPERS = (
    r"(?:papers?|articles?|publications?|preprints?|abstracts?|entries|works|studies|(?<!s )(?:work|study))"
)
"""Nouns for papers; `work` and `study` are verbs after a plural."""
PAPERS = rf"(?:{PLAINLY_PAPERS}|titles|records?|ones?|anything|something|everything|nothing|research)"


@dataclass(frozen=True, slots=True)
class Read:
    """One criterion: the span of the question that states it, the filters it sets, and what to say about it."""

    start: int
    end: int
    sets: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether the span from `start` to `end` shares a character with this one."""
        return self.start < end and start < self.end


# ----------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What is asked about the papers that meet the criteria."""

    COUNT = "count"
    LIST = "list"
    EXTREME = "extreme"
    GROUPS = "groups"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The kind; for an extreme or a sorted list its field, direction and how many; for groups and a mean of what."""

    kind: Kind
    by: str | None = None
    descending: bool = True
    most: int | None = None


def read_kind(text: str) -> tuple[Aggregation | None, str]:
    """Return what is asked and `text` with what said so blanked; None where it is no question about the library."""
    if _FOREIGN.search(text):
        return None, text
    (by, descending), text = _read_sort(text)
    if by and not re.search(r"\w", text):
        return Aggregation(Kind.LIST, by, descending), text  # "sort the papers by date"
    if found := _MEAN.search(text):
        return Aggregation(Kind.MEAN, _field(found["f"])), blank(text, [found.span()])
    if found := _COUNT.search(text):
        text = blank(text, [found.span()])
        if group := _GROUPED.search(text):
            return Aggregation(Kind.GROUPS, _group(group["g"].lower())), blank(text, [group.span()])
        return Aggregation(Kind.COUNT, by, descending), text
    if most := _MOST_OF.search(text):
        return Aggregation(Kind.GROUPS, _group(most["g"].lower())), blank(text, [most.span()])
    extreme, text = _read_extreme(text)
    if extreme is not None:
        return extreme, text
    if re.search(_NEWS, text, re.I) or (_LIST.search(text) and (_PLAIN.search(text) or _VAGUE.search(text))):
        few = _FEW_OF.search(text)
        if few:
            return Aggregation(Kind.LIST, by, descending, number(few["k"])), blank(text, [few.span("k")])
        return Aggregation(Kind.LIST, by, descending), text
    return None, text


# ---------------------------------------------------------------------- counts

_FEW_OF = re.compile(
    rf"\b(?:list|show|give|name|find|get|tell|recommend|suggest)\s+(?:me\s+|us\s+)?(?P<k>{NUMBER})\s+(?:[\w-]+\s+)?{PAPERS}",
    re.I,
)
"""`Give me three papers on bees`."""

_COUNT = re.compile(
    rf"\bhow\s+many\b(?=(?:\s+(?!{PAPERS}\b)[\w-]+){{0,4}}\s+{PAPERS}\b|\s+of\s+(?:them|these|those|the)\b)"
    rf"|\b(?:(?:what|which)\s+is\s+)?(?:the\s+)?(?:total\s+)?(?:number|count)\s+of\b(?=(?:\s+[\w-]+){{0,3}}\s+{PAPERS}\b)"
    rf"|\b(?:what|which)\s+(?:percentage|percent|share|proportion|fraction)\s+of\b(?=(?:\s+[\w-]+){{0,3}}\s+{PAPERS}\b)"
    rf"|\bcount\b(?=\s+(?:\w+\s+){{0,3}}{PAPERS}\b)",
    re.I,
)
_MEAN = re.compile(
    r"\b(?:average|mean|median|typical|usual)\s+(?:number\s+of\s+|count\s+of\s+)?"
    rf"(?P<f>authors?|up-?votes|comments)(?:\s+count)?(?:\s+(?:per|of\s+an?|of\s+the|in\s+an?)\s+{PAPERS})?\b",
    re.I,
)
_OWN = r"(?:you|we|i|it|they|there|the\s+library|this\s+library|not)\b"
_DONE = r"(?:dated|published|released|written|seen|listed|added)\b"
_FOREIGN = re.compile(
    rf"\bhow\s+many\b[^?]*?\b{PAPERS}\s+(?:do|does|did|were|was)\s+(?!{_OWN}|{_DONE})",
    re.I,
)
"""`How many papers does the survey cover?`: its own number, not the library's."""
_GROUPED = re.compile(
    r"\b(?:per|by|for\s+each|in\s+each|on\s+each|each|every|(?:broken\s+down|grouped)\s+by)\s+"
    r"(?P<g>calendar\s+year|year|month|page|organi[sz]ation|number\s+of\s+authors)\b",
    re.I,
)


_MOST_OF = re.compile(
    r"\b(?:which|what)\s+(?P<g>year|month|page|organi[sz]ation|lab|laboratory|institution|institute|group|company)\s+"
    rf"(?:\w+\s+){{0,2}}?(?:the\s+)?most\s+{PAPERS}\b",
    re.I,
)
"""`Which organisation has the most papers?`: a count by group tells."""
_ORGANISATIONS = ("lab", "laboratory", "institution", "institute", "group", "company")


def _group(said: str) -> str:
    if said in _ORGANISATIONS:
        return "organisation"
    return "authors" if "author" in said else said.split()[-1].replace("organiz", "organis")


# ---------------------------------------------------------------------- extremes

_MANY = r"(?:most|(?:highest|largest|greatest|maximum)\s+number\s+of|maximum\s+of)"
_FEW = r"(?:fewest|least|(?:lowest|smallest|minimum)\s+number\s+of|minimum\s+of)"
_AUTHOR_LIST = (
    r"(?:author\s+list|list\s+of\s+authors|author\s+count|number\s+of\s+authors|author\s+team|team|authorship)"
)
_OUT = r"(?:\s+(?:published|released|dated))?"
_NAMES = {
    ("date", True): rf"(?:most\s+recent(?:ly)?|newest|latest|youngest){_OUT}",
    ("date", False): rf"(?:oldest|earliest|least\s+recent){_OUT}",
    ("authors", True): rf"(?:{_MANY}\s+(?:co-?)?(?:authors|people)|(?:longest|largest|biggest)\s+{_AUTHOR_LIST})",
    ("authors", False): rf"(?:{_FEW}\s+(?:co-?)?authors|(?:shortest|smallest)\s+{_AUTHOR_LIST})",
    ("upvotes", True): rf"(?:most\s+(?:up-?voted|liked|popular)|{_MANY}\s+(?:(?:up-?)?votes|likes))",
    ("upvotes", False): rf"(?:least\s+(?:up-?voted|liked|popular)|{_FEW}\s+(?:(?:up-?)?votes|likes))",
    ("comments", True): rf"(?:most\s+(?:commented(?:\s+on)?|discussed)|commented\s+on\s+most|{_MANY}\s+comments)",
    ("comments", False): rf"(?:least\s+(?:commented(?:\s+on)?|discussed)|{_FEW}\s+comments)",
    ("pages", True): rf"{_MANY}\s+pages",
    ("citations", True): rf"(?:(?:most|best|highest)[\s-]+cited|{_MANY}\s+citations)",
}
_EXTREMES = tuple(
    (
        field,
        descending,
        re.compile(
            rf"(?:\btop\s+)?(?:\b(?P<k>{NUMBER})\s+)?(?:\b{PAPERS}\s+)?(?:\b(?:with|has|have|having|got|by|drew|received|attracted|gathered|collected)\s+)?"
            rf"(?:\bthe\s+)?(?:(?P<j>{NUMBER})\s+)?\b{shape}(?:\s+(?P<l>{NUMBER})(?=\s+{PAPERS}))?",
            re.I,
        ),
    )
    for (field, descending), shape in _NAMES.items()
)
_OF_PAPERS = re.compile(
    rf"\s*(?:[\w-]+\s+){{0,3}}?{PAPERS}\b|\s*(?:[?.,]|$|(?:and|in|on|of|among|by|here|from|that|about|since)\b)", re.I
)
_FIRST_LAST = re.compile(
    rf"\b(?:came|come|appeared|published|released)\s+(?:out\s+)?(?P<a>first|last)\b"
    rf"|\b(?P<b>first|last)\s+(?:one\s+)?(?:to\s+(?:be\s+published|appear|come\s+out)|published\s+{PAPERS})",
    re.I,
)


_TOP = re.compile(
    rf"\b(?P<top>top\s+(?:(?P<k>{NUMBER})\s+)?){PAPERS}\b.*?(?P<by>\bby\s+(?:the\s+)?(?:number\s+of\s+)?"
    r"(?P<f>date|authors?|up-?votes|comments)\b(?:\s+count)?)",
    re.I,
)


_OF_THEM = r"of\s+(?:these|those|them|both|the\s+(?:two|three|four|five|six))(?:\s+papers)?"
_BARE = re.compile(
    rf"\W*(?:(?:what|which|show|me|is|are|the|list|and)\s+)*(?:{'|'.join(_NAMES.values())})(?:\s+{_OF_THEM})?\W*", re.I
)
"""An extreme and nothing else is one of papers: `most upvoted`."""


_COMPARED = {
    ("date", True): r"newer|more\s+recent|later",
    ("date", False): r"older|earlier",
    ("authors", True): r"more\s+(?:co-?)?authors",
    ("authors", False): r"fewer\s+(?:co-?)?authors",
    ("upvotes", True): r"more\s+(?:(?:up-?)?votes|popular)",
}
COMPARES = re.compile(
    rf"\W*(?:and\s+)?(?:which|what)\s+(?:(?:ones?|papers?|{_OF_THEM})\s+)*(?:is|was|has|had|got)\s+(?:the\s+)?"
    rf"(?P<how>{'|'.join(_COMPARED.values())})(?:\s+one)?\W*",
    re.I,
)
"""A comparative is asked of papers just spoken of: `Which of the two is newer?`."""


def _read_extreme(text: str) -> tuple[Aggregation | None, str]:
    if compared := COMPARES.fullmatch(text):
        by, descending = next(key for key, how in _COMPARED.items() if re.fullmatch(how, compared["how"], re.I))
        return Aggregation(Kind.EXTREME, by, descending, 1), blank(text, [compared.span()])
    if not re.search(rf"\b{PAPERS}\b", text, re.I) and not _BARE.fullmatch(text):
        return None, text
    for by, descending, shape in _EXTREMES:
        for found in shape.finditer(text):
            if _OF_PAPERS.match(text, found.end()):
                said = found["k"] or found["j"] or found["l"]
                few = number(said) if said else 1
                return Aggregation(Kind.EXTREME, by, descending, max(few, 1)), blank(text, [found.span()])
    if top := _TOP.search(text):
        by = _field(top["f"])
        few = number(top["k"]) if top["k"] else 1
        return Aggregation(Kind.EXTREME, by, True, max(few, 1)), blank(text, [top.span("top"), top.span("by")])
    if found_order := _FIRST_LAST.search(text):
        last = (found_order["a"] or found_order["b"]).lower() == "last"
        return Aggregation(Kind.EXTREME, "date", last, 1), blank(text, [found_order.span()])
    return None, text


# ---------------------------------------------------------------------- lists and their order

_OPENING = r"^\W*(?:(?:and|so|ok|okay|please|now|can\s+you|could\s+you)[\s,]+)*"
_LIST = re.compile(
    rf"{_OPENING}(?:(?:list|show|give|name|find|get|enumerate|tell|display|send)\b"
    rf"|(?:which|what)\b(?=(?:\s+[\w-]+){{0,4}}?\s+{PAPERS}\b)|(?:is|are)\s+there\b|do\s+(?:you|we)\s+have\b"
    rf"|(?:any|all|every|the)\b(?=(?:\s+[\w-]+){{0,3}}?\s*{PAPERS}\b)|(?:what|which)\s+(?:have\s+)?(?:you|we)\b"
    rf"|(?:anything|everything|something)\b|(?:[\w-]+\s+){{0,2}}{PAPERS}\b|(?:one|two|three)\s+{PAPERS}\b)"
    rf"|\b(?:which|what)\s+(?:ones?|{PAPERS})\b"
    rf"|^(?!\W*(?:why|how|where|when|who)\b).*\b(?:every|all|each|any)\b(?=(?:\s+[\w-]+){{0,2}}?\s+{PLAINLY_PAPERS}\b)",
    re.I | re.S,
)
_NEWS = r"\b(?:what|which)\s+(?:has\s+|have\s+)?(?:came|come)\s+out\b|\bwhat(?:'s|\s+is)\s+new\b"
EVERY = re.compile(rf"\b(?:every|all|each|any)\s+(?:[\w-]+\s+){{0,2}}?{PLAINLY_PAPERS}\b|{_NEWS}", re.I)
"""A list is asked for although no noun is in the plural."""
_PLAIN = re.compile(rf"\b{PLAINLY_PAPERS}\b", re.I)
_VAGUE = re.compile(
    r"^\W*(?:(?:is|are)\s+there\s+|do\s+you\s+have\s+|have\s+you\s+got\s+)?(?:anything|everything)\b|\bwhich\s+ones\b",
    re.I,
)
_SORTED = tuple(
    (by, descending, re.compile(rf"\b(?:{shape})\b", re.I))
    for by, descending, shape in (
        ("date", True, r"(?:newest|latest|most\s+recent)\s+first|in\s+reverse\s+(?:chronological|date)\s+order"),
        ("date", False, r"(?:oldest|earliest)\s+first|in\s+(?:chronological|date)\s+order|chronologically"),
        ("authors", True, r"most\s+authors\s+first"),
        ("authors", False, r"fewest\s+authors\s+first"),
        ("title", False, r"(?:in\s+)?alphabetical(?:ly)?(?:\s+order)?"),
        ("upvotes", True, r"most\s+up-?vot(?:es|ed)\s+first"),
    )
)
_SORT_BY = re.compile(
    r"\b(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?)\s+(?:(?:them|(?:all\s+)?(?:the\s+)?papers)\s+)?by\s+(?:the\s+)?(?:number\s+of\s+)?"
    r"(?P<f>date|title|authors?(?:\s+count)?|up-?votes|comments)(?P<d>\s*,?\s*(?:ascending|descending))?",
    re.I,
)
_FIELDS = {"date": "date", "title": "title", "author": "authors", "vote": "upvotes", "comment": "comments"}


def _field(said: str) -> str:
    """Return the field of a record that is meant by `author count`, `up-votes`."""
    return next(field for name, field in _FIELDS.items() if name in said.lower())


def _read_sort(text: str) -> tuple[tuple[str | None, bool], str]:
    if found := _SORT_BY.search(text):
        by = _field(found["f"])
        descending = "desc" in found["d"].lower() if found["d"] else by != "title"
        return (by, descending), blank(text, [found.span()])
    for by, descending, shape in _SORTED:
        if found := shape.search(text):
            return (by, descending), blank(text, [found.span()])
    return (None, True), text
