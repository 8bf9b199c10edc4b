"""What a question asks for and what a sentence offers, by their vocabulary.

Word lists for English, German, French, Spanish and Chinese; a question in another language is taken to ask for one
paper and for no quantity.
"""

from __future__ import annotations

import re

from rag.readers.extractive.likeness import stems

_SEVERAL = re.compile(
    r"\b(papers|studies|articles|publications|surveys|methods|approaches|benchmarks|datasets|data sets|corpora"
    r"|art[ií]culos|estudios|trabajos|publicaciones|[ée]tudes|travaux|studien|publikationen)\b|哪些|论文",
    re.I,
)
_QUANTITY = re.compile(
    r"\bhow (many|much|large|big|small|often|high|low|long|far|broad|wide)\b|%"
    r"|\b(number|numbers|amount|percent\w*|proportion|rate|size|score\w*|figures?)\b|\bshare of\b"
    r"|\b(combien|pourcentage|wie ?viele?|prozent|cu[aá]nt[oa]s?|porcentaje)\b|多少|几|百分",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![\w-])(?!\d\))\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|half|hundreds?"
    r"|thousands?|millions?|billions?)\b",
    re.I,
)
_BACKGROUND = re.compile(
    r"(however|while|although|though|despite|recent(ly)?|existing|yet|but|nevertheless|traditional(ly)?|previous(ly)?"
    r"|prior|conventional|cependant|jedoch|obwohl|sin embargo|aunque)\b",
    re.I,
)
_CONTRIBUTION = re.compile(
    r"\b(we|this (paper|work|study|survey|article)|our (work|paper|study|method|approach))\b[^.]{0,40}"
    r"\b(introduc|present|propos|releas|construct|build|develop|creat|design|stud(y|ies)|examin|investigat|explor"
    r"|describ|survey|review|offer|provid|categori|demonstrat)",
    re.I,
)
_WHERE = re.compile(
    r"https?://|\b(code|data\w*|models?|weights|benchmark|resources)\b[^.]{0,60}\b(available|released|open-?sourced?)\b",
    re.I,
)
_ASKS_WHERE = re.compile(
    r"\b(available|availability|code|github|url|link|download|releas\w+|open-?sourced?|licen[cs]e\w*|where)\b", re.I
)
_AUTHORS_DO = re.compile(r"\bauthors? (?!(?:of|on|in|and|are|is|were|was|ha[ds]|have|does|did)\b)\w+", re.I)
"""Authors who are said to do something, and are not asked for."""
_METADATA = {
    "Date": "date dated year month published publication fecha año publicó datum jahr veröffentlicht année publié",
    "uthors": "author authors coauthors autor autores autoren auteur auteurs",
    "Organisation": "organisation organization institution affiliation institución einrichtung",
    "Seen on": "page pages listed listing página páginas seite seiten",
}


def asks_for_several(question: str) -> bool:
    """Tell whether a question asks for papers, or for what several papers offer, in the plural."""
    return _SEVERAL.search(question) is not None


def asks_for_quantity(question: str) -> bool:
    """Tell whether a question wants a number."""
    return _QUANTITY.search(question) is not None


def holds_quantity(sentence: str) -> bool:
    """Tell whether a sentence has a number in figures or words."""
    return _NUMBER.search(sentence) is not None


def asks_for_metadata(question: str, line: str = "") -> bool:
    """Tell whether a question asks for a field that a metadata line holds; without one, for any field."""
    spoken = _AUTHORS_DO.sub(" ", question)
    return bool(stems(metadata_words(line)) & stems(spoken))


def metadata_words(line: str = "") -> str:
    """Return the words by which people ask for the fields that a metadata line holds; without one, for any field."""
    return " ".join(words for field, words in _METADATA.items() if field in line or not line)


def tells_background(sentence: str) -> bool:
    """Tell whether a sentence opens as those do that tell what others did or failed to do."""
    return _BACKGROUND.match(sentence) is not None


def tells_where(sentence: str, question: str) -> bool:
    """Tell whether a sentence says where something can be had, which `question` does not ask."""
    return _WHERE.search(sentence) is not None and not _ASKS_WHERE.search(question)


def tells_contribution(sentence: str) -> bool:
    """Tell whether a sentence says what its own paper does, by the verbs with which abstracts say so."""
    return _CONTRIBUTION.search(sentence) is not None
