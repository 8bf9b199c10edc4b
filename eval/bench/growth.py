"""Growth: the same figures at several sizes, a power law through them, and where it leads.

Least squares on logarithms, value = a · papers^b. A line drawn so far beyond what was measured is a forecast on paper:
it knows nothing of a machine that runs out of memory.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..tables import Table, number
from .figures import Figure, Run

ALL_OF_ARXIV = 3_000_000
_DRAWN = {
    "adding: seconds": "#2f6f9f",
    "adding: peak memory": "#9a5fb0",
    "adding: size on disk": "#7f7f7f",
    "adding: 50 papers more": "#1b9e9e",
    "adding again: the whole file": "#7fb2d4",
    "retrieval: median": "#b5413c",
    "retrieval: 99th percentile": "#e08a3c",
    "date filter: median": "#c9a227",
    "fresh process: open and answer the first question": "#4c9a52",
    "chat: resident memory": "#d06a9a",
}
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 860, 520, 60, 330, 20, 40


@dataclass(frozen=True, slots=True)
class Line:
    """One figure at several sizes, and its power law."""

    name: str
    unit: str
    points: tuple[tuple[int, float], ...]
    factor: float
    power: float

    def at(self, papers: int) -> float:
        """Return what the law gives for so many papers."""
        return float(self.factor * papers**self.power)


def lines(runs: Sequence[Run]) -> list[Line]:
    """Return a line for each figure that is drawn and was measured at two sizes or more."""
    found: dict[str, dict[int, Figure]] = {}
    for run in runs:
        for figure in run.figures:
            if (name := f"{figure.stage}: {figure.what}") in _DRAWN and figure.value > 0:
                found.setdefault(name, {})[run.size] = figure
    return [_line(name, sizes) for name in _DRAWN if len(sizes := found.get(name, {})) > 1]


def _line(name: str, measured: dict[int, Figure]) -> Line:
    points = tuple((size, measured[size].value) for size in sorted(measured))
    factor, power = power_law(points)
    return Line(name, next(iter(measured.values())).unit, points, factor, power)


def power_law(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return (a, b) of y = a · x^b by least squares on the logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    power = sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)
    return math.exp(mean_y - power * mean_x), power


def table(runs: Sequence[Run]) -> Table:
    """Return each line's values by size, its power, and the forecast for all of arXiv."""
    sizes = sorted({run.size for run in runs})
    rows = [
        (
            line.name + (f" ({line.unit})" if line.unit else ""),
            *(number(dict(line.points).get(size)) for size in sizes),
            number(line.power, 2),
            number(line.at(ALL_OF_ARXIV)),
        )
        for line in lines(runs)
    ]
    header = ("Stage", *(f"{size:,}" for size in sizes), "power", f"{ALL_OF_ARXIV:,} on paper")
    return Table("Growth", header, tuple(rows), "power: b of value = a · papers^b; the last column is that law's.")


def plot(runs: Sequence[Run]) -> str:
    """Return the lines as an SVG with logarithmic axes; the forecast is dashed."""
    drawn = lines(runs)
    first = min(line.points[0][0] for line in drawn)
    values = [v for line in drawn for v in (*(y for _, y in line.points), line.at(ALL_OF_ARXIV))]
    decades = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)

    def x(papers: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log(papers / first) / math.log(ALL_OF_ARXIV / first)

    def y(value: float) -> float:
        share = (math.log10(value) - decades[0]) / (len(decades) - 1)
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share

    body = [f'<text x="{_LEFT - 6}" y="{y(10**d) + 4:.0f}" text-anchor="end">{10**d:,g}</text>' for d in decades]
    body += [
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(10**d):.1f}" y2="{y(10**d):.1f}" stroke="#ddd"/>'
        for d in decades
    ]
    sizes = sorted({size for line in drawn for size, _ in line.points} | {ALL_OF_ARXIV})
    body += [f'<text x="{x(n):.0f}" y="{_HEIGHT - 14}" text-anchor="middle">{_short(n)}</text>' for n in sizes]
    ends = _spread([y(line.at(ALL_OF_ARXIV)) for line in drawn])
    for line, end in zip(drawn, ends, strict=True):
        colour = _DRAWN[line.name]
        measured = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in line.points)
        last = line.points[-1][0]
        ahead = f"{x(last):.1f},{y(line.points[-1][1]):.1f} {x(ALL_OF_ARXIV):.1f},{y(line.at(ALL_OF_ARXIV)):.1f}"
        body.append(f'<polyline points="{measured}" fill="none" stroke="{colour}" stroke-width="2"/>')
        body.append(f'<polyline points="{ahead}" fill="none" stroke="{colour}" stroke-dasharray="4 4"/>')
        body += [f'<circle cx="{x(n):.1f}" cy="{y(v):.1f}" r="3" fill="{colour}"/>' for n, v in line.points]
        label = html.escape(f"{line.name}: {number(line.at(ALL_OF_ARXIV))} {line.unit}".strip())
        body.append(f'<text x="{_WIDTH - _RIGHT + 8}" y="{end + 4:.0f}" fill="{colour}">{label}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
    title = "<title>Time and memory by papers in the library; dashed: on paper</title>"
    return f'{head} font-size="11" role="img">{title}{"".join(body)}</svg>\n'


def _short(papers: int) -> str:
    return f"{papers / 1e6:g}M" if papers >= 1e6 else f"{papers / 1e3:.0f}k"


def _spread(places: Sequence[float], apart: float = 14) -> list[float]:
    """Return the places of labels moved down as far as they must be not to overlap."""
    moved = dict[int, float]()
    floor = -math.inf
    for i in sorted(range(len(places)), key=lambda i: places[i]):
        moved[i] = floor = max(places[i], floor + apart)
    return [moved[i] for i in range(len(places))]
