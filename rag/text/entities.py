"""HTML character references in text that is not HTML. Not handled: references without their semicolon."""

from __future__ import annotations

import html
import re

_STACKED = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+(?=#?\w{1,31};)")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def unescape(text: str) -> str:
    """Return `text` with `&lt;`, `&#39;` and their like as characters, however often they were escaped.

    A semicolon is demanded: `html.unescape` alone turns the LaTeX `a &notin b` into `a ¬in b`.
    """
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), _STACKED.sub("&", text))
