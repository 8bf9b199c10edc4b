"""A question for named papers side by side, or for papers like one that it names.

Not handled: comparisons of methods that one abstract alone describes; these are for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.base.text.word_lists import word_list, word_pattern
from rag.intent.amounts import NUMBER, number
from rag.intent.paper_mentions import PaperMention
from rag.intent.parsed_question import is_understood
from rag.intent.wording import PAPERS, blank, pattern
from rag.nouns import Paper

MOST = 6
"""Papers that are set side by side."""
_COMPARES = word_pattern(word_list("compares"))
_OR = pattern(r"^[\s,'\"“”]*(?:or|vs\.?|versus|and)[\s,'\"“”]*(?:the )?$")
_BY = pattern(
    r"\b(?:in terms of|with (?:respect|regard) to|when it comes to|regarding|as to|by|on|in) "
    r"(?:their |the |its )?(?P<aspects>[^?.!;:]{3,80})[?.!]*\s*$"
)
_AFTER = re.compile(r":\s*(?P<aspects>[^:?.!;]{3,80})[?.!]*\s*$")
_FIRST = re.compile(r"\s*(?P<aspects>[^:?.!;]{3,60}):")
_MOST_WORDS = 4
_FILLING = word_pattern(word_list("comparing"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The papers to set side by side, with the names they go by, and the aspects that are wanted, if any are named."""

    papers: tuple[tuple[str, str], ...]
    aspects: tuple[str, ...]
    asked: str
    """What the question asks about them, where that is no list of aspects; empty where it asks for nothing special."""


def read_comparison(text: str, meant: Sequence[PaperMention]) -> Comparison | None:
    """Return the comparison that `text` asks for; None where it is none, or names fewer than two papers held here."""
    if not 2 <= len(meant) <= MOST:
        return None
    between = [text[one.end : other.start] for one, other in pairwise(meant)]
    side_by_side = any(_OR.match(gap) for gap in between) and re.search(r"\bwhich\b|\bhow\b|\bor\b", text, re.I)
    rest = blank(text, *meant)
    if not (_COMPARES.search(rest) or side_by_side):
        return None
    papers = tuple((m.paper_id, text[m.start : m.end]) for m in meant)
    wanted = _AFTER.search(rest) or _BY.search(rest) or _FIRST.match(rest)
    aspects = _aspects(wanted["aspects"]) if wanted else ()
    left = re.sub(r"\W+", " ", _FILLING.sub(" ", rest)).strip()
    return Comparison(papers, aspects, "" if aspects or not left else text)


def comparing_question(papers: Sequence[Paper]) -> str:
    """Return the question that sets these papers side by side: two to `MOST` of them, by their titles."""
    *first, last = (f"“{paper.title}”" for paper in papers)
    return f"Compare {', '.join(first)} and {last}"


def compares(text: str) -> bool:
    """Tell whether `text` asks for a comparison at all."""
    return _COMPARES.search(text) is not None


def _aspects(said: str) -> tuple[str, ...]:
    """Return a short list of aspects: `countries, languages and topics`; none where it is more of a sentence."""
    parts = [part.strip() for part in re.split(r",|\band\b|/", said) if part.strip()]
    plain = all(len(part.split()) <= _MOST_WORDS and part.islower() for part in parts)
    telling = all(_FILLING.sub("", part).strip() for part in parts)
    return tuple(parts) if parts and len(parts) <= _MOST_WORDS and plain and telling and "  " not in said else ()


# ----------------------------------------------------------------------------------------------------
# A question for papers like one that it names: `papers like KorNAT`, `what is related to “…”?`.
#
# Not handled: likeness in one respect only (`like KorNAT, but on Japan`), which is for the reader.


@dataclass(frozen=True, slots=True)
class Similar:
    """The `count` papers most like one."""

    paper_id: str
    count: int


USUAL = 10
"""Papers that are named where no number is asked for."""
_MOST = 60
_TO = r"(?:like|(?:similar|related|close|closest|near|nearest|akin|comparable) to|resembl(?:e|es|ing))\b"
_LIKE = pattern(
    rf"\b(?:(?P<n>{NUMBER}) )?(?:other |more |further )?{PAPERS} "
    rf"(?:(?:that|which|are|is|most|closely|very|more) )*{_TO}"
    rf"|\b(?:(?P<m>{NUMBER}) )?(?:most )?(?:similar|related|comparable|neighbou?ring) {PAPERS}(?: (?:to|of|for)\b)?"
    rf"|\b(?:what|which) (?:else )?(?:here )?(?:is|are) (?:most )?{_TO}|\bfurther reading(?: (?:on|to|for))?\b"
)


def read_similar(text: str, subject: str, meant: Sequence[PaperMention], among: Sequence[str]) -> Similar | None:
    """Return which papers like which one `text` asks for; None where it asks for something else.

    `subject` is `text` without its filters; `among` are the papers that a conversation is about: its first one is meant
    where `text` names none.
    """
    rest = subject
    for one in meant:
        rest = rest.replace(text[one.start : one.end], " ")
    found = _LIKE.search(rest)
    if found is None or len(meant) > 1 or not (meant or among):
        return None
    left = re.sub(r"[\"'“”]", " ", blank(rest, found))
    if not is_understood(left, of_one_paper=True):
        return None
    said = found["n"] or found["m"]
    most = min(number(said), _MOST) if said else USUAL
    return Similar(meant[0].paper_id if meant else among[0], max(most, 1))
