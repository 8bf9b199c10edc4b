"""What a sentence about a paper itself may say by its metadata line: when it came out, who wrote it, where it was seen.

The line is terse (`Date: 2024-05-17. Authors (3): …`), and people speak of it in other words (`Three people published
it in May`). English words only. Not handled: seasons, ages, names of people in another spelling.
"""

from __future__ import annotations

import re

from rag.audit.numbers import numbers
from rag.cite.overlap import content_words
from rag.nouns import Paper

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    "december",
)
_OF_A_DATE = (
    "date dated day month year early earlier earliest late later latest old older oldest new newer newest recent "
    "publish published publication appear appeared release released submit submitted upload uploaded post posted "
    "come came out write written paper abstract work study"
)
_OF_AUTHORS = (
    "author authors authored coauthor co-author write wrote written writer people person researcher researchers name "
    "names named list listed number count many few large small long short team paper abstract work study by"
)
_OF_AN_ORGANISATION = (
    "organisation organization institution institute affiliation affiliated company university lab laboratory group "
    "team come from belong work worked publish published release released paper abstract study"
)
_OF_PAGES = "page pages seen list listed listing appear appeared library paper abstract work study"
_UNKNOWN = "unknown known given stated state date dated paper abstract publish published publication not"
_NAME = re.compile(r"\b(?=\w*[A-Z0-9])[A-Za-z]\w*(?:-\w+)*\b")
_INNER = re.compile(r"\w[A-Z]|\d|^[A-Z]{2,}")
_COUNTED = re.compile(r"[\w-]{1,20}\s(?:[\w-]{1,20}\s)?(?:co-?)?(?:authors|researchers|people|writers|names)\b", re.I)


def metadata_words(paper: Paper) -> frozenset[str]:
    """Return the content words that the metadata line of `paper` bears out, the names of its abstract among them."""
    told = [paper.metadata_line(), *_names(paper.abstract)]
    told.append(f"{_OF_A_DATE} {_month(paper.date)}" if paper.date else _UNKNOWN)
    if paper.authors or paper.author_count:
        told.append(_OF_AUTHORS)
    if paper.organisation:
        told.append(_OF_AN_ORGANISATION)
    if paper.pages:
        told.append(_OF_PAGES)
    return frozenset(word for text in told for word in content_words(text))


def miscounts_authors(claim: str, paper: Paper) -> bool:
    """Tell whether `claim` gives a number of authors that is not the known one; a date's 05 is no `five authors`."""
    count = paper.author_count or len(paper.authors)
    given = [readings for found in _COUNTED.findall(claim) for _, readings in numbers(found)]
    return bool(count) and any(str(count) not in readings for readings in given)


def _month(date: str) -> str:
    month = date[5:7]
    return _MONTHS[int(month) - 1] if month.isdecimal() and 1 <= int(month) <= 12 else ""


def _names(abstract: str) -> list[str]:
    """Return the words by which a paper is called: those with a capital within, a digit, or capitals alone."""
    return [found for found in _NAME.findall(abstract) if _INNER.search(found)]
