"""A person's first questions: a greeting, thanks, an overview, where to begin reading, who works on something.

The catalogue and the digest can answer these, whatever the abstracts say. A rule takes a whole question or none of it.
Not handled: other languages than English, but for greetings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


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
    r"(?:(?:(?:hi|hello|hey)(?:\s+there)?|good\s+(?:morning|afternoon|evening|day)|ok|okay|so|well|please|and|now)\b[\s,!.]*)*"
    r"(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?|please\s+|i(?:'d|\s+would)\s+like\s+(?:to\s+have\s+)?"
    r"|i\s+(?:want|need)\s+)?"
)
_ENDS = (
    r"(?:[\s,]*\b(?:please|pls|thanks|thank\s+you|briefly|shortly|simply|first|overall|for\s+me|to\s+me|here"
    r"|in\s+(?:short|brief|general)"
    r"|in\s+(?:a\s+few|one|two|three|four|five|\d+)\s+(?:words|sentences?|paragraphs?|points|lines|bullets?)))*"
)
_YOU = r"(?:[\s,]+(?:there|all|everyone|again|friends?|you|bot|assistant|so\s+much|very\s+much|a\s+lot))*"
_LIBRARY = (
    r"(?:(?:all|the|this|these|those|my|our|your|whole|entire)\s+(?:of\s+)?)*"
    r"(?:library|collection|corpus|papers|abstracts|database|catalogue|pages|field)"
)
_IN_IT = rf"(?:\s+(?:in|of)\s+{_LIBRARY})?"
_TOPICS = r"(?:main\s+|major\s+|key\s+|different\s+)?(?:topics|subjects|themes|areas|fields|questions)"
_DEALT = rf"(?:\s+(?:there|this|covered|represented|discussed|dealt|treated|cover|deal|with|by|in|i|find|{_LIBRARY}))*"
_SOME = r"(?:(?:me|some|a\s+few|any|the|\w+)\s+){0,3}"
_READABLE = r"(?:papers?|articles?|works?|reading|literature|something|anything)"
_KEY = (
    r"(?:the\s+)?(?:key|essential|seminal|introductory|must-read|best"
    r"|(?:most\s+)?(?:important|interesting|relevant|influential))"
)
_SHOULD = r"(?:should|shall|must|do|can|could|would|to)\s+(?:(?:i|we|one|you)\s+)?"
_BEGIN = r"(?:read|start|begin|look\s+at|get\s+started|recommend)(?:\s+(?:first|next|with|reading|to\s+read|at))*"
_NEW_TO = r"(?:i|we)(?:'m|'re|\s+am|\s+are)\s+new\s+to"
_ON = rf"(?:on|about|if\s+{_NEW_TO}|for|in|into|with|regarding|to\s+(?:understand|learn(?:\s+about)?|get\s+into))"
_TOPIC = rf"(?:\s+{_ON}\s+(?P<topic>[^?!.]+?))?"
_NAMED = r"(?P<topic>[^?!.,]+?)"
_PEOPLE = (
    r"(?:\w+\s+)?(?:authors|researchers|people|scientists|experts|groups?|teams?|labs?|laborator(?:y|ies)"
    r"|organi[sz]ations?|institutions?|universit(?:y|ies)|compan(?:y|ies))"
)
_WORK = (
    r"(?:(?:is|are|has|have|been)\s+)*"
    r"(?:works?|working|worked|publish(?:es|ed)?|writes?|wrote|written|do(?:es)?\s+research)\s+"
    r"(?:(?:the\s+)?most(?:\s+papers)?\s+|a\s+lot\s+)?(?:on|about|in)"
)
_OFTEN = (
    rf"(?:is|are)\s+(?:there|here|represented|involved|in\s+{_LIBRARY})|(?:(?:have|has)\s+)?"
    r"(?:appears?|occurs?|publish(?:es|ed)?|wr(?:ote|ites?|itten))"
    rf"\s+(?:(?:the\s+)?most(?:\s+often|\s+frequently|\s+papers|\s+of\s+{_LIBRARY})?|here)"
)
_TELL = r"(?:tell\s+me|summari[sz]e|review|give\s+me|show\s+me|describe)"
_LITERATURE = r"(?:the\s+|these\s+)?(?:papers?|studies|literature|research|abstracts|works?|evidence|library|authors)"
_SHAPES = {
    Opening.GREETING: (
        r"(?:hi+|hello+|hey+|hiya|greetings|good\s+(?:morning|afternoon|evening|day)|howdy|hallo|guten\s+tag|bonjour"
        rf"|salut|hola|ciao|olá|how\s+are\s+you|what'?s\s+up|how(?:'?s|\s+is)\s+it\s+going|你好|您好|こんにちは|안녕하세요|привет|مرحبا){_YOU}",
    ),
    Opening.THANKS: (rf"(?:thanks|thank\s+you|thx|cheers|great|nice|cool|perfect|danke|merci|gracias){_YOU}",),
    Opening.FAREWELL: (rf"(?:bye|good\s*bye|see\s+you|good\s+night){_YOU}",),
    Opening.HELP: (
        r"help(?:\s+(?:me|us))?(?:\s+(?:to\s+)?(?:find|search|look\s+for|get|with)\s+(?:some\s+|the\s+|these\s+)?(?:papers|literature|this))?",
        r"(?:test(?:ing)?|who\s+are\s+you|what\s+are\s+you|what\s+do\s+you\s+do)",
        r"what\s+is\s+this(?:\s+(?:tool|app|page|thing))?|how\s+do\s+i\s+use\s+(?:this|it|you)",
        r"what\s+(?:can|could|should)\s+(?:you|i)\s+(?:do|ask)(?:\s+(?:you|about))?",
        r"how\s+do(?:es)?\s+(?:you|this|it)\s+work",
    ),
    Opening.OVERVIEW: (
        rf"(?:summari[sz]e|describe|outline|characteri[sz]e|sum\s+up|introduce|explain|tell\s+me\s+about)\s+{_LIBRARY}",
        r"(?:(?:give|show|write|me|us|an?|the|short|brief|quick|general)\s+)*(?:overview|summary|digest|tour|big\s+picture)"
        rf"(?:\s+(?:of|over)\s+{_LIBRARY})?",
        rf"what(?:'s|\s+is|\s+are)\s+(?:(?:there\s+)?(?:in|inside)\s+(?:here|{_LIBRARY})|{_LIBRARY}\s+(?:all\s+)?about)",
        rf"what\s+do(?:es)?\s+{_LIBRARY}\s+(?:contain|hold|cover|deal\s+with|talk\s+about|discuss)",
        rf"(?:what|which)\s+{_TOPICS}\s+(?:are|is|do|does|can)\b{_DEALT}",
        rf"(?:(?:list|show|what\s+are)\s+)?(?:the\s+)?{_TOPICS}{_IN_IT}",
        r"what\s+(?:do\s+you\s+(?:have|know|hold|cover)|have\s+you\s+got|can\s+i\s+(?:find|learn))",
    ),
    Opening.READING: (
        rf"(?:what|which(?:\s+(?:papers?|ones?|of\s+(?:them|these)))?|where|how)\s+{_SHOULD}{_BEGIN}{_TOPIC}",
        rf"(?:recommend|suggest)\s+{_SOME}{_READABLE}(?:\s+to\s+(?:read|start\s+with))?{_TOPIC}",
        rf"(?:(?:give|make|build|show|me|us|a|the)\s+)*reading\s+list{_TOPIC}",
        rf"(?:(?:what|which)\s+(?:are|is)\s+)?{_KEY}\s+(?:papers?|articles|works)(?:\s+to\s+read)?{_IN_IT}{_TOPIC}",
        r"(?:tell|show)\s+me\s+something(?:\s+(?:new|interesting|good|cool|fun))?|surprise\s+me",
        rf"(?:what|which\s+paper|which\s+one)\s+is\s+(?:the\s+)?(?:best|most\s+\w+|interesting|important){_IN_IT}",
        rf"an?\s+introduction\s+(?:to|into)\s+{_NAMED}",
        rf"(?:{_NEW_TO}|i\s+know\s+(?:nothing|little)\s+about)\s+{_NAMED}(?:[,.]\s*\w[^?]*)?",
    ),
    Opening.KNOWN: (
        rf"(?:{_TELL}\s+)?what\s+(?:is|do\s+we|can\s+you|(?:do|does)\s+{_LITERATURE})\s+(?:already\s+|currently\s+)?"
        rf"(?:known?|say|tell(?:\s+(?:us|me))?|report|find)\s+(?:about|on|of)\s+{_NAMED}",
        rf"what\s+(?:has|have)\s+(?:{_LITERATURE}\s+(?:said|found|reported|shown)|been\s+(?:said|found|shown|reported))"
        rf"\s+(?:about|on)\s+{_NAMED}",
        rf"(?:{_TELL}\s+|what\s+is\s+)?(?:the\s+)?(?:(?:current\s+)?state\s+of\s+(?:the\s+)?(?:evidence|knowledge)|evidence"
        rf"|findings)\s+(?:on|about)\s+{_NAMED}",
    ),
    Opening.PEOPLE: (
        rf"(?:who|(?:which|what)\s+{_PEOPLE})\s+(?:{_OFTEN})",
        rf"(?:(?:who\s+are|what\s+are|list|show)\s+)?(?:the\s+|all\s+)?{_PEOPLE}{_IN_IT}",
        rf"(?:who(?:'s)?|(?:which|what)\s+{_PEOPLE})\s+{_WORK}\s+{_NAMED}",
        rf"who\s+are\s+the\s+{_PEOPLE}(?:\s+(?:working|writing))?\s+(?:on|about|in|behind)\s+{_NAMED}",
        rf"(?:the\s+)?{_PEOPLE}\s+(?:(?:who\s+|that\s+)?work(?:ing)?\s+)?(?:on|in)\s+{_NAMED}",
    ),
}
_COMPILED = tuple(
    (kind, re.compile(rf"{_BEGINS}(?:{shape}){_ENDS}", re.I)) for kind, shapes in _SHAPES.items() for shape in shapes
)
_AT_LARGE = re.compile(rf"(?:{_LIBRARY}|here|it|this|that|general)", re.I)
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
