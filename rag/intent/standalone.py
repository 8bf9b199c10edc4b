"""From a question in a conversation to a query that stands alone, by rules; a model's plan may take its place.

A question leans on the conversation when it points back ("it", "they", "that paper", "and …?"). It then takes along
the previous question and the titles of the papers cited last. Not handled: ellipsis of more than a verb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.nouns import Answer, Query

_POINTS_BACK = re.compile(
    r"\b(it|its|it's|they|them|their|theirs|these|those|this|that|he|she|his|her|former|latter|same|there)\b"
    r"|\b(the|these|those|both) (paper|papers|authors?|work|works|study|studies|method|approach|benchmark|dataset|"
    r"data set|model|models|two|others?|first|second|last)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\s*(and|also|but|so|what about|how about|why|how come|since when|und|y|et|auch)\b", re.I)
_MORE = re.compile(
    r"^\W*(?:(?:can|could)\s+you\s+)?(?:please\s+)?(?:(?:tell|give|show)\s+me\s+)?(?:(?:an?|the)\s+)?(?:(?:short|brief)\s+)?"
    r"(?:summary|overview|summari[sz]e|more(?:\s+(?:details?|on\s+that))?|details|go\s+on|elaborate|explain(?:\s+more)?"
    r"|examples?)(?:[\s,]+please)?\W*$",
    re.I,
)
"""A question that says nothing of its own: it asks for more, or less, of the same."""
_ELLIPTIC = re.compile(
    r"^\W*(?:how\s+(?:many|much)(?:\s+[a-z-]+){1,2}|(?:how\s+(?:large|big|good|long|old)|which|what|who|whom|whose|when|where"
    r"|why|how)(?:\s+[a-z-]+)?)\W*$",
)
"""A question that asks nothing by itself: `How many countries?`, `Which models?`."""
_SHORT = 9
"""Words up to which a question that goes on, or points back, can hardly stand alone."""


def plan(question: str, history: Sequence[Answer], named: tuple[str, ...] = ()) -> Query:
    """Return the query for `question`, which names the papers `named`, after `history`, oldest first."""
    if not history or not leans_back(question):
        return Query(question, question)
    if named and not _POINTS_BACK.search(question):  # "what about the other one?" asks the same of another
        return Query(question, f"{question} ({history[-1].question})")
    last = next((a for a in reversed(history) if a.citations), history[-1])
    focus = tuple(c.paper.paper_id for c in last.citations)
    titles = "; ".join(c.paper.title for c in last.citations[:2])
    about = titles or last.standalone_question
    return Query(question, f"{question} ({about})", focus=focus)


def leans_back(question: str) -> bool:
    """Return whether a question points back at the conversation."""
    words = re.findall(r"\w+", question)
    if (_GOES_ON.search(question) or _MORE.search(question)) and len(words) <= _SHORT:
        return True
    if _ELLIPTIC.search(question.lower()):
        return True
    return bool(_POINTS_BACK.search(question)) and len(words) <= 2 * _SHORT
