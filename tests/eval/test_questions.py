from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.agreement import agreement, kappa
from eval.questions import Question, SetError, load, make_twins, matches, parse_question
from eval.support import content_tokens, without_markers
from eval.validate import also_answering, validate
from tests.eval.conftest import PAPERS, QUESTIONS, write_lines

ABSTRACTS = {p["title"]: p["abstract"] for p in PAPERS}


def findings(*changes: dict[str, Any]) -> list[str]:
    questions = [
        parse_question({**QUESTIONS[0], "split": split, **c})
        for c, split in zip(changes, ("dev", "test") * 9, strict=False)
    ]
    return [f.what for f in validate(questions, ABSTRACTS) if f.question != "(set)"]


def test_a_line_becomes_a_question_with_its_nuggets(set_file: Path) -> None:
    questions = load(set_file)
    first = questions.questions[0]
    assert (first.id, first.type, first.answerable, first.twin) == ("num-1", "numeric", True, True)
    assert first.nuggets[0].any_of == ("250,?000",)
    assert questions.by_id["follow-1"].history == ("How do robots walk in snow?",)
    assert len(questions.sha256) == 64


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "line 1"),
        ("[]", "object"),
        ('{"id": "a", "type": "fact", "question": "Q?"}', "answerable"),
        ('{"id": "a", "type": "fact", "question": " ", "answerable": true}', "empty"),
        ('{"id": "a", "type": "fact", "question": "Q?", "answerable": true, "gold_titles": "T"}', "gold_titles"),
        ('{"id": "a", "type": "fact", "question": "Q?", "answerable": true, "nuggets": [1]}', "nugget"),
        ("", "no question"),
    ],
)
def test_a_line_that_is_no_question_is_refused_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(SetError, match=said):
        load(path)


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="num-1"):
        load(write_lines(tmp_path / "set.jsonl", [QUESTIONS[0], QUESTIONS[0]]))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_set_or_a_clear_refusal(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("set") / "set.jsonl"
    path.write_bytes(data)
    with pytest.raises(SetError):
        load(path)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(max_size=9), x)
    )
)
def test_any_json_is_a_question_or_a_clear_refusal(item: Any) -> None:
    for value in (
        item,
        {**QUESTIONS[0], "nuggets": item},
        {**QUESTIONS[0], "check": item},
        {**QUESTIONS[0], "history": item},
    ):
        with contextlib.suppress(SetError):
            assert isinstance(parse_question(value), Question)


def test_what_is_written_is_read_back_the_same(set_file: Path) -> None:
    questions = load(set_file).questions
    assert [question.id for question in questions] == [question["id"] for question in QUESTIONS]
    assert tuple(parse_question(json.loads(json.dumps(question.to_dict()))) for question in questions) == questions


def test_forms_may_be_a_string_a_list_or_an_object() -> None:
    for written in ("bullets=3; table", ["bullets=3", "table"], {"bullets": 3, "table": True}):
        assert parse_question({**QUESTIONS[0], "check": written}).check == "bullets=3; table"


def test_a_pattern_is_a_regular_expression_or_plain_text() -> None:
    assert matches("250,?000", "There are 250000.")
    assert matches("C++ (fast", "in C++ (fast)")
    assert not matches("(unclosed", "open")


# Twins


def test_a_twin_loses_its_gold_paper_and_must_be_declined(set_file: Path) -> None:
    twin = make_twins(load(set_file).questions)[0]
    assert (twin.id, twin.type, twin.twin_of, twin.answerable) == ("num-1~twin", "twin", "num-1", False)
    assert twin.without_titles == ("Glacier Reward Models",)
    assert (twin.gold_titles, twin.nuggets) == ((), ())


def test_no_twin_of_what_has_two_papers_none_or_is_marked() -> None:
    two = {**QUESTIONS[0], "gold_titles": ["A", "B"]}
    assert make_twins([parse_question(q) for q in (two, {**QUESTIONS[0], "twin": False}, QUESTIONS[3])]) == ()


def test_another_paper_that_says_the_same_is_pointed_out() -> None:
    question = parse_question(QUESTIONS[1])
    copy = {**ABSTRACTS, "A Copy": ABSTRACTS["Copper Tokenisers for Birdsong"]}
    assert also_answering(question, ABSTRACTS) == []
    assert also_answering(question, copy) == ["A Copy"]


# Validation


def test_a_sound_set_has_no_findings() -> None:
    assert [f.what for f in validate([parse_question(q) for q in QUESTIONS], ABSTRACTS)] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gold_titles": [], "nuggets": []}, "no gold"),
        ({"gold_titles": ["Nowhere"]}, "no paper is titled 'Nowhere'"),
        ({"nuggets": [{**QUESTIONS[0]["nuggets"][0], "evidence": "It holds many."}]}, "not verbatim"),
        ({"nuggets": [{**QUESTIONS[0]["nuggets"][0], "any_of": ["251"]}]}, "matches the evidence"),
        ({"nuggets": [{**QUESTIONS[0]["nuggets"][0], "title": "Walking Robots in Deep Snow"}]}, "not among the gold"),
        ({"type": "haiku"}, "unknown type"),
        ({"type": "off_topic"}, "not answerable"),
        ({"answerable": False, "type": "unanswerable_near"}, "no gold titles"),
        ({"answerable": False, "gold_titles": [], "type": "false_premise"}, "how the absence was checked"),
        ({"type": "followup"}, "history"),
        ({"type": "instruction"}, "needs a check"),
        ({"check": "sonnet"}, "cannot be verified"),
        ({"type": "paraphrase"}, "shares these words"),
    ],
)
def test_a_fault_in_a_question_is_found(change: dict[str, Any], said: str) -> None:
    assert any(said in what for what in findings(change))


def test_a_paraphrase_may_share_one_word_with_its_paper() -> None:
    asked = "How large is this collection of chats spanning many tongues, gathered upon frozen glacier rivers?"
    assert not any("shares" in what for what in findings({"type": "paraphrase", "question": asked}))


def test_questions_asked_twice_and_uneven_splits_are_doubts() -> None:
    same = [parse_question({**QUESTIONS[0], "id": str(n)}) for n in range(4)]
    doubts = [f.what for f in validate(same, ABSTRACTS) if f.question == "(set)"]
    assert any("asked 4 times" in d for d in doubts)
    assert any("dev or test" in d for d in doubts)


# A second labelling


def test_kappa_by_hand() -> None:
    # observed 3/4; chance (3/4)(1/2) + (1/4)(1/2) = 1/2; (3/4 - 1/2) / (1/2)
    assert kappa([(True, True), (True, True), (True, False), (False, False)]) == 0.5
    assert kappa([(True, True)]) == 1.0


def test_a_second_labelling_is_compared_question_by_question(set_file: Path) -> None:
    labels = [
        {
            "id": "num-1",
            "answerable": True,
            "gold_titles": ["glacier reward models"],
            "evidence": ["250,000 dialogues in 9 languages"],
        },
        {"id": "fact-1", "answerable": True, "gold_titles": ["Glacier Reward Models"], "evidence": []},
        {"id": "off-1", "answerable": True, "gold_titles": []},
    ]
    found = agreement(load(set_file).by_id, labels)
    assert sum(num for num, _ in found.answerable.values()) == 2
    assert found.same_titles == {"num-1": (1.0, 1.0), "fact-1": (0.0, 1.0)}
    assert found.evidence == {"num-1": (1.0, 1.0), "fact-1": (0.0, 1.0)}


# Words


def test_words_as_scorers_see_them() -> None:
    assert content_tokens("The models are training on 1,200 dialogues") == ["model", "train", "1200", "dialogu"]
    assert without_markers("So [1][2, 3]. Yes [4].") == "So. Yes."
