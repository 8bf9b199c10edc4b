"""The library's table as HTML: sortable columns, a row per paper with its abstract folded in, and what can be done."""

from __future__ import annotations

from rag.nouns import Paper
from rag.page.cards import shown_authors, shown_date
from rag.page.markup import attribute, paper_host_link, paper_text
from rag.page.shelf import LEAF, Column, Leaf, View
from rag.present import title

_NAMES = {
    Column.TITLE: "Title",
    Column.DATE: "Date",
    Column.AUTHORS: "Authors",
    Column.ORGANISATION: "Organisation",
    Column.PAGES: "Pages",
}
_SHOWN_AUTHORS = 2
_NONE = '<span class="unknown" title="Not known">–</span>'


def shelf_html(leaf: Leaf, view: View, total: int) -> str:
    """Return the table below its toolbar; a line of text where there is nothing to show."""
    if not total:
        return '<div class="shelf"><p class="none">Nothing here yet. Add a saved page above.</p></div>'
    if not leaf.papers:
        nothing = f"No paper holds “{paper_text(view.search)}”."
        return f'<div class="shelf">{_toolbar(leaf, view, total)}<p class="none">{nothing}</p></div>'
    head = "".join(_heading(column, view) for column in Column)
    rows = "".join(_row(paper, paper.paper_id in view.picked) for paper in leaf.papers)
    caption = '<caption class="hidden">Papers of the library</caption>'
    return (
        f'<div class="shelf">{_toolbar(leaf, view, total)}<table>{caption}'
        f'<thead><tr><td class="pick"></td>{head}</tr></thead><tbody>{rows}</tbody></table>{_pager(leaf, view)}</div>'
    )


def _toolbar(leaf: Leaf, view: View, total: int) -> str:
    """Return the line above the table: how many papers, and what can be done with those that are picked."""
    if view.confirming and view.picked:
        return _confirmation(len(view.picked))
    if not view.picked:
        some = f"{leaf.found:,} of {total:,} papers"
        count = f"{total:,} paper{'s' * (total != 1)}" if leaf.found == total else some
        return f'<div class="tools"><p class="small">{count}</p>{_pick_all(leaf, view)}</div>'
    exports = "".join(
        f'<button type="button" class="quiet" data-do="export_picked" data-kind="{kind}">{name}</button>'
        for kind, name in (("bibtex", "BibTeX"), ("ris", "RIS"), ("csl", "CSL JSON"))
    )
    return (
        f'<div class="tools"><p class="small">{len(view.picked):,} picked</p>{_pick_all(leaf, view)}{exports}'
        '<button type="button" class="quiet" data-do="ask_remove">Remove …</button>'
        '<button type="button" class="quiet" data-do="unpick">Pick none</button></div>'
    )


def _pick_all(leaf: Leaf, view: View) -> str:
    if leaf.found <= max(1, len(view.picked)):
        return ""
    return f'<button type="button" class="quiet" data-do="pick_all">Pick all {leaf.found:,}</button>'


def _confirmation(count: int) -> str:
    many = f"these {count:,} papers" if count != 1 else "this paper"
    return (
        f'<div class="tools" role="alert"><p>Remove {many} from the library? Saved pages on your disk stay.</p>'
        '<button type="button" class="danger" data-do="remove">Remove</button>'
        '<button type="button" class="quiet" data-do="keep">Keep</button></div>'
    )


def _heading(column: Column, view: View) -> str:
    way = ("descending" if view.descending else "ascending") if view.column is column else "none"
    arrow = {"ascending": " ↑", "descending": " ↓", "none": ""}[way]
    return (
        f'<th scope="col" class="{column}" aria-sort="{way}"><button type="button" data-do="sort" '
        f'data-column="{column}">{_NAMES[column]}<span aria-hidden="true">{arrow}</span></button></th>'
    )


def _row(paper: Paper, picked: bool) -> str:
    name = attribute(paper.paper_id)
    label = attribute(f"Pick {title(paper)}")
    kind = '<span class="kind">Summary, not the abstract.</span> ' if paper.abstract_is_summary else ""
    if paper.withdrawn:
        kind = f'<span class="kind">Withdrawn: {paper_text(paper.withdrawn)}</span> {kind}'
    return (
        f'<tr><td class="pick"><input type="checkbox" data-do="pick" data-paper="{name}" aria-label="{label}"'
        f'{" checked" * picked}></td><td class="title"><details data-key="{name}"><summary>{paper_text(title(paper))}'
        f'</summary><p class="abstract">{kind}{paper_text(paper.abstract) or "No abstract."}</p>'
        f'<p class="small">{paper_host_link(paper)}</p></details></td>'
        f'<td class="date">{attribute(shown_date(paper.date)) or _NONE}</td>'
        f'<td class="authors">{_authors(paper) or _NONE}</td>'
        f'<td class="organisation">{paper_text(paper.organisation or "") or _NONE}</td>'
        f'<td class="pages">{paper_text(", ".join(paper.pages)) or _NONE}</td></tr>'
    )


def _authors(paper: Paper) -> str:
    return paper_text(shown_authors(paper, most=_SHOWN_AUTHORS))


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
    off = "" if possible else " disabled"
    return f'<button type="button" class="quiet" data-do="leaf" data-leaf="{to}"{off}>{word}</button>'
