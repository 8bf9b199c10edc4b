"""Answers to a person's first questions: a kind word, an overview, a way into a subject with reasons, who works on it.

What the catalogue and the digest give, said by code: sentences that count or sort are told apart (`Draft.counted`), the
rest are quotes and records. Not handled: how good a paper is, of which nothing is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.base.text.numbers import plural
from rag.cite.escaping import escape, unseal
from rag.digest import Digest
from rag.embedder import Embedder
from rag.intent.opening import Opening
from rag.nouns import EXTRACTIVE, Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.read.extractive.quoting import quotes, titled
from rag.read.reader import SpecialReader
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


class OpeningReader(SpecialReader):
    """Gives a draft that is made already, from papers of its own."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    @property
    def own(self) -> tuple[Passage, ...]:
        """The papers of the draft."""
        return self._draft.shown

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the draft."""
        yield self._draft


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
    lead = f"The library holds {plural(digest.papers, 'paper')}{span}{undated}, seen on {pages}."
    topics = digest.topics[:MOST_TOPICS]
    sorted_by = (
        f"By their vectors they fall into {plural(len(digest.topics), 'subject')}, "
        "each with its most telling words and its most central paper:"
    )
    counted, lines, shown = [lead, sorted_by], [f"{lead} {sorted_by}", ""], []
    for topic in topics:
        shown.append(topic.papers[0])
        head = f"{escape(', '.join(topic.words[:4]))} ({plural(len(topic.papers), 'paper')})."
        counted.append(head)
        lines.append(
            f"- {head} {titled(topic.papers[0])}: {quotes(topic.papers[0], len(shown), [topic.sentence.index])}"
        )
    dated = [paper for paper in digest.latest if paper.date] or [
        p for topic in digest.topics for p in topic.papers if p.date
    ]
    if dated:
        newest = max(dated, key=lambda paper: (paper.date or "", paper.paper_id))
        shown = [*shown, newest] if newest not in shown else shown
        lines += ["", f"The newest: {titled(newest)}, {quotes(newest, shown.index(newest) + 1, [0])}"]
    return _draft(lines, shown, counted)


def way_in(topic: str, ranked: Sequence[Paper], embedder: Embedder) -> Draft:
    """Return what to read first of `ranked`, papers on a subject with the nearest first, and for each why."""
    chosen = list(_chosen(ranked))
    subject = f" on {escape(topic)}" if topic else ""
    papers = [paper for paper, _ in chosen]
    lead = f"A way into {plural(len(ranked), 'paper')}{subject}, by what their records and abstracts tell:"
    borne = relevant_sentences(topic or papers[0].title, papers, 1, embedder)
    counted, lines = [lead], [lead, ""]
    for place, ((paper, reason), sentences) in enumerate(zip(chosen, borne, strict=True), start=1):
        counted.append(reason)
        lines.append(f"{place}. {reason} {titled(paper)}: {quotes(paper, place, sentences or [0])}")
    return _draft(lines, papers, counted)


def central(digest: Digest) -> Draft:
    """Return what to read first of the whole library: the central paper of each subject."""
    lead = f"The most central paper of each of {plural(len(digest.topics), 'subject')} here, the largest subject first:"
    counted, lines, shown = [lead], [lead, ""], []
    for place, topic in enumerate(digest.topics[:MOST_TOPICS], start=1):
        shown.append(topic.papers[0])
        reason = f"For {escape(', '.join(topic.words[:3]))} ({plural(len(topic.papers), 'paper')})."
        counted.append(reason)
        lines.append(
            f"{place}. {reason} {titled(topic.papers[0])}: {quotes(topic.papers[0], place, [topic.sentence.index])}"
        )
    return _draft(lines, shown, counted)


def people(ranked: Sequence[Paper], topic: str = "") -> Draft:
    """Return who wrote the papers on a subject, or those here, and where they come from, as far as the records say."""
    names = Counter(name for paper in ranked for name in paper.authors)
    places = Counter(paper.organisation for paper in ranked if paper.organisation)
    unnamed = sum(not paper.authors for paper in ranked)
    found = f"{plural(len(ranked), 'paper')} {f'found on {escape(topic)}' if topic else 'here'}"
    counted, lines, shown = [], [], list[Paper]()

    def listed(title: str, most: list[tuple[str, int]], of: str) -> None:
        counted.append(title)
        lines.extend([title, ""])
        for name, _ in most:
            theirs = [p for p in ranked if name in (p.authors if of == "authors" else (p.organisation,))]
            more = f" and {len(theirs) - MOST_OF_ONE:,} more" if len(theirs) > MOST_OF_ONE else ""
            theirs = theirs[:MOST_OF_ONE]
            shown.extend(paper for paper in theirs if paper not in shown)
            papers = ", ".join(f"{titled(paper)} [P{shown.index(paper) + 1}.0]" for paper in theirs)
            lines.append(f"- {escape(name)}: {papers}{more}")
        lines.append("")

    if names:
        listed(
            f"{plural(len(names), 'author')} of the {found}, those with the most first:",
            names.most_common(MOST_PEOPLE),
            "authors",
        )
    if places:
        listed(
            f"{plural(len(places), 'organisation')} of the {found}:", places.most_common(MOST_PEOPLE), "organisation"
        )
    if unnamed:
        missing = (
            f"Of the {found}, the authors of {unnamed:,} are not known here by name: `abstract-qa enrich` asks arXiv."
        )
        counted.append(missing)
        lines.append(missing)
    if not names:
        more = [paper for paper in ranked if paper not in shown][:MOST_PAPERS]
        shown.extend(more)
        lines.extend(["", *(f"- {titled(paper)}: {_authors(paper)} [P{shown.index(paper) + 1}.0]" for paper in more)])
    whole = bool(names) and not unnamed
    draft = _draft(lines, shown, counted)
    return draft if whole else replace(draft, status=Status.PARTIAL, reason=Reason.NOT_IN_ABSTRACTS)


def _authors(paper: Paper) -> str:
    count = paper.author_count or len(paper.authors)
    return plural(count, "author") if count else "authors not known"


def _draft(lines: Sequence[str], shown: Sequence[Paper], counted: Sequence[str]) -> Draft:
    passages = tuple(Passage(paper, 1.0) for paper in shown)
    return Draft("\n".join(lines).strip(), passages, EXTRACTIVE, counted=tuple(map(unseal, counted)))


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
