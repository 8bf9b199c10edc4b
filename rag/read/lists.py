"""Lists of quotes that need no search of their own: the papers most like one, and which models papers tried."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.base.text import plural
from rag.base.text.instructions import is_planted
from rag.base.text.word_lists import word_list
from rag.models.embedder import Embedder
from rag.nouns import EXTRACTIVE, Draft, Paper, Passage, Reason, Status
from rag.read.extractive.quoting import entries
from rag.retrieve.on_subject import relevant_sentences


def similar(paper: Paper, near: Sequence[Passage], embedder: Embedder) -> Draft:
    """Return the neighbours of `paper`, the nearest first, each with its sentence nearest to it."""
    if not near:
        return Draft("", (), EXTRACTIVE, Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
    papers = [passage.paper for passage in near]
    count = f"These {len(papers)} papers are" if len(papers) > 1 else "This paper is"
    lead = f"{count} nearest to it by their vectors, the nearest first:"
    about = f"{paper.title}. {paper.sentence(1) if paper.sentences else ''}"
    lines = entries(papers, relevant_sentences(about, papers, 1, embedder))
    return Draft("\n".join([lead, "", *lines]), tuple(near), EXTRACTIVE, counted=True)


# ----------------------------------------------------------------------------------------------------
# Which models papers tried: the sentences of their abstracts that name some.
#
# Names are those of families of models, with what follows them (`Claude 3 Opus`, `Llama3-8b`). Not handled: families
# that are not listed; then the usual reader answers.

_MOST_SENTENCES = 3
"""Sentences that are quoted of one paper."""
_ASKS = re.compile(
    r"\b(?:which|what)\s+(?:[\w-]+\s+){0,2}(?:models|llms|vlms|lvlms|systems)\b.*"
    r"\b(?:test|evaluat|compar|us|benchmark|stud|examin|try|tri|includ|cover|assess|consider)(?:e|ed|es|ied|ing|s)?\b",
    re.I,
)
_MODEL = re.compile(rf"(?<![\w-])(?:{'|'.join(word_list('model_families'))})(?:[-\s]?v?\d[\w.]*)?(?![a-z])")


def asks_for_models(question: str) -> bool:
    """Tell whether a question asks which models were tried."""
    return _ASKS.search(question) is not None


def models(papers: Sequence[Paper]) -> Draft | None:
    """Return the sentences of `papers` that name models; None where none does."""
    told = {paper: sentences for paper in papers if (sentences := _naming(paper))}
    if not told:
        return None
    silent = len(papers) - len(told)
    others = ["", f"The abstracts of {plural(silent, 'other paper')} name none that is known here."] if silent else []
    text = "\n".join(["Models are named here:", "", *entries(list(told), list(told.values())), *others])
    return Draft(text, tuple(Passage(paper, 1.0) for paper in told), EXTRACTIVE, counted=True)


def _naming(paper: Paper) -> list[int]:
    """Return the sentences of an abstract that name models, those with the most names first, in their order."""
    named = {
        index: len({found[0] for found in _MODEL.finditer(sentence)})
        for index in range(1, len(paper.sentences) + 1)
        if _MODEL.search(sentence := paper.sentence(index)) and not is_planted(sentence)
    }
    return sorted(sorted(named, key=lambda index: (-named[index], index))[:_MOST_SENTENCES])
