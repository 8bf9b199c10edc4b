"""The library's table as HTML: chips that filter, sortable columns, a row a paper that opens below itself.

What can be done with the papers that are ticked stands above the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from rag.base.text import plural
from rag.intent.comparison import MOST
from rag.nouns import Paper
from rag.page.cards import dated, shown_authors, shown_date
from rag.page.markup import attribute, button, exports, icon, paper_host_link, paper_text
from rag.page.shelf import LEAF, Column, Facet, Leaf, View
from rag.present import title

_SHOWN_AUTHORS, _ALL_AUTHORS, _SHOWN_VALUES, _MOST_VALUES = 2, 40, 8, 60
"""Authors of a row, of an open one, and values of a facet, before the rest is counted or folded; and values at all."""
_NONE = '<span class="unknown" title="Not known">–</span>'


def shelf_html(leaf: Leaf, view: View, total: int) -> str:
    """Return the table below its chips and its toolbar; a line of text where there is nothing to show."""
    if not total:
        return '<div class="shelf"><p class="none">Nothing here yet. Add a saved page above.</p></div>'
    above = f"{_facets(leaf, view)}{_reading(view)}{_toolbar(leaf, view, total)}"
    if not leaf.papers:
        return f'<div class="shelf">{above}<p class="none">{_nothing(view)}</p></div>'
    head = "".join(_heading(column, view) for column in leaf.columns)
    rows = "".join(_row(paper, paper.paper_id in view.picked, leaf.columns) for paper in leaf.papers)
    caption = '<caption class="hidden">Papers of the library</caption>'
    return (
        f'<div class="shelf">{above}<table>{caption}'
        f'<thead><tr><td class="pick"></td>{head}</tr></thead><tbody>{rows}</tbody></table>{_pager(leaf, view)}</div>'
    )


def _reading(view: View) -> str:
    """Return what the search was read as, where it was not taken as written."""
    if not view.meant:
        return ""
    written, meant = paper_text(view.search), paper_text(view.meant)
    return f'<p class="note" role="status">No paper holds “{written}”. Showing papers for “{meant}”.</p>'


def _nothing(view: View) -> str:
    search = view.meant or view.search
    what = f"holds “{paper_text(search)}”" if search else "is left"
    return f"No paper {what}{' under these filters' if view.is_filtered else ''}."


def _facets(leaf: Leaf, view: View) -> str:
    """Return a line of chips for each facet; of many values the commonest, the rest folded."""
    subject = ""
    if view.subject:
        name = paper_text(view.subject.name)
        subject = f'<div class="facet scroll"><span class="label">Subject</span>{_chip("unsubject", name, True)}</div>'
    lines = "".join(_facet(facet, values, view) for facet, values in leaf.facets)
    return f'<div class="facets" role="group" aria-label="Filters">{subject}{lines}</div>' if subject or lines else ""


def _facet(facet: Facet, values: tuple[tuple[str, int], ...], view: View) -> str:
    on = [entry for entry in values if (facet, entry[0]) in view.chosen]
    off = [entry for entry in values if entry not in on]
    front = off[: max(0, _SHOWN_VALUES - len(on))]
    chips = "".join(_value(facet, *entry, pressed=entry in on) for entry in (*on, *front))
    folded = off[len(front) : _MOST_VALUES]
    rest = "".join(_value(facet, *entry, pressed=False) for entry in folded)
    if beyond := len(off) - len(front) - len(folded):
        rest += f'<span class="count">and {beyond:,} more, each found by the search above</span>'
    more = len(off) - len(front)
    fold = f'<details data-key="more-{facet}"><summary>{more:,} more</summary>{rest}</details>' if more else ""
    return f'<div class="facet scroll"><span class="label">{facet.capitalize()}</span>{chips}{fold}</div>'


def _value(facet: Facet, value: str, count: int, *, pressed: bool) -> str:
    inner = f'{paper_text(value)} <span class="count">{count:,}</span>'
    return _chip("facet", inner, pressed, data_facet=facet, data_value=value)


def _chip(what: str, inner: str, pressed: bool, **data: str) -> str:
    sign = icon("close") if pressed else ""
    return button(what, f"<span>{inner}</span>{sign}", "chip", **data, aria_pressed=str(pressed).lower())


def _toolbar(leaf: Leaf, view: View, total: int) -> str:
    """Return the line above the table: how many papers, and what can be done with those that are picked."""
    if view.confirming and view.picked:
        return _confirmation(len(view.picked), leaf.unseen)
    clear = button("unfilter", "Clear filters") * view.is_filtered
    if not view.picked:
        count = plural(total, "paper") if leaf.found == total else f"{leaf.found:,} of {total:,} papers"
        return f'<div class="tools"><p class="small">{count}</p>{_pick_all(leaf, view)}{clear}</div>'
    hidden = f", {leaf.unseen:,} of them not in this table" if leaf.unseen else ""
    return (
        f'<div class="tools"><p class="small">{len(view.picked):,} picked{hidden}</p>{_compare(leaf)}'
        f"{_pick_all(leaf, view)}{exports('export_picked')}{button('ask_remove', 'Remove …')}"
        f"{button('unpick', 'Pick none')}{clear}</div>"
    )


def _compare(leaf: Leaf) -> str:
    """Return the button that sets the picked papers side by side, where they are as many as a table holds."""
    count = len(leaf.picked)
    if not 2 <= count <= MOST:
        return ""
    papers = json.dumps([paper.paper_id for paper in leaf.picked])
    return button("compare", f"Compare these {count}", "quiet strong", data_papers=papers)


def _pick_all(leaf: Leaf, view: View) -> str:
    if leaf.found <= max(1, len(view.picked)):
        return ""
    return button("pick_all", f"Pick all {leaf.found:,}")


def _confirmation(count: int, unseen: int) -> str:
    many = f"these {count:,} papers" if count != 1 else "this paper"
    many += f", {unseen:,} of them not in this table," if unseen else ""
    return (
        f'<div class="tools" role="alert"><p>Remove {many} from the library? Saved pages on your disk stay.</p>'
        f"{button('remove', 'Remove', 'danger')}{button('keep', 'Keep')}</div>"
    )


def _heading(column: Column, view: View) -> str:
    way = ("descending" if view.descending else "ascending") if view.column is column else "none"
    arrow = {"ascending": " ↑", "descending": " ↓", "none": ""}[way]
    return (
        f'<th scope="col" class="{column}" aria-sort="{way}"><button type="button" data-do="sort" '
        f'data-column="{column}">{column.capitalize()}<span aria-hidden="true">{arrow}</span></button></th>'
    )


def _row(paper: Paper, picked: bool, columns: tuple[Column, ...]) -> str:
    """Return a paper's row, and the one below it that its title opens."""
    name = attribute(paper.paper_id)
    label = attribute(f"Pick {title(paper)}")
    mark = ' <span class="mark">Withdrawn</span>' if paper.withdrawn else ""
    cells = "".join(f'<td class="{c}">{_CELLS[c](paper) or _NONE}</td>' for c in columns if c is not Column.TITLE)
    return (
        f'<tr><td class="pick"><input type="checkbox" data-do="pick" data-paper="{name}" aria-label="{label}"'
        f'{" checked" * picked}></td><td class="title"><button type="button" data-do="unfold" data-key="{name}" '
        f'aria-expanded="false">{paper_text(title(paper))}</button>{mark}</td>{cells}</tr>'
        f'<tr class="below"><td colspan="{len(columns) + 1}">{_below(paper)}</td></tr>'
    )


def _below(paper: Paper) -> str:
    """Return what a row opens: the abstract, and all that is known besides."""
    kind = '<span class="kind">Summary, not the abstract.</span> ' if paper.abstract_is_summary else ""
    if paper.withdrawn:
        kind = f'<span class="kind">Withdrawn: {paper_text(paper.withdrawn)}</span> {kind}'
    facts = (
        shown_authors(paper, most=_ALL_AUTHORS), paper.organisation or "", paper.venue or "",
        dated(paper) or "no date",
        f"saved from {', '.join(paper.pages)}" if paper.pages else "",
    )  # fmt: skip
    return (
        f'<p class="abstract">{kind}{paper_text(paper.abstract) or "No abstract."}</p>'
        f'<p class="small">{" · ".join(paper_text(fact) for fact in facts if fact)}</p>'
        f'<p class="small">{paper_host_link(paper)}</p>'
    )


def _year(paper: Paper) -> str:
    """Return a paper's year, marked where it was inferred, and its day or month in small where they are known."""
    year, _, rest = (paper.date or "").partition("-")
    day = f' <span class="day">{shown_date(paper.date).removesuffix(year).strip()}</span>' if rest else ""
    return attribute(year) + '<abbr title="Year inferred">?</abbr>' * bool(year and paper.date_inferred) + day


_CELLS: dict[Column, Callable[[Paper], str]] = {
    Column.AUTHORS: lambda p: paper_text(shown_authors(p, most=_SHOWN_AUTHORS)),
    Column.ORGANISATION: lambda p: paper_text(p.organisation or ""),
    Column.VENUE: lambda p: paper_text(p.venue or ""),
    Column.YEAR: _year,
    Column.UPVOTES: lambda p: "" if p.upvotes is None else f"{p.upvotes:,}",
}


def _pager(leaf: Leaf, view: View) -> str:
    """Return the line below the table, where it does not hold all that was found."""
    if leaf.found <= LEAF:
        return ""
    last = leaf.first + len(leaf.papers) - 1
    at = (leaf.first - 1) // LEAF
    return (
        f'<nav class="pager" aria-label="Leaves of the table"><p class="small">{leaf.first:,} to {last:,} '
        f"of {leaf.found:,}</p>{_turning(at - 1, 'Earlier', at > 0)}{_turning(at + 1, 'Later', leaf.has_more)}</nav>"
    )


def _turning(to: int, word: str, possible: bool) -> str:
    return button("leaf", word, data_leaf=to, disabled=None if possible else "")
