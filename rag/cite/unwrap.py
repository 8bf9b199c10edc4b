"""The answer inside what a model sent: without its thoughts, the code fence around it, and invisible characters.

Thoughts are blocks `<think>…</think>` that begin a line, so that an answer may speak of the tags. Some servers swallow
the opening tag: then all before a closing one is thought. That is the one case in which more text takes back text that
was there. Not handled: thoughts without any tag.
"""

from __future__ import annotations

import re

from rag.text.controls import without_controls

_THOUGHTS = re.compile(r"^[ \t]*(?:<think(?:ing)?>.*?(?:</think(?:ing)?>\s*|\Z))+", re.I | re.M | re.S)
_SWALLOWED = re.compile(r"\A(?:[^<]|<(?!/?think))*+</think(?:ing)?>[ \t]*(?:\n\s*|\Z)", re.I)
_FENCE_LINE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[ \t]*\w{0,20}[ \t]*(?:\n|\Z)", re.M)
_PENDING = re.compile(r"^[ \t]*(?:</?[a-z]{0,8}>?[ \t]*|[`~]+[ \t]*\w{0,20}[ \t]*)\Z", re.I | re.M)


def unwrap(text: str, *, final: bool) -> str:
    """Return the answer inside `text`; with `final` false, less a last line that may yet turn out a wrapper."""
    text = _THOUGHTS.sub("", without_controls(text))
    text = _SWALLOWED.sub("", text)
    if not final:
        text = _PENDING.sub("", text)
    return _FENCE_LINE.sub("", text).lstrip()
