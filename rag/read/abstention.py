"""The wording of an abstention: what a person is told when nothing in the library answers, for each kind of "no"."""

from __future__ import annotations

from rag.base.text import listed
from rag.cite.escaping import escape
from rag.nouns import Reason


def abstention(reason: Reason, papers: int, pages: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> str:
    """Return the text of an abstention in a library of `papers` papers from `pages`, of the titles that are `named`."""
    if not papers:
        return "The library is empty. Add a saved page of papers first, then ask again."
    if named and reason is Reason.NOT_IN_ABSTRACTS:
        which = listed([f"*{escape(title)}*" for title in named])
        say, tell = ("s of {} do", "texts") if len(named) > 1 else (" of {} does", "text")
        return f"The abstract{say.format(which)} not seem to say this; the full {tell} may."
    return _KINDS.get(reason, _KINDS[Reason.NOT_IN_LIBRARY]).format(holdings=_holdings(papers, pages))


_KINDS = {
    Reason.NOT_IN_LIBRARY: "No paper was found here that answers this. The library holds {holdings}. "
    "The papers below are the nearest by subject.",
    Reason.NOT_IN_ABSTRACTS: "The abstracts here do not seem to say. The papers below are the nearest by subject; "
    "their full texts may tell.",
    Reason.AMBIGUOUS: "This can be read in several ways, and the papers answer it differently. "
    "Name the method, data set or paper you mean.",
    Reason.OFF_TOPIC: "Glad to help, but only from the abstracts in this library, and nothing in them speaks to this. "
    "It holds {holdings}. Ask what they find, how they work, or which of them deal with a subject.",
    Reason.NOTHING_MATCHES_FILTERS: "No paper meets these filters. Widen the dates or leave the page away; "
    "the library holds {holdings}.",
}


def _holdings(papers: int, pages: tuple[str, ...]) -> str:
    count = f"{papers:,} paper" + ("" if papers == 1 else "s")
    if not pages:
        return count
    named = ", ".join(pages[:5]) + (f" and {len(pages) - 5} more" if len(pages) > 5 else "")
    return f"{count} (from {named})"
