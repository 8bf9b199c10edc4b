"""The map of a library as a drawing: a point a paper, its title shown when pointed at, a colour a topic."""

from __future__ import annotations

from xml.sax.saxutils import escape

from rag.digest.summary import Digest
from rag.present.references import title
from rag.text.controls import without_controls

_WIDTH, _HEIGHT, _EDGE, _ROW = 900, 560, 24, 22
_COLOURS = (
    *("#0f5c66", "#b4531f", "#5b4b9a", "#3d7a2b", "#a3305f", "#8a6d00"),
    *("#1d6fb8", "#7a4a2a", "#4a4a4a", "#00796b", "#c0392b", "#6d3b8e"),
)
"""Each has a contrast of 4.5 or more with white."""


def map_svg(digest: Digest) -> str:
    """Return the map as an SVG document, with the topics' words below it."""
    height = _HEIGHT + _ROW * len(digest.topics) + _EDGE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
            'aria-label="Map of the papers: near points are alike" font-family="sans-serif" font-size="14">',
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            *(_point(title(paper), x, y, topic) for paper, x, y, topic in digest.map),
            *(_key(number, topic.words, len(topic.papers)) for number, topic in enumerate(digest.topics, start=1)),
            "</svg>",
        ]
    )


def _point(name: str, x: float, y: float, topic: int) -> str:
    across, down = _EDGE + x * (_WIDTH - 2 * _EDGE), _EDGE + (1 - y) * (_HEIGHT - 2 * _EDGE)
    return (
        f'<circle cx="{across:.1f}" cy="{down:.1f}" r="5" fill="{_colour(topic)}" fill-opacity="0.8">'
        f"<title>{_plain(name)}</title></circle>"
    )


def _key(number: int, words: tuple[str, ...], papers: int) -> str:
    down = _HEIGHT + _ROW * number
    return (
        f'<circle cx="{_EDGE}" cy="{down - 5}" r="5" fill="{_colour(number)}"/>'
        f'<text x="{_EDGE + 14}" y="{down}" fill="#222222">{number}. {_plain(", ".join(words))} ({papers})</text>'
    )


def _colour(topic: int) -> str:
    return _COLOURS[(topic - 1) % len(_COLOURS)]


def _plain(text: str) -> str:
    return escape(" ".join(without_controls(text).split()))
