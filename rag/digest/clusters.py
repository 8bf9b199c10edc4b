"""Papers grouped by their vectors: spherical k-means, and a plane to look at them on.

Deterministic: the same vectors give the same groups. Not handled: groups of groups, and how many there truly are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_ROUNDS = 50
_RUNS = 10
_FEWEST_PAPERS = 8
"""Papers below which there is one group."""
_MOST_GROUPS = 12


def group_count(papers: int) -> int:
    """Return how many groups to look for: the root of half the papers, between 2 and 12; 1 for a handful."""
    return 1 if papers < _FEWEST_PAPERS else max(2, min(_MOST_GROUPS, round((papers / 2) ** 0.5)))


def clusters(vectors: Matrix, k: int) -> list[int]:
    """Return the group of each unit vector, shape (papers, dimension), by spherical k-means (Dhillon and Modha, 2001).

    What all papers share is taken away first, or a library on one field would be one group. Begun by k-means++ (Arthur
    and Vassilvitskii, 2007) with a fixed seed; the tightest of several runs counts.
    """
    import numpy as np

    own = vectors - vectors.mean(axis=0)
    own = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    random = np.random.default_rng(0)
    runs = (_run(own, own[_seeds(own, k, random)]) for _ in range(_RUNS))
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


def plane(vectors: Matrix) -> list[tuple[float, float]]:
    """Return each paper's place on the plane of the two widest directions (principal components), in [0, 1]."""
    import numpy as np

    if len(vectors) < 3:
        return [(0.5, 0.5)] * len(vectors)
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ directions[:2].T
    # A direction's sign is arbitrary; the larger half of its loadings is made to point up.
    flat *= np.where(directions[:2].sum(axis=1) < 0, -1.0, 1.0)
    low, high = flat.min(axis=0), flat.max(axis=0)
    scaled = (flat - low) / np.where(high > low, high - low, 1.0)
    return [(round(float(x), 4), round(float(y), 4)) for x, y in scaled]


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
