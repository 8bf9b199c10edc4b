from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.intervals import (
    interval,
    mcnemar_exact,
    mean_of_shares,
    minimum_detectable_difference,
    paired_bootstrap,
    wilson,
)


def test_wilson_of_five_in_ten_by_hand() -> None:
    # z²=3.8415: centre (0.5+0.19207)/1.38415 = 0.5; half 1.96·√(0.025+0.0096)/1.38415 = 0.2634
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_wilson_never_leaves_zero_to_one_nor_collapses_at_the_ends() -> None:
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_mcnemar_of_one_against_seven_by_hand() -> None:
    # 2·(C(8,0)+C(8,1))/2⁸ = 18/256
    assert mcnemar_exact(1, 7) == 18 / 256
    assert mcnemar_exact(0, 0) == 1.0
    assert mcnemar_exact(3, 3) == 1.0


def test_the_smallest_difference_by_hand() -> None:
    # differences 1,-1,1,-1: s² = 4/3, n = 4, (1.95996+0.84162)·√(1/3)
    assert minimum_detectable_difference([1, -1, 1, -1]) == pytest.approx(2.80158 * math.sqrt(1 / 3), abs=1e-4)
    assert minimum_detectable_difference([1.0]) == math.inf


def test_equal_runs_differ_by_nothing() -> None:
    parts = [((0.2 * i, 1.0), (0.2 * i, 1.0)) for i in range(5)]
    assert paired_bootstrap([parts]) == (0.0, (0.0, 0.0))


def test_a_constant_gain_has_an_interval_of_no_width() -> None:
    difference, (low, high) = paired_bootstrap([[((0.1 * i, 1.0), (0.1 * i + 0.5, 1.0)) for i in range(6)]])
    assert (difference, low, high) == pytest.approx((0.5, 0.5, 0.5))


def test_strata_weigh_equally_whatever_their_size() -> None:
    small, large = [((0.0, 1.0), (1.0, 1.0))], [((0.0, 1.0), (0.0, 1.0))] * 9
    assert paired_bootstrap([small, large])[0] == 0.5


def test_a_bootstrap_is_the_same_each_time() -> None:
    parts = [(0.1 * i, 1.0) for i in range(10)]
    assert interval(parts) == interval(parts)


def test_the_interval_of_a_share_is_wilsons_and_of_a_mean_is_not() -> None:
    assert interval([(1.0, 1.0)] * 5 + [(0.0, 1.0)] * 5) == wilson(5, 10)
    low, high = interval([(0.5, 1.0)] * 10)
    assert (low, high) == (0.5, 0.5)


def test_questions_that_are_all_at_zero_are_no_certainty_and_seconds_are_no_share() -> None:
    assert interval([(0.0, 3.0), (0.0, 9.0)]) == wilson(0, 2)
    assert interval([(2.0, 2.0), (5.0, 5.0)]) == wilson(2, 2)
    assert interval([(0.0, 1.0)] * 5, share=False) == (0.0, 0.0)


def test_the_mean_of_two_shares_keeps_the_width_that_wilson_gives() -> None:
    # both 10/10: 1 - wilson low = 0.2775, √(2·0.2775²)/2 = 0.1962
    centre, (low, high) = mean_of_shares((10, 10), (10, 10))
    assert centre == 1.0
    assert low == pytest.approx(1 - math.hypot(0.27753, 0.27753) / 2, abs=1e-4)
    assert high == 1.0


@given(st.integers(1, 200), st.data())
def test_wilson_holds_the_share_itself(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1 or math.isclose(k / n, low) or math.isclose(k / n, high)
