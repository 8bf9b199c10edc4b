"""The one gate between text and the page: everything that papers, models and people wrote is escaped here.

Only the tags written in this package's own templates reach the browser. A link is made for http and https alone.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from rag.page.latex import to_html

_STRONG = re.compile(r"\*\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*\*")
_CODE = re.compile(r"`([^`\n]{1,200})`")


def attribute(text: str) -> str:
    """Return `text` for use inside a quoted attribute."""
    return escape(text, quote=True)


def paper_text(text: str) -> str:
    """Return text of a paper, with its LaTeX cleanly shown."""
    return to_html(text)


def answer_text(text: str) -> str:
    """Return text of an answer: a paper's text, with the bold and the code that models write."""
    parts, at = [], 0
    for match in _CODE.finditer(text):
        parts += [_strong(text[at : match.start()]), f"<code>{escape(match[1])}</code>"]
        at = match.end()
    return "".join([*parts, _strong(text[at:])])


def link(url: str | None, inner: str, css: str = "") -> str:
    """Return `inner` (already escaped) as a link to another site, or bare when `url` is no web address."""
    if not web_address(url):
        return inner
    look = f' class="{css}"' if css else ""
    return f'<a{look} href="{attribute(url or "")}" target="_blank" rel="noopener noreferrer nofollow">{inner}</a>'


def web_address(url: str | None) -> bool:
    """Return whether `url` may be followed from the page: http or https, with a host."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _strong(text: str) -> str:
    parts, at = [], 0
    for match in _STRONG.finditer(text):
        parts += [to_html(text[at : match.start()]), f"<strong>{to_html(match[1])}</strong>"]
        at = match.end()
    return "".join([*parts, to_html(text[at:])])
