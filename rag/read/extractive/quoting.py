"""Which of the papers read are quoted, with which sentences, and how the quotes are put into a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from rag.base.text.names import fold, names_asked_for
from rag.base.text.overlap import stems, title_parts
from rag.cite.escaping import escape
from rag.intent.answer_form import Form
from rag.intent.vocabulary import asks_for_papers, asks_for_several
from rag.nouns import Paper, Query
from rag.present.references import title
from rag.read.extractive.candidates import Candidate

# ----------------------------------------------------------------------------------------------------
# Which of the papers read are quoted, and which of their sentences.

_LIKELY, _LIKELY_TOO = 0.3, 0.15
"""Relevance from which a further paper is quoted beside the best, and the same where several are asked for: about half
of the F1 that is to be had, which is where the expected F1 is best (Lipton, Elkan and Naryanaswamy, 2014)."""
_MOST_PAPERS = 8
_AT_LARGE = "about describe explain find findings good outline result results summarise summarize summary tell well"
"""Words with which people ask for a paper as such."""
_ENOUGH = 0.9
"""Sum of probabilities up to which further sentences are quoted beside the likeliest: one that is likely enough stands
alone."""
_FAINT = 0.05
"""Probability below which a sentence is not worth reading."""
_ROOM = 8
"""Sentences that a reader takes in from several papers together; from one paper, half of it."""
_COMMON = 2
"""A name that more papers hold than this tells none of them from the others."""


def chosen_papers(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the papers to quote, best first: the likely ones, of those under discussion if any, and those named."""
    ranked = sorted(candidates, key=lambda c: (c.paper.paper_id not in query.named, -c.log_odds))
    discussed = [c for c in ranked if c.paper.paper_id in query.focus]
    likely = _LIKELY_TOO if asks_for_several(query.question) else _LIKELY
    fits = [c.meant if asks_for_papers(query.question) else c.relevance for c in discussed or ranked]
    chosen = [c for i, c in enumerate(discussed or ranked) if i == 0 or fits[i] >= likely][:_MOST_PAPERS]
    for holders in _named(query.question, ranked):
        if not any(c in chosen for c in holders):
            chosen.append(holders[0])
    return chosen


def asks_at_large(query: Query, candidates: Sequence[Candidate]) -> bool:
    """Tell whether a question names a paper and asks nothing in particular of it: any of its sentences answers."""
    asked_for = stems(query.question) - stems(_AT_LARGE)
    return any(c.paper.paper_id in query.named and asked_for <= stems(c.paper.title) for c in candidates)


def names_several(question: str, candidates: Sequence[Candidate]) -> bool:
    """Tell whether a question names two papers or more, which are then what it is about."""
    return len({holders[0].place for holders in _named(question, candidates)}) > 1


def chosen_sentences(candidate: Candidate, papers: int) -> list[int]:
    """Return the sentences of a paper to quote, the likeliest first, where `papers` papers are quoted in all."""
    most = min(_ROOM // 2, max(1, _ROOM // papers))
    picked: list[int] = []
    belief = 0.0
    for index, probability in candidate.sentences[:most]:
        if belief >= _ENOUGH or (picked and probability < _FAINT):
            break
        picked.append(index)
        belief += probability
    return picked


def _named(question: str, ranked: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Yield for each thing that the question names the papers it can be the name of, where they are few."""
    words = stems(question)
    for name, proper in names_asked_for(question):
        holders = [c for c in ranked if _holds(c.paper, name, proper)]
        if 0 < len(holders) <= _COMMON:
            yield holders
    yield from ([c] for c in ranked if any(part <= words for part in title_parts(c.paper.title)))


def _holds(paper: Paper, name: str, proper: bool) -> bool:
    """Tell whether a paper holds a name; one that is only a capitalised word must stand in the title."""
    return name in fold(f"{paper.title} {paper.abstract}" if proper else paper.title)


# ----------------------------------------------------------------------------------------------------
# Quotes into a text that a person reads: who says what, each sentence word for word with its pointer.
#
# A line that leads in holds no claim of its own: it ends in a colon and says nothing that would need a source.

Quoted = tuple[Candidate, Sequence[int]]
_RESERVE = "The abstracts may not say this outright; what comes closest:"
_ANY = 1_000_000
"""More than any answer has, where a form sets no limit."""
_COUNTED = ("", "One paper", "Two papers", "Three papers", "Four papers", "Five papers", "Six papers", "Seven papers")


def phrase(quoted: Sequence[Quoted], *, sure: bool) -> str:
    """Return the draft's text for papers with the sentences to quote; unsure, it says so first."""
    if len(quoted) <= 2:
        body = "\n\n".join(_paragraph(place, candidate, indices) for place, (candidate, indices) in enumerate(quoted))
    else:
        body = "\n".join(f"- {_name(candidate)}: {_quotes(candidate, indices)}" for candidate, indices in quoted)
        number = _COUNTED[len(quoted)] if len(quoted) < len(_COUNTED) else "Several papers"
        body = f"{number} speak to this, the closest first:\n\n{body}" if sure else body
    return body if sure else f"{_RESERVE}\n\n{body}"


def _paragraph(place: int, candidate: Candidate, indices: Sequence[int]) -> str:
    """Return the quotes of one of two papers at most, each led in by what it is."""
    first, rest = indices[:1], indices[1:]
    says = f"{_name(candidate)}, in turn, says:" if place else f"{_name(candidate)} says:"
    opening = f"The record of {_name(candidate)} reads:" if first[0] == 0 else says
    text = f"{opening} {_quotes(candidate, first)}"
    also = "Its record reads:" if rest and rest[0] == 0 else "It also says:"
    return f"{text}\n\n{also} {_quotes(candidate, rest)}" if rest else text


def phrase_in_form(form: Form, quoted: Sequence[Quoted]) -> tuple[str, tuple[str, ...]]:
    """Return the bare quotes in the form asked for, and a warning where they cannot have it."""
    if form.points:
        quoted = [(candidate, [i for i, _ in candidate.sentences]) for candidate, _ in quoted]
    turns = chain(*zip_longest(*([(rank, index) for index in indices] for rank, (_, indices) in enumerate(quoted))))
    most = min(form.points or _ANY, form.sentences or _ANY)
    kept: list[tuple[int, int]] = []
    room = form.words or _ANY
    for rank, index in filter(None, turns):
        length = len(quoted[rank][0].paper.sentence(index).split())
        if len(kept) < most and length <= room:
            kept.append((rank, index))
            room -= length
    notes = (
        () if kept else (f"No sentence that may answer is as short as {form.words} words; this is the nearest one.",)
    )
    quotes = [_quotes(quoted[rank][0], [index]) for rank, index in sorted(kept or [(0, quoted[0][1][0])])]
    return ("\n".join(f"- {quote}" for quote in quotes) if form.points else " ".join(quotes)), notes


def titled(paper: Paper) -> str:
    """Return the title in italics."""
    return f"*{escape(title(paper))}*"


def quotes(paper: Paper, place: int, indices: Sequence[int]) -> str:
    """Return sentences word for word, each with its pointer to the paper in `place` of those shown."""
    return " ".join(f"“{paper.sentence(i)}” [P{place}.{i}]" for i in indices)


def entries(papers: Sequence[Paper], sentences: Sequence[Sequence[int]]) -> list[str]:
    """Return a line for each paper: its title and some of its sentences, its record where there are none."""
    told = enumerate(zip(papers, sentences, strict=True), start=1)
    return [f"- {titled(paper)}: {quotes(paper, place, indices or [0])}" for place, (paper, indices) in told]


def _name(paper: Candidate) -> str:
    """Return the title in italics, with the year where it is known."""
    date = paper.paper.date
    return f"{titled(paper.paper)} ({date[:4]})" if date else titled(paper.paper)


def _quotes(paper: Candidate, indices: Sequence[int]) -> str:
    return quotes(paper.paper, paper.place, indices)
