"""Quotes into a text that a person reads: who says what, each sentence word for word with its pointer.

A line that leads in holds no claim of its own: it ends in a colon and says nothing that would need a source.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

from rag.cite.sealed import seal
from rag.nouns import Paper
from rag.present.references import title
from rag.readers.extractive.candidates import Candidate
from rag.readers.extractive.forms import Form

_TOO_LONG = "No sentence that may answer is as short as {words} words; this is the nearest one."
Quoted = tuple[Candidate, Sequence[int]]
_RESERVE = "The abstracts may not say this outright; what comes closest:"
_ANY = 1_000_000
"""More than any answer has, where a form sets no limit."""
_COUNTED = ("", "One paper", "Two papers", "Three papers", "Four papers", "Five papers", "Six papers", "Seven papers")


def phrase(quoted: Sequence[Quoted], *, sure: bool) -> str:
    """Return the draft's text for papers with the sentences to quote; unsure, it says so first."""
    if len(quoted) > 2:
        body = _points(quoted, sure=sure)
    else:
        body = "\n\n".join(_paragraph(i, paper, indices) for i, (paper, indices) in enumerate(quoted))
    return body if sure else f"{_RESERVE}\n\n{body}"


def phrase_in_form(form: Form, quoted: Sequence[Quoted]) -> tuple[str, tuple[str, ...]]:
    """Return the bare quotes in the form asked for, and a warning where they cannot have it."""
    if form.points:
        quoted = [(paper, [i for i, _ in paper.sentences]) for paper, _ in quoted]
    turns = chain(*zip_longest(*([(paper, index) for index in indices] for paper, indices in quoted)))
    most = min(form.points or _ANY, form.sentences or _ANY)
    kept: list[tuple[Candidate, int]] = []
    room = form.words or _ANY
    for paper, index in filter(None, turns):
        length = len(paper.paper.sentence(index).split())
        if len(kept) < most and length <= room:
            kept.append((paper, index))
            room -= length
    places = [paper for paper, _ in quoted]
    notes = () if kept else (_TOO_LONG.format(words=form.words),)
    kept = sorted(kept or [(quoted[0][0], quoted[0][1][0])], key=lambda quote: (places.index(quote[0]), quote[1]))
    quotes = [_quotes(paper, [index]) for paper, index in kept]
    return ("\n".join(f"- {quote}" for quote in quotes) if form.points else " ".join(quotes)), notes


def _points(quoted: Sequence[Quoted], *, sure: bool) -> str:
    lines = [f"- {_name(paper)}: {_quotes(paper, indices)}" for paper, indices in quoted]
    if sure:
        number = _COUNTED[len(quoted)] if len(quoted) < len(_COUNTED) else "Several papers"
        lines.insert(0, f"{number} speak to this, the closest first:\n")
    return "\n".join(lines)


def _paragraph(place: int, paper: Candidate, indices: Sequence[int]) -> str:
    first, rest = indices[:1], indices[1:]
    text = f"{_opening(place, paper, first[0])} {_quotes(paper, first)}"
    return f"{text}\n\n{_continuation(rest)} {_quotes(paper, rest)}" if rest else text


def _opening(place: int, paper: Candidate, index: int) -> str:
    """Return how a quote is led in, by what it is."""
    if index == 0:
        return f"The record of {_name(paper)} reads:"
    if place:
        return f"{_name(paper)}, in turn, says:"
    return f"{_name(paper)} says:"


def _continuation(rest: Sequence[int]) -> str:
    return "Its record reads:" if rest[0] == 0 else "It also says:"


def titled(paper: Paper) -> str:
    """Return the title in italics."""
    return f"*{seal(title(paper))}*"


def quotes(paper: Paper, place: int, indices: Sequence[int]) -> str:
    """Return sentences word for word, each with its pointer to the paper in `place` of those shown."""
    return " ".join(f"“{paper.sentence(i)}” [P{place}.{i}]" for i in indices)


def _name(paper: Candidate) -> str:
    """Return the title in italics, with the year where it is known."""
    date = paper.paper.date
    return f"{titled(paper.paper)} ({date[:4]})" if date else titled(paper.paper)


def _quotes(paper: Candidate, indices: Sequence[int]) -> str:
    return quotes(paper.paper, paper.place, indices)
