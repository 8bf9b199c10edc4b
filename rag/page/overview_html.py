"""The overview of a library as HTML: its subjects, its months and pages, what came last, and a map to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.digest import Digest, Topic
from rag.digest.drawing import map_svg
from rag.nouns import Paper
from rag.page.markup import paper_link, paper_text

_TITLES = 3
"""Papers named under a subject."""
_LATEST = 10


def overview_html(digest: Digest) -> str:
    """Return the overview; a line of text where the library is empty."""
    if not digest.papers:
        return '<p class="none">Nothing here yet.</p>'
    undated = f", {digest.undated:,} of them without a date" if digest.undated else ""
    return (
        f'<section class="overview"><p class="small">{digest.papers:,} papers{undated}.</p>'
        f'<h3>Map</h3><p class="small">Near points are alike; point at one for its title.</p>'
        f'<div class="scroll map" tabindex="0" role="region" aria-label="Map of the papers">{map_svg(digest)}</div>'
        f"<h3>Subjects</h3><ol>{''.join(map(_topic, digest.topics))}</ol>"
        f"{_counts('Papers by month', digest.by_month)}{_counts('Papers by page', digest.by_page)}"
        f"<h3>New with the last page: {len(digest.latest):,}</h3>{_titles(digest.latest, _LATEST)}</section>"
    )


def _topic(topic: Topic) -> str:
    words = paper_text(", ".join(topic.words))
    return (
        f"<li><strong>{words}</strong>: {len(topic.papers):,} papers"
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
        f'<tr><th scope="row">{paper_text(name)}</th><td><span class="bar" style="width:{count / most:.0%}"></span>'
        f"{count:,}</td></tr>"
        for name, count in rows
    )
    return f"<h3>{title}</h3><table><tbody>{lines}</tbody></table>" if rows else ""
