"""The wording of an abstention: what a person is told when nothing in the library answers, for each kind of "no"."""

from __future__ import annotations

from collections.abc import Sequence

from rag.base.text import listed, plural
from rag.catalogue.filters import Filters
from rag.cite.escaping import escape
from rag.nouns import Draft, Paper, Reason
from rag.present.filters_in_words import in_words
from rag.read.reader import declined, titled

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
ASK = "Ask for instance “Summarise the library”, “What should I read first?” or “Which papers deal with …?”"


def abstention(reason: Reason, papers: int, pages: tuple[str, ...] = (), named: Sequence[Paper] = ()) -> str:
    """Return the text of an abstention in a library of `papers` papers from `pages`, where some were `named`."""
    if not papers:
        return "The library is empty. Add a saved page of papers first, then ask again."
    if named and reason is Reason.NOT_IN_ABSTRACTS:
        which = listed(list(map(titled, named)))
        say, tell = ("s of {} do", "texts") if len(named) > 1 else (" of {} does", "text")
        return f"The abstract{say.format(which)} not seem to say this; the full {tell} may."
    seen = ", ".join(pages[:5]) + (f" and {len(pages) - 5} more" if len(pages) > 5 else "")
    holdings = f"{plural(papers, 'paper')} (from {seen})" if pages else plural(papers, "paper")
    return _KINDS.get(reason, _KINDS[Reason.NOT_IN_LIBRARY]).format(holdings=holdings)


def unknown_name(name: str) -> Draft:
    """Return what is said of a name that occurs in no paper here, instead of answering about its neighbour."""
    text = f"“{escape(name)}” occurs in no paper here, in any spelling. The papers below are the nearest by subject."
    return declined(Reason.NOT_IN_LIBRARY, text)


def unknown_words(words: Sequence[str]) -> Draft:
    """Return what is said where no word of a question stands in any paper."""
    named = ", ".join(f"“{escape(word)}”" for word in words)
    text = f"No paper here holds {named}, nor a word like {'it' if len(words) == 1 else 'these'}. {ASK}"
    return declined(Reason.OFF_TOPIC, text)


def left_out(papers: Sequence[Paper], filters: Filters) -> Draft:
    """Return what is said of papers that are asked about and that the filters leave out."""
    named, are = listed(list(map(titled, papers))), "is" if len(papers) == 1 else "are"
    text = f"{named} {are} in the library, but not among the papers that {escape(in_words(filters))}."
    return declined(Reason.NOTHING_MATCHES_FILTERS, text)
