"""The list of conversations as HTML: the latest first, by day; titles are people's words, and escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from rag.conversations import MOST_LISTED, Listed
from rag.page.icons import icon
from rag.page.markup import attribute

_UNNAMED = "(without words)"


def side_html(
    listed: Sequence[Listed], current: str, search: str = "", *, lasting: bool = True, problem: str = ""
) -> str:
    """Return the list; `current` is the id of the conversation that stands on the page."""
    notes = [f'<p class="notice is-error" role="alert">{attribute(problem)}</p>'] if problem else []
    if not lasting:
        notes.append('<p class="small">This library can only be read: what is asked here is gone when it closes.</p>')
    if not listed and not problem:
        said = "No conversation has these words." if search else "What you ask is kept here by itself."
        notes.append(f'<p class="small">{said}</p>')
    today = date.today()
    groups = groupby(listed, key=lambda one: _when(one.touched, today))
    lists = (f"<h3>{when}</h3><ul>{''.join(_row(one, current) for one in ones)}</ul>" for when, ones in groups)
    more = '<p class="small">Older ones are found by searching.</p>' * (len(listed) == MOST_LISTED)
    return f'<nav aria-label="Conversations" data-count="{len(listed)}">{"".join([*notes, *lists])}{more}</nav>'


def _row(one: Listed, current: str) -> str:
    name, title = attribute(one.id), attribute(one.title or _UNNAMED)
    here = ' aria-current="true"' if one.id == current else ""
    return (
        f'<li class="talk" data-conversation="{name}"><button type="button" class="talk-open" data-do="open" '
        f'data-conversation="{name}"{here} title="{title}">{title}</button>'
        f'<button type="button" class="quiet" data-do="rename_here" data-title="{title}" title="Rename" '
        f'aria-label="Rename {title}">{icon("edit")}</button>'
        f'<button type="button" class="quiet" data-do="forget" data-conversation="{name}" title="Remove" '
        f'aria-label="Remove {title}">{icon("remove")}</button></li>'
    )


def _when(touched: str, today: date) -> str:
    """Return the heading of a time in ISO format; what is no time is long ago."""
    try:
        day = datetime.fromisoformat(touched).astimezone().date()
    except (ValueError, OverflowError, OSError):
        return "Earlier"
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return "The last seven days" if day > today - timedelta(days=7) else "Earlier"
