"""Addresses in running text: which stretch of it a terminal, a browser or a person would take for a link.

With a scheme (in any width of letters, with any slash), `www.`, or a host of a well-known ending with a path. Not
handled: a bare host (`owls.example`), which is a word like any other.
"""

from __future__ import annotations

import re

_CHARACTER = r"[^\s\[\]<>\"`{}|\\^\u0080-\U0010ffff]"
_FIRST = r"(?:\[[0-9A-Fa-f:.]{2,60}\]|[^\s\[\]<>\"`{}|\\^])"
DOTS = "。．｡"
"""Full stops that part the names of a host as well."""
WIDE = "：／＼" + DOTS + "".join(map(chr, [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]))
"""Letters, digits and signs of another width, in which a scheme can be written."""
_LETTER = r"[A-Za-z0-9０-９Ａ-Ｚａ-ｚ+.-]"
_SLASH = r"/\\／＼"
_ENDINGS = (
    "com|org|net|io|ai|dev|app|co|info|xyz|edu|gov|eu|uk|de|cn|jp|ru|fr|me|ly|gl|sh|link|click|top|site|online|example"
)
URL = re.compile(
    rf"(?i:{_LETTER}{{0,20}}[:：][/／]{{2}}|(?:https?|ftp|file)[:：][{_SLASH}]{{0,9}}){_FIRST}{_CHARACTER}*"
    rf"|(?i:www\.){_CHARACTER}+"
    rf"|(?i:(?<!\w)(?:javascript|vbscript|mailto|magnet|sms|tel|view-source|data(?=[:：]\w{{1,20}}/)):){_CHARACTER}+"
    rf"|(?i:(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{_ENDINGS})(?::\d{{1,5}})?/){_CHARACTER}*"
)


def bare(url: str) -> str:
    """Return a link without the punctuation of the sentence around it."""
    return url.rstrip(".,;:!?'*_)/")


def split_url(found: str) -> tuple[str, str]:
    """Return a link as found in running text, and the punctuation after it."""
    link = bare(found)
    return link, found[len(link) :]
