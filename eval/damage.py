"""The scorers put to the test: right answers, damaged in known ways, and which scorer sees which damage.

A damage counts as seen by a scorer when its figure for that answer is worse than for the same answer undamaged; *audit*
is the product's own check of each sentence against what it cites. What no scorer sees is published as missed. The row
*undamaged* tells how often each scorer faults a right answer.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from rag.base.text.titles import normalise_title
from rag.models.cross_encoders import SupportChecker
from rag.nouns import Paper, Support

from .aggregate import METRICS
from .answers import PapersByTitle
from .controls import Json, append_claim, drop_unused_citations, gold_answer, retell
from .falsehoods import falsified, names_of
from .intervals import SEED
from .meaning import verdict_on
from .questions import Question
from .records import PaperText, Record
from .scoring import Scores, score_record, violations
from .support import share_found

GOLD_FREE = ("citation_recall", "citation_precision", "unmatched_numbers", "uncited_sentences", "dangling_pointers")
GOLD_BOUND = ("title_f1", "evidence_recall", "nugget_recall", "over_conservativeness")
SCORERS = (*GOLD_FREE, "invariants", "audit", *GOLD_BOUND)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?")
_TAIL = re.compile(r" \[\d+\]$")


class Scene(NamedTuple):
    """What a damage may draw on."""

    question: Question
    papers: PapersByTitle
    chance: random.Random


@dataclass(frozen=True, slots=True)
class Detection:
    """One damage done to `n` answers: how many each scorer saw, any scorer, and any that needs no gold."""

    damage: str
    n: int
    seen: Mapping[str, int]
    seen_by_any: int
    seen_without_gold: int


def drop_citation(answer: Json, scene: Scene) -> bool:
    """Take the citation from one sentence."""
    place = scene.chance.randrange(len(answer["claims"]))
    answer["claims"][place]["cites"] = []
    retell(answer, place, _TAIL.sub("", answer["claims"][place]["text"]))
    drop_unused_citations(answer)
    return True


def cite_distractor(answer: Json, scene: Scene) -> bool:
    """Let one sentence cite the nearest sentence of a wrong paper instead."""
    place, paper = scene.chance.randrange(len(answer["claims"])), _wrong_paper(scene)
    text = _TAIL.sub("", answer["claims"][place]["text"])
    nearest = max(range(1, len(paper.sentences) + 1), key=lambda n: share_found(text, paper.sentence(n)))
    kept = [answer["claims"][i] for i in range(len(answer["claims"])) if i != place]
    answer["claims"], answer["text"] = kept, " ".join(c["text"] for c in kept)
    at = 0
    for claim in kept:
        claim["start"], claim["end"] = at, at + len(claim["text"])
        at = claim["end"] + 1
    append_claim(answer, text, paper, nearest)
    drop_unused_citations(answer)
    return True


def change_number(answer: Json, scene: Scene) -> bool:
    """Change one number into one that the abstract does not hold."""

    def unheard_of(old: str, others: set[str]) -> str | None:
        new = str(int(float(old) * 1.5) + 7)
        return None if new in others else new

    return _put_number(answer, scene, unheard_of)


def swap_number(answer: Json, scene: Scene) -> bool:
    """Change one number into another one of the same abstract."""

    def another(old: str, others: set[str]) -> str | None:
        return scene.chance.choice(sorted(others)) if others else None

    return _put_number(answer, scene, another)


def falsify(kind: str) -> Callable[[Json, Scene], bool]:
    """Return what makes one sentence false in one point, of a kind of `falsehoods.WAYS`."""

    def damage(answer: Json, scene: Scene) -> bool:
        titles = {c["number"]: c["title"] for c in answer["citations"]}
        for place, claim in enumerate(answer["claims"]):
            paper = scene.papers[normalise_title(titles[claim["cites"][0]["number"]])]
            names = names_of([paper.sentence(n) for n in range(1, len(paper.sentences) + 1)])
            plain = _TAIL.sub("", claim["text"])
            if false := falsified(plain, kind, names, scene.chance):
                retell(answer, place, false + claim["text"][len(plain) :])
                return True
        return False

    return damage


def append_unsupported(answer: Json, scene: Scene) -> bool:
    """Add a sentence that comes from another paper, under a citation of this one."""
    stranger = _wrong_paper(scene)
    citation = answer["citations"][0]
    own = scene.papers[normalise_title(citation["title"])]
    place = scene.chance.randrange(1, len(stranger.sentences) + 1)
    append_claim(answer, stranger.sentence(place), own, citation["sentences"][0]["index"])
    return True


def invent_title(answer: Json, scene: Scene) -> bool:
    """Give one cited paper a title that no paper has."""
    citation = scene.chance.choice(answer["citations"])
    words, others = citation["title"].split(), _wrong_paper(scene).title.split()
    citation["title"] = " ".join(words[: (len(words) + 1) // 2] + others[len(others) // 2 :])
    return normalise_title(citation["title"]) not in scene.papers


def refuse(answer: Json, scene: Scene) -> bool:
    """Decline a question that can be answered."""
    answer |= {"status": "abstained", "reason": "not_in_abstracts", "citations": [], "claims": [], "text": ""}
    return True


DAMAGES: dict[str, Callable[[Json, Scene], bool]] = {
    "drop a citation": drop_citation,
    "cite a distractor": cite_distractor,
    "change a number": change_number,
    "swap in another number of the abstract": swap_number,
    "exchange two values or roles": falsify("swap"),
    "turn a direction": falsify("direction"),
    "deny what is said": falsify("negation"),
    "widen a scope": falsify("scope"),
    "name another thing": falsify("entity"),
    "append an unsupported sentence": append_unsupported,
    "invent a title": invent_title,
    "refuse": refuse,
}


def detection_table(questions: Sequence[Question], papers: PapersByTitle, *, quoting: bool) -> list[Detection]:
    """Return what the scorers see of each damage, first of none, over the set's own right answers."""
    chance = random.Random(SEED)
    golds = [(Scene(q, papers, chance), answer) for q in questions if q.answerable and not q.twin_of
             and (answer := gold_answer(q, papers, quoting=quoting))]  # fmt: skip
    rated = [(scene, answer, _rated(answer, scene)) for scene, answer in golds]
    rows = [_count("undamaged", [_worse(_PERFECT, rating) for _, _, rating in rated])]
    for name, damage in DAMAGES.items():
        seen = []
        for scene, answer, rating in rated:
            damaged = copy.deepcopy(answer)
            if damage(damaged, scene):
                seen.append(_worse(rating, _rated(damaged, scene)))
        rows.append(_count(name, seen))
    return rows


def _count(name: str, seen: Sequence[set[str]]) -> Detection:
    each = {scorer: sum(scorer in found for found in seen) for scorer in SCORERS}
    without_gold = sum(bool(found - set(GOLD_BOUND)) for found in seen)
    return Detection(name, len(seen), each, sum(bool(found) for found in seen), without_gold)


class Rating(NamedTuple):
    """What the scorers say of one answer: their scores, whether an invariant is broken, and sentences audited badly."""

    scores: Scores
    broken: bool = False
    marked: int = 0


_PERFECT = Rating({n: (float(METRICS[n].higher_is_better), 1.0) for n in (*GOLD_FREE, *GOLD_BOUND)})


def _rated(answer: Json, scene: Scene) -> Rating:
    scores = score_record(Record(scene.question.id, answer=answer), scene.question, scene.papers)
    return Rating(scores, bool(violations(answer, scene.papers)), marked(answer, scene.papers))


def _worse(before: Rating, after: Rating) -> set[str]:
    """Return the scorers that rate the second answer below the first."""
    both = before.scores.keys() & after.scores.keys() & set(SCORERS)
    seen = {name for name in both if _loss(name, before.scores, after.scores) > 1e-9}
    seen |= {"invariants"} if after.broken > before.broken else set()
    return seen | ({"audit"} if after.marked > before.marked else set())


def marked(answer: Json, papers: PapersByTitle) -> int:
    """Return how many sentences of an answer the product's audit does not call supported."""
    titles, found = {c["number"]: normalise_title(c["title"]) for c in answer["citations"]}, 0
    for claim in answer["claims"]:
        cites = [cite for cite in claim["cites"] if titles[cite["number"]] in papers]
        if cites:
            text = papers[titles[cites[0]["number"]]]
            paper = Paper(text.paper_id, text.title, text.abstract, text.sentences)
            plain = _TAIL.sub("", claim["text"])
            found += verdict_on(plain, paper, [cites[0]["sentence"]], _checker()) is not Support.SUPPORTED
    return found


@cache
def _checker() -> SupportChecker:
    return SupportChecker()


def _loss(name: str, old: Scores, new: Scores) -> float:
    (a, x), (b, y) = old[name], new[name]
    if not x or not y:
        return 0.0
    return (a / x - b / y) * (1 if METRICS[name].higher_is_better else -1)


def _put_number(answer: Json, scene: Scene, choose: Callable[[str, set[str]], str | None]) -> bool:
    """Put another number in the place of the first that can be changed; `choose` sees it and the abstract's others."""
    for place, claim in enumerate(answer["claims"]):
        plain = _TAIL.sub("", claim["text"])
        title = next(c["title"] for c in answer["citations"] if c["number"] == claim["cites"][0]["number"])
        others = _numbers(scene.papers[normalise_title(title)].abstract) - _numbers(plain)
        for written in _NUMBER.finditer(plain):
            new = choose(written.group().replace(",", ""), others)
            if new is not None and new not in _numbers(plain):
                retell(answer, place, plain[: written.start()] + new + claim["text"][written.end() :])
                return True
    return False


def _numbers(text: str) -> set[str]:
    return {found.replace(",", "") for found in _NUMBER.findall(text)}


def _wrong_paper(scene: Scene) -> PaperText:
    gold = {normalise_title(t) for t in scene.question.gold_titles}
    near = [scene.papers[k] for t in scene.question.distractor_titles if (k := normalise_title(t)) in scene.papers]
    others = near or [p for key, p in sorted(scene.papers.items()) if key not in gold]
    return scene.chance.choice([p for p in others if p.sentences])
