"""The one gate between text and the page, where everything that others wrote is escaped; and the page's line icons.

Only the tags written in this package's own templates reach the browser. A link is made for http and https alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlsplit

from rag.nouns import Paper
from rag.page.latex import to_html
from rag.present import address, title
from rag.present.blocks import inline_pieces

REFERENCES = (("bibtex", "BibTeX"), ("ris", "RIS"), ("csl", "CSL JSON"))
"""Formats of reference managers, by their names in the page's script."""


def attribute(text: str) -> str:
    """Return `text` for use inside a quoted attribute."""
    return escape(text, quote=True)


def paper_text(text: str) -> str:
    """Return text of a paper, with its LaTeX cleanly shown."""
    return to_html(text)


def in_tag(tag: str, inner: str) -> str:
    """Return `inner` (already escaped) within a tag; bare without one, or when there is nothing in it."""
    return f"<{tag}>{inner}</{tag}>" if tag and inner else inner


def answer_text(text: str) -> str:
    """Return text of an answer: a paper's text, with the bold, the italics and the code that readers write."""
    return "".join(in_tag(tag, to_html(words)) for tag, words in inline_pieces(text))


def button(do: str, inner: str, look: str = "quiet", **attributes: object) -> str:
    """Return a button by which the page's script does `do`. `inner` is HTML; attributes are text, and none for None.

    `data_turn` and the like have hyphens in the place of underscores.
    """
    return (
        f'<button type="button" class="{look}" data-do="{do}"'
        + "".join(f' {n.replace("_", "-")}="{attribute(str(v))}"' for n, v in attributes.items() if v is not None)
        + f">{inner}</button>"
    )


def labelled(sign: str, words: str) -> str:
    """Return an icon and words behind it, as they stand on a button."""
    return f"{icon(sign)}<span>{words}</span>"


def exports(do: str, kinds: Iterable[tuple[str, str]] = REFERENCES, what: str = "", **attributes: Any) -> str:
    """Return a button for each format of a file, (its name for the script, its name for people); `what` goes out."""
    return "".join(
        button(do, name, data_kind=kind, aria_label=f"Export {what} as {name}" if what else None, **attributes)
        for kind, name in kinds
    )


def notice(problem: str) -> str:
    """Return what went wrong, so that a screen reader says it at once."""
    return f'<div class="notice is-error" role="alert"><p>{answer_text(problem)}</p></div>'


def paper_link(paper: Paper, words: str = "") -> str:
    """Return a paper's title, or other words, as a link to where it can be read, or looked for."""
    place = address(paper)
    return web_link(place.url, words or title(paper), "Look for this title" if place.is_search else "")


def web_link(url: str, words: str, hint: str = "") -> str:
    """Return words as a link that leads out of the page; bare words where the address is none of the web."""
    if not url.startswith(("https://", "http://")):
        return paper_text(words)
    shown = f' title="{attribute(hint)}"' if hint else ""
    place = attribute(url)
    return f'<a href="{place}" target="_blank" rel="noopener noreferrer nofollow"{shown}>{paper_text(words)}</a>'


def paper_host_link(paper: Paper) -> str:
    """Return a link that names the site where a paper can be read, or looked for."""
    place = address(paper)
    host = urlsplit(place.url).hostname or "elsewhere"
    return paper_link(paper, f"{'Look for it' if place.is_search else 'Read it'} at {host}")


# ----------------------------------------------------------------------------------------------------
# The few line icons of the page, as inline SVG on a 16 by 16 grid.

_PATHS = {
    "copy": '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 3v-.5h-8v8H3"/>',
    "again": '<path d="M13 8a5 5 0 1 1-1.6-3.7"/><path d="M13 2v3h-3"/>',
    "edit": '<path d="M10.5 3 13 5.5 5.8 12.7 2.8 13.2l.5-3z"/>',
    "check": '<path d="M2.5 4h7M2.5 8h4M2.5 12h3"/><path d="m8.5 10.5 2 2 3.5-4.5"/>',
    "up": '<path d="M5 13.5H3v-6h2zm0-6 2.5-5c1.2 0 1.8.9 1.6 2l-.4 2h3.1c.8 0 1.4.8 1.2 1.6'
    'l-1 4c-.2.8-.8 1.4-1.6 1.4H5"/>',
    "down": '<path d="M11 2.5h2v6h-2zm0 6-2.5 5c-1.2 0-1.8-.9-1.6-2l.4-2H4.2c-.8 0-1.4-.8-1.2-1.6'
    'l1-4c.2-.8.8-1.4 1.6-1.4H11"/>',
    "save": '<path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11"/>',
    "open": '<path d="M8 10V2.5M4.8 5.5 8 2.3 11.2 5.5M2.5 13.5h11"/>',
    "new": '<path d="M8 3v10M3 8h10"/>',
    "side": '<rect x="2" y="2.5" width="12" height="11" rx="1.5"/><path d="M6.2 2.5v11"/>',
    "remove": '<path d="M2.8 4.2h10.4M6.3 4V2.5h3.4V4M4.2 4.4l.6 9.1h6.4l.6-9.1M6.8 6.8v4M9.2 6.8v4"/>',
    "keep": '<path d="M4.3 2.5h7.4v11L8 10.7l-3.7 2.8z"/>',
    "link": '<path d="M6.8 9.2 9.4 6.6M7.3 4.6l1.5-1.5a2.6 2.6 0 0 1 3.8 3.8l-1.5 1.5M8.7 11.4l-1.5 1.5'
    'a2.6 2.6 0 0 1-3.8-3.8l1.5-1.5"/>',
    "file": '<path d="M4 2.2h5.2L12 5v8.8H4zM9 2.4V5.2h2.8M6 8h4M6 10.6h4"/>',
    "close": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "theme": '<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor"/>',
}  # fmt: skip


def icon(name: str) -> str:
    """Return the icon `name`, hidden from screen readers: the button around it carries the words."""
    return (
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" '
        'stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f"{_PATHS[name]}</svg>"
    )
