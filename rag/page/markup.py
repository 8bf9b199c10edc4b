"""The one gate between text and the page: everything that papers, models and people wrote is escaped here.

Only the tags written in this package's own templates reach the browser. A link is made for http and https alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from rag.nouns import Paper
from rag.page.latex import to_html
from rag.present import address, title

_STYLES = re.compile(
    r"`(?P<code>[^`\n]{1,200})`"
    r"|\*\*(?P<strong>(?=\S)[^*\n]{1,300}?(?<=\S))\*\*"
    r"|(?<![*\w\\])\*(?P<em>(?=\S)[^*\n]{1,300}?(?<=[^\s\\]))\*(?![*\w])"
)


def attribute(text: str) -> str:
    """Return `text` for use inside a quoted attribute."""
    return escape(text, quote=True)


def paper_text(text: str) -> str:
    """Return text of a paper, with its LaTeX cleanly shown."""
    return to_html(text)


def styles(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (tag, start, end) of the pieces of one line in order, stars and ticks left out; the tag may be empty."""
    at = 0
    for match in _STYLES.finditer(text):
        tag = match.lastgroup or ""
        yield "", at, match.start()
        yield tag, *match.span(tag)
        at = match.end()
    yield "", at, len(text)


def in_tag(tag: str, inner: str) -> str:
    """Return `inner` (already escaped) within a tag; bare without one, or when there is nothing in it."""
    return f"<{tag}>{inner}</{tag}>" if tag and inner else inner


def answer_text(text: str) -> str:
    """Return text of an answer: a paper's text, with the bold, the italics and the code that readers write."""
    return "".join(in_tag(tag, to_html(text[start:end])) for tag, start, end in styles(text))


def paper_link(paper: Paper, words: str = "") -> str:
    """Return a paper's title, or other words, as a link to where it can be read, or looked for."""
    place, inner = address(paper), paper_text(words or title(paper))
    if not place.url.startswith(("https://", "http://")):
        return inner
    hint = ' title="Look for this title"' if place.is_search else ""
    return f'<a href="{attribute(place.url)}" target="_blank" rel="noopener noreferrer nofollow"{hint}>{inner}</a>'


def paper_host_link(paper: Paper) -> str:
    """Return a link that names the site where a paper can be read, or looked for."""
    place = address(paper)
    host = urlsplit(place.url).hostname or "elsewhere"
    return paper_link(paper, f"{'Look for it' if place.is_search else 'Read it'} at {host}")
