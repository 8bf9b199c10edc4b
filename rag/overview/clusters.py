"""Papers grouped by their vectors: spherical k-means, and a map to look at them on.

Deterministic: the same vectors give the same groups. Not handled: groups of groups, and how many there truly are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_ROUNDS = 50
_RUNS, _MOST_WORK = 10, 20_000
"""How often the groups are begun anew, and up to how many papers in all these runs."""
_FEWEST_PAPERS = 8
"""Papers below which there is one group."""
_MOST_GROUPS = 16
ASPECT = 1.6
"""Width of the map by its height."""
_PULL = (0.994, 0.984)
"""How much of its distance from the middle a disc keeps at each move, across and down."""
_MOVES, _ROOM, _FILLED = 400, 1.2, 0.94
"""How often discs are pushed apart, the room around them, and how much of a disc its papers fill."""


def group_count(papers: int) -> int:
    """Return how many groups to look for: the root of their number, between 2 and 16; 1 for a handful."""
    return 1 if papers < _FEWEST_PAPERS else max(2, min(_MOST_GROUPS, round(papers**0.5)))


def clusters(vectors: Matrix, k: int) -> list[int]:
    """Return the group of each unit vector, shape (papers, dimension), by spherical k-means (Dhillon and Modha, 2001).

    What all papers share is taken away first, or a library on one field would be one group. Begun by k-means++ (Arthur
    and Vassilvitskii, 2007) with a fixed seed; the tightest of several runs counts.
    """
    import numpy as np

    own = vectors - vectors.mean(axis=0)
    own = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    random = np.random.default_rng(0)
    runs = (_run(own, own[_seeds(own, k, random)]) for _ in range(max(2, min(_RUNS, _MOST_WORK // len(own)))))
    _, groups = max(runs, key=lambda run: run[0])
    return [int(group) for group in groups]


def _run(vectors: Matrix, centres: Matrix) -> tuple[float, NDArray[np.intp]]:
    """Return (sum of the cosines with the centres, groups) of one run of k-means from `centres`."""
    import numpy as np

    groups = np.full(len(vectors), -1)
    for _ in range(_ROUNDS):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        if (nearest == groups).all():
            break
        groups = nearest
        for group in range(len(centres)):
            members = vectors[groups == group]
            if len(members):
                centres[group] = _unit(members.mean(axis=0))
    return float((vectors * centres[groups]).sum()), groups


def centre(vectors: Matrix) -> Matrix:
    """Return the unit vector in the middle of `vectors`."""
    return _unit(vectors.mean(axis=0))


def islands(vectors: Matrix, groups: Sequence[int]) -> list[tuple[float, float]]:
    """Return each paper's place on a map in [0, 1] that is `ASPECT` times as wide as high: a disc a group.

    Like groups lie side by side: their centres begin on the two widest directions (principal components) and are moved
    until no two discs touch. A disc's area grows with its papers; within it, papers lie in the two widest directions of
    their own, from the middle outwards in the order of their distance from it. Not to be read as distances.
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


def _seeds(vectors: Matrix, k: int, random: np.random.Generator) -> list[int]:
    """Return `k` papers to begin from, each chosen the likelier the farther it is from those before it."""
    import numpy as np

    chosen = [int(random.integers(len(vectors)))]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < k:
        apart = np.maximum(1.0 - nearest, 0.0).astype(np.float64)
        total = float(apart.sum())
        place = int(random.choice(len(vectors), p=apart / total)) if total > 0 else len(chosen) % len(vectors)
        chosen.append(place)
        nearest = np.maximum(nearest, vectors @ vectors[place])
    return chosen


def _unit(vector: Matrix) -> Matrix:
    import numpy as np

    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
