from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.arena import Match, bradley_terry, meet, ratings, tournament
from eval.judge import Verdict, judge_run, load, opinion
from eval.questions import Nugget, Question, SetError
from eval.records import Record
from rag.base.errors import ModelFailed
from tests.eval.test_scoring import abstention, answer

QUESTION = Question("q", "fact", "How many?", True, ("On Ice",), (Nugget("It holds 40."),))


def said(messages: Sequence[Any]) -> str:
    return "\n".join(str(message.content) for message in messages)


# The judge


def verdict_json(fact: bool, sentence: str) -> str:
    return json.dumps({"reason": "so", "facts": {"1": fact}, "sentences": {"1": sentence}})


def test_each_answer_is_judged_k_times_and_the_majority_holds(tmp_path: Path) -> None:
    replies = iter([verdict_json(True, "yes"), verdict_json(True, "no"), verdict_json(False, "no")])
    seen: list[str] = []

    def chat(messages: Sequence[Any]) -> str:
        seen.append(said(messages))
        return next(replies)

    verdicts = judge_run([Record("q", answer=answer())], {"q": QUESTION}, chat, tmp_path / "judge.jsonl", turns=3)
    found = opinion(verdicts)
    assert found["facts_told"] == {"q": (1.0, 1.0)}
    assert found["sentences_supported"] == {"q": (0.0, 1.0)}
    assert found["agreement"] == 0.0
    assert all(
        part in seen[0] for part in ("How many?", "It holds 40.", "Ice holds 40 bubbles.", "It holds 40 bubbles")
    )


def test_a_follow_up_is_judged_and_compared_with_what_was_asked_before(tmp_path: Path) -> None:
    question = Question("q", "followup", "And on land?", True, ("On Ice",), history=("How thick is sea ice?",))
    seen: list[str] = []

    def chat(messages: Sequence[Any]) -> str:
        seen.append(said(messages))
        return "{}"

    judge_run([Record("q", answer=answer())], {"q": question}, chat, tmp_path / "j.jsonl", turns=1)
    meet(question, ("a", "good"), ("b", "bad"), chat)
    assert len(seen) == 3
    assert all("How thick is sea ice?" in prompt and "And on land?" in prompt for prompt in seen)


@pytest.mark.parametrize(
    "reply", ["yes", "{}", '{"facts": {"1": "true"}, "sentences": {"1": "yes"}}', verdict_json(True, "yesterday")]
)
def test_an_unreadable_verdict_is_unscored_and_counted(tmp_path: Path, reply: str) -> None:
    verdicts = judge_run(
        [Record("q", answer=answer())], {"q": QUESTION}, lambda _: reply, tmp_path / "j.jsonl", turns=2
    )
    found = opinion(verdicts)
    assert (found["unreadable"], found["verdicts"], found["facts_told"]) == (2, 2, {})


def test_a_judge_that_does_not_reply_is_unreadable_too(tmp_path: Path) -> None:
    def away(_: Sequence[Any]) -> str:
        raise ModelFailed("away")

    (verdict,) = judge_run([Record("q", answer=answer())], {"q": QUESTION}, away, tmp_path / "j.jsonl", turns=1)
    assert not verdict.readable


def test_a_verdict_is_never_asked_for_twice_and_an_abstention_never(tmp_path: Path) -> None:
    asked: list[str] = []

    def chat(messages: Sequence[Any]) -> str:
        asked.append(said(messages))
        return verdict_json(True, "yes")

    records = [Record("q", answer=answer()), Record("q", repeat=1, answer=abstention())]
    for _ in range(2):
        verdicts = judge_run(records, {"q": QUESTION}, chat, tmp_path / "j.jsonl", turns=2)
    assert len(asked) == 2
    assert load(tmp_path / "j.jsonl") == verdicts == [Verdict("q", t, (True,), ("yes",)) for t in (0, 1)]


# The arena


def says(*winners: str):  # type: ignore[no-untyped-def]
    """A judge that gives these verdicts in turn, the last for good."""
    left = list(winners)
    return lambda _: json.dumps({"reason": "so", "winner": left.pop(0) if len(left) > 1 else left[0]})


def prefers(text: str):  # type: ignore[no-untyped-def]
    """A judge that prefers the answer with this text, wherever it stands, and else neither."""

    def chat(messages: Sequence[Any]) -> str:
        first, _, second = said(messages).partition("Answer 2:")
        return json.dumps({"winner": "1" if text in first else "2" if text in second else "tie"})

    return chat


def test_a_pair_is_judged_in_both_orders_and_only_agreement_decides() -> None:
    pair = (QUESTION, ("a", "good"), ("b", "bad"))
    assert meet(*pair, says("1", "2")).points == 1.0
    assert meet(*pair, says("2", "1")).points == 0.0
    assert meet(*pair, says("1", "1")).points == 0.5
    assert meet(*pair, says("tie", "2")).points == 0.5
    assert meet(*pair, lambda _: "I like both").points is None


def test_the_same_answer_twice_is_a_tie_that_nobody_is_asked_for() -> None:
    def unasked(_: Sequence[Any]) -> str:
        raise AssertionError("asked")

    assert meet(QUESTION, ("a", "good"), ("b", "good"), unasked).points == 0.5


def test_bradley_terry_of_two_runs_by_hand() -> None:
    # 3 wins of 4 and half a prior tie: strengths as 3.25 to 1.25, so 400·log10(2.6) apart around 1000
    matches = [Match(str(n), "a", "b", 1.0 if n else 0.0) for n in range(4)]
    found = bradley_terry(matches, ["a", "b"])
    assert found["a"] - found["b"] == pytest.approx(400 * 0.41497, abs=0.1)
    assert found["a"] + found["b"] == pytest.approx(2000)


def test_the_better_of_three_runs_is_rated_first_with_an_interval() -> None:
    questions = {str(n): Question(str(n), "fact", "How many?", True) for n in range(12)}
    runs = {
        name: {i: Record(i, answer={"status": "answered", "text": text, "citations": []}) for i in questions}
        for name, text in (("one", "splendid"), ("two", "plain"), ("three", "poor"))
    }
    matches = tournament(runs, questions, prefers("splendid"))
    assert len(matches) == 2 * len(questions)
    rows = ratings(matches, list(runs))
    assert rows[0].run == "one"
    assert rows[0].interval[0] <= rows[0].value <= rows[0].interval[1]
    assert rows[0].interval[0] > rows[1].interval[1]


def test_an_arena_takes_two_runs_or_more() -> None:
    with pytest.raises(SetError, match="two runs"):
        tournament({"one": {}}, {}, says("1"))
