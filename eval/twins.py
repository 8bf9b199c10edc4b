"""Twins: the same question with its gold paper taken out of the library, which must then be an abstention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rag.base.text.titles import normalise_title

from .questions import Question
from .support import content_tokens, share_found

SUFFIX = "~twin"
LEAST_TOKENS = 5


def make_twins(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return a twin of every answerable question with exactly one gold paper, but those marked `"twin": false`."""
    return tuple(_twin(q) for q in questions if q.answerable and q.twin and len(set(q.gold_titles)) == 1)


def _twin(question: Question) -> Question:
    gold = question.gold_titles[0]
    return replace(
        question,
        id=question.id + SUFFIX,
        type="twin",
        answerable=False,
        gold_titles=(),
        nuggets=(),
        without_titles=(*question.without_titles, gold),
        add_papers=tuple(p for p in question.add_papers if normalise_title(str(p["title"])) != normalise_title(gold)),
        check="",
        twin=False,
        twin_of=question.id,
    )


def also_answering(question: Question, abstracts: dict[str, str], threshold: float = 0.75) -> list[str]:
    """Return the titles of other papers whose abstract holds at least `threshold` of what the nuggets say.

    A hint to the question's author that its twin may still be answerable; never proof in either direction, and none
    where the nuggets say too little to tell.
    """
    gold = {normalise_title(t) for t in question.gold_titles}
    told = " ".join(n.text for n in question.nuggets if n.evidence)
    if len(set(content_tokens(told))) < LEAST_TOKENS:
        return []
    return [
        title
        for title, abstract in abstracts.items()
        if normalise_title(title) not in gold and share_found(told, abstract) >= threshold
    ]
