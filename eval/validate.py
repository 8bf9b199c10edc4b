"""What makes a question set less believable, found by code: for its authors, before anyone is asked.

A *mistake* makes scores wrong (a title that is not there, evidence that is not verbatim); a *doubt* makes them worth
less. Not handled: whether the gold is complete, which takes reading the papers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.base.text.titles import normalise_title

from .metrics import known_form, parse_check
from .questions import DECLINED_TYPES, TYPES, Question, matches
from .support import content_tokens, share_found

PARAPHRASE_SHARE = 0.15
"""Of a paraphrase's content words of four letters and more, the share that may occur in its papers (one always may)."""

_LEAST_TOKENS = 5
"""Content words of nuggets below which nothing is said of other papers that hold them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `mistake` tells what makes scores wrong from what makes them worth less."""

    question: str
    what: str
    mistake: bool = True


def validate(questions: Sequence[Question], abstracts: Mapping[str, str]) -> list[Finding]:
    """Return what is wrong or doubtful; `abstracts` by title are those of the library, titles as stored."""
    texts = {normalise_title(title): f"{title}\n{abstract}" for title, abstract in abstracts.items()}
    found = [f for q in questions for f in _of_question(q, texts | _added(q))]
    found += [
        Finding(
            q.id, f"its twin may be answerable from: {', '.join(others)}; check, or set twin to false", mistake=False
        )
        for q in questions
        if q.twin and q.answerable and len(q.gold_titles) == 1 and (others := also_answering(q, dict(abstracts)))
    ]
    return found + list(_of_set(questions))


def unknown_titles(question: Question, known: set[str]) -> list[str]:
    """Return the titles that the question relies on and neither the library nor the question itself holds."""
    known = known | set(_added(question))
    named = [*question.gold_titles, *question.without_titles, *(n.title for n in question.nuggets if n.title)]
    return [title for title in dict.fromkeys(named) if normalise_title(title) not in known]


def _of_question(q: Question, texts: Mapping[str, str]) -> Iterator[Finding]:
    for title in unknown_titles(q, set(texts)):
        yield Finding(q.id, f"no paper is titled {title!r}")
    for title in q.distractor_titles:
        if normalise_title(title) not in texts:
            yield Finding(q.id, f"no paper is titled {title!r} (distractor)", mistake=False)
    yield from _of_type(q)
    yield from (
        Finding(q.id, f"the form {name!r} cannot be verified and stays unscored", mistake=False)
        for name, arg in parse_check(q.check)
        if not known_form(name, arg)
    )
    yield from _of_nuggets(q, texts)
    if q.type == "paraphrase":
        yield from _of_paraphrase(q, texts)


def _of_type(q: Question) -> Iterator[Finding]:
    if q.type not in TYPES:
        yield Finding(q.id, f"unknown type {q.type!r}", mistake=False)
    if q.type in DECLINED_TYPES and q.answerable:
        yield Finding(q.id, f"a question of type {q.type} is not answerable")
    if q.waits_for_gold:
        yield Finding(q.id, "it has no gold: name the titles that answer it")
    if not q.answerable and q.gold_titles:
        yield Finding(q.id, "an unanswerable question has no gold titles")
    if not q.answerable and not q.notes:
        yield Finding(q.id, "notes must say how the absence was checked", mistake=False)
    if q.type == "followup" and not q.history:
        yield Finding(q.id, "a follow-up needs a history")
    if q.type == "instruction" and not q.check:
        yield Finding(q.id, "an instruction needs a check")


def _of_nuggets(q: Question, texts: Mapping[str, str]) -> Iterator[Finding]:
    for nugget in q.nuggets:
        abstract = texts.get(normalise_title(nugget.title), "")
        if nugget.evidence and abstract and nugget.evidence not in abstract:
            yield Finding(q.id, f"evidence is not verbatim in the abstract: {nugget.evidence[:60]!r}")
        if q.answerable and nugget.title and normalise_title(nugget.title) not in map(normalise_title, q.gold_titles):
            yield Finding(q.id, f"a nugget's paper is not among the gold titles: {nugget.title!r}")
        translated = "language=" in q.check
        missed = nugget.any_of and nugget.evidence and not any(matches(p, nugget.evidence) for p in nugget.any_of)
        if missed and not translated:
            yield Finding(q.id, f"no any_of pattern matches the evidence itself: {nugget.text[:60]!r}", mistake=False)


def _of_paraphrase(q: Question, texts: Mapping[str, str]) -> Iterator[Finding]:
    words = set(content_tokens(" ".join(v for v in q.question.split() if len(v.strip("?.,;:!")) >= 4)))
    there = {w for title in q.gold_titles for w in content_tokens(texts.get(normalise_title(title), ""))}
    shared = sorted(words & there)
    if len(shared) > max(1, PARAPHRASE_SHARE * len(words)):
        yield Finding(q.id, f"a paraphrase shares these words with its paper: {', '.join(shared)}")


def _of_set(questions: Sequence[Question]) -> Iterator[Finding]:
    splits = Counter(q.split for q in questions)
    if set(splits) != {"dev", "test"}:
        yield Finding("(set)", f"every question belongs to dev or test; found {dict(splits)}", mistake=False)
    elif abs(splits["dev"] - splits["test"]) > max(1, 0.1 * len(questions)):
        yield Finding("(set)", f"the splits are uneven: {dict(splits)}", mistake=False)
    asked = Counter((q.question.casefold(), q.history, q.without_titles) for q in questions)
    for (text, _, _), count in asked.items():
        if count > 1:
            yield Finding("(set)", f"asked {count} times: {text[:60]!r}", mistake=False)


def _added(question: Question) -> dict[str, str]:
    return {normalise_title(str(p["title"])): f"{p['title']}\n{p['abstract']}" for p in question.add_papers}


def also_answering(question: Question, abstracts: dict[str, str], threshold: float = 0.75) -> list[str]:
    """Return the titles of other papers whose abstract holds at least `threshold` of what the nuggets say.

    A hint to the question's author that its twin may still be answerable; never proof in either direction, and none
    where the nuggets say too little to tell.
    """
    gold = {normalise_title(t) for t in question.gold_titles}
    told = " ".join(n.text for n in question.nuggets if n.evidence)
    if len(set(content_tokens(told))) < _LEAST_TOKENS:
        return []
    return [
        title
        for title, abstract in abstracts.items()
        if normalise_title(title) not in gold and share_found(told, abstract) >= threshold
    ]
