"""The reader without a model, as a stage: from a query and its passages to a draft of quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.embedder.contextual import Contextual
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status
from rag.readers.extractive.asking import asks_for_metadata, asks_for_several
from rag.readers.extractive.choosing import (
    asks_at_large,
    chosen_papers,
    chosen_sentences,
    confidence,
    names_several,
    relevance,
)
from rag.readers.extractive.forms import Form, read_form
from rag.readers.extractive.orders import without_orders
from rag.readers.extractive.phrasing import phrase, phrase_in_form
from rag.readers.extractive.weighing import Weighed, weigh

_SURE = 0.55
"""Confidence from which an answer is given without reserve."""
_POSSIBLE = 0.45
"""Confidence below which nothing is quoted: of questions that are answered and those that are not, weighted alike, most
are told apart there."""
_HELD = 0.3
"""Relevance from which a paper is what the question is about, whether or not its abstract says."""
_LAST_LATIN = "\u024f"
"""The last letter of Latin Extended-B."""
_FOREIGN = 0.45
"""Quality (a cosine, a nearness of words, half a coverage) below which nothing here is on what was said."""


class ExtractiveReader:
    """Quotes the sentences that answer, from as many papers as the question needs, or says that none does."""

    name = "extractive"

    def __init__(self, contextual: Contextual) -> None:
        self._contextual = contextual

    @property
    def by_code(self) -> ExtractiveReader:
        """Itself: nothing here needs a model."""
        return self

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return None: the rules say what to search for."""
        return None

    def picked(self, query: Query, passages: Sequence[Passage]) -> list[tuple[int, int]]:
        """Return sentences as pairs of their paper's place, from 1, and their index, the likeliest to answer first."""
        _, query = about(query)
        found = [
            (relevance(paper) * probability, -paper.place, -index)
            for paper in weigh(query, passages, self._contextual)
            for index, probability in paper.sentences
        ]
        return [(-place, -index) for _, place, index in sorted(found, reverse=True)]

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft; `history` has done its work when the query was planned."""
        form, query = about(query)
        weighed = weigh(query, passages, self._contextual)
        answered = confidence(weighed)
        foreign = max((w.quality for w in weighed), default=0.0) < _FOREIGN
        at_large = asks_at_large(query, weighed)
        meant = query.focus or at_large or names_several(query.question, weighed)
        if (answered < _POSSIBLE or foreign) and not meant:
            why = _why_not(query, weighed, foreign=foreign)
            yield Draft("", passages, self.name, Status.ABSTAINED, why, warnings=_unread(query.question))
            return
        papers = chosen_papers(query, weighed)
        quoted = [(w, chosen_sentences(w, len(papers))) for w in papers]
        # A question that leans on the conversation says too little by itself for what it asks to be met.
        sure = _is_held(weighed) if query.focus else at_large or answered >= _SURE
        notes = _notes(form)
        if form:
            text, more = phrase_in_form(form, quoted)
            notes = (*notes, *more)
        else:
            text = phrase(quoted, sure=sure)
        status, reason = (Status.ANSWERED, None) if sure else (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
        yield Draft(text, passages, self.name, status, reason, warnings=notes)


def about(query: Query) -> tuple[Form, Query]:
    """Return the form that is asked for, and the query without the words that ask for it or give orders."""
    form, subject = read_form(without_orders(query.question))
    return form, replace(query, question=subject, standalone=query.standalone.replace(query.question, subject))


def _notes(form: Form) -> tuple[str, ...]:
    """Return what is to be said of a language that quotes cannot have."""
    if form.language is None:
        return ()
    return (f"These are quotes, in the language of the abstracts; an answer in {form.language} needs a model.",)


def _unread(question: str) -> tuple[str, ...]:
    """Return what is to be said of a question in a script that the abstracts are not written in."""
    letters = [char for char in question if char.isalpha()]
    if 2 * sum(char > _LAST_LATIN for char in letters) <= len(letters):
        return ()
    return ("Without a model a question is held against the abstracts word by word: ask in English, or with a model.",)


def _why_not(query: Query, weighed: Sequence[Weighed], *, foreign: bool) -> Reason:
    """Return why nothing is quoted; what is asked of papers, dates or authors at large is no foreign subject."""
    held = query.named or (_is_held(weighed) and not foreign)
    if held or asks_for_metadata(query.question):
        return Reason.NOT_IN_ABSTRACTS
    return Reason.OFF_TOPIC if foreign and not asks_for_several(query.question) else Reason.NOT_IN_LIBRARY


def _is_held(weighed: Sequence[Weighed]) -> bool:
    """Tell whether some paper is what the question is about."""
    return max((relevance(w) for w in weighed), default=0.0) >= _HELD
