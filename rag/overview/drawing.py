"""The map of a library as a drawing: an island a topic with its name, a point a paper with its title.

Points and names are plain SVG; a page that takes `data-do` up can make them do something.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from rag.base.text.cleaning import without_controls
from rag.nouns import Paper
from rag.overview.clusters import ASPECT
from rag.overview.summary import Digest, Topic
from rag.present.references import title

_HEIGHT, _EDGE, _RADIUS = 560, 34, 4.5
_WIDTH = round(2 * _EDGE + ASPECT * (_HEIGHT - 2 * _EDGE))
_COLOURS = (
    *("#0f5c66", "#b4531f", "#5b4b9a", "#3d7a2b", "#a3305f", "#8a6d00", "#1d6fb8", "#7a4a2a"),
    *("#4a4a4a", "#00796b", "#c0392b", "#6d3b8e", "#2f5d3a", "#94553f", "#3a4f8f", "#87326b"),
)
"""Each has a contrast of 4.5 or more with white."""
_LETTER, _LEAST_WIDTH, _LONGEST_TITLE = 8.2, 175, 40
"""How wide a letter of a name is, how wide a name may be above the smallest island, and letters of a title."""
_TITLED = 3
"""Papers of a topic whose titles are written beside their points, to be read when one looks closer."""
Point = tuple[Paper, float, float, int]


def map_svg(digest: Digest, most: int | None = None) -> str:
    """Return the map as an SVG document; at most about `most` points, the most central of each topic."""
    share = min(1.0, most / len(digest.map)) if most and digest.map else 1.0
    islands = "\n".join(_island(n, topic, digest.map, share) for n, topic in enumerate(digest.topics, start=1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" '
        'aria-label="Map of the papers: an island a subject, like ones side by side" font-family="sans-serif" '
        f'font-size="14">\n<rect class="sea" width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>\n{islands}\n</svg>'
    )


def _island(number: int, topic: Topic, points: Sequence[Point], share: float) -> str:
    """Return one topic: its points, the titles of its central papers, and its name above them."""
    own = {paper.paper_id: _at(x, y) for paper, x, y, of in points if of == number}
    drawn = topic.papers[: max(1, round(share * len(topic.papers)))]
    colour = _COLOURS[(number - 1) % len(_COLOURS)]
    circles = "".join(_point(title(paper), *own[paper.paper_id]) for paper in drawn)
    titles = "".join(_title(title(paper), *own[paper.paper_id]) for paper in drawn[:_TITLED])
    across = sum(x for x, _ in own.values()) / len(own)
    up = min(y for _, y in own.values()) - 10
    width = max(_LEAST_WIDTH, max(x for x, _ in own.values()) - min(x for x, _ in own.values()))
    said = f"{topic.name}: {len(topic.papers):,} paper{'s' * (len(topic.papers) != 1)}"
    return (
        f'<g class="island" data-do="subject" data-subject="{number}" tabindex="0" role="button" '
        f'aria-label={quoteattr(_plain(said))} fill="{colour}"><g class="points" fill-opacity="0.75">{circles}</g>'
        f'<g class="titles" display="none" font-size="5" fill="#222222">{titles}</g>'
        f'<text class="name" x="{across:.1f}" y="{up:.1f}" text-anchor="middle" font-weight="600">'
        f"{_plain(_fitting(topic, round(width / _LETTER)))}</text></g>"
    )


def _at(x: float, y: float) -> tuple[float, float]:
    return _EDGE + x * (_WIDTH - 2 * _EDGE), _EDGE + (1 - y) * (_HEIGHT - 2 * _EDGE)


def _point(name: str, across: float, down: float) -> str:
    return f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{_RADIUS}"><title>{_plain(name)}</title></circle>'


def _title(name: str, across: float, down: float) -> str:
    words = _plain(_cut(name.partition(":")[0], _LONGEST_TITLE))
    return f'<text x="{across + 6:.1f}" y="{down + 2:.1f}">{words}</text>'


def _fitting(topic: Topic, longest: int) -> str:
    """Return the name of a topic as long as there is room: its first words, or the first of them."""
    return topic.name if len(topic.name) <= longest else _cut(topic.words[0], longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _plain(text: str) -> str:
    return escape(" ".join(without_controls(text).split()))
