"""Plots as inline SVG: no script, no font, nothing loaded."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TypeVar

from .aggregate import METRICS, Scored
from .damage import Detection
from .intervals import Interval, wilson
from .sections import STATUSES

_WIDTH, _LEFT, _RIGHT, _STEP = 760, 270, 30, 24
_SPAN = _WIDTH - _LEFT - _RIGHT
T = TypeVar("T")
_COLOURS = dict(zip(STATUSES, ("#2f6f9f", "#7fb2d4", "#c9b458", "#9a9a9a", "#b5413c", "#d9a5a2"), strict=True))


def figures(scored: Scored) -> str:
    """Return the shares of a run as points with their intervals, grouped."""
    shown = [(n, f) for n, f in scored.figures.items() if METRICS[n].group != "Cost" and 0 <= f.value <= 1]
    rows = [
        _label(METRICS[n].label, y) + _interval(f.interval, f.value, y, f"{f.value:.3f}, n = {f.n}")
        for y, (n, f) in _placed(shown)
    ]
    return _svg(len(shown), "Figures with 95% intervals", _grid(len(shown)) + "".join(rows))


def statuses(scored: Scored) -> str:
    """Return each type's statuses as a bar of shares."""
    found = sorted(scored.statuses.items())
    rows = [_label(name, y) + _bar(counts, y) for y, (name, counts) in _placed(found)]
    legend = "".join(
        f'<rect x="{_LEFT + i * 78}" y="4" width="10" height="10" fill="{_COLOURS[s]}"/>'
        f'<text x="{_LEFT + i * 78 + 14}" y="13">{s}</text>'
        for i, s in enumerate(STATUSES)
    )
    return _svg(len(found), "Statuses by type", legend + "".join(rows))


def damage(rows: Sequence[Detection]) -> str:
    """Return the share of each damage that any scorer saw, with its interval."""
    drawn = [
        _label(f"{r.damage} ({r.n})", y)
        + _interval(wilson(r.seen_by_any, r.n), r.seen_by_any / r.n, y, f"{r.seen_by_any} of {r.n}")
        for y, r in _placed([r for r in rows if r.n])
    ]
    return _svg(len(drawn), "Damage seen by any scorer", _grid(len(drawn)) + "".join(drawn))


def _placed(items: Sequence[T]) -> list[tuple[float, T]]:
    return [(30 + _STEP * (i + 0.5), item) for i, item in enumerate(items)]


def _x(value: float) -> float:
    return _LEFT + _SPAN * min(max(value, 0.0), 1.0)


def _label(text: str, y: float) -> str:
    return f'<text x="{_LEFT - 12}" y="{y + 4:.0f}" text-anchor="end">{html.escape(text)}</text>'


def _interval(limits: Interval | None, value: float, y: float, hint: str) -> str:
    low, high = map(_x, limits or (value, value))
    line = f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="#7fb2d4" stroke-width="5"/>'
    dot = f'<circle cx="{_x(value):.1f}" cy="{y}" r="4.5" fill="#2f6f9f"><title>{html.escape(hint)}</title></circle>'
    return line + dot


def _bar(counts: Mapping[str, int], y: float) -> str:
    total, at, pieces = sum(counts.values()), float(_LEFT), []
    for status in STATUSES:
        width = _SPAN * counts.get(status, 0) / total
        hint = f"<title>{status}: {counts.get(status, 0)} of {total}</title>"
        box = f'x="{at:.1f}" y="{y - 8:.1f}" width="{width:.1f}" height="16" fill="{_COLOURS[status]}"'
        pieces.append(f"<rect {box}>{hint}</rect>" if width else "")
        at += width
    return "".join(pieces)


def _grid(n: int) -> str:
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    bottom = 30 + _STEP * n
    return "".join(
        f'<line x1="{_x(t):.1f}" x2="{_x(t):.1f}" y1="24" y2="{bottom}" stroke="currentColor" stroke-opacity=".15"/>'
        f'<text x="{_x(t):.1f}" y="16" text-anchor="middle">{t:g}</text>'
        for t in ticks
    )


def _svg(n: int, label: str, body: str) -> str:
    height = 38 + _STEP * n
    head = f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{html.escape(label)}"'
    return f'{head} xmlns="http://www.w3.org/2000/svg">{body}</svg>'
