"""The aspects by which papers are usually compared, and the sentence of an abstract that speaks of one.

These are the moves that abstracts make, known by the words that make them (Swales, 1990). Not handled: abstracts in
languages other than English.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.nouns import Paper
from rag.readers.extractive.asking import tells_background

_COUNTED = (
    r"(?:countr|nation|region|language|question|sample|prompt|image|video|annotation|annotator|participant|people"
    r"|task|rule|pair|hour|scenario|culture|datas|domain|topic|item|instance|sentence|paper|stor|concept|value|dialogue"
    r"|example|parameter|categor|quer|dilemma|conversation|dimension|benchmark|split|song|token|case|stud)"
)
_OF_IT = r"(?!(?:and|or|of|on|in|for|from|across|with|to|by|over|per|that|which|the|each)\b)"
"""Before a word between a number and what it counts: none that begins another phrase."""
_NUMBERS = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
_MAKING = (
    r"(?:introduc|present|propos|releas|construct|buil[dt]|develop|creat|design|study|studie|examin|investigat|explor"
    r"|describ|survey|review|curat|collect|analy[sz])\w*"
)
_ASPECTS = {
    "what it is": rf"\bwe\s+(?:\w+\s+){{0,2}}{_MAKING}"
    r"|\b(?:this|the|our)\s+(?:proposed|paper|work|study|survey|article)\b"
    rf"|\bour\s+(?:[\w-]+\s+){{0,2}}(?:benchmark|dataset|corpus|method|framework|approach|pipeline|model)\b",
    "size": rf"(?<![\w.,-])(?:\d[\d,.]*[kKmM]?\s+and\s+)?"
    rf"\d[\d,.]*\s?[kKmMB+]?\+?\s+(?:{_OF_IT}[\w-]+\s+){{0,3}}(?:\w+-)?{_COUNTED}[\w-]*"
    rf"|\b{_NUMBERS}\s+(?:{_OF_IT}[\w-]+\s+){{0,2}}(?:\w+-)?{_COUNTED}[\w-]*",
    "findings": r"\b(?:finds?|found|findings?|shows?|showed|reveals?|demonstrates?|(?<!as a )results?|outperform\w*"
    r"|achieves?|observe|indicates?|suggests?|uncover|surpass\w*|struggles?)\b",
    "availability": r"\b(?:releas\w+|available|open-?sourc\w+|github|publicly)\b",
}
USUAL = {name: re.compile(shape, re.I) for name, shape in _ASPECTS.items()}
"""The usual aspects, in the order of the rows, each with what makes a sentence speak of it."""
_SIZE = USUAL["size"]
_MOST_SIZES = 4
_SCORES = re.compile(r"\d\s?%|\b(?:outperform|surpass|improv|accura|points?\b|state-of-the-art)", re.I)
"""What a sentence on results holds: what it counts is no size of the work."""
_PLACE = re.compile(r"https?://|\b(?:available|can be found (?:at|here|in|on)|github)\b", re.I)
"""Where code and data lie, which is no finding."""
_SAID = {
    "what it is": ("purpose", "aim", "goal", "what they are", "idea"),
    "size": ("size", "sizes", "scale", "how large", "coverage"),
    "findings": ("findings", "results", "outcome", "outcomes", "conclusions", "performance"),
    "availability": ("availability", "code", "data availability", "openness"),
}
_OWN = re.compile(r"\b(?:we|our|ours|this (?:paper|work|study|survey)|results|experiments|evaluations?)\b", re.I)
_FIGURE = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d+)?)(k|m)?(?![\w%-])", re.I)
_UNITS = {"k": 1e3, "m": 1e6}
_OTHERS = re.compile(
    r"\b(?:recent|previous|prior|earlier|existing|current)\s+(?:\w+\s+)?(?:stud|work|method|benchmark|approach)", re.I
)


def usual(aspect: str) -> str | None:
    """Return the usual aspect that one in a question's words is."""
    return next((name for name, said in _SAID.items() if aspect.removeprefix("the ") in said), None)


def speaking_of(aspect: str, paper: Paper, name: str, taken: Collection[int] = ()) -> tuple[int, ...]:
    """Return the sentence of `paper`, which goes by `name`, that speaks of a usual aspect; none where none does.

    A sentence that is `taken` by another aspect is passed over, but for sizes, of which `sizes` gives the words.
    """
    places = [i for i in range(1, len(paper.sentences) + 1) if aspect == "size" or i not in taken]
    found = [i for i in places if _speaks(aspect, paper.sentence(i))]
    last = aspect == "availability"

    def fit(text: str, *, own: bool, named: bool) -> tuple[bool, float]:
        if aspect == "size":
            return named, _largest(text)
        return (own and named if aspect == "what it is" else own or named), 0.0

    def merit(i: int) -> tuple[bool, tuple[bool, float], int]:
        text = paper.sentence(i)
        named = name.casefold() in text.casefold()
        foreign = tells_background(text) or _OTHERS.search(text) is not None
        own = _OWN.search(text) is not None
        return not foreign or named, fit(text, own=own, named=named), i if last else -i

    return (max(found, key=merit),) if found else ()


def sizes(text: str) -> str:
    """Return what a sentence counts, word for word: `12,400 questions; 31 languages`; empty where it counts nothing."""
    found = [match[0] for match in _SIZE.finditer(text)]
    return "; ".join(dict.fromkeys(found[:_MOST_SIZES]))


def _speaks(aspect: str, text: str) -> bool:
    if aspect == "size":
        return _SIZE.search(text) is not None and not _SCORES.search(text)
    if aspect == "findings" and _PLACE.search(text):
        return False
    return USUAL[aspect].search(text) is not None


def _largest(text: str) -> float:
    """Return the largest number of things that a sentence counts; 1 where it has none in figures."""
    found = _FIGURE.findall(text)
    return max((float(digits.replace(",", "")) * _UNITS.get(unit.lower(), 1) for digits, unit in found), default=1.0)
