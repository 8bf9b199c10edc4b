"""Characters that nobody sees and that change what others see: controls, escape sequences, bidirectional overrides.

For text that is about to be shown and was written by a model or a person. Every rule looks back only, so that cleaning
a longer text never changes what cleaning a shorter one gave. Not handled: letters that look like other letters.
"""

from __future__ import annotations

import re

_ESCAPE_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]?"  # colours, cursor movements
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\\\?)?"  # window titles, links
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
    # Joiners have a meaning in Arabic and Indic scripts and in emoji, none after a Latin letter, digit or space.
    "|(?<![\u0530-\U0010ffff])[\u200c\u200d\ufe0f]+"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def without_controls(text: str) -> str:
    """Return `text` without control characters, terminal escape sequences and invisible or reordering characters.

    Line ends become `\\n`; tabs stay. The result of a prefix is a prefix of the result.
    """
    return _INVISIBLE.sub("", _LINE_END.sub("\n", _ESCAPE_SEQUENCE.sub("", text)))
