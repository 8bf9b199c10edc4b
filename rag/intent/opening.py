"""A person's first questions: a greeting, thanks, an overview, where to begin reading, who works on something.

The catalogue and the digest can answer these, whatever the abstracts say. A rule takes a whole question or none of it.
Not handled: other languages than English, but for greetings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.intent.wording import pattern


class Opening(StrEnum):
    """What kind of first question it is."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    HELP = "help"
    OVERVIEW = "overview"
    READING = "reading"
    PEOPLE = "people"
    KNOWN = "known"


CONVERSATIONAL = frozenset((Opening.GREETING, Opening.THANKS, Opening.FAREWELL, Opening.HELP))
"""Those that a kind word answers, and no paper."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The kind, and the subject where one is named."""

    kind: Opening
    topic: str = ""


_BEGINS = (
    r"(?:(?:(?:hi|hello|hey)(?: there)?|good (?:morning|afternoon|evening|day)|ok|okay|so|well|please|and|now)\b"
    r"[\s,!.]*)*(?:(?:can|could|would|will) you (?:please )?|please |i(?:'d| would) like (?:to have )?"
    r"|i (?:want|need) )?"
)
_ENDS = (
    r"(?:[\s,]*\b(?:please|pls|thanks|thank you|briefly|shortly|simply|first|overall|for me|to me|here"
    r"|in (?:short|brief|general)"
    r"|in (?:a few|one|two|three|four|five|\d+) (?:words|sentences?|paragraphs?|points|lines|bullets?)))*"
)
_YOU = r"(?:[\s,]+(?:there|all|everyone|again|friends?|you|bot|assistant|so much|very much|a lot))*"
_LIBRARY = (
    r"(?:(?:all|the|this|these|those|my|our|your|whole|entire) (?:of )?)*"
    r"(?:library|collection|corpus|papers|abstracts|database|catalogue|pages|field)"
)
_IN_IT = rf"(?: (?:in|of) {_LIBRARY})?"
_TOPICS = r"(?:main |major |key |different )?(?:topics|subjects|themes|areas|fields|questions)"
_DEALT = rf"(?: (?:there|this|covered|represented|discussed|dealt|treated|cover|deal|with|by|in|i|find|{_LIBRARY}))*"
_SOME = r"(?:(?:me|some|a few|any|the|\w+) ){0,3}"
_READABLE = r"(?:papers?|articles?|works?|reading|literature|something|anything)"
_KEY = (
    r"(?:the )?(?:key|essential|seminal|introductory|must-read|best"
    r"|(?:most )?(?:important|interesting|relevant|influential))"
)
_SHOULD = r"(?:should|shall|must|do|can|could|would|to) (?:(?:i|we|one|you) )?"
_BEGIN = r"(?:read|start|begin|look at|get started|recommend)(?: (?:first|next|with|reading|to read|at))*"
_NEW_TO = r"(?:i|we)(?:'m|'re| am| are) new to"
_ON = rf"(?:on|about|if {_NEW_TO}|for|in|into|with|regarding|to (?:understand|learn(?: about)?|get into))"
_TOPIC = rf"(?: {_ON} (?P<topic>[^?!.]+?))?"
_NAMED = r"(?P<topic>[^?!.,]+?)"
_PEOPLE = (
    r"(?:\w+ )?(?:authors|researchers|people|scientists|experts|groups?|teams?|labs?|laborator(?:y|ies)"
    r"|organi[sz]ations?|institutions?|universit(?:y|ies)|compan(?:y|ies))"
)
_WORK = (
    r"(?:(?:is|are|has|have|been) )*"
    r"(?:works?|working|worked|publish(?:es|ed)?|writes?|wrote|written|do(?:es)? research) "
    r"(?:(?:the )?most(?: papers)? |a lot )?(?:on|about|in)"
)
_OFTEN = (
    rf"(?:is|are) (?:there|here|represented|involved|in {_LIBRARY})|(?:(?:have|has) )?"
    r"(?:appears?|occurs?|publish(?:es|ed)?|wr(?:ote|ites?|itten))"
    rf" (?:(?:the )?most(?: often| frequently| papers| of {_LIBRARY})?|here)"
)
_TELL = r"(?:tell me|summari[sz]e|review|give me|show me|describe)"
_LITERATURE = r"(?:the |these )?(?:papers?|studies|literature|research|abstracts|works?|evidence|library|authors)"
_SHAPES = {
    Opening.GREETING: (
        r"(?:hi+|hello+|hey+|hiya|greetings|good (?:morning|afternoon|evening|day)|howdy|hallo|guten tag|bonjour|salut"
        rf"|hola|ciao|olá|how are you|what'?s up|how(?:'?s| is) it going"
        rf"|你好|您好|こんにちは|안녕하세요|привет|مرحبا){_YOU}",
    ),
    Opening.THANKS: (rf"(?:thanks|thank you|thx|cheers|great|nice|cool|perfect|danke|merci|gracias){_YOU}",),
    Opening.FAREWELL: (rf"(?:bye|good\s*bye|see you|good night){_YOU}",),
    Opening.HELP: (
        r"help(?: (?:me|us))?"
        r"(?: (?:to )?(?:find|search|look for|get|with) (?:some |the |these )?(?:papers|literature|this))?",
        r"(?:test(?:ing)?|who are you|what are you|what do you do)",
        r"what is this(?: (?:tool|app|page|thing))?|how do i use (?:this|it|you)",
        r"what (?:can|could|should) (?:you|i) (?:do|ask)(?: (?:you|about))?",
        r"how do(?:es)? (?:you|this|it) work",
    ),
    Opening.OVERVIEW: (
        rf"(?:summari[sz]e|describe|outline|characteri[sz]e|sum up|introduce|explain|tell me about) {_LIBRARY}",
        r"(?:(?:give|show|write|me|us|an?|the|short|brief|quick|general) )*(?:overview|summary|digest|tour|big picture)"
        rf"(?: (?:of|over) {_LIBRARY})?",
        rf"what(?:'s| is| are) (?:(?:there )?(?:in|inside) (?:here|{_LIBRARY})|{_LIBRARY} (?:all )?about)",
        rf"what do(?:es)? {_LIBRARY} (?:contain|hold|cover|deal with|talk about|discuss)",
        rf"(?:what|which) {_TOPICS} (?:are|is|do|does|can)\b{_DEALT}",
        rf"(?:(?:list|show|what are) )?(?:the )?{_TOPICS}{_IN_IT}",
        r"what (?:do you (?:have|know|hold|cover)|have you got|can i (?:find|learn))",
    ),
    Opening.READING: (
        rf"(?:what|which(?: (?:papers?|ones?|of (?:them|these)))?|where|how) {_SHOULD}{_BEGIN}{_TOPIC}",
        rf"(?:recommend|suggest) {_SOME}{_READABLE}(?: to (?:read|start with))?{_TOPIC}",
        rf"(?:(?:give|make|build|show|me|us|a|the) )*reading list{_TOPIC}",
        rf"(?:(?:what|which) (?:are|is) )?{_KEY} (?:papers?|articles|works)(?: to read)?{_IN_IT}{_TOPIC}",
        r"(?:tell|show) me something(?: (?:new|interesting|good|cool|fun))?|surprise me",
        rf"(?:what|which paper|which one) is (?:the )?(?:best|most \w+|interesting|important){_IN_IT}",
        rf"an? introduction (?:to|into) {_NAMED}",
        rf"(?:{_NEW_TO}|i know (?:nothing|little) about) {_NAMED}(?:[,.]\s*\w[^?]*)?",
    ),
    Opening.KNOWN: (
        rf"(?:{_TELL} )?what (?:is|do we|can you|(?:do|does) {_LITERATURE}) (?:already |currently )?"
        rf"(?:known?|say|tell(?: (?:us|me))?|report|find) (?:about|on|of) {_NAMED}",
        rf"what (?:has|have) (?:{_LITERATURE} (?:said|found|reported|shown)|been (?:said|found|shown|reported))"
        rf" (?:about|on) {_NAMED}",
        rf"(?:{_TELL} |what is )?(?:the )?(?:(?:current )?state of (?:the )?(?:evidence|knowledge)|evidence"
        rf"|findings) (?:on|about) {_NAMED}",
    ),
    Opening.PEOPLE: (
        rf"(?:who|(?:which|what) {_PEOPLE}) (?:{_OFTEN})",
        rf"(?:(?:who are|what are|list|show) )?(?:the |all )?{_PEOPLE}{_IN_IT}",
        rf"(?:who(?:'s)?|(?:which|what) {_PEOPLE}) {_WORK} {_NAMED}",
        rf"(?:who are )?(?:the )?{_PEOPLE} (?:(?:(?:who|that) )?(?:work(?:ing)?|writing) )?"
        rf"(?:on|about|in|behind) {_NAMED}",
    ),
}
_COMPILED = tuple(
    (kind, pattern(rf"{_BEGINS}(?:{shape}){_ENDS}")) for kind, shapes in _SHAPES.items() for shape in shapes
)
_AT_LARGE = pattern(rf"(?:{_LIBRARY}|here|it|this|that|general)")
_SAYS = re.compile(r"[^\W\d_]{2}|[^\W\d_]\d|\d[^\W\d_]|(?![\x00-\x7f])[^\W\d_]")
_MARKS = " \t\r\n.,;:!?¿¡\"'“”‘’()[]-–—…*_"
_LONGEST = 30
"""Words of the longest question of this kind."""


def read_opening(question: str) -> Opened | None:
    """Return which first question `question`, as `folded` gives it, is; None where it is none.

    >>> read_opening("What should I read first on value alignment?")
    Opened(kind=<Opening.READING: 'reading'>, topic='value alignment')
    """
    if not _SAYS.search(question):
        return Opened(Opening.HELP)
    text = " ".join(question.split()).strip(_MARKS)
    if len(text.split()) > _LONGEST:
        return None
    for kind, shape in _COMPILED:
        if found := shape.fullmatch(text):
            topic = (found.groupdict().get("topic") or "").strip()
            return Opened(kind, "" if _AT_LARGE.fullmatch(topic) else topic)
    return None
