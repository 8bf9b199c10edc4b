"""The reader without a model, as a stage: from a query and its passages to a draft of quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

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
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status
from rag.read.extractive.candidates import Candidate, confidence, read_candidates
from rag.read.extractive.quoting import (
    asks_at_large,
    chosen_papers,
    chosen_sentences,
    names_several,
    phrase,
    phrase_in_form,
)
from rag.read.reader import Reader

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
            (candidate.relevance * probability, -candidate.place, -index)
            for candidate in read_candidates(query, passages, self._selector)
            for index, probability in candidate.sentences
        ]
        return [(-place, -index) for _, place, index in sorted(found, reverse=True)]

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft; `history` has done its work when the query was planned."""
        form, query = about(query)
        question = query.question
        candidates = read_candidates(query, passages, self._selector)
        answered = confidence(question, candidates)
        near = [p.similarity for p in passages if p.similarity is not None]
        is_far = asks_for_verse(question) or max(near, default=1.0) < _FOREIGN
        foreign = not passages or (is_far and not query.named)
        at_large = asks_at_large(query, candidates)
        meant = query.focus or at_large or names_several(question, candidates)
        least = _POSSIBLE_OF_NAMED if query.named and _may_say(question, candidates) else _POSSIBLE
        silent = query.named and asks_for_limits(question) and not _tell_of_limits(candidates, query)
        told = query.named and _counts_the_claimed(question, candidates)
        if silent or ((answered < least or foreign) and not meant and not told):
            why = _why_not(query, candidates, foreign=foreign and not _names_held(question, passages))
            yield Draft("", passages, self.name, Status.ABSTAINED, why, warnings=_unread(question))
            return
        papers = chosen_papers(query, candidates)
        quoted = [(c, chosen_sentences(c, len(papers))) for c in papers]
        # A question that leans on the conversation says too little by itself for what it asks to be met.
        sure = _is_held(candidates) if query.focus else at_large or answered >= _SURE
        text, notes = phrase_in_form(form, quoted) if form else (phrase(quoted, sure=sure), ())
        if form.language:
            needs = f"an answer in {form.language} needs a model."
            notes = (f"These are quotes, in the language of the abstracts; {needs}", *notes)
        status, reason = (Status.ANSWERED, None) if sure else (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
        yield Draft(text, passages, self.name, status, reason, warnings=notes)


def _counts_the_claimed(question: str, candidates: Sequence[Candidate]) -> bool:
    """Tell whether the likeliest sentence has a number of what the question states one of, be it another."""
    best = max(candidates, key=lambda candidate: candidate.log_odds, default=None)
    return best is not None and counts_what_is_claimed(question, best.paper.sentence(best.sentences[0][0]))


def _may_say(question: str, candidates: Sequence[Candidate]) -> bool:
    """Tell whether papers are asked how they do something, or for a number of what a likely sentence counts."""
    best = max(candidates, key=lambda candidate: candidate.log_odds, default=None)
    return asks_how(question) or (best is not None and best.counts)


def _tell_of_limits(candidates: Sequence[Candidate], query: Query) -> bool:
    """Tell whether an abstract of the papers that are named tells of limitations at all."""
    named = (c.paper for c in candidates if c.paper.paper_id in query.named)
    return any(tells_of_limits(paper.abstract) for paper in named)


def about(query: Query) -> tuple[Form, Query]:
    """Return the form that is asked for, and the query without the words that ask for it or give orders."""
    form, subject = read_form(without_orders(query.question))
    return form, replace(query, question=subject, standalone=query.standalone.replace(query.question, subject))


def _unread(question: str) -> tuple[str, ...]:
    """Return what is to be said of a question in a script that the abstracts are not written in."""
    letters = [char for char in question if char.isalpha()]
    if 2 * sum(char > _LAST_LATIN for char in letters) <= len(letters):
        return ()
    return ("Without a model a question is held against the abstracts word by word: ask in English, or with a model.",)


def _why_not(query: Query, candidates: Sequence[Candidate], *, foreign: bool) -> Reason:
    """Return why nothing is quoted; what is asked of papers, dates or authors at large is no foreign subject."""
    held = query.named or (_is_held(candidates) and not foreign)
    if held or asks_for_metadata(query.question):
        return Reason.NOT_IN_ABSTRACTS
    return Reason.OFF_TOPIC if foreign and not asks_for_several(query.question) else Reason.NOT_IN_LIBRARY


def _names_held(question: str, passages: Sequence[Passage]) -> bool:
    """Tell whether a name of the question, marked as such by its letters, stands in one of the papers."""
    names = [word for word in re.findall(r"[\w-]+", question) if is_marked(word)]
    return any(name in passage.paper.abstract for name in names for passage in passages)


def _is_held(candidates: Sequence[Candidate]) -> bool:
    """Tell whether some paper is what the question is about."""
    return max((c.meant for c in candidates), default=0.0) >= _HELD
