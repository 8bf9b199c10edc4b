"""The controls: answerers whose place in the order is known beforehand, and right answers made of a set's gold.

Some are made from the run's own records; some ask the same reader, of a page of the library that holds only the gold
papers, or only another question's; with a model, two more ask it without a library and with all of it.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.base.errors import ModelFailed
from rag.base.text.titles import normalise_title
from rag.read.prompts import messages

from .aggregate import Scored
from .answers import PapersByTitle
from .compare import compare
from .intervals import SEED
from .judge import Chat
from .libraries import Contents
from .questions import Question
from .records import PaperText, Record
from .runner import Task

# ----------------------------------------------------------------------------------------------------
# Right answers written from a set's own gold, in two manners: quoting the evidence, or retelling it.
#
# They are what the damage tests start from. Not handled: nuggets of metadata, which no sentence of an abstract bears.

Json = dict[str, Any]


def gold_answer(question: Question, papers: PapersByTitle, *, quoting: bool) -> Json | None:
    """Return an answer of one sentence a nugget, each citing its evidence; None where no nugget has any."""
    answer: Json = {"status": "answered", "reason": None, "text": "", "citations": [], "claims": [], "evidence": []}
    for nugget in question.nuggets:
        paper = papers.get(normalise_title(nugget.title))
        index = sentence_of(nugget.evidence or "", paper) if paper and nugget.evidence else None
        if paper is not None and index is not None:
            append_claim(answer, paper.sentence(index) if quoting else nugget.text, paper, index)
    return answer if answer["claims"] else None


def sentence_of(evidence: str, paper: PaperText) -> int | None:
    """Return the number of the sentence in which the evidence begins; None when it is not in the abstract."""
    at = paper.abstract.find(evidence)
    if at < 0:
        return None
    return next((n for n, (start, end) in enumerate(paper.sentences, 1) if start <= at < end), None)


def append_claim(answer: Json, text: str, paper: PaperText, index: int) -> None:
    """Add one sentence to an answer in place, citing one sentence of one paper."""
    number = _cite(answer, paper, index)
    start = len(answer["text"]) + bool(answer["text"])
    told = f"{text} [{number}]"
    answer["text"] = f"{answer['text']} {told}".strip()
    cites = [{"number": number, "sentence": index}]
    answer["claims"].append({"text": told, "start": start, "end": start + len(told), "cites": cites})


def retell(answer: Json, place: int, text: str) -> None:
    """Put other words in the place of one claim, in place, and move what follows."""
    claim = answer["claims"][place]
    moved = len(text) - len(claim["text"])
    answer["text"] = answer["text"][: claim["start"]] + text + answer["text"][claim["end"] :]
    claim["text"], claim["end"] = text, claim["end"] + moved
    for later in answer["claims"][place + 1 :]:
        later["start"], later["end"] = later["start"] + moved, later["end"] + moved


def drop_unused_citations(answer: Json) -> None:
    """Take out the citations that no claim cites any more, in place, and number the rest 1, 2, 3 again."""
    used = {cite["number"] for claim in answer["claims"] for cite in claim["cites"]}
    answer["citations"] = [c for c in answer["citations"] if c["number"] in used]
    new = {c["number"]: n for n, c in enumerate(answer["citations"], 1)}
    for citation in answer["citations"]:
        citation["number"] = new[citation["number"]]
    for place, claim in enumerate(answer["claims"]):
        for cite in claim["cites"]:
            cite["number"] = new[cite["number"]]
        if claim["cites"]:
            retell(answer, place, re.sub(r"\[\d+\]$", f"[{claim['cites'][0]['number']}]", claim["text"]))


def _cite(answer: Json, paper: PaperText, index: int) -> int:
    """Return the number of the paper's citation, made where there is none, and holding the sentence."""
    citation = next((c for c in answer["citations"] if c["title"] == paper.title), None)
    if citation is None:
        number = max((c["number"] for c in answer["citations"]), default=0) + 1
        citation = {"number": number, "paper_id": paper.paper_id, "title": paper.title, "url": None, "sentences": []}
        answer["citations"].append(citation)
    if all(s["index"] != index for s in citation["sentences"]):
        start, end = paper.sentences[index - 1]
        quote = paper.abstract[start:end]
        citation["sentences"].append({"index": index, "start": start, "end": end, "quote": quote})
    return int(citation["number"])


# ----------------------------------------------------------------------------------------------------

Derive = Callable[[Sequence[Record], Mapping[str, PaperText]], list[Record]]
ORDER = (
    ("title_f1", "gold_context", "run"),
    ("title_f1", "run", "shuffled_context"),
    ("title_f1", "run", "other_answer"),
    ("title_f1", "run", "always_abstain"),
    ("evidence_recall", "gold_context", "run"),
    ("evidence_recall", "run", "top_title"),
    ("evidence_recall", "run", "shuffled_context"),
    ("nugget_recall", "gold_context", "run"),
    ("nugget_recall", "run", "other_answer"),
    ("nugget_recall", "run", "closed_book"),
    ("honesty", "run", "always_abstain"),
    ("honesty", "run", "top_title"),
)
"""(metric, who must be at least as good, as whom)."""


@dataclass(frozen=True, slots=True)
class Placing:
    """One line of the expected order, and whether it holds."""

    metric: str
    better: str
    worse: str
    values: tuple[float, float]
    told_apart: bool

    @property
    def holds(self) -> bool | None:
        """Whether the one that must be at least as good is; None where it is worse, but no more than by chance."""
        if self.values[0] >= self.values[1]:
            return True
        return False if self.told_apart else None


def always_abstain(records: Sequence[Record], papers: Mapping[str, PaperText]) -> list[Record]:
    """Return every answer replaced by an abstention."""
    empty = {"status": "abstained", "reason": "not_in_library", "text": "", "citations": [], "claims": []}
    return [replace(r, answer={**r.answer, **empty, "warnings": []}) for r in records if r.answer and not r.failed]


def top_title(records: Sequence[Record], papers: Mapping[str, PaperText]) -> list[Record]:
    """Return every answer replaced by the first sentence of the paper ranked first."""
    usable = [(r, r.answer) for r in records if r.answer and not r.failed]
    return [replace(r, answer=_quoting(answer, papers.get(_first_title(answer)))) for r, answer in usable]


def other_answer(records: Sequence[Record], papers: Mapping[str, PaperText]) -> list[Record]:
    """Return every answer replaced by the answer to another question, whole and in a seeded order."""
    usable = [r for r in records if r.answer and not r.failed]
    order = list(range(len(usable)))
    random.Random(SEED).shuffle(order)
    successor = dict(zip(order, order[1:] + order[:1], strict=True))
    others = [usable[successor[here]] for here in range(len(usable))]
    return [replace(o, question_id=r.question_id, repeat=r.repeat) for o, r in zip(others, usable, strict=True)]


DERIVED: dict[str, Derive] = {"always_abstain": always_abstain, "top_title": top_title, "other_answer": other_answer}


def gold_context(questions: Sequence[Question], papers: Mapping[str, PaperText]) -> list[Task]:
    """Return the askings of a page that holds the gold papers alone; where nothing answers, the near ones."""
    contexts = _contexts(questions, papers)
    contents = _pages(contexts.values())
    names = {titles: name for name, titles in contents.pages}
    return [Task(q, 0, contents, names[contexts[q.id]]) for q in questions if q.id in contexts]


def shuffled_context(questions: Sequence[Question], papers: Mapping[str, PaperText]) -> list[Task]:
    """Return the askings of a page that holds another question's papers, none of this one's gold among them."""
    contexts, chance, tasks = _contexts(questions, papers), random.Random(SEED), []
    contents = _pages(contexts.values())
    for q in (q for q in questions if q.id in contexts):
        gold = {normalise_title(t) for t in q.gold_titles}
        strange = [name for name, titles in contents.pages if not gold & {normalise_title(t) for t in titles}]
        if strange:
            tasks.append(Task(q, 0, contents, chance.choice(strange)))
    return tasks


def closed_book(question: Question, chat: Chat) -> Record:
    """Return the model's own answer as a record: no papers, no citations; UNKNOWN is an abstention."""
    start = time.perf_counter()
    try:
        reply = chat(messages("closed_book", question=question.question)).strip()
    except ModelFailed as error:
        return Record(question.id, wall_s=time.perf_counter() - start, error=str(error))
    return Record(question.id, answer=_told(question, reply), wall_s=time.perf_counter() - start)


def _told(question: Question, reply: str) -> dict[str, Any]:
    unknown = reply.strip(" .").upper() == "UNKNOWN"
    told = {"status": "abstained", "reason": "not_in_library", "text": ""} if unknown else {"text": reply}
    empty: dict[str, Any] = {"citations": [], "claims": [], "related": [], "evidence": [], "warnings": []}
    return {"question": question.question, "status": "answered", "reason": None, **empty, **told}


ASKED = {"gold_context": gold_context, "shuffled_context": shuffled_context}


def placings(scored: Mapping[str, Scored]) -> list[Placing]:
    """Return the expected order, line by line, for the controls that were run, on the questions that both answered.

    The run itself is `run`.
    """
    found = []
    for metric, better, worse in ORDER:
        if better in scored and worse in scored:
            rows = compare(scored[worse], scored[better], (metric,))
            found += [Placing(metric, better, worse, (row.second, row.first), row.told_apart) for row in rows]
    return found


def _contexts(questions: Sequence[Question], papers: Mapping[str, PaperText]) -> dict[str, tuple[str, ...]]:
    """Return by question the titles of its gold papers, or of those near it; none where the library has none."""
    found = {}
    for q in questions:
        wanted = {normalise_title(t) for t in q.gold_titles or q.distractor_titles}
        if there := tuple(sorted(papers[key].title for key in wanted & papers.keys())):
            found[q.id] = there
    return found


def _pages(contexts: Iterable[tuple[str, ...]]) -> Contents:
    return Contents(pages=tuple((f"context-{n}", titles) for n, titles in enumerate(sorted(set(contexts)), 1)))


def _first_title(answer: Mapping[str, Any]) -> str:
    evidence = answer.get("evidence") or [{"title": ""}]
    return normalise_title(evidence[0]["title"])


def _quoting(answer: Mapping[str, Any], paper: PaperText | None) -> dict[str, Any]:
    """Return the answer with one quoted sentence in the place of what it said."""
    if paper is None or not paper.sentences:
        return dict(answer)
    told = {**answer, "status": "answered", "reason": None, "text": "", "citations": [], "claims": [], "warnings": []}
    append_claim(told, paper.sentence(1), paper, 1)
    return told
