"""Names of an answer's sentence that stand in nothing it cites: `URIAL, a corpus of idioms` about a paper on another.

A name is told by its spelling (`rag.text.names`). Not handled: names spelled as words are, and a name of the cited
paper itself in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.cite.overlap import STOP_WORDS
from rag.text.names import fold, is_marked, tokens

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
        for name in dict.fromkeys(_names(claim))
        if (key := fold(name).removesuffix("s")) not in letters and not any(key in each for each in initials)
    ]


def _names(text: str) -> Iterator[str]:
    """Yield the names of `text`; of a compound without the plain words in it, so that `LLM-based` is `LLM`."""
    for token in () if text.isupper() else tokens(text):
        if is_marked(token.written):
            name = _PLAIN_PART.sub("", token.written)
            yield from (part for part in name.split("/") if len(fold(part)) >= _SHORTEST and not part[0].isdigit())
