"""Intervals, tests and abstention figures against scipy, formulas and simulations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from evals.abstention import auroc, risk_coverage
from evals.statistics import Resampler, mcnemar, permutation, wilson


def test_wilson_is_right_at_the_edges() -> None:
    """Where a bootstrap says [1, 1]: 50 of 50 is .929 to 1."""
    found = wilson(50, 50)
    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (0.929, 1.0)
    assert wilson(0, 0) is None


def test_mcnemar_looks_at_the_cases_that_differ() -> None:
    """Six to nothing is p = 2/64; an even split, or no difference, is chance."""
    assert mcnemar(0, 6) == pytest.approx(2 / 64)
    assert mcnemar(4, 4) == mcnemar(0, 0) == 1.0


def test_a_paired_difference_is_found_and_none_is_not() -> None:
    """The same cases all better: small p. No difference: 1."""
    first = [0.0, 0.5, 0.25, 0.0, 0.5, 0.25, 0.5, 0.0]
    assert permutation(first, [value + 0.5 for value in first]) < 0.02
    assert permutation(first, first) == 1.0


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auroc_is_the_rank_statistic(pairs: list[tuple[int, bool]]) -> None:
    """Ties count half, as in scipy's Mann-Whitney U; without both kinds there is none."""
    scores, positive = np.asarray([s for s, _ in pairs], dtype=float), np.asarray([p for _, p in pairs])
    ours = auroc(scores, positive)
    if positive.all() or not positive.any():
        assert ours is None
        return
    u = mannwhitneyu(scores[positive], scores[~positive]).statistic
    assert ours == pytest.approx(u / (positive.sum() * (~positive).sum()))


def test_the_bootstrap_of_auroc_surrounds_it() -> None:
    """The interval that is computed for all draws at once holds the value, and is near one drawn by hand."""
    random = np.random.default_rng(3)
    positive = random.random(120) < 0.5
    scores = np.round(random.normal(size=120) + positive, 1)
    resampler = Resampler(["a"] * 120)
    fast = resampler.auroc(scores, positive)
    slow = resampler.each(lambda rows: auroc(scores[rows], positive[rows]))
    value = auroc(scores, positive)
    assert fast is not None
    assert slow is not None
    assert value is not None
    assert fast.low < value < fast.high
    assert abs(fast.low - slow.low) < 0.03
    assert abs(fast.high - slow.high) < 0.03


def test_the_bootstrap_draws_whole_articles() -> None:
    """Ten cases of one article that all agree are not ten independent ones: the interval is wide."""
    values = np.asarray([1.0] * 10 + [0.0] * 10)
    clustered = Resampler(["a"] * 10 + ["b"] * 10).ratio(values, np.ones(20))
    loose = Resampler([f"a{n}" for n in range(20)]).ratio(values, np.ones(20))
    assert clustered is not None
    assert loose is not None
    assert (clustered.low, clustered.high) == (0.0, 1.0)
    assert loose.high - loose.low < 0.6


def test_an_interval_is_the_same_every_time() -> None:
    """Draws are seeded."""
    values = np.asarray([0.1, 0.5, 0.9, 0.3])
    assert Resampler(list("abab")).ratio(values, np.ones(4)) == Resampler(list("abab")).ratio(values, np.ones(4))


def test_risk_and_coverage_by_hand() -> None:
    """Right, right, wrong, right in order of confidence."""
    curve = risk_coverage([0.2, 0.9, 0.8, 0.4], [True, True, True, False])
    assert curve.risk == pytest.approx((0, 0, 1 / 3, 1 / 4))
    assert curve.confidence == (0.9, 0.8, 0.4, 0.2)
    assert curve.aurc == pytest.approx((1 / 3 + 1 / 4) / 4)
    assert curve.coverage == 0.5
    assert curve.excess == pytest.approx(curve.aurc - (1 / 4) / 4)
    assert risk_coverage([1.0, 0.5], [True, False]).excess == pytest.approx(0)
