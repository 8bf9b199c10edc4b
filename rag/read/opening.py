"""Answers to a person's first questions: a kind word, an overview, a way into a subject with reasons, who works on it.

What the catalogue and the digest give, said by code. Not handled: how good a paper is, of which nothing is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rag.base.text import plural
from rag.cite.escaping import escape
from rag.intent.opening import Opening
from rag.models.embedder import Embedder
from rag.nouns import EXTRACTIVE, Draft, Paper, Passage, Reason, Status
from rag.overview import Digest, Topic
from rag.read.extractive.quoting import quotes, titled
from rag.retrieve.on_subject import relevant_sentences

MOST_TOPICS, MOST_PEOPLE, MOST_PAPERS, MOST_OF_ONE = 12, 12, 20, 4
"""Subjects of an overview, people that are named, papers of people that are not known, and of one who is."""
_NEAREST = 2
"""Papers of a way into a subject that are there for being nearest to it."""
_FEWEST = 8
"""Papers, the nearest, among which a way in is looked for: these and no more than a third of a long list."""
_SURVEY = re.compile(r"\b(?:survey|review|overview|introduction|tutorial|primer|roadmap)\b", re.I)
_RESOURCE = re.compile(r"\b(?:benchmark|data\s?set|corpus|bench)\b|Bench\b", re.I)
_ASK = "Ask for instance “Summarise the library”, “What should I read first?” or “Which papers deal with …?”"
_WORDS = {
    Opening.GREETING: "Hello, and welcome.",
    Opening.THANKS: "You are welcome. Ask on whenever you like.",
    Opening.FAREWELL: "Goodbye, and good reading.",
    Opening.HELP: "",
}
_WHAT_IT_DOES = "Every sentence of an answer points at the sentence of the abstract that it rests on."


def kind_word(kind: Opening, papers: int) -> Draft:
    """Return what is said to a greeting, to thanks, and to who asks what this is."""
    here = f"Questions are answered here from the abstracts of {plural(papers, 'paper')}. {_WHAT_IT_DOES} {_ASK}"
    text = _WORDS[kind] if kind in (Opening.THANKS, Opening.FAREWELL) else f"{_WORDS[kind]} {here}".strip()
    return Draft(text, (), EXTRACTIVE, Status.ABSTAINED, Reason.OFF_TOPIC)


def nothing_held(words: Sequence[str]) -> Draft:
    """Return what is said where no word of a question stands in any paper."""
    named = ", ".join(f"“{escape(word)}”" for word in words)
    text = f"No paper here holds {named}, nor a word like {'it' if len(words) == 1 else 'these'}. {_ASK}"
    return Draft(text, (), EXTRACTIVE, Status.ABSTAINED, Reason.OFF_TOPIC)


def overview(digest: Digest) -> Draft:
    """Return what is in the library: how many papers from when and where, their subjects, and the newest."""
    years = sorted({month[:4] for month, _ in digest.by_month})
    span = f", from {years[0]} to {years[-1]}" if len(years) > 1 else f", from {years[0]}" if years else ""
    undated = f" ({digest.undated:,} without a date)" if digest.undated else ""
    pages = ", ".join(f"{escape(page)} ({count:,})" for page, count in digest.by_page[:6])
    lead = (
        f"The library holds {plural(digest.papers, 'paper')}{span}{undated}, seen on {pages}. "
        f"By their vectors they fall into {plural(len(digest.topics), 'subject')}, "
        "each with its most telling words and its most central paper:"
    )
    shown = [topic.papers[0] for topic in digest.topics[:MOST_TOPICS]]
    lines = [lead, "", *(f"- {_central(topic, place, 4)}" for place, topic in _numbered(digest))]
    latest = [paper for paper in digest.latest if paper.date]
    if dated := latest or [paper for topic in digest.topics for paper in topic.papers if paper.date]:
        newest = max(dated, key=lambda paper: (paper.date or "", paper.paper_id))
        shown = [*shown, newest] if newest not in shown else shown
        lines += ["", f"The newest: {titled(newest)}, {quotes(newest, shown.index(newest) + 1, [0])}"]
    return _draft(lines, shown)


def central(digest: Digest) -> Draft:
    """Return what to read first of the whole library: the central paper of each subject."""
    lead = f"The most central paper of each of {plural(len(digest.topics), 'subject')} here, the largest subject first:"
    lines = [lead, "", *(f"{place}. For {_central(topic, place, 3)}" for place, topic in _numbered(digest))]
    return _draft(lines, [topic.papers[0] for topic in digest.topics[:MOST_TOPICS]])


def _numbered(digest: Digest) -> Iterator[tuple[int, Topic]]:
    return enumerate(digest.topics[:MOST_TOPICS], start=1)


def _central(topic: Topic, place: int, words: int) -> str:
    """Return a subject with its most telling words, and its most central paper, which is shown in `place`."""
    paper = topic.papers[0]
    named = f"{escape(', '.join(topic.words[:words]))} ({plural(len(topic.papers), 'paper')})."
    return f"{named} {titled(paper)}: {quotes(paper, place, [topic.sentence.index])}"


def way_in(topic: str, ranked: Sequence[Paper], embedder: Embedder) -> Draft:
    """Return what to read first of `ranked`, papers on a subject with the nearest first, and for each why."""
    chosen = list(_chosen(ranked))
    papers = [paper for paper, _ in chosen]
    lead = f"A way into {plural(len(ranked), 'paper')} on {escape(topic)}, by what their records and abstracts tell:"
    told = zip(chosen, relevant_sentences(topic, papers, 1, embedder), strict=True)
    lines = (
        f"{place}. {reason} {titled(paper)}: {quotes(paper, place, sentences or [0])}"
        for place, ((paper, reason), sentences) in enumerate(told, start=1)
    )
    return _draft([lead, "", *lines], papers)


def people(ranked: Sequence[Paper], topic: str = "") -> Draft:
    """Return who wrote the papers on a subject, or those here, and where they come from, as far as the records say."""
    unnamed = sum(not paper.authors for paper in ranked)
    found = f"{plural(len(ranked), 'paper')} {f'found on {escape(topic)}' if topic else 'here'}"
    shown: list[Paper] = []
    lines: list[str] = []

    def cited(papers: Sequence[Paper]) -> Iterator[tuple[str, str]]:
        shown.extend(paper for paper in papers if paper not in shown)
        return ((titled(paper), f"[P{shown.index(paper) + 1}.0]") for paper in papers)

    def listed(noun: str, said: str, of: Callable[[Paper], Sequence[str]]) -> None:
        names = Counter(name for paper in ranked for name in of(paper))
        lines.extend([f"{plural(len(names), noun)} of the {found}{said}:", ""] if names else [])
        for name, _ in names.most_common(MOST_PEOPLE):
            theirs = [paper for paper in ranked if name in of(paper)]
            more = f" and {len(theirs) - MOST_OF_ONE:,} more" if len(theirs) > MOST_OF_ONE else ""
            papers = ", ".join(map(" ".join, cited(theirs[:MOST_OF_ONE])))
            lines.append(f"- {escape(name)}: {papers}{more}")
        lines.extend([""] if names else [])

    listed("author", ", those with the most first", lambda paper: paper.authors)
    listed("organisation", "", lambda paper: (paper.organisation,) if paper.organisation else ())
    if unnamed:
        missing = f"the authors of {unnamed:,} are not known here by name: `abstract-qa enrich` asks arXiv."
        lines.append(f"Of the {found}, {missing}")
    if unnamed == len(ranked):
        more = [paper for paper in ranked if paper not in shown][:MOST_PAPERS]
        told = zip(more, cited(more), strict=True)
        lines += ["", *(f"- {name}: {_authors(paper)} {pointer}" for paper, (name, pointer) in told)]
    draft = _draft(lines, shown)
    return replace(draft, status=Status.PARTIAL, reason=Reason.NOT_IN_ABSTRACTS) if unnamed else draft


def _authors(paper: Paper) -> str:
    if paper.author_count is None and paper.authors:
        return f"{plural(len(paper.authors), 'author')} and others"
    return plural(paper.author_count, "author") if paper.author_count else "authors not known"


def _draft(lines: Sequence[str], shown: Sequence[Paper]) -> Draft:
    passages = tuple(Passage(paper, 1.0) for paper in shown)
    return Draft("\n".join(lines).strip(), passages, EXTRACTIVE, counted=True)


def _chosen(ranked: Sequence[Paper]) -> Iterator[tuple[Paper, str]]:
    """Yield papers with the reason to read each: surveys first, then the nearest, what measures it, and the newest."""
    left = list(ranked[: max(_FEWEST, len(ranked) // 3)])

    def take(paper: Paper | None, reason: str) -> Iterator[tuple[Paper, str]]:
        if paper is not None:
            left.remove(paper)
            yield paper, reason

    survey = next((paper for paper in left if _SURVEY.search(paper.title)), None)
    yield from take(survey, "First a survey, which tells what there is.")
    for paper in left[:_NEAREST]:
        yield from take(paper, "Nearest to the subject.")
    yield from take(
        next((paper for paper in left if _RESOURCE.search(paper.title)), None), "A benchmark or data set on it."
    )
    voted = max((paper for paper in left if paper.upvotes), key=lambda paper: paper.upvotes or 0, default=None)
    yield from take(voted, f"Most liked by readers: {plural(voted.upvotes or 0, 'upvote')}." if voted else "")
    newest = max((paper for paper in left if paper.date), key=lambda paper: paper.date or "", default=None)
    yield from take(newest, f"The newest of them, of {newest.date}." if newest else "")
