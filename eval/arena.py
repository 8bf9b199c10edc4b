"""The arena: two or more runs against each other, by pairwise verdicts on the same questions.

For each question the runs meet in a knock-out tournament with a seeded draw (Son et al. 2024, Varco Arena,
arXiv:2411.01281). Each pair is judged twice with the positions swapped: two verdicts that agree decide, any other two
are a tie, of which a seeded coin sends one run on. Ratings are Bradley-Terry strengths on Elo's scale, with a bootstrap
over questions. An unreadable verdict is counted, and its match is not. Equal answers are a tie without a verdict.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.base.errors import ModelFailed
from rag.models.chat.replies import read_object
from rag.read.prompts import messages

from .intervals import SEED, Interval
from .judge import Chat, asked
from .questions import Question, SetError
from .records import Record

DRAWS = 500
PRIOR = 0.5
"""Ties added to each pair, so that a run that lost every match keeps a finite rating. After Davidson 1970."""


@dataclass(frozen=True, slots=True)
class Match:
    """One pairing on one question: the first run's points (1, 0.5 or 0), or None where a verdict was unreadable."""

    question_id: str
    first: str
    second: str
    points: float | None


@dataclass(frozen=True, slots=True)
class Rating:
    """A run's rating around 1000, with its 95% interval, and how many matches it played."""

    run: str
    value: float
    interval: Interval
    matches: int


def tournament(runs: Mapping[str, Mapping[str, Record]], questions: Mapping[str, Question], chat: Chat) -> list[Match]:
    """Return the matches over the questions that every run answered; SetError for fewer than two runs."""
    if len(runs) < 2:
        raise SetError("An arena takes two runs or more.")
    common = set.intersection(*({i for i, r in records.items() if not r.failed} for records in runs.values()))
    chance, matches = random.Random(SEED), []
    for question in sorted(common & questions.keys()):
        answers = {name: _text(records[question]) for name, records in runs.items()}
        matches += _knock_out(questions[question], answers, chat, chance)
    return matches


def meet(question: Question, first: tuple[str, str], second: tuple[str, str], chat: Chat) -> Match:
    """Judge one pair of (run, text) in both orders; the same text twice is a tie that nobody needs to be asked for."""
    if first[1] == second[1]:
        return Match(question.id, first[0], second[0], 0.5)
    one, two = _winner(question, first[1], second[1], chat), _winner(question, second[1], first[1], chat)
    turned = {"1": "2", "2": "1", "tie": "tie", None: None}[two]
    points = None if one is None or turned is None else {"1": 1.0, "2": 0.0}.get(one, 0.5) if one == turned else 0.5
    return Match(question.id, first[0], second[0], points)


def ratings(matches: Sequence[Match], runs: Sequence[str]) -> list[Rating]:
    """Return the runs' ratings, best first, with intervals from questions drawn anew."""
    by_question: dict[str, list[Match]] = {}
    for match in matches:
        by_question.setdefault(match.question_id, []).append(match)
    groups, chance = list(by_question.values()), random.Random(SEED)
    drawn = [bradley_terry([m for g in chance.choices(groups, k=len(groups)) for m in g], runs)
             for _ in range(DRAWS if groups else 0)]  # fmt: skip
    observed = bradley_terry(matches, runs)
    rows = [
        Rating(run, observed[run], _limits([d[run] for d in drawn]), sum(run in (m.first, m.second) for m in matches))
        for run in runs
    ]
    return sorted(rows, key=lambda row: (-row.value, row.run))


def bradley_terry(matches: Sequence[Match], runs: Sequence[str]) -> dict[str, float]:
    """Return 1000 + 400 log10 of each run's strength, the strengths' geometric mean being 1.

    Bradley & Terry 1952, by the iteration of Zermelo 1929: strength = wins / Σ matches / (own + other's strength); a
    tie is half a win for each.
    """
    wins = dict.fromkeys(runs, 0.0)
    met = {(a, b): PRIOR for a in runs for b in runs if a != b}
    for run in runs:
        wins[run] += PRIOR / 2 * (len(runs) - 1)
    for match in matches:
        if match.points is not None:
            wins[match.first] += match.points
            wins[match.second] += 1 - match.points
            met[match.first, match.second] += 1
            met[match.second, match.first] += 1
    strength = dict.fromkeys(runs, 1.0)
    for _ in range(200):
        strength = {a: wins[a] / sum(met[a, b] / (strength[a] + strength[b]) for b in runs if b != a) for a in runs}
        mean = math.exp(sum(map(math.log, strength.values())) / len(runs))
        strength = {run: value / mean for run, value in strength.items()}
    return {run: 1000 + 400 * math.log10(value) for run, value in strength.items()}


def _knock_out(question: Question, answers: Mapping[str, str], chat: Chat, chance: random.Random) -> list[Match]:
    left, matches = sorted(answers), []
    chance.shuffle(left)
    while len(left) > 1:
        onward = left[len(left) // 2 * 2 :]  # an odd one out goes on unmatched
        for first, second in zip(left[0::2], left[1::2], strict=False):
            match = meet(question, (first, answers[first]), (second, answers[second]), chat)
            matches.append(match)
            onward.append(_goes_on(match, chance))
        left = onward
    return matches


def _goes_on(match: Match, chance: random.Random) -> str:
    if match.points in (None, 0.5):
        return chance.choice((match.first, match.second))
    return match.first if match.points else match.second


def _winner(question: Question, first: str, second: str, chat: Chat) -> str | None:
    try:
        reply = read_object(chat(messages("arena", question=asked(question), first=first, second=second)))
    except ModelFailed:
        return None
    winner = str((reply or {}).get("winner"))
    return winner if winner in ("1", "2", "tie") else None


def _text(record: Record) -> str:
    answer = record.answer or {}
    titles = [f"[{c['number']}] {c['title']}" for c in answer.get("citations") or ()]
    return "\n".join([str(answer.get("text") or ""), *titles])


def _limits(values: Sequence[float]) -> Interval:
    ordered = sorted(values) or [math.nan]
    return ordered[int(0.025 * (len(ordered) - 1))], ordered[math.ceil(0.975 * (len(ordered) - 1))]
