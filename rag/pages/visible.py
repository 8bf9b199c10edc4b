"""The visible text of an HTML page, one block a paragraph, in the form that listing pages are read in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

_HIDDEN = frozenset({"script", "style", "noscript", "svg", "template", "head", "iframe", "select", "textarea"})
_INLINE = frozenset(
    """a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark math mi mn mo mrow msub msup q s samp small
    span strong sub sup tt u var wbr""".split()  # noqa: SIM905
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SITE = "https://huggingface.co"


def visible_text(tree: Any) -> str:
    """Return what a reader of the page sees; headings start with `###`, and the link of a heading stands below it."""
    pieces: list[str] = []
    stack: list[tuple[Any, bool]] = [(tree, False)]
    while stack:
        node, is_left = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if is_left:
            pieces.append(_after(node, tag))
            pieces.append(_collapsed(node.tail))
            continue
        if tag in _HIDDEN or not tag:
            pieces.append(_collapsed(node.tail))
            continue
        pieces.append("\n\n### " if tag in _HEADINGS else "" if tag in _INLINE else "\n\n")
        pieces.append(_collapsed(node.text))
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    return "".join(pieces)


def _after(node: Any, tag: str) -> str:
    if tag in _HEADINGS:
        link = next((child.get("href") for child in node.iter("a") if child.get("href")), None)
        return f"\n\n{urljoin(_SITE, link)}\n\n" if link else "\n\n"
    return "" if tag in _INLINE else "\n\n"


def _collapsed(text: str | None) -> str:
    """Line ends mean nothing in HTML; a space at either end does."""
    if not text:
        return ""
    body = " ".join(text.split())
    return (" " if text[:1].isspace() else "") + body + (" " if body and text[-1:].isspace() else "")
