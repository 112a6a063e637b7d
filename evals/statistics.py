"""Intervals and tests, by scipy and numpy; every random draw is seeded.

Shares of yes/no counts get Wilson's interval, which is right at 0 and 1 too (a bootstrap is not). Everything else gets
the percentile bootstrap over articles and, within each drawn article, over its cases: cases of one article are not
independent (arXiv:2411.00640, appendix A).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 2_000
_FEW_DRAWS = 400  # for what cannot be computed for all draws at once
SEED = 0
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def wilson(count: int, of: int) -> Interval | None:
    """Wilson's interval of a share; None of nothing."""
    from scipy.stats import binomtest

    if not of:
        return None
    found = binomtest(count, of).proportion_ci(LEVEL, method="wilson")
    return Interval(float(found.low), float(found.high))


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact McNemar test: p of cases that only one of two runs passes falling so unevenly by chance."""
    from scipy.stats import binomtest

    both = only_first + only_second
    return float(binomtest(only_first, both).pvalue) if both else 1.0


def permutation(first: Sequence[float], second: Sequence[float]) -> float:
    """Paired permutation test of the mean difference, two-sided p."""
    from scipy.stats import permutation_test

    differences = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    if not differences.any():
        return 1.0
    result = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=9_999,
        batch=500,
        rng=np.random.default_rng(SEED),
    )
    return float(result.pvalue)


class Resampler:
    """The bootstrap over cases, each of which belongs to a cluster (its article)."""

    def __init__(self, clusters: Sequence[str]) -> None:
        self._clusters = np.asarray(clusters)

    @cached_property
    def weights(self) -> NDArray[Any]:
        """`(draws, cases)`: how often each case is in each draw."""
        random = np.random.default_rng(SEED)
        names = sorted(set(self._clusters.tolist()))
        members = [np.flatnonzero(self._clusters == name) for name in names]
        drawn = np.zeros((DRAWS, len(self._clusters)), dtype=np.float32)
        for row, times in zip(drawn, random.multinomial(len(names), [1 / len(names)] * len(names), DRAWS), strict=True):
            for cases, count in zip(members, times, strict=True):
                if count:
                    row[cases] = random.multinomial(count * len(cases), [1 / len(cases)] * len(cases))
        return drawn

    def ratio(self, over: NDArray[Any], under: NDArray[Any]) -> Interval | None:
        """The interval of `sum(over) / sum(under)`, arrays of `(cases,)`."""
        tops, bottoms = self.weights @ over.astype(float), self.weights @ under.astype(float)
        return _percentiles(tops[bottoms > 0] / bottoms[bottoms > 0])

    def auroc(self, scores: NDArray[Any], positive: NDArray[Any]) -> Interval | None:
        """The interval of the area under the ROC curve."""
        order = np.argsort(scores, kind="stable")
        starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan))
        pos = np.add.reduceat(self.weights[:, order] * positive[order], starts, axis=1)
        neg = np.add.reduceat(self.weights[:, order] * ~positive[order], starts, axis=1)
        below = np.cumsum(neg, axis=1) - neg
        pairs = pos.sum(axis=1) * neg.sum(axis=1)
        return _percentiles(((pos * (below + neg / 2)).sum(axis=1) / np.maximum(pairs, 1))[pairs > 0])

    def each(self, figure: Callable[[NDArray[Any]], float | None]) -> Interval | None:
        """The interval of a figure that is computed from the numbers of the cases of a draw."""
        numbers = np.arange(len(self._clusters))
        drawn = (figure(np.repeat(numbers, row.astype(int))) for row in self.weights[:_FEW_DRAWS])
        return _percentiles(np.asarray([value for value in drawn if value is not None]))


def _percentiles(values: NDArray[Any]) -> Interval | None:
    if not len(values):
        return None
    low, high = np.percentile(values, [100 * (1 - LEVEL) / 2, 100 * (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
