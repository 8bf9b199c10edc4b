from __future__ import annotations

from eval import controls
from eval.aggregate import score_run
from eval.answers import by_title
from eval.records import RunFolder
from eval.report import order_of, score_controls


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


def test_a_run_is_scored_without_its_controls_mixed_in(finished: RunFolder) -> None:
    assert score_run(finished).asked == len(finished.records())
