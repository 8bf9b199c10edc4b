"""What to ask next: two or three questions that the library can answer, from what an answer left open.

Each kind goes to a reader that answers by code (a comparison, papers like one, papers on a subject, the newest of
them), and each name and subject is held against the indexes first. No model. Not handled: other languages than English.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from rag.base.text.names import AT_LARGE, fold, is_marked, lowered, phrases, tokens
from rag.base.text.overlap import stems
from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.index import Indexes
from rag.intent.paper_mentions import paper_mentions, read_names
from rag.intent.vocabulary import asks_for_papers
from rag.nouns import Answer, Paper, Reason, Status
from rag.retrieve.search import neighbours

MOST, _ENOUGH = 3, 2
_READ = 8
"""Papers, the cited and then the nearest, whose titles are looked at."""
_LEAST = 3
"""Papers that must hold a subject for questions on it to be worth asking."""
_MUCH = 8
"""Papers that hold a subject from which it is asked what is known about it."""
_COMMON = 0.2
"""Share of the papers from which a subject is the library's own, and tells nothing apart."""
_LONGEST_NAME, _NAMED = 3, 5
"""Words of a name, and papers of either kind that are named."""
_NEAR, _FEW = 0.45, 3
"""Cosine of two papers from which they are set side by side, and cited papers up to which each is asked about."""
_SPOKEN_OF = 0.5
"""Share of a subject's words from which a question speaks of it."""
_NEAREST = 3
"""Papers, the nearest, whose subjects are offered where none is cited."""
_AT_LARGE = ("Summarise the library", "What should I read first in this library?")
"""What can be asked where no subject is near."""
_LIKE, _NEWEST_ON = "Which papers are like {}?", "What is the newest paper on {}?"
_NEWEST = re.compile(r"\b(?:newest|latest|most recent)\b", re.I)
_SPOKEN = re.compile(r"[A-Za-z][\w .&+-]*\w")
"""A name that can be said: no formula."""
_COMPOUND = re.compile(r"[A-Z][a-z]+(?:-[A-Za-z][a-z]+)+")
_COUNTABLE = re.compile(r"\b(?:benchmark|data\s?set|model|task|system|norm|value|agent|survey)$", re.I)


Subject = tuple[str, int]
"""A subject as it is named in questions, and how many papers hold its words."""
Named = tuple[Paper, str]
"""A paper, and the name that it is called by in questions."""


def next_questions(answer: Answer, catalogue: Catalogue, indexes: Indexes) -> tuple[str, ...]:
    """Return up to `MOST` questions to ask after `answer`, none of them the one that was asked."""
    if answer.reason is Reason.OFF_TOPIC:
        return _AT_LARGE
    cited = [citation.paper for citation in answer.citations]
    near = [passage.paper for passage in answer.evidence if passage.paper not in cited]
    subjects = _subjects(answer, cited[:_READ] or near[:_NEAREST], [*cited, *near][:_READ], indexes)
    is_no = answer.status is Status.ABSTAINED
    called = [*cited[:_NAMED], *(near[:_NAMED] if is_no else ())]
    first = next(((paper, name) for paper in called if (name := _named(paper, catalogue, indexes))), None)
    asked = _instead(answer, subjects, first) if is_no else _further(answer, subjects, first, catalogue, indexes)
    said = fold(answer.question)
    fresh = dict.fromkeys(question for question in asked if fold(question) != said)
    enough = fresh if len(fresh) >= _ENOUGH else [*fresh, *_AT_LARGE]
    return tuple(enough)[:MOST]


def _instead(answer: Answer, subjects: Sequence[Subject], first: Named | None) -> Iterator[str]:
    """Yield what can be asked where there was no answer: on the paper it named, on the nearest subjects."""
    if first and fold(first[1]) in fold(answer.question):
        yield from (f"What is {first[1]} about?", _LIKE.format(first[1]))
    yield from map(_on, subjects[:1])
    yield from (_NEWEST_ON.format(subject) for subject, _ in (*subjects[1:2], *subjects[:1]))


def _further(
    answer: Answer, subjects: Sequence[Subject], first: Named | None, catalogue: Catalogue, indexes: Indexes
) -> Iterator[str]:
    """Yield questions that go on from an answer: two papers side by side, what else there is, the newest, who."""
    is_on_few = len(answer.citations) <= _FEW
    if first and is_on_few and answer.table is None:
        near = (other for other, cosine in neighbours(first[0], _READ, catalogue, indexes) if cosine >= _NEAR)
        alike = filter(None, (_named(other, catalogue, indexes) for other in near))
        yield from [f"How does {first[1]} compare with {other}?" for other in islice(alike, 1)]
    said = stems(answer.question) if answer.synthesis or asks_for_papers(answer.question) else frozenset()
    yield from [_on(subject) for subject in subjects if not stems(subject[0]) <= said][:1]
    if subjects and not _NEWEST.search(answer.question):
        yield _NEWEST_ON.format(subjects[0][0])
    organisation = next((c.paper.organisation for c in answer.citations if c.paper.organisation), None)
    if organisation and is_on_few and len(Filters(organisation=organisation).allowed(catalogue) or ()) > 1:
        yield f"Which papers are from {organisation}?"
    if first:
        yield _LIKE.format(first[1])


def _on(subject: Subject) -> str:
    """Return the question on a subject: what is known about it where much is, else which papers deal with it."""
    name, papers = subject
    return f"What is known about {name}?" if papers >= _MUCH else f"Which papers deal with {name}?"


def _named(paper: Paper, catalogue: Catalogue, indexes: Indexes) -> str | None:
    """Return the name in a paper's title, where that name means this paper alone when it is asked about."""
    for name in _names(paper):
        meant = paper_mentions(name, read_names(name, catalogue.names), catalogue, indexes)
        if [one.paper_id for one in meant] == [paper.paper_id]:
            return name
    return None


def _names(paper: Paper) -> Iterator[str]:
    """Yield what a paper may be called by: the name before its title's colon, and one that title and abstract share."""
    head, colon, _ = paper.title.partition(":")
    words = head.split()
    named = words and (_is_name(words[0]) or (len(words) == 1 and is_marked(head)))
    if colon and named and len(words) <= _LONGEST_NAME and _SPOKEN.fullmatch(head):
        yield head
    for word in (token.written for token in tokens(paper.title)):
        plain = _SPOKEN.fullmatch(word) and not word.isupper() and not word.endswith("s")
        if plain and _is_name(word) and word in paper.abstract:
            yield word


def _is_name(word: str) -> bool:
    """Tell whether a part of a word is spelt as names are: `Inverse-LLaVA`, `K-Viscuit`, not `Vision-Language`."""
    return len(word) > 2 and any(is_marked(part) or (len(part) == 1 and part.isupper()) for part in word.split("-"))


def _subjects(answer: Answer, own: Sequence[Paper], papers: Sequence[Paper], indexes: Indexes) -> list[Subject]:
    """Return the subjects of `papers` that the library holds more on, the most telling first; no two share a word.

    A subject is a noun phrase of a title that half of the papers in question, its `own`, hold, or that the question
    speaks of. It is the better, the more of `papers` hold it and the fewer others do.
    """
    total = max(1, indexes.words.count())
    texts, of_own = ([f" {_flat(p.title)} | {_flat(p.abstract)} " for p in some] for some in (papers, own))
    found = ((phrase, paper.title) for paper in papers for phrase in phrases(paper.title))
    candidates = {_flat(phrase): phrase for phrase, title in found if f"-{phrase}" not in title}
    scored: list[tuple[float, str, int]] = []
    for flat, phrase in candidates.items():
        here = sum(f" {flat}" in text for text in texts)
        held = indexes.words.holding(phrase) if here > 1 else 0
        if _LEAST <= held <= max(_LEAST, _COMMON * total):
            words = stems(phrase)
            spoken = len(words & stems(answer.question)) / max(1, len(words))
            if spoken >= _SPOKEN_OF or 2 * sum(f" {flat}" in text for text in of_own) >= len(own):
                scored.append((-here * math.log(total / held) * (1 + spoken), phrase, held))
    seen: set[str] = set()
    subjects: list[Subject] = []
    for _, phrase, held in sorted(scored):
        if seen.isdisjoint(stems(phrase)):
            seen |= stems(phrase)
            subjects.append((_written(phrase, papers), held))
    return subjects


def _written(phrase: str, papers: Sequence[Paper]) -> str:
    """Return a title's phrase as the abstracts write it within a sentence, things that can be counted in the plural."""
    shape = re.compile(rf"(?<=[a-z,] ){re.escape(phrase.lower())}\b", re.I)
    forms = Counter(form for paper in papers for form in shape.findall(paper.abstract))
    written = max(forms, key=lambda form: (-sum(map(str.isupper, form)), forms[form], form), default=lowered(phrase))
    # a capital of these is but that of a title: `Vision-Language`, `Models`, not `Chinese`
    plain = {
        word for word in written.split() if _COMPOUND.fullmatch(word) or word.lower().removesuffix("s") in AT_LARGE
    }
    written = " ".join(lowered(word) if word in plain else word for word in written.split())
    return f"{written}s" if _COUNTABLE.search(written) else written


def _flat(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
