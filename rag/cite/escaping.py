"""Text of the catalogue or of a question inside a draft that code writes: sealed, it is no pointer, link or sentence.

A title may hold `[P1.0]`, a number in brackets, a link, an asterisk or a full stop. Each sign of it that the resolver
would read stands for the while as one of Unicode's noncharacters, which no cleaned text holds; offsets stay. A model's
draft is never unsealed.
"""

from __future__ import annotations

import re

from rag.base.text.cleaning import without_controls

_SIGNS = '[]【】［］〔〕()（）.!?…。！？:：*“”"|Pp'
_SEALS = "".join(chr(0xFDD0 + place) for place in range(len(_SIGNS)))
_SEAL, _UNSEAL = str.maketrans(_SIGNS, _SEALS), str.maketrans(_SEALS, _SIGNS)
_READ = re.compile(rf"[Pp](?=\d)|[:：](?=[^\w\s]|\Z)|[{re.escape(_SIGNS.translate(dict.fromkeys(map(ord, ':：Pp'))))}]")


def escape(text: str) -> str:
    """Return `text` on one line, sealed."""
    return _READ.sub(lambda sign: sign[0].translate(_SEAL), " ".join(without_controls(text).split()))


def unseal(text: str) -> str:
    """Return `text` with what was sealed as it was."""
    return text.translate(_UNSEAL)
