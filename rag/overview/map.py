"""The map of a library: an island a subject, like ones side by side, laid out by vectors, drawn and coloured as SVG.

Points and names are plain SVG; a page that takes `data-do` up can make them do something. Not to be read as distances.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from rag.base.text.cleaning import without_controls
from rag.nouns import Paper
from rag.overview.subjects import Topic
from rag.present.references import title

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.overview.subjects import Matrix

Point = tuple[Paper, float, float, int]
"""A paper's place on the map, in [0, 1], and the number of its subject."""
ASPECT = 1.6
"""Width of the map by its height."""
_PULL = (0.994, 0.984)
"""How much of its distance from the middle a disc keeps at each move, across and down."""
_MOVES, _ROOM, _FILLED = 400, 1.2, 0.94
"""How often discs are pushed apart, the room around them, and how much of a disc its papers fill."""


def islands(vectors: Matrix, groups: Sequence[int]) -> list[tuple[float, float]]:
    """Return each paper's place on a map in [0, 1] that is `ASPECT` times as wide as high: a disc a group.

    Like groups lie side by side: their centres begin on the two widest directions (principal components) and are moved
    until no two discs touch. A disc's area grows with its papers; within it, papers lie in the two widest directions of
    their own, from the middle outwards in the order of their distance from it.
    """
    import numpy as np

    labels = np.asarray(groups)
    names = sorted(set(labels.tolist()))
    if not names:
        return []
    centres = np.stack([vectors[labels == name].mean(axis=0) for name in names])
    radii = np.array([(float((labels == name).sum()) / len(labels)) ** 0.5 for name in names])
    middles = _apart(_two_widest(centres), radii)
    places = np.zeros((len(labels), 2))
    for name, middle, radius in zip(names, middles, radii, strict=True):
        members = np.flatnonzero(labels == name)
        places[members] = middle + radius * _disc(vectors[members])
    edges = np.stack([middles - radii[:, None], middles + radii[:, None]])
    low, high = edges.min(axis=(0, 1)), edges.max(axis=(0, 1))
    scale = min(ASPECT / (high[0] - low[0]), 1.0 / (high[1] - low[1]))
    fitted = (places - (low + high) / 2) * scale / np.array([ASPECT, 1.0]) + 0.5
    return [(round(float(x), 4), round(float(y), 4)) for x, y in fitted.clip(0.0, 1.0)]


def _apart(places: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places of discs, begun at `places`, drawn to the middle and pushed apart until none touches another."""
    import numpy as np

    spread = 2.0 * float(radii.sum()) / max(float(np.abs(places).max()), 1e-9)
    at: NDArray[np.float64] = places * spread * np.array([ASPECT, 1.0])
    for _ in range(_MOVES):
        at *= _PULL
        for one in range(len(at)):
            for other in range(one):
                gap = at[one] - at[other]
                length = float(np.hypot(*gap))
                lacking = (radii[one] + radii[other]) * _ROOM - length
                if lacking > 0:
                    push = (gap / length if length > 1e-9 else np.array([1.0, 0.0])) * lacking / 2
                    at[one], at[other] = at[one] + push, at[other] - push
    return at


def _disc(vectors: Matrix) -> NDArray[np.float64]:
    """Return a place in the unit disc for each vector: its direction, and its rank by distance from the middle."""
    import numpy as np

    flat = _two_widest(vectors)
    length = np.hypot(flat[:, 0], flat[:, 1])
    ranks = np.empty(len(flat))
    ranks[np.argsort(length, kind="stable")] = np.arange(len(flat))
    out = np.sqrt((ranks + 0.5 * (ranks > 0)) / len(flat)) * _FILLED
    placed: NDArray[np.float64] = flat / np.maximum(length, 1e-9)[:, None] * out[:, None]
    return placed


def _two_widest(vectors: Matrix) -> NDArray[np.float64]:
    """Return the vectors on their two widest directions; zeros where there are fewer."""
    import numpy as np

    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    flat = np.zeros((len(vectors), 2))
    # A direction's sign is arbitrary; the larger half of its loadings is made to point up.
    signed = directions[:2] * np.where(directions[:2].sum(axis=1) < 0, -1.0, 1.0)[:, None]
    flat[:, : len(signed)] = centred @ signed.T
    return flat


# ----------------------------------------------------------------------------------------------------
# The drawing.

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


def map_svg(topics: Sequence[Topic], points: Sequence[Point], most: int | None = None) -> str:
    """Return the map as an SVG document; at most about `most` points, the most central of each topic."""
    share = min(1.0, most / len(points)) if most and points else 1.0
    islands = "\n".join(_island(n, topic, points, share) for n, topic in enumerate(topics, start=1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" '
        'aria-label="Map of the papers: an island a subject, like ones side by side" font-family="sans-serif" '
        f'font-size="14">\n<rect class="sea" width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>\n{islands}\n</svg>'
    )


def _island(number: int, topic: Topic, points: Sequence[Point], share: float) -> str:
    """Return one topic: its points, the titles of its central papers, and its name above them."""
    across_by, down_by = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE
    own = {p.paper_id: (_EDGE + x * across_by, _EDGE + (1 - y) * down_by) for p, x, y, of in points if of == number}
    drawn = topic.papers[: max(1, round(share * len(topic.papers)))]
    colour = _COLOURS[(number - 1) % len(_COLOURS)]
    circles = "".join(_point(title(paper), *own[paper.paper_id]) for paper in drawn)
    titles = "".join(_title(title(paper), *own[paper.paper_id]) for paper in drawn[:_TITLED])
    across, down = zip(*own.values(), strict=True)
    letters = round(max(_LEAST_WIDTH, max(across) - min(across)) / _LETTER)
    name = topic.name if len(topic.name) <= letters else _cut(topic.words[0], letters)
    said = f"{topic.name}: {len(topic.papers):,} paper{'s' * (len(topic.papers) != 1)}"
    return (
        f'<g class="island" data-do="subject" data-subject="{number}" tabindex="0" role="button" '
        f'aria-label={quoteattr(_plain(said))} fill="{colour}"><g class="points" fill-opacity="0.75">{circles}</g>'
        f'<g class="titles" display="none" font-size="5" fill="#222222">{titles}</g>'
        f'<text class="name" x="{sum(across) / len(own):.1f}" y="{min(down) - 10:.1f}" text-anchor="middle" '
        f'font-weight="600">{_plain(name)}</text></g>'
    )


def _point(name: str, across: float, down: float) -> str:
    return f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{_RADIUS}"><title>{_plain(name)}</title></circle>'


def _title(name: str, across: float, down: float) -> str:
    words = _plain(_cut(name.partition(":")[0], _LONGEST_TITLE))
    return f'<text x="{across + 6:.1f}" y="{down + 2:.1f}">{words}</text>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _plain(text: str) -> str:
    return escape(" ".join(without_controls(text).split()))
