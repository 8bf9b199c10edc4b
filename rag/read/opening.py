"""Answers to a person's first questions: a kind word, an overview, a way into a subject with reasons, who works on it.

What the catalogue and the digest give, said by code. Not handled: how good a paper is, of which nothing is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rag.base.text import plural
from rag.cite.escaping import escape
from rag.intent.opening import Opening
from rag.models.embedder import Embedder
from rag.nouns import Draft, Paper, Reason
from rag.overview import Digest
from rag.read.abstention import ASK
from rag.read.reader import declined, listing, quotes, titled
from rag.retrieve.on_subject import relevant_sentences

MOST_TOPICS, MOST_PEOPLE, MOST_PAPERS, MOST_OF_ONE = 12, 12, 20, 4
"""Subjects of an overview, people that are named, papers of people that are not known, and of one who is."""
_NEAREST = 2
"""Papers of a way into a subject that are there for being nearest to it."""
_FEWEST = 8
"""Papers, the nearest, among which a way in is looked for: these and no more than a third of a long list."""
_SURVEY = re.compile(r"\b(?:survey|review|overview|introduction|tutorial|primer|roadmap)\b", re.I)
_RESOURCE = re.compile(r"\b(?:benchmark|data\s?set|corpus|bench)\b|Bench\b", re.I)


def kind_word(kind: Opening, papers: int) -> Draft:
    """Return what is said to a greeting, to thanks, and to who asks what this is."""
    if kind in (Opening.THANKS, Opening.FAREWELL):
        thanks = kind is Opening.THANKS
        text = "You are welcome. Ask on whenever you like." if thanks else "Goodbye, and good reading."
        return declined(Reason.OFF_TOPIC, text)
    hello = "Hello, and welcome. " if kind is Opening.GREETING else ""
    here = f"Questions are answered here from the abstracts of {plural(papers, 'paper')}."
    does = "Every sentence of an answer points at the sentence of the abstract that it rests on."
    return declined(Reason.OFF_TOPIC, f"{hello}{here} {does} {ASK}")


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
    shown, told = _central(digest, words=4)
    lines = [lead, "", *(f"- {line}" for line in told)]
    latest = [paper for paper in digest.latest if paper.date]
    if dated := latest or [paper for topic in digest.topics for paper in topic.papers if paper.date]:
        newest = max(dated, key=lambda paper: (paper.date or "", paper.paper_id))
        shown = [*shown, newest] if newest not in shown else shown
        lines += ["", f"The newest: {titled(newest)}, {quotes(newest, shown.index(newest) + 1, [0])}"]
    return listing(lines, shown)


def central(digest: Digest) -> Draft:
    """Return what to read first of the whole library: the central paper of each subject."""
    lead = f"The most central paper of each of {plural(len(digest.topics), 'subject')} here, the largest subject first:"
    shown, told = _central(digest, words=3)
    return listing([lead, "", *(f"{place}. For {line}" for place, line in enumerate(told, start=1))], shown)


def _central(digest: Digest, words: int) -> tuple[list[Paper], list[str]]:
    """Return the most central paper of each subject, and a line on it below the subject's most telling words."""
    lines = []
    for place, topic in enumerate(digest.topics[:MOST_TOPICS], start=1):
        named = f"{escape(', '.join(topic.words[:words]))} ({plural(len(topic.papers), 'paper')})."
        quoted = quotes(topic.papers[0], place, [topic.sentence.index])
        lines.append(f"{named} {titled(topic.papers[0])}: {quoted}")
    return [topic.papers[0] for topic in digest.topics[:MOST_TOPICS]], lines


def way_in(topic: str, ranked: Sequence[Paper], embedder: Embedder) -> Draft:
    """Return what to read first of `ranked`, papers on a subject with the nearest first, and for each why."""
    chosen = _chosen(ranked)
    papers = list(chosen)
    lead = f"A way into {plural(len(ranked), 'paper')} on {escape(topic)}, by what their records and abstracts tell:"
    told = zip(papers, relevant_sentences(topic, papers, 1, embedder), strict=True)
    lines = (
        f"{place}. {chosen[paper]} {titled(paper)}: {quotes(paper, place, sentences or [0])}"
        for place, (paper, sentences) in enumerate(told, start=1)
    )
    return listing([lead, "", *lines], papers)


def _chosen(ranked: Sequence[Paper]) -> dict[Paper, str]:
    """Return papers with the reason to read each: surveys first, then the nearest, what measures it, and the newest."""
    near = ranked[: max(_FEWEST, len(ranked) // 3)]
    chosen: dict[Paper, str] = {}

    def left() -> list[Paper]:
        return [paper for paper in near if paper not in chosen]

    def take(papers: Iterable[Paper], reason: str, most: int = 1) -> None:
        chosen.update(dict.fromkeys(list(papers)[:most], reason))

    take(filter(lambda paper: _SURVEY.search(paper.title), left()), "First a survey, which tells what there is.")
    take(left(), "Nearest to the subject.", _NEAREST)
    take(filter(lambda paper: _RESOURCE.search(paper.title), left()), "A benchmark or data set on it.")
    for voted in sorted((p for p in left() if p.upvotes), key=lambda paper: -(paper.upvotes or 0))[:1]:
        chosen[voted] = f"Most liked by readers: {plural(voted.upvotes or 0, 'upvote')}."
    for newest in sorted((p for p in left() if p.date), key=lambda paper: paper.date or "", reverse=True)[:1]:
        chosen[newest] = f"The newest of them, of {newest.date}."
    return chosen


def people(ranked: Sequence[Paper], topic: str = "") -> Draft:
    """Return who wrote the papers on a subject, or those here, and where they come from, as far as the records say."""
    unnamed = sum(not paper.authors for paper in ranked)
    found = f"{plural(len(ranked), 'paper')} {f'found on {escape(topic)}' if topic else 'here'}"
    shown: list[Paper] = []
    lines: list[str] = []

    def cited(paper: Paper, said: str = "") -> str:
        shown.extend([] if paper in shown else [paper])
        return f"{titled(paper)}{said} [P{shown.index(paper) + 1}.0]"

    def listed(noun: str, said: str, of: Callable[[Paper], Sequence[str]]) -> None:
        names = Counter(name for paper in ranked for name in of(paper))
        lines.extend([f"{plural(len(names), noun)} of the {found}{said}:", ""] if names else [])
        for name, _ in names.most_common(MOST_PEOPLE):
            theirs = [paper for paper in ranked if name in of(paper)]
            more = f" and {len(theirs) - MOST_OF_ONE:,} more" if len(theirs) > MOST_OF_ONE else ""
            lines.append(f"- {escape(name)}: {', '.join(map(cited, theirs[:MOST_OF_ONE]))}{more}")
        lines.extend([""] if names else [])

    listed("author", ", those with the most first", lambda paper: paper.authors)
    listed("organisation", "", lambda paper: (paper.organisation,) if paper.organisation else ())
    missing = f"the authors of {unnamed:,} are not known here by name: `abstract-qa enrich` asks arXiv."
    lines += [f"Of the {found}, {missing}"] if unnamed else []
    if unnamed and unnamed == len(ranked):
        more = [paper for paper in ranked if paper not in shown][:MOST_PAPERS]
        counts = (plural(p.author_count, "author") if p.author_count else "authors not known" for p in more)
        lines += ["", *(f"- {cited(paper, f': {count}')}" for paper, count in zip(more, counts, strict=True))]
    return listing(lines, shown, Reason.NOT_IN_ABSTRACTS if unnamed else None)
