"""Differences, many comparisons and funnel limits: against other implementations, worked examples, and by their promises."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, chisquare, poisson
from statsmodels.stats.proportion import confint_proportions_2indep

from sqa_lib.metrics.comparison import (
    INNER,
    OUTER,
    POINTS,
    certain,
    dispersion,
    funnel,
    limits,
    rate_ratio,
    share_difference,
)
from tests.spec import assert_table

NAN = float("nan")
groups = st.integers(1, 300).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def newcombe(part: int, whole: int, other: int, other_whole: int, alpha: float) -> tuple[float, float]:
    """As statsmodels computes it."""
    return confint_proportions_2indep(part, whole, other, other_whole, compare="diff", method="newcomb", alpha=alpha)


# ---- two groups -----------------------------------------------------------------------------------------------------


@given(groups, groups)
def test_the_interval_of_two_shares_is_newcombes(first: tuple, second: tuple) -> None:
    found = share_difference(*first, *second)
    assert (found.low, found.high) == pytest.approx(newcombe(*first, *second, 0.05))
    assert found.low <= found.value <= found.high


@given(groups, groups)
def test_p_is_below_5_percent_exactly_when_the_interval_leaves_zero_out(first: tuple, second: tuple) -> None:
    found = share_difference(*first, *second)
    if abs(found.p - 0.05) > 1e-9:
        assert (found.p < 0.05) is (found.low > 0 or found.high < 0)


@given(groups, groups)
def test_at_its_own_p_the_interval_just_touches_zero(first: tuple, second: tuple) -> None:
    found = share_difference(*first, *second)
    if 1e-12 < found.p < 1:
        low, high = newcombe(*first, *second, found.p)
        assert min(abs(low), abs(high)) < 1e-6


@pytest.mark.parametrize("counts", [(NAN, 20, 3, 20), (3, 0, 3, 20), (3, 20, 3, 0)])
def test_what_cannot_be_compared_is_nan(counts: tuple) -> None:
    assert math.isnan(share_difference(*counts).p)


@pytest.mark.parametrize(
    ("now", "before", "ratio", "p"),
    [
        ((15, 1), (5, 1), 3.0, 2 * binom.cdf(5, 20, 0.5)),
        ((10, 500), (10, 250), 0.5, 2 * binom.cdf(10, 20, 2 / 3)),
        ((7, 100), (7, 100), 1.0, 1.0),
    ],
)
def test_two_rates_by_the_conditional_exact_test(now: tuple, before: tuple, ratio: float, p: float) -> None:
    """Given their sum, the first count is binomial with its part of the exposure as probability."""
    found = rate_ratio(*now, *before)
    assert (found.value, found.p) == pytest.approx((ratio, p))


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_of_two_counts_is_clopper_and_pearsons_and_agrees_with_p(first: int, second: int) -> None:
    if not first + second:
        assert math.isnan(rate_ratio(first, 1, second, 1).p)
        return
    found = rate_ratio(first, 1, second, 1)
    exact = binomtest(first, first + second).proportion_ci(0.95, "exact")
    assert found.low == pytest.approx(exact.low / (1 - exact.low))
    assert found.high == (pytest.approx(exact.high / (1 - exact.high)) if second else np.inf)
    assert (found.p < 0.05) is (found.low > 1 or found.high < 1)


# ---- many comparisons -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p_values", "found"),
    [
        ([0.04], [True]),
        ([0.005, 0.01, 0.03, 0.04], [True, True, False, False]),  # 4 × 0.005, 3 × 0.01, but 2 × 0.03 > 0.05: the rest stays
        ([0.03, 0.03], [False, False]),
        ([0.02, 0.03], [True, True]),  # 2 × 0.02 and then 1 × 0.03
        ([NAN, 0.04, NAN], [False, True, False]),
        ([], []),
    ],
)
def test_holms_steps(p_values: list[float], found: list[bool]) -> None:
    assert certain(p_values) == found


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_what_holm_keeps_bonferroni_would_nearly_all_keep_too_and_nothing_above_5_percent(p_values: list[float]) -> None:
    found = certain(p_values)
    assert all(kept for p, kept in zip(p_values, found, strict=True) if p < 0.0499 / len(p_values))
    assert not any(kept for p, kept in zip(p_values, found, strict=True) if p > 0.0501)


# ---- many units -----------------------------------------------------------------------------------------------------


@given(st.integers(1, 600), st.floats(0.01, 0.99), st.sampled_from([INNER, OUTER]))
def test_binomial_limits_cover_at_least_what_they_promise_and_no_narrower_ones_do(n: int, share: float, coverage: float) -> None:
    (low,), (high,) = (np.rint(edge * n) for edge in limits(share, [n], coverage, "binomial"))
    tail = (1 - coverage) / 2
    assert binom.cdf(low - 1, n, share) <= tail and binom.sf(high, n, share) <= tail
    assert binom.cdf(high, n, share) - binom.cdf(low - 1, n, share) >= coverage - 1e-12
    assert binom.cdf(low, n, share) > tail - 1e-12 and binom.sf(high - 1, n, share) > tail - 1e-12


@given(st.floats(0.5, 600), st.floats(0.01, 2), st.sampled_from([INNER, OUTER]))
def test_poisson_limits_do_too(exposure: float, rate: float, coverage: float) -> None:
    (low,), (high,) = (np.rint(edge * exposure) for edge in limits(rate, [exposure], coverage, "poisson"))
    tail, mean = (1 - coverage) / 2, rate * exposure
    assert poisson.cdf(low - 1, mean) <= tail and poisson.sf(high, mean) <= tail
    assert poisson.cdf(low, mean) > tail - 1e-12 and poisson.sf(high - 1, mean) > tail - 1e-12


def points(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=POINTS)


def test_where_schools_lie_among_the_limits() -> None:
    """Of 100 with one in ten: 95 % lie between 5 and 16, 99.8 % between 2 and 20 (binomial tables)."""
    placed = funnel(
        points(("a", 10, 100), ("b", 17, 100), ("c", 21, 100), ("d", 3, 100), ("e", 1, 100), ("f", 20, 100)), 0.1, "binomial"
    )
    assert_table(
        placed,
        """
        label | value | inner_low | inner_high | outer_low | outer_high | place
        a     | 0.1   | 0.05      | 0.16       | 0.02      | 0.2        | within
        b     | 0.17  | 0.05      | 0.16       | 0.02      | 0.2        | above inner
        c     | 0.21  | 0.05      | 0.16       | 0.02      | 0.2        | above outer
        d     | 0.03  | 0.05      | 0.16       | 0.02      | 0.2        | below inner
        e     | 0.01  | 0.05      | 0.16       | 0.02      | 0.2        | below outer
        f     | 0.2   | 0.05      | 0.16       | 0.02      | 0.2        | above inner
        """,
    )


def test_units_that_differ_more_than_chance_gives_are_found_by_pearsons_test() -> None:
    calm, varied = (
        points(*((str(i), 10 + i % 3, 100) for i in range(12))),
        points(*((str(i), 5 + 5 * (i % 3), 100) for i in range(12))),
    )
    assert not dispersion(calm, 0.1, "binomial").is_certain
    assert dispersion(varied, 0.1, "binomial").is_certain
    counts = [8, 14, 11, 9, 13]
    found = dispersion(points(*((str(c), c, 1) for c in counts)), 11, "poisson")
    expected = chisquare(counts, ddof=0)  # their mean is 11
    assert (found.ratio, found.p) == pytest.approx((expected.statistic / 4, expected.pvalue))


def test_where_too_few_are_expected_nothing_is_said_of_dispersion() -> None:
    assert math.isnan(dispersion(points(("a", 0, 20), ("b", 4, 20), ("c", 0, 20)), 0.05, "binomial").p)
    assert not dispersion(points(("a", 9, 20)), 0.5, "binomial").is_certain
