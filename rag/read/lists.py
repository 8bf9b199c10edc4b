"""Lists of papers with quotes, without a model: all on a subject, those most like one, and those that name models.

The list on a subject goes down the ranked papers while one stands out by at least `LEAST` of what the first one does
(less, where it need speak of but one of several subjects); the note says where it ended, and at which paper. Whether
there is such a list at all is for the usual reader to say. Not handled: subjects that no abstract states in words near
those of the question, and negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.base.text import plural
from rag.base.text.instructions import is_planted
from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list
from rag.cite.escaping import escape
from rag.intent.answer_form import read_form
from rag.intent.kinds import Aggregation, AggregationKind
from rag.intent.parsed_question import ParsedQuestion
from rag.intent.standalone import leans_back
from rag.intent.vocabulary import asks_for_several
from rag.intent.wording import OF_PAPERS
from rag.models.embedder import Embedder
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.read.catalogue_reader import extreme, ordered
from rag.read.reader import Reader, declined, entries, listing
from rag.retrieve.on_subject import EVERYTHING, LEAST, Needed, needed, rank, relevant_sentences
from rag.retrieve.search import Retriever

MOST = 60
"""Papers that are listed."""
LEAST_OF_ONE = 0.42
"""How far a paper must stand out that need speak of but one of the subjects asked for, chosen like `LEAST`."""
_COMMON = 0.3
"""Share of the library's papers from which a name that they hold tells none of them apart."""
_FOLDED, _NEAREST = 5, 3
"""Papers that are named as only near, and those that are shown where an extreme is of what is known of none."""
_FEW = 3
"""Papers up to which each has two sentences quoted; of more papers each has one."""
_ASKS = r"\b(?:what|how|why|when|where|who)\b"


def asks_for_all(parsed: ParsedQuestion) -> bool:
    """Tell whether a question wants all papers on a subject, or a count or an extreme of them."""
    asked = parsed.aggregation
    if asked is None or parsed.exact or not parsed.topic or asked.kind is AggregationKind.GROUPS:
        return False
    *before, last = re.split(r"[.?!]\s+", parsed.subject.strip())
    goes_on = before and not OF_PAPERS.search(last) and re.search(_ASKS, last, re.I)
    if goes_on or not content_words(parsed.topic):  # `Two studies try this. How large is each?`
        return False
    is_list = asks_for_several(parsed.subject)
    return bool(asked.kind is not AggregationKind.LIST or asked.by or parsed.filters.among or is_list)


@dataclass(frozen=True)
class ExhaustiveListReader(Reader):
    """Quotes every paper that is likely to be on the subject, in the order that is asked for.

    `matched` papers pass the filters, as `limits` says; `apart` says which lack what is filtered by.
    """

    asked: Aggregation
    parsed: ParsedQuestion
    matched: int
    limits: str
    apart: str
    embedder: Embedder
    usual: Reader
    retriever: Retriever

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return a search for the subject over the whole library; None where the rules say what is meant."""
        if history and leans_back(question) and not self.parsed.filters.among:
            return None
        return Query(question, self.parsed.subject, parts=(self.parsed.topic,), whole_library=True)

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft: the usual reader's where a form or papers of the talk are asked for."""
        plainly = f"Which papers are about {self.parsed.topic}?"
        *_, usual = self.usual.read(replace(query, question=plainly, standalone=plainly), passages, history)
        talked_of = query.focus and not self.parsed.filters.among
        if talked_of or read_form(query.question)[0]:
            yield usual
        else:
            yield self._listed(passages, is_sure=usual.status is Status.ANSWERED)

    def _listed(self, passages: tuple[Passage, ...], *, is_sure: bool) -> Draft:
        """Return the list, or that nothing here is on the subject."""
        topic, limits, wanted = self.parsed.topic, self.limits, needed(self.parsed.topic)
        ranking = rank(topic, self.retriever.search(topic, EVERYTHING))
        none = Draft("", passages, self.name, Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
        if ranking.is_foreign:
            return none
        found = {passage.paper.paper_id: passage for passage in passages}
        left = [(standing, paper) for standing, paper in ranking.papers if paper.paper_id in found]
        least = LEAST_OF_ONE if wanted.is_joined else LEAST
        near = [paper for standing, paper in left if standing >= least][:MOST]
        listed, weak = (near, ()) if ranking.strange else self._sifted(wanted, [paper for _, paper in left], near)
        total = f"{plural(len(found), 'paper')}{limits}"
        if len(found) < self.matched:
            total = f"the {len(found)} nearest of {plural(self.matched, 'paper')}{limits}"
        if not listed and wanted.is_all and not ranking.strange:
            return replace(none, text=f"None of {total} holds {escape(str(wanted))}.", related=weak)
        if not listed:
            text = f"None of the {total.removeprefix('the ')} stands out on this."
            text = f"The one paper{limits} does not stand out on this." if self.matched == 1 else text
            return replace(none, text=text, shown=tuple(found[paper.paper_id] for _, paper in left))
        lead, papers, is_sure = self._lead(listed, total, is_sure=is_sure and not ranking.strange)
        named = ", ".join(f"“{word}”" for word in ranking.strange)
        notes = [f"In no abstract here: {named}. These papers come closest to the rest."] if ranking.strange else []
        if self.asked.kind is AggregationKind.EXTREME or len(papers) == len(listed):
            notes.append(_ending(left, listed, len(near), least))
        record, sentences = [0] if self.asked.by else [], 2 if len(papers) <= _FEW else 1
        told = [[*record, *said] for said in relevant_sentences(topic, papers, sentences, self.embedder)]
        related = () if self.asked.most and not (self.asked.by and self.asked.kind is AggregationKind.LIST) else weak
        lines, reason = [lead, "", *entries(papers, told)], None if is_sure else Reason.NOT_IN_ABSTRACTS
        return listing(lines, papers, reason, related=related, warnings=tuple(notes))

    def _sifted(
        self, wanted: Needed, ranked: Sequence[Paper], near: Sequence[Paper]
    ) -> tuple[Sequence[Paper], tuple[Paper, ...]]:
        """Return the papers that hold what the subject needs, and those that are only near.

        Where it is nothing but names, papers that hold them are on it however near they are.
        """
        holding, names = [paper for paper in ranked if wanted.holds(paper)], wanted.names
        if names and wanted.is_all:
            listed: Sequence[Paper] = holding[:MOST]
        elif names and all(self.retriever.share_holding(name) > _COMMON for name in names):
            listed = near  # `LLMs` tells nothing apart here
        else:
            listed = [p for p in holding if p in near or wanted.entitles(p)] or near
        return listed, tuple(paper for paper in near if paper not in listed)[:_FOLDED]

    def _lead(self, listed: Sequence[Paper], total: str, *, is_sure: bool) -> tuple[str, Sequence[Paper], bool]:
        """Return the sentence on the papers `listed`, those of them that are asked for, in order, and if it is sure."""
        asked, by = self.asked, self.asked.by
        if asked.kind is AggregationKind.EXTREME:
            ranked = ordered(listed, by or "date", descending=asked.descending)
            lead, papers = extreme(ranked, asked, found=" found on this", apart=self.apart)
            return (f"{lead}.", papers, is_sure) if papers else (f"{lead}; the nearest:", ranked[:_NEAREST], False)
        papers = ordered(listed, by, descending=asked.descending) if by else list(listed)[: asked.most]
        order = "; the closest first" if is_sure and not by else ""
        order = f"; the {len(papers)} closest" if len(papers) < len(listed) else order
        s = "s" if len(listed) == 1 else ""
        speak = f"speak{s} to this" if is_sure else f"come{s} closest"
        return f"{len(listed)} of {total} {speak}{self.apart}{order}:", papers[:MOST], is_sure


def _ending(ranked: Sequence[tuple[float, Paper]], listed: Sequence[Paper], near: int, least: float) -> str:
    """Return where the walk down the list ended, and why; `near` are the papers that stand out by `least`."""
    looked_at = plural(len(ranked), "paper")
    if len(listed) != near:
        return (
            f"{looked_at} looked at; {len(listed)} listed, which hold the words of the subject. "
            f"{near} stand out by words and vectors; those without its words are not counted."
        )
    if len(listed) == len(ranked):
        return f"All {looked_at} that were ranked stand out; there may be more."
    standing, paper = ranked[len(listed)]
    why = f"{least:.0%} is where the list ends" if standing < least else f"{MOST} are the most that are listed"
    return (
        f"{looked_at} {'was' if len(ranked) == 1 else 'were'} ranked; {len(listed)} listed. "
        f"The next, “{paper.title}”, stands out {max(0.0, standing):.0%} as far as the first; {why}. "
        "Without a model, fit is judged by words and vectors."
    )


# ----------------------------------------------------------------------------------------------------
# The papers most like one.


def similar(paper: Paper, near: Sequence[Passage], embedder: Embedder) -> Draft:
    """Return the neighbours of `paper`, the nearest first, each with its sentence nearest to it."""
    if not near:
        return declined(Reason.NOT_IN_LIBRARY)
    papers = [passage.paper for passage in near]
    count = f"These {len(papers)} papers are" if len(papers) > 1 else "This paper is"
    lead = f"{count} nearest to it by their vectors, the nearest first:"
    about = f"{paper.title}. {paper.sentence(1) if paper.sentences else ''}"
    lines = entries(papers, relevant_sentences(about, papers, 1, embedder))
    return replace(listing([lead, "", *lines], papers), shown=tuple(near))


# ----------------------------------------------------------------------------------------------------
# Which models papers tried: the sentences of their abstracts that name some.
#
# Names are those of families of models, with what follows them (`Claude 3 Opus`, `Llama3-8b`). Not handled: families
# that are not listed; then the usual reader answers.

_MOST_SENTENCES = 3
"""Sentences that are quoted of one paper."""
_ASKS_FOR_MODELS = re.compile(
    r"\b(?:which|what)\s+(?:[\w-]+\s+){0,2}(?:models|llms|vlms|lvlms|systems)\b.*"
    r"\b(?:test|evaluat|compar|us|benchmark|stud|examin|try|tri|includ|cover|assess|consider)(?:e|ed|es|ied|ing|s)?\b",
    re.I,
)
_MODEL = re.compile(rf"(?<![\w-])(?:{'|'.join(word_list('model_families'))})(?:[-\s]?v?\d[\w.]*)?(?![a-z])")


def asks_for_models(question: str) -> bool:
    """Tell whether a question asks which models were tried."""
    return _ASKS_FOR_MODELS.search(question) is not None


def models(papers: Sequence[Paper]) -> Draft | None:
    """Return the sentences of `papers` that name models, those of each with the most names; None where none does."""
    told: dict[Paper, list[int]] = {}
    for paper in papers:
        sentences = dict(enumerate(paper.sentence_texts(), 1))
        named = {i: len(set(_MODEL.findall(text))) for i, text in sentences.items() if not is_planted(text)}
        if any(named.values()):
            told[paper] = sorted(sorted(filter(named.get, named), key=lambda i: (-named[i], i))[:_MOST_SENTENCES])
    if not told:
        return None
    silent = len(papers) - len(told)
    others = ["", f"The abstracts of {plural(silent, 'other paper')} name none that is known here."] if silent else []
    return listing(["Models are named here:", "", *entries(list(told), list(told.values())), *others], list(told))
