"""What a question asks for, by its vocabulary, and which sentences tell of what others did.

Word lists for English, German, French, Spanish and Chinese; a question in another language is taken to ask for one
paper and for no quantity, and what is asked to be written in verse is only seen in English and Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.base.text.overlap import stems
from rag.base.text.word_lists import word_table
from rag.intent.wording import NEWS, PLAINLY_PAPERS, WORKS, pattern


def _search(shape: str) -> Callable[[str], bool]:
    shaped = pattern(shape)
    return lambda text: shaped.search(text) is not None


_PAPERS = (
    "papers|studies|articles|publications|art[ií]culos|estudios|trabajos|publicaciones|[ée]tudes|travaux|studien"
    "|publikationen"
)
_PAPER = "paper|study|article|publication|preprint|survey|corpus|data ?set|benchmark|test ?bed|toolkit"
asks_for_several = _search(
    rf"\b(?:{_PAPERS}|{WORKS})\b|哪些|论文"
    rf"|\b(?:every|all|each|any) (?:[\w-]+ ){{0,2}}?{PLAINLY_PAPERS}\b|{NEWS.pattern}"
)
"""Tells whether a question asks for a list: for papers, or for what several papers offer."""
asks_for_papers = _search(
    rf"\b(?:{_PAPERS})\b|论文"
    rf"|\b(?:which|what) (?:\w+ )?(?:{_PAPER})\b(?= (?:\w+(?:s|ed)|found)\b)(?! (?:does|was|is|has|used)\b)"
    r"|\b(?:which|what) (?:\w+ )?(?:benchmarks|data ?sets|corpora|surveys|test ?beds|toolkits) "
    r"(?!(?:do|did|does|are|were|was|is|has|have|used|in)\b)\w+"
)
"""Tells whether a question asks for the papers on a subject, of which any sentence on it is an answer.

One paper, or works that papers bring, are papers too: `Which study measures …` is met by an abstract that does.
"""
asks_for_quantity = _search(
    r"\bhow (many|much|large|big|small|often|high|low|long|far|broad|wide)\b|%"
    r"|\b(number|numbers|amount|percent\w*|proportion|rate|size|score\w*|figures?)\b|\bshare of\b"
    r"|\b(combien|pourcentage|wie ?viele?|prozent|cu[aá]nt[oa]s?|porcentaje)\b|多少|几|百分"
)
"""Tells whether a question wants a number."""
_COUNTED = pattern(
    r"\b(?:how many|number of|amount of|size of(?: the)?|wie ?viele?|combien d[e'’]s?|cu[aá]nt[oa]s) "
    r"(?P<noun>(?:[\w\-’']+\s*){1,3})"
)
_NUMBER = pattern(
    r"(?<![\w-])\d[\d,.]*[kmb]?(?: (?:million|billion|thousand))?\b|\b(?:two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|thirteen|dozens?|hundreds?|thousands?|millions?)\b"
)
_CLAIMED = pattern(r"(?<![\w-])\d[\d,.]*[kmb]? (?P<noun>[\w-]+)")
_OPEN = pattern(r"\W*(?:what|which|who|whose|how|when|where|why)\b")
_BEHIND = 5
"""Words after a number among which what it counts is named."""
_WHAT_IS = pattern(
    r"[\s¿]*(?:what(?:['’]s| is| are)|qué (?:es|son)|was (?:ist|sind)|qu['’]est-ce que?|c['’]est quoi) "
    r"(?:(?:an?|the|el|la|las|los|una?|das|der|die|eine?|les?|une) |l['’])?(?P<term>[\w\s-]{2,60}?)\s*\?*\s*$"
    r"|\s*(?P<thing>[\w\s-]{2,60}?)\s*是什么\W*$"
)
_INTRODUCED = r"introduc\w+|present\w*|propos\w+|develop\w*|call\w*|term\w*|nam\w+|defin\w+"
_EXPLAINED = (
    r"\s*:|\s*\((?!\w+\))|,? (?:is|are) (?:an?|the)\b|,? (?:refers|means|denotes)\b"
    r"|, (?:an?|the|which|where|in which|i\.e\.)\b"
)
tells_background = _search(
    r"^(?:however|while|although|though|despite|recent(ly)?|existing|yet|but|nevertheless|traditional(ly)?|previous(ly)?"
    r"|prior|conventional|cependant|jedoch|obwohl|sin embargo|aunque)\b"
)
"""Tells whether a sentence opens as those do that tell what others did or failed to do."""
_AUTHORS_DO = pattern(
    r"\b(?:do|does|did) (?:the|its|their) authors?\b"
    r"|\bauthors? (?!(?:of|on|in|and|are|is|were|was|ha[ds]|have|does|did)\b)\w+"
)
"""Authors who are said to do something, and are not asked for."""
asks_for_verse = _search(
    r"\b(?:write|compose|tell|make up|sing|recite)\b(?: \w+){0,3} (?:poem|haiku|joke|story|song|limerick|riddle)s?\b"
    r"|[写讲说唱作].{0,12}(?:诗|笑话|故事|歌|谜语)"
)
"""Tells whether a poem, a joke, a story or the like is asked for, which no abstract can be quoted for."""
_MANNER = pattern(r"\W*(?:how (?:do|does|did|is|are|was|were|can)|why|what (?:do|does|did))\b")
_LIMITATION = r"limitations?|weakness(?:es)?|drawbacks?|shortcomings?|caveats?|disadvantages?"
asks_for_limits = _search(
    rf"\b(?:{_LIMITATION})\b(?! (?:of|in) (?:existing|previous|prior|current|other|earlier|the))"
    r"(?!.*\b(?:address|overcome|tackle|solve|mitigate|mention|see|discuss)(?:s|es|ed)?\b)"
)
"""Tells whether a question asks for the limitations of what it names."""
tells_of_limits = _search(rf"\b(?:{_LIMITATION}|limit(?:s|ed)?|slower|costl(?:y|ier)|future work)\b")
"""Tells whether a text has a word of those by which limitations are told."""
_METADATA = word_table("metadata")


def counts_what_is_asked(question: str, sentence: str) -> bool | None:
    """Tell whether a sentence has a number of the very thing whose number is asked for; None where none is."""
    counted = _COUNTED.search(question)
    nouns = stems(counted["noun"]) if counted else frozenset()
    return _counts(nouns, sentence) if nouns else None


def counts_what_is_claimed(question: str, sentence: str) -> bool:
    """Tell whether a sentence has a number of a thing of which a question states one: `Is it in 100 countries?`."""
    claimed = () if _OPEN.match(question) else _CLAIMED.finditer(question)
    return any(_counts(stems(found["noun"]), sentence) for found in claimed)


def _counts(nouns: frozenset[str], sentence: str) -> bool:
    spoken = sentence.replace("%", " percent")
    behind = (" ".join(spoken[number.end() :].split()[:_BEHIND]) for number in _NUMBER.finditer(spoken))
    return any(nouns & stems(words) for words in behind)


def defines_what_is_asked(question: str, sentence: str) -> bool:
    """Tell whether `What is X?` is asked and a sentence introduces X or says what it is, by the words around it."""
    asked = _WHAT_IS.match(question)
    if asked is None:
        return False
    term = rf"\b{re.escape(asked['term'] or asked['thing'])}\b"
    defines = rf"\b(?:{_INTRODUCED})\b[^.]{{0,20}}{term}|{term}(?:{_EXPLAINED})|\w \({term}\)"
    return re.search(defines, sentence, re.I) is not None


def asks_how(question: str) -> bool:
    """Tell whether a question asks how or why something is done, or what it does, and for no name or number."""
    return _MANNER.match(question) is not None and not asks_for_quantity(question)


def asks_for_metadata(question: str, line: str = "") -> bool:
    """Tell whether a question asks for a field that a metadata line holds; without one, for any field."""
    named = " ".join(word for field, words in _METADATA.items() if field in line or not line for word in words)
    return bool(stems(named) & stems(_AUTHORS_DO.sub(" ", question)))
