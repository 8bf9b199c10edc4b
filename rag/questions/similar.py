"""A question for papers like one that it names: `papers like KorNAT`, `what is related to “…”?`.

Not handled: likeness in one respect only (`like KorNAT, but on Japan`), which is for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.questions.meant import Meant
from rag.questions.quantities import NUMBER, number
from rag.questions.reading import PAPERS
from rag.questions.understanding import is_understood
from rag.questions.wording import blank

USUAL = 10
"""Papers that are named where no number is asked for."""
_MOST = 60
_TO = r"(?:like|(?:similar|related|close|closest|near|nearest|akin|comparable)\s+to|resembl(?:e|es|ing))\b"
_LIKE = re.compile(
    rf"\b(?:(?P<n>{NUMBER})\s+)?(?:other\s+|more\s+|further\s+)?{PAPERS}\s+(?:(?:that|which|are|is|most|closely|very|more)\s+)*{_TO}"
    rf"|\b(?:(?P<m>{NUMBER})\s+)?(?:most\s+)?(?:similar|related|comparable|neighbou?ring)\s+{PAPERS}(?:\s+(?:to|of|for)\b)?"
    rf"|\b(?:what|which)\s+(?:else\s+)?(?:here\s+)?(?:is|are)\s+(?:most\s+)?{_TO}"
    r"|\bfurther\s+reading(?:\s+(?:on|to|for))?\b",
    re.I,
)


def read_similar(text: str, subject: str, meant: Sequence[Meant], among: Sequence[str]) -> tuple[str, int] | None:
    """Return the paper that others are to be like, and how many to name; None where `text` asks for something else.

    `subject` is `text` without its filters; `among` are the papers that a conversation is about: its first one is meant
    where `text` names none.
    """
    rest = subject
    for one in meant:
        rest = rest.replace(text[one.start : one.end], " ")
    found = _LIKE.search(rest)
    if found is None or len(meant) > 1 or not (meant or among):
        return None
    left = re.sub(r"[\"'“”]", " ", blank(rest, [found.span()]))
    if not is_understood(left, of_one_paper=True):
        return None
    said = found["n"] or found["m"]
    most = min(number(said), _MOST) if said else USUAL
    return meant[0].paper_id if meant else among[0], max(most, 1)
