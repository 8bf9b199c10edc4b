"""The reader without a model: it quotes the sentences that answer, word for word, and says how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from rag.base.text.instructions import without_orders
from rag.base.text.names import is_marked
from rag.intent.answer_form import Form, read_form
from rag.intent.vocabulary import (
    asks_for_limits,
    asks_for_metadata,
    asks_for_several,
    asks_for_verse,
    asks_how,
    counts_what_is_claimed,
    tells_of_limits,
)
from rag.models.cross_encoders import AnswerSelector
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.read.candidates import (
    Candidate,
    asks_at_large,
    chosen_papers,
    chosen_sentences,
    confidence,
    likeliest,
    names_several,
    read_candidates,
)
from rag.read.reader import Reader, quotes, titled

_SURE = 0.5
"""Confidence from which an answer is given without reserve."""
_POSSIBLE = 0.4
"""Confidence below which nothing is quoted: of questions that are answered and those that are not, weighted alike, most
are told apart there."""
_POSSIBLE_OF_NAMED = 0.2
"""The same of how a named paper does something, or of a number where a sentence has one of that thing: the paper being
known, less has to be found out. Chosen on a few dozen questions of dev and training."""
_HELD = 0.3
"""Probability from which a paper is what is asked about, whether or not its abstract says."""
_LAST_LATIN = "\u024f"
"""The last letter of Latin Extended-B."""
_IN_ENGLISH = "Without a model a question is held against the abstracts word by word: ask in English, or with a model."
_FOREIGN = 0.2
"""Cosine of the nearest paper below which nothing here is on what was said."""


class ExtractiveReader(Reader):
    """Quotes the sentences that answer, from as many papers as the question needs, or says that none does."""

    def __init__(self, selector: AnswerSelector) -> None:
        self._selector = selector

    @property
    def by_code(self) -> ExtractiveReader:
        """Itself: nothing here needs a model."""
        return self

    def picked(self, query: Query, passages: Sequence[Passage]) -> list[tuple[int, int]]:
        """Return sentences as pairs of their paper's place, from 1, and their index, the likeliest to answer first."""
        _, query = about(query)
        found = [
            (-candidate.relevance * probability, candidate.place, index)
            for candidate in read_candidates(query, passages, self._selector)
            for index, probability in candidate.sentences
        ]
        return [(place, index) for _, place, index in sorted(found)]

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft; `history` has done its work when the query was planned."""
        form, query = about(query)
        question = query.question
        candidates = read_candidates(query, passages, self._selector)
        answered, best = confidence(question, candidates), likeliest(candidates)
        is_held = any(c.meant >= _HELD for c in candidates)
        near = [p.similarity for p in passages if p.similarity is not None]
        is_far = asks_for_verse(question) or max(near, default=1.0) < _FOREIGN
        foreign = not passages or (is_far and not query.named)
        at_large = asks_at_large(query, candidates)
        meant = query.focus or at_large or names_several(question, candidates)
        least, silent, told = _POSSIBLE, False, False
        if query.named and best:
            named = (c.paper.abstract for c in candidates if c.paper.paper_id in query.named)
            least = _POSSIBLE_OF_NAMED if asks_how(question) or best.counts else _POSSIBLE
            silent = asks_for_limits(question) and not any(map(tells_of_limits, named))
            told = counts_what_is_claimed(question, best.paper.sentence(best.sentences[0][0]))
        if silent or ((answered < least or foreign) and not meant and not told):
            yield self._nothing(query, passages, is_held=is_held, foreign=foreign)
            return
        papers = chosen_papers(query, candidates)
        quoted = [(c, chosen_sentences(c, len(papers))) for c in papers]
        # A question that leans on the conversation says too little by itself for what it asks to be met.
        sure = is_held if query.focus else at_large or answered >= _SURE
        text, notes = phrase_in_form(form, quoted) if form else (phrase(quoted, sure=sure), ())
        if form.language:
            needs = f"an answer in {form.language} needs a model."
            notes = (f"These are quotes, in the language of the abstracts; {needs}", *notes)
        status, reason = (Status.ANSWERED, None) if sure else (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
        yield Draft(text, passages, self.name, status, reason, warnings=notes)

    def _nothing(self, query: Query, passages: tuple[Passage, ...], *, is_held: bool, foreign: bool) -> Draft:
        """Return an abstention; what is asked of papers, dates, authors or a name held here is no foreign subject."""
        question, reason = query.question, Reason.NOT_IN_LIBRARY
        marked = [word for word in re.findall(r"[\w-]+", question) if is_marked(word)]
        foreign = foreign and not any(name in passage.paper.abstract for name in marked for passage in passages)
        if query.named or (is_held and not foreign) or asks_for_metadata(question):
            reason = Reason.NOT_IN_ABSTRACTS
        elif foreign and not asks_for_several(question):
            reason = Reason.OFF_TOPIC
        letters = [char for char in question if char.isalpha()]
        is_in_other_script = 2 * sum(char > _LAST_LATIN for char in letters) > len(letters)
        notes = (_IN_ENGLISH,) if is_in_other_script else ()
        return Draft("", passages, self.name, Status.ABSTAINED, reason, warnings=notes)


def about(query: Query) -> tuple[Form, Query]:
    """Return the form that is asked for, and the query without the words that ask for it or give orders."""
    form, subject = read_form(without_orders(query.question))
    return form, replace(query, question=subject, standalone=query.standalone.replace(query.question, subject))


# ----------------------------------------------------------------------------------------------------
# What the papers chosen say, for a question: a paragraph or a list, or the bare quotes in the form asked for.
#
# A line that leads in holds no claim of its own: it ends in a colon and says nothing that would need a source.

Quoted = tuple[Candidate, Sequence[int]]
_RESERVE = "The abstracts may not say this outright; what comes closest:"
_ANY = 1_000_000
"""More than any answer has, where a form sets no limit."""
_COUNTED = {3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven"}


def phrase(quoted: Sequence[Quoted], *, sure: bool) -> str:
    """Return the draft's text for papers with the sentences to quote; unsure, it says so first."""
    if len(quoted) <= 2:
        body = "\n\n".join(_paragraph(place, candidate, indices) for place, (candidate, indices) in enumerate(quoted))
        return body if sure else f"{_RESERVE}\n\n{body}"
    lead = f"{_COUNTED.get(len(quoted), 'Several')} papers speak to this, the closest first:" if sure else _RESERVE
    lines = (f"- {_dated(c.paper)}: {quotes(c.paper, c.place, indices)}" for c, indices in quoted)
    return "\n".join([lead, "", *lines])


def _paragraph(place: int, candidate: Candidate, indices: Sequence[int]) -> str:
    """Return the quotes of one of two papers at most, each led in by what it is."""
    name, first, rest = _dated(candidate.paper), indices[:1], indices[1:]
    says = f"{name}, in turn, says:" if place else f"{name} says:"
    says = f"The record of {name} reads:" if first[0] == 0 else says
    text = f"{says} {quotes(candidate.paper, candidate.place, first)}"
    also = "Its record reads:" if rest and rest[0] == 0 else "It also says:"
    return f"{text}\n\n{also} {quotes(candidate.paper, candidate.place, rest)}" if rest else text


def _dated(paper: Paper) -> str:
    """Return the title in italics, with the year where it is known."""
    return f"{titled(paper)} ({paper.date[:4]})" if paper.date else titled(paper)


def phrase_in_form(form: Form, quoted: Sequence[Quoted]) -> tuple[str, tuple[str, ...]]:
    """Return the bare quotes in the form asked for, and a warning where they cannot have it."""
    if form.points:
        quoted = [(candidate, [i for i, _ in candidate.sentences]) for candidate, _ in quoted]
    turns = chain(*zip_longest(*([(rank, index) for index in indices] for rank, (_, indices) in enumerate(quoted))))
    most, room = min(form.points or _ANY, form.sentences or _ANY), form.words or _ANY
    kept: list[tuple[int, int]] = []
    for rank, index in filter(None, turns):
        length = len(quoted[rank][0].paper.sentence(index).split())
        if len(kept) < most and length <= room:
            kept.append((rank, index))
            room -= length
    none = (f"No sentence that may answer is as short as {form.words} words; this is the nearest one.",)
    places = ((quoted[rank][0], index) for rank, index in sorted(kept or [(0, quoted[0][1][0])]))
    told = [quotes(candidate.paper, candidate.place, [index]) for candidate, index in places]
    return ("\n".join(f"- {quote}" for quote in told) if form.points else " ".join(told)), () if kept else none
