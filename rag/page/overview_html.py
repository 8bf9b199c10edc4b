"""The overview of a library as HTML: its map and its subjects, its months and pages, and what came last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.nouns import Paper
from rag.overview import Digest, Topic
from rag.overview.map import map_svg
from rag.page.markup import attribute, button, paper_link, paper_text

_TITLES = 3
"""Papers named under a subject."""
_LATEST = 10
_MOST_POINTS = 2500
"""Points that are drawn; of larger libraries the most central papers of each subject."""


def overview_html(digest: Digest) -> str:
    """Return the overview; a line of text where the library is empty."""
    if not digest.papers:
        return '<p class="none">Nothing here yet.</p>'
    undated = f", {digest.undated:,} of them without a date" if digest.undated else ""
    return (
        f'<section class="overview"><p class="small">{digest.papers:,} papers{undated}.</p>{_map(digest)}'
        f"<h3>Subjects</h3><ol>{''.join(_topic(n, t) for n, t in enumerate(digest.topics, start=1))}</ol>"
        f"{_counts('Papers by month', digest.by_month)}{_counts('Papers by page', digest.by_page)}"
        f"<h3>New with the last page: {len(digest.latest):,}</h3>{_titles(digest.latest, _LATEST)}</section>"
    )


def _map(digest: Digest) -> str:
    """Return the map with its buttons; the page's script zooms and moves it."""
    few = f" {_MOST_POINTS:,} of {len(digest.map):,} points are drawn." if len(digest.map) > _MOST_POINTS else ""
    buttons = "".join(
        button("zoom", sign, data_by=by, aria_label=said, title=said)
        for by, said, sign in (("1.5", "Closer", "+"), ("0.667", "Farther", "−"), ("0", "The whole map", "All"))
    )
    return (
        f'<div class="map-head"><h3>Map</h3><p class="small">Each island is a subject, like ones side by side. '
        f"A click shows its papers below.{few}</p><span>{buttons}</span></div>"
        f'<div class="map">{map_svg(digest.topics, digest.map, _MOST_POINTS)}</div>'
    )


def _topic(number: int, topic: Topic) -> str:
    words, name = paper_text(", ".join(topic.words)), attribute(topic.name)
    return (
        f'<li><span role="button" tabindex="0" class="link" data-do="subject" data-subject="{number}" '
        f'aria-label="Show the papers on {name}">{words}</span>: {len(topic.papers):,} papers'
        f"<p>“{paper_text(topic.sentence.quote)}” ({paper_link(topic.papers[0])}, sentence {topic.sentence.index})</p>"
        f"{_titles(topic.papers[1:], _TITLES)}</li>"
    )


def _titles(papers: Sequence[Paper], most: int) -> str:
    left = f"<li>and {len(papers) - most:,} more</li>" if len(papers) > most else ""
    return f"<ul>{''.join(f'<li>{paper_link(paper)}</li>' for paper in papers[:most])}{left}</ul>" if papers else ""


def _counts(title: str, counts: Iterable[tuple[str, int]]) -> str:
    """Return counts as a table whose rows are bars."""
    rows = list(counts)
    most = max((count for _, count in rows), default=1)
    lines = "".join(
        f'<tr><th scope="row">{paper_text(name)}</th>'
        f'<td><span class="bar" style="width:{0.8 * count / most:.0%}"></span>{count:,}</td></tr>'
        for name, count in rows
    )
    return f"<h3>{title}</h3><table><tbody>{lines}</tbody></table>" if rows else ""
