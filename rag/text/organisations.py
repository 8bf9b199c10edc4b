"""Whether a name is that of an organisation, told by its words where no source says so.

Not handled: organisations whose names look like a person's (`Barack Obama Foundation` is known, `Hugging Face` is not).
"""

from __future__ import annotations

import re

_WORD = re.compile(
    r"\b(?:agency|alliance|association|authority|board|bureau|cent(?:er|re)|collaboration|collaborators|college|commission"
    r"|committee|community|company|consortium|corporation|council|department|federation|foundation|group|hospital"
    r"|initiative|institut(?:e|es|ion)?|investigators|labs?|laborator(?:y|ies)|ministry|network|office"
    r"|organi[sz]ation|program(?:me)?|project|school|society|task force|team|university|inc|ltd|llc|gmbh)\b\.?",
    re.I,
)


def is_organisation(name: str) -> bool:
    """Tell whether a name of several words is an organisation's.

    >>> is_organisation("The OpenData Consortium"), is_organisation("Gemma Team"), is_organisation("Ann Bee")
    (True, True, False)
    """
    return " " in name.strip() and (name.startswith("The ") or _WORD.search(name) is not None)
