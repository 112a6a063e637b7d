"""How well the bot knows what the article does not say: AUROC, the risk-coverage curve and what follows from it.

Risk is the share of wrong ones among the cases that would be answered if only the most confident were; a case is right
when it is answerable and all of its evidence is quoted (El-Yaniv and Wiener 2010; Kamath et al. 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AT_RISK = 0.05
"""The risk at which coverage is reported."""


def auroc(scores: NDArray[Any], positive: NDArray[Any]) -> float | None:
    """Probability that a positive scores above a negative, ties counting half; None without both kinds."""
    from scipy.stats import rankdata

    n_pos = int(positive.sum())
    n_neg = len(positive) - n_pos
    if not n_pos or not n_neg:
        return None
    ranks = rankdata(scores)[positive].sum()
    return float((ranks - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg))


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The curve: `risk[k]` among the `k + 1` most confident cases, `confidence[k]` of the least of them.

    Cases of one confidence have no order: inside such a block the risk is what any order gives on average.
    """

    risk: tuple[float, ...]
    confidence: tuple[float, ...]

    @property
    def aurc(self) -> float:
        """Area under the curve: mean risk over all coverages."""
        return float(np.mean(self.risk))

    @property
    def excess(self) -> float:
        """E-AURC: the area above that of the best order, all right cases first."""
        wrong = round(self.risk[-1] * len(self.risk))
        return self.aurc - float(_risk(np.arange(len(self.risk)) >= len(self.risk) - wrong).mean())

    @property
    def coverage(self) -> float:
        """The largest share of cases that a threshold can let through at a risk of at most `AT_RISK`."""
        ends = [*np.flatnonzero(np.diff(self.confidence)), len(self.risk) - 1]
        return max((k + 1 for k in ends if self.risk[k] <= AT_RISK + 1e-9), default=0) / len(self.risk)


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> RiskCoverage:
    """The curve of at least one case, in whatever order they come."""
    values = np.asarray(confidence, dtype=float)
    order = np.argsort(-values, kind="stable")
    wrong, values = (~np.asarray(right, dtype=bool)[order]).astype(float), values[order]
    starts = np.flatnonzero(np.diff(values, prepend=np.nan))
    sizes = np.diff([*starts, len(values)])
    level = np.repeat(np.add.reduceat(wrong, starts) / sizes, sizes)
    return RiskCoverage(tuple(_risk(level).tolist()), tuple(values.tolist()))


def _risk(wrong: NDArray[Any]) -> NDArray[Any]:
    """Share of wrong ones among the first `k`, for each `k`."""
    return np.asarray(np.cumsum(wrong) / np.arange(1, len(wrong) + 1))
