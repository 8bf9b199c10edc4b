"""What a claim says that must stand word for word in its source: quotations, names, the fields of a paper's record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.audit.numbers import numbers
from rag.base.text.names import fold, is_marked, tokens
from rag.base.text.overlap import STOP_WORDS, content_words
from rag.base.text.word_lists import word_list, word_table
from rag.nouns import Paper

# ----------------------------------------------------------------------------------------------------
# Names of an answer's sentence that stand in nothing it cites: `URIAL, a corpus of idioms` about a paper on another.
#
# A name is told by its spelling. Not handled: names spelled as words are, and a name of the cited
# paper itself in the wrong place.

_SHORTEST = 3
"""Letters of a name; shorter ones are initials, units and signs."""
_PLAIN_PART = re.compile(r"[-–][a-z]{3,}(?![\w])|(?<![\w])[a-z]{3,}[-–]")


def missing_names(claim: str, evidence: Iterable[str]) -> list[str]:
    """Return the names in `claim` that stand in no text of `evidence`, not even as the initials of its words."""
    texts = list(evidence)
    letters = fold(" ".join(texts))
    words = re.findall(r"[^\W_]+", " ".join(texts).casefold())
    initials = "".join(word[0] for word in words), "".join(word[0] for word in words if word not in STOP_WORDS)
    return [
        name
        for name in dict.fromkeys(_names_in(claim))
        if (key := fold(name).removesuffix("s")) not in letters and not any(key in each for each in initials)
    ]


def _names_in(text: str) -> Iterator[str]:
    """Yield the names of `text`; of a compound without the plain words in it, so that `LLM-based` is `LLM`."""
    for token in () if text.isupper() else tokens(text):
        if is_marked(token.written):
            name = _PLAIN_PART.sub("", token.written)
            yield from (part for part in name.split("/") if len(fold(part)) >= _SHORTEST and not part[0].isdigit())


# ----------------------------------------------------------------------------------------------------
# Quotations inside a claim, and whether they stand word for word in what is cited.
#
# Case, white space, the shape of quotation marks and a full stop before the closing mark do not count; an ellipsis
# parts a quotation into pieces that must come in order. Fewer than three words in quotation marks are a term, not a
# quotation.

FEWEST_WORDS = 3

_QUOTATION = re.compile(r"“([^“”]{1,2000})”|(?<!\w)\"([^\"]{1,2000})\"(?!\w)|«([^«»]{1,2000})»|„([^„“”]{1,2000})[“”]")
_ELLIPSIS = re.compile(r"\[?(?:…|\.\.\.)\]?")
_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})


def quotations(claim: str, sources: Iterable[str], fewest: int = FEWEST_WORDS) -> list[tuple[str, bool]]:
    """Return the quotations of `claim` of at least that many words, and whether each stands in one of `sources`."""
    folded = [_fold(source) for source in sources]
    said = ("".join(groups) for groups in _QUOTATION.findall(claim))
    return [(one, any(_holds(source, one) for source in folded)) for one in said if len(one.split()) >= fewest]


def without_quotations(claim: str) -> str:
    """Return what `claim` says outside of quotation marks."""
    return _QUOTATION.sub(" ", claim)


def _holds(source: str, quotation: str) -> bool:
    position = 0
    for part in _ELLIPSIS.split(quotation):
        wanted = _fold(part).strip(" .,;:!?")
        position = source.find(wanted, position)
        if position < 0:
            return False
        position += len(wanted)
    return True


def _fold(text: str) -> str:
    return " ".join(text.translate(_MARKS).casefold().split())


# ----------------------------------------------------------------------------------------------------
# What a sentence about a paper itself may say by its metadata line: when it came out, who wrote it, where it was
# seen.
#
# The line is terse (`Date: 2024-05-17. Authors (3): …`), and people speak of it in other words (`Three people
# published it in May`). English words only. Not handled: seasons, ages, names of people in another spelling.

_MONTHS = {f"{number:02}": name for number, name in enumerate(word_list("months"), start=1)}
_SAID_OF = word_table("said_of")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9])[A-Za-z]\w*(?:-\w+)*\b")
_INNER = re.compile(r"\w[A-Z]|\d")
"""What tells a name by its spelling: a capital within, or a digit."""
_COUNTED = re.compile(r"[\w-]{1,20}\s(?:[\w-]{1,20}\s)?(?:co-?)?(?:authors|researchers|people|writers|names)\b", re.I)


def metadata_words(paper: Paper) -> frozenset[str]:
    """Return the content words that the metadata line of `paper` bears out, the names of its abstract among them."""
    names = filter(_INNER.search, _NAME.findall(paper.abstract))
    told = [paper.metadata_line(), *names, _MONTHS.get((paper.date or "")[5:7], "")]
    fields = {
        "date": paper.date, "no_date": not paper.date, "authors": paper.authors or paper.author_count,
        "organisation": paper.organisation, "pages": paper.pages,
    }  # fmt: skip
    told += [word for field, value in fields.items() if value for word in _SAID_OF[field]]
    return frozenset(content_words("\n".join(told)))


def miscounts_authors(claim: str, paper: Paper) -> bool:
    """Tell whether `claim` gives a number of authors that is not the known one; a date's 05 is no `five authors`."""
    count = paper.author_count
    given = [readings for found in _COUNTED.findall(claim) for _, readings in numbers(found)]
    return bool(count) and any(str(count) not in readings for readings in given)
