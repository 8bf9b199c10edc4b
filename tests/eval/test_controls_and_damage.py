from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from eval import controls
from eval.aggregate import score_run
from eval.answers import by_title
from eval.controls import Json, gold_answer, sentence_of
from eval.damage import DAMAGES, Scene, detection_table
from eval.records import RunFolder
from eval.report import order_of, score_controls
from eval.scoring import violations


@pytest.fixture
def scene(finished: RunFolder) -> Scene:
    papers = by_title(finished.papers())
    return Scene(finished.questions()["num-1"], papers, random.Random(1))


@pytest.fixture
def gold(scene: Scene) -> Json:
    answer = gold_answer(scene.question, scene.papers, quoting=True)
    assert answer is not None
    return answer


# Controls


def test_the_controls_order_as_they_must(finished: RunFolder) -> None:
    placings = order_of(finished)
    assert {p.better for p in placings} | {p.worse for p in placings} >= {"run", *controls.ASKED, *controls.DERIVED}
    assert [p for p in placings if not p.holds] == []


def test_an_order_turned_round_by_chance_is_told_from_one_that_is_broken() -> None:
    assert controls.Placing("title_f1", "run", "top_title", (0.5, 0.6), told_apart=False).holds is None
    assert controls.Placing("title_f1", "run", "top_title", (0.5, 0.9), told_apart=True).holds is False


def test_always_abstaining_is_half_honest_and_finds_nothing(finished: RunFolder) -> None:
    figures = score_controls(finished)["always_abstain"].figures
    assert figures["title_f1"].value == figures["evidence_recall"].value == 0.0
    assert figures["honesty"].value == 0.5
    assert figures["over_conservativeness"].value == 1.0


def test_always_the_top_title_cites_one_paper_and_is_half_honest(finished: RunFolder) -> None:
    scored = score_controls(finished)["top_title"]
    assert scored.figures["honesty"].value == 0.5
    assert scored.violations == ()


def test_anothers_answer_is_never_ones_own(finished: RunFolder) -> None:
    records = [r for r in finished.records() if not finished.questions()[r.question_id].twin_of]
    own = {r.question_id: r.answer for r in records}
    others = controls.other_answer(records, {})
    assert len(others) > 1
    assert [record for record in others if record.answer is own[record.question_id]] == []


def test_a_shuffled_context_never_holds_the_gold_paper(finished: RunFolder) -> None:
    questions = list(finished.questions().values())
    tasks = controls.shuffled_context(questions, by_title(finished.papers()))
    assert tasks
    for task in tasks:
        held = dict(task.contents.pages)[task.page or ""]
        assert held
        assert not set(held) & set(task.question.gold_titles)


def test_the_gold_context_holds_the_gold_papers_alone(finished: RunFolder) -> None:
    questions = [q for q in finished.questions().values() if q.answerable]
    tasks = controls.gold_context(questions, by_title(finished.papers()))
    assert len(tasks) == len(questions) > 0
    for task in tasks:
        assert set(dict(task.contents.pages)[task.page or ""]) == set(task.question.gold_titles)


def test_a_reader_given_a_context_sees_no_other_paper(finished: RunFolder) -> None:
    for name in controls.ASKED:
        records = RunFolder(finished.path / "controls" / name).records()
        assert records
        assert {len((record.answer or {})["evidence"]) for record in records} == {1}


# Right answers, and damage done to them


def test_a_gold_answer_cites_the_sentence_of_its_evidence(gold: Json) -> None:
    assert gold["text"] == "The glacier corpus holds 250,000 dialogues in 9 languages. [1]"
    assert gold["citations"][0]["sentences"][0]["index"] == 2


def test_a_clause_is_found_in_its_sentence(scene: Scene) -> None:
    paper = scene.papers["glacier reward models"]
    assert sentence_of("improves accuracy by 3.5 points", paper) == 3
    assert sentence_of("nowhere", paper) is None


def damaged(name: str, gold: Json, scene: Scene) -> Any:
    answer = copy.deepcopy(gold)
    assert DAMAGES[name](answer, scene)
    return answer


def test_each_damage_does_what_it_says_and_leaves_the_answer_whole(gold: Json, scene: Scene) -> None:
    assert damaged("drop a citation", gold, scene)["citations"] == []
    assert damaged("cite a distractor", gold, scene)["citations"][0]["title"] == "Copper Tokenisers for Birdsong"
    changed = damaged("change a number", gold, scene)["text"]
    assert changed != gold["text"]
    assert damaged("swap in another number of the abstract", gold, scene)["text"] != gold["text"]
    assert damaged("invent a title", gold, scene)["citations"][0]["title"] not in {
        p.title for p in scene.papers.values()
    }
    assert damaged("refuse", gold, scene)["status"] == "abstained"
    assert len(damaged("append an unsupported sentence", gold, scene)["claims"]) == 2
    for name in set(DAMAGES) - {"invent a title"}:
        answer = copy.deepcopy(gold)
        DAMAGES[name](answer, scene)
        assert violations(answer, scene.papers) == [], name


def test_a_sentence_is_made_false_in_one_point(finished: RunFolder) -> None:
    scene = Scene(finished.questions()["fact-1"], by_title(finished.papers()), random.Random(1))
    gold = gold_answer(scene.question, scene.papers, quoting=True)
    assert gold is not None
    assert "birdsong can not outperform" in damaged("deny what is said", gold, scene)["text"]
    assert "birdsong can underperform" in damaged("turn a direction", gold, scene)["text"]


def test_the_table_tells_what_is_seen_and_what_is_missed(finished: RunFolder) -> None:
    questions, papers = list(finished.questions().values()), by_title(finished.papers())
    rows = {row.damage: row for row in detection_table(questions, papers, quoting=True)}
    assert rows["undamaged"].seen_by_any == 0
    assert rows["drop a citation"].seen["uncited_sentences"] == rows["drop a citation"].n == 4
    assert rows["cite a distractor"].seen["title_f1"] == 4
    assert rows["change a number"].seen["unmatched_numbers"] == rows["change a number"].n
    assert rows["invent a title"].seen["invariants"] == rows["invent a title"].n
    assert rows["refuse"].seen["over_conservativeness"] == 4
    denied = rows["deny what is said"]
    assert denied.n >= 1
    assert denied.seen["citation_precision"] == 0  # overlap does not see a contradiction, and the table says so
    assert denied.seen["audit"] == denied.n


def test_a_run_is_scored_without_its_controls_mixed_in(finished: RunFolder) -> None:
    assert score_run(finished).asked == len(finished.records())
