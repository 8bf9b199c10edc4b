"""The one gate between text and the page: everything that papers, models and people wrote is escaped here.

Only the tags written in this package's own templates reach the browser. A link is made for http and https alone.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from rag.nouns import Paper
from rag.page.latex import to_html
from rag.present import address

_MARKED = re.compile(
    r"\*\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*\*|(?<![*\w\\])\*(?=\S)([^*\n]{1,300}?)(?<=[^\s\\])\*(?![*\w])"
)
_CODE = re.compile(r"`([^`\n]{1,200})`")


def attribute(text: str) -> str:
    """Return `text` for use inside a quoted attribute."""
    return escape(text, quote=True)


def paper_text(text: str) -> str:
    """Return text of a paper, with its LaTeX cleanly shown."""
    return to_html(text)


def answer_text(text: str) -> str:
    """Return text of an answer: a paper's text, with the bold, the italics and the code that readers write."""
    parts, at = [], 0
    for match in _CODE.finditer(text):
        parts += [_marked(text[at : match.start()]), f"<code>{escape(match[1])}</code>"]
        at = match.end()
    return "".join([*parts, _marked(text[at:])])


def paper_link(paper: Paper, words: str = "") -> str:
    """Return a paper's title, or other words, as a link to where it can be read, or looked for."""
    place, inner = address(paper), paper_text(words or paper.title)
    if not place.url.startswith(("https://", "http://")):
        return inner
    hint = ' title="Look for this title"' if place.is_search else ""
    return f'<a href="{attribute(place.url)}" target="_blank" rel="noopener noreferrer nofollow"{hint}>{inner}</a>'


def paper_host_link(paper: Paper) -> str:
    """Return a link that names the site where a paper can be read, or looked for."""
    place = address(paper)
    host = urlsplit(place.url).hostname or "elsewhere"
    return paper_link(paper, f"{'Look for it' if place.is_search else 'Read it'} at {host}")


def _marked(text: str) -> str:
    parts, at = [], 0
    for match in _MARKED.finditer(text):
        tag = "strong" if match[1] else "em"
        parts += [to_html(text[at : match.start()]), f"<{tag}>{to_html(match[1] or match[2])}</{tag}>"]
        at = match.end()
    return "".join([*parts, to_html(text[at:])])
