"""Each metric's first test is an example that can be worked by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.aggregate import figures
from eval.metrics import (
    aggregate_support,
    citation_precision,
    citation_recall,
    declined,
    evidence_found,
    evidence_recall,
    mrr_at,
    ndcg_at,
    nugget_found,
    nugget_recall,
    recall_at,
    strict_order,
    title_scores,
    within_budget,
)
from eval.questions import Nugget

# Retrieval


def test_recall_counts_the_relevant_among_the_first_k() -> None:
    assert recall_at(["a", "x", "b", "c"], {"a", "b", "c", "d"}, 3) == 2 / 4


def test_recall_without_a_relevant_paper_is_refused_rather_than_zero() -> None:
    with pytest.raises(ValueError, match="at least one"):
        recall_at(["a"], set(), 3)


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    # DCG = 1/log2(2) + 1/log2(4) = 1.5; ideal = 1/log2(2) + 1/log2(3)
    assert ndcg_at(["a", "x", "b"], {"a": 1, "b": 1}) == pytest.approx(1.5 / (1 + 1 / math.log2(3)))


def test_ndcg_weighs_grades_linearly() -> None:
    # found 1 then 2: 1/1 + 2/log2(3); ideal 2 then 1: 2/1 + 1/log2(3)
    third = 1 / math.log2(3)
    assert ndcg_at(["low", "high"], {"high": 2, "low": 1}) == pytest.approx((1 + 2 * third) / (2 + third))


def test_mrr_is_one_over_the_rank_of_the_first_hit_within_k() -> None:
    assert mrr_at(["x", "y", "a", "b"], {"a", "b"}) == 1 / 3
    assert mrr_at(["x", "y", "a"], {"a"}, k=2) == 0.0


def test_ties_are_broken_by_id_whatever_the_order_of_input() -> None:
    pairs = [("c", 0.5), ("a", 0.5), ("b", 0.9), ("a", 0.1)]
    assert strict_order(pairs) == strict_order(pairs[::-1]) == ["b", "a", "c"]


def test_the_budget_holds_whole_papers_only_and_stops_at_the_first_that_does_not_fit() -> None:
    tokens = {"a": 400, "b": 500, "c": 200, "d": 50}
    assert within_budget(["a", "b", "c", "d"], tokens, 1000) == 2
    assert within_budget(["unknown"], tokens, 1000) == 0


@given(st.permutations(list("abcdefgh")), st.sets(st.sampled_from("abcdefgh"), min_size=1), st.integers(1, 8))
def test_rank_scores_stay_within_bounds_and_recall_never_falls_with_k(
    ranked: list[str], relevant: set[str], k: int
) -> None:
    assert 0 <= ndcg_at(ranked, dict.fromkeys(relevant, 1), k) <= 1 + 1e-12
    assert recall_at(ranked, relevant, k) <= recall_at(ranked, relevant, k + 1)
    assert mrr_at(ranked, relevant, 8) > 0


# Cited titles and citations


def test_title_scores_of_one_right_of_two_cited_and_two_gold() -> None:
    assert title_scores({"a", "x"}, {"a", "b"}) == (1 / 2, 1 / 2, 1 / 2)


def test_an_answer_that_cites_nothing_has_no_precision_and_no_f1() -> None:
    assert title_scores(set(), {"a"}) == (None, 0.0, 0.0)


def holds_all_letters(text: str, sources: object) -> bool:
    assert isinstance(sources, list | tuple)
    return set(text) <= set("".join(sources))


def test_citation_recall_is_the_share_of_statements_whose_sources_together_support_them() -> None:
    statements = [("ab", ["a", "b"]), ("c", ["a"]), ("d", [])]
    assert citation_recall(statements, holds_all_letters) == [True, False, False]


def test_citation_precision_counts_out_what_is_not_needed_and_what_supports_nothing() -> None:
    # "a" and "b" are both needed; "x" can be taken away; no citation of an unsupported statement is to the point
    statements = [("ab", ["a", "b", "x"]), ("c", ["a"])]
    assert citation_precision(statements, holds_all_letters) == [True, True, False, False]


def test_two_sources_that_each_support_are_both_to_the_point() -> None:
    assert citation_precision([("a", ["a", "a"])], holds_all_letters) == [True, True]


def test_support_is_told_as_mean_and_minimum() -> None:
    assert aggregate_support([1.0, 0.5, 0.0]) == (0.5, 0.0)
    with pytest.raises(ValueError, match="without a sentence"):
        aggregate_support([])


# Evidence and nuggets

SIZE = Nugget(
    "It holds 250,000 dialogues.", "The Set", "The set holds 250,000 dialogues in nine languages.", ("250,?000",)
)
YEAR = Nugget("It is of 2024.", "The Set", None, ("2024",))
LOOSE = Nugget("Rewards drift under repeated sampling.", "The Set", "Rewards drift when sampling is repeated.")


def test_evidence_is_found_when_half_of_it_lies_in_a_cited_quote_of_its_paper() -> None:
    # evidence tokens: set hold 250000 dialogu nin languag (6); the quote holds 3 of them
    assert evidence_found(SIZE, {"the set": ["It holds 250,000 dialogues."]})
    assert not evidence_found(SIZE, {"the set": ["It holds much."]})
    assert not evidence_found(SIZE, {"another set": ["The set holds 250,000 dialogues in nine languages."]})


def test_evidence_recall_leaves_out_nuggets_of_metadata() -> None:
    quotes = {"the set": ["The set holds 250,000 dialogues in nine languages."]}
    assert evidence_recall([SIZE, YEAR, LOOSE], quotes) == 1 / 2
    assert evidence_recall([YEAR], quotes) is None


def test_a_nugget_is_found_by_any_of_its_patterns_but_never_in_a_marker() -> None:
    assert nugget_found(SIZE, "There are 250000 of them [1].")
    assert not nugget_found(Nugget("Seven.", any_of=("7",)), "Some [7].")


def test_a_nugget_without_patterns_is_found_by_its_content() -> None:
    # reward drift repeat sampl (4 stems with "under" a stop word)
    assert nugget_found(LOOSE, "Under repeated sampling, rewards drift.")
    assert not nugget_found(LOOSE, "Rewards drift.")
    assert nugget_recall([SIZE, LOOSE], "rewards drift; 250,000") == 1 / 2
    assert nugget_recall([], "anything") is None


# Honesty


def honesty(prudent: list[float], over_conservative: list[float]) -> float:
    sides = {"prudence": prudent, "over_conservativeness": over_conservative}
    parts = {name: {str(n): (float(v), 1.0) for n, v in enumerate(values)} for name, values in sides.items()}
    return figures(parts)["honesty"].value


def test_honesty_is_the_mean_of_prudence_and_of_not_being_over_conservative() -> None:
    assert honesty([1, 1, 1, 1, 0], [1, *[0] * 9]) == pytest.approx(0.85)


def test_doing_one_thing_always_is_half_honest_in_both_readings() -> None:
    for status, reason in (("abstained", None), ("partial", "not_in_abstracts"), ("answered", None)):
        for hedged in (False, True):
            always = float(declined(status, reason, hedged=hedged))
            assert honesty([always], [always]) == 0.5


def test_a_hedge_declines_only_in_the_hedged_reading() -> None:
    assert not declined("partial", "not_in_abstracts")
    assert declined("partial", "not_in_abstracts", hedged=True)
    assert not declined("partial", "cut_off", hedged=True)


def test_an_answer_that_corrects_its_question_declines_it() -> None:
    assert declined("partial", "not_in_abstracts", corrects=True)
    assert not declined("answered", None, corrects=True)
