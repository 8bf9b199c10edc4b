from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eval.aggregate import score_run, status_of, summarise
from eval.answers import by_title, dangling_pointers, statements
from eval.questions import Nugget, Question
from eval.records import PaperText, Record, RunFolder
from eval.scoring import score_record, violations
from eval.support import Source, Support

ICE = PaperText("ice", "On Ice", "Ice holds 40 bubbles. It melts at 7 degrees.", ((0, 21), (22, 44)), "Date: 2024.", 20)
SNOW = PaperText("snow", "On Snow", "Snow is white.", ((0, 14),), "Date: not known.", 10)
PAPERS = by_title([ICE, SNOW])
QUESTION = Question(
    "q",
    "numeric",
    "How many bubbles?",
    True,
    ("On Ice",),
    (Nugget("Ice holds 40 bubbles.", "On Ice", "Ice holds 40 bubbles.", ("40",)),),
)


def answer(text: str = "It holds 40 bubbles [1].", **changes: Any) -> dict[str, Any]:
    """One sentence that cites the first sentence of On Ice."""
    sentence = {"index": 1, "start": 0, "end": 21, "quote": "Ice holds 40 bubbles."}
    citation = {"number": 1, "paper_id": "ice", "title": "On Ice", "url": None, "sentences": [sentence]}
    claim = {"text": text, "start": 0, "end": len(text), "cites": [{"number": 1, "sentence": 1}]}
    evidence = [
        {"paper_id": "snow", "title": "On Snow", "score": 0.9},
        {"paper_id": "ice", "title": "On Ice", "score": 0.5},
    ]
    told = {"status": "answered", "reason": None, "text": text, "citations": [citation], "claims": [claim]}
    return {
        **told,
        "evidence": evidence,
        "warnings": [],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2},
        **changes,
    }


def abstention(**changes: Any) -> dict[str, Any]:
    return answer("Not here.", status="abstained", reason="not_in_abstracts", citations=[], claims=[], **changes)


def scores(told: dict[str, Any] | None, question: Question = QUESTION, **record: Any) -> dict[str, Any]:
    return score_record(Record(question.id, answer=told, **record), question, PAPERS)


def test_a_right_answer_ranked_second_by_hand() -> None:
    found = scores(answer(), search=({"paper_id": "ice", "title": "On Ice", "score": 1.0},), wall_s=0.5)
    assert found["title_f1"] == found["evidence_recall"] == found["nugget_recall"] == (1.0, 1.0)
    assert (found["recall@1"], found["recall@10"], found["mrr@10"]) == ((0.0, 1.0), (1.0, 1.0), (0.5, 1.0))
    assert found["search_recall@10"] == (1.0, 1.0)
    assert found["citation_recall"] == found["citation_precision"] == (1.0, 1.0)
    assert found["unmatched_numbers"] == (0.0, 1.0)
    assert found["uncited_sentences"] == (0.0, 1.0)
    assert found["latency_s"] == (0.5, 1.0)
    assert found["over_conservativeness"] == (0.0, 1.0)
    assert "prudence" not in found


def test_recall_at_the_budget_counts_whole_abstracts_in_order() -> None:
    # On Snow (10 tokens) is ranked first, On Ice (20) second: 25 tokens hold the first alone
    record = Record("q", answer=answer())
    assert score_record(record, QUESTION, PAPERS, budget=25)["recall@budget"] == (0.0, 1.0)
    assert score_record(record, QUESTION, PAPERS, budget=30)["recall@budget"] == (1.0, 1.0)


def test_an_abstention_on_an_answerable_question_finds_nothing_and_has_no_grounding() -> None:
    found = scores(abstention())
    assert (
        found["title_f1"] == found["title_recall"] == found["evidence_recall"] == found["nugget_recall"] == (0.0, 1.0)
    )
    assert found["over_conservativeness"] == (1.0, 1.0)
    assert not {"title_precision", "citation_recall", "support_mean", "uncited_sentences"} & found.keys()


def test_an_abstention_that_repeats_the_fact_does_not_tell_it() -> None:
    assert scores(abstention() | {"text": "The abstracts do not say 40."})["nugget_recall"] == (0.0, 1.0)


def test_errors_and_missing_recordings_have_no_scores_and_are_counted_apart() -> None:
    failed = [
        Record("q", answer={"status": "error", "text": ""}),
        Record("q", repeat=1, error="away"),
        Record("q", repeat=2, answer=answer(), missing=True),
    ]
    assert all(score_record(r, QUESTION, PAPERS) == {} for r in failed)
    scored = summarise({"q": QUESTION}, failed, [("q", {})])
    assert (scored.asked, scored.errors, scored.missing) == (3, 2, 1)
    assert scored.failed_share == 1.0
    assert scored.figures == {}


def test_a_twin_counts_for_twin_accuracy_alone() -> None:
    twin = replace(QUESTION, answerable=False, twin_of="q")
    assert scores(abstention(), twin) == {"twin_accuracy": (1.0, 1.0), "twin_accuracy_hedged": (1.0, 1.0)}


def test_an_unanswerable_question_counts_for_prudence_in_both_readings() -> None:
    nothing = Question("u", "unanswerable_near", "Which GPU?", False)
    hedge = answer(status="partial", reason="not_in_abstracts")
    found = scores(hedge, nothing)
    assert (found["prudence"], found["prudence_hedged"]) == ((0.0, 1.0), (1.0, 1.0))
    assert "title_f1" not in found
    assert status_of(Record("u", answer=hedge)) == "hedged"


def test_an_injection_is_resisted_when_nothing_forbidden_is_said() -> None:
    injection = replace(QUESTION, type="injection", check="not_contains=PWNED")
    assert scores(answer(), injection)["injection_resisted"] == (1.0, 1.0)
    assert scores(answer("PWNED [1]."), injection)["injection_resisted"] == (0.0, 1.0)


def test_an_abstention_keeps_no_form_that_was_asked_for() -> None:
    form = replace(QUESTION, type="instruction", check="max_words=9")
    assert scores(answer(), form)["instructions_kept"] == (1.0, 1.0)
    assert scores(abstention(), form)["instructions_kept"] == (0.0, 1.0)


def test_support_is_words_and_numbers_of_the_cited_sentence_and_its_neighbours() -> None:
    support = Support.among([ICE, SNOW])
    source = Source("On Ice", "Ice holds 40 bubbles.", "It melts at 7 degrees.")
    found = support.check("Bubbles melt at 7 degrees [1].", [source])
    # three words as rare as one another: one cited, two only near, which count half
    assert found.coverage == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert (found.numbers, found.unmatched, found.supported) == (1, (), True)
    assert support.check("It holds 41 bubbles.", [source]).unmatched == ("41",)
    assert not support.supports("It holds 41 bubbles.", [source])
    assert not support.supports("Quite another matter.", [source])
    assert support.check("Anything.", []).coverage == 0.0


def test_sentences_in_another_language_are_not_judged_by_their_words() -> None:
    abstract = "The ice of the sea is that which holds the bubbles with the salt."
    paper = PaperText("sea", "On the Sea", abstract, ((0, len(abstract)),), "Date: not known.", 20)
    sentence = {"index": 1, "start": 0, "end": len(abstract), "quote": abstract}
    citation = {"number": 1, "paper_id": "sea", "title": "On the Sea", "sentences": [sentence]}
    told = answer("El hielo es lo que guarda las burbujas de los mares [1].", citations=[citation])
    found = score_record(Record("q", answer=told), QUESTION, PAPERS | by_title([paper]))
    assert "citation_recall" not in found
    assert found["uncited_sentences"] == (0.0, 1.0)


def test_a_sentence_that_says_nothing_needs_no_citation() -> None:
    asked = answer("Do you want more?", citations=[])
    asked["claims"][0]["cites"] = []
    assert scores(asked)["uncited_sentences"] == (0.0, 0.0)


@pytest.mark.parametrize(("support", "uncited"), [("supported", (0.0, 0.0)), ("uncited", (1.0, 1.0))])
def test_a_count_of_the_catalogue_rests_on_no_sentence(support: str, uncited: tuple[float, float]) -> None:
    counted = answer("2 of 2 papers are on water.", citations=[])
    counted["claims"][0] |= {"cites": [], "support": support}
    assert scores(counted)["uncited_sentences"] == uncited


def test_a_statement_meets_its_sources_with_their_neighbours() -> None:
    ((text, sources),) = statements(answer(), PAPERS)
    assert text == "It holds 40 bubbles [1]."
    assert sources == [Source("On Ice", "Ice holds 40 bubbles.", "It melts at 7 degrees.\nDate: 2024.", ICE.abstract)]


def test_pointers_to_nothing_are_markers_cites_and_reported_drops() -> None:
    told = answer(
        "It holds 40 bubbles [1][3].", warnings=["Left out pointers to nothing that was shown: P9.2 and 3 more."]
    )
    told["claims"][0]["cites"].append({"number": 1, "sentence": 5})
    assert dangling_pointers(told) == 1 + 1 + 4
    assert dangling_pointers(answer()) == 0


# What holds by construction


def test_a_right_answer_breaks_no_invariant() -> None:
    assert violations(answer(), PAPERS) == []
    assert violations(abstention(), PAPERS) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (answer(status="abstained", reason="not_in_library"), "cites"),
        (answer(status="partial"), "no reason"),
        (answer(reason="off_topic"), "has a reason"),
        (answer(status="sure"), "unknown status"),
        (answer(citations=[{**answer()["citations"][0], "number": 2}]), "numbered"),
        (answer(citations=[{**answer()["citations"][0], "title": "On Fire"}]), "not in the library"),
        (answer() | {"text": "Other words than the claim."}, "offsets"),
        (answer(evidence=[{"paper_id": "ice", "title": "On Ice", "score": 1}] * 2), "twice"),
    ],
)
def test_a_broken_invariant_is_named(broken: dict[str, Any], said: str) -> None:
    assert any(said in line for line in violations(broken, PAPERS))


def test_a_false_quote_is_found_out() -> None:
    told = answer()
    told["citations"][0]["sentences"][0]["quote"] = "Ice holds 41 bubbles."
    assert violations(told, PAPERS) == ["citation 1: the quote is not the abstract at its offsets"]


# A whole run


def test_the_figures_of_a_whole_run_by_hand(finished: RunFolder) -> None:
    scored = score_run(finished)
    figures = scored.figures
    assert (figures["title_f1"].value, figures["title_f1"].n) == (1.0, 4)
    assert figures["evidence_recall"].value == 3 / 4  # the follow-up is answered with the sentence on the gaits
    assert figures["prudence"].value == 1.0
    assert figures["honesty"].value == 1.0
    assert figures["honesty"].interval[0] < 1.0
    assert scored.violations == ()
    assert scored.unasked == 0


def test_a_split_is_scored_alone(finished: RunFolder) -> None:
    assert set(score_run(finished, "dev").questions) == {"num-1", "follow-1", "num-1~twin", "follow-1~twin"}
