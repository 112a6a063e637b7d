"""Two runs over the same cases: what got better, what got worse, and whether chance would do that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from evals.errors import EvalError
from evals.runs import Result, Run
from evals.statistics import Interval, Resampler, mcnemar, permutation


@dataclass(frozen=True, slots=True)
class Change:
    """A paired difference of a mean, second run less first."""

    name: str
    first: float
    second: float
    interval: Interval | None
    p: float

    @property
    def difference(self) -> float:
        """Second less first."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids of the cases by what became of them, and the differences of the means."""

    fixed: tuple[str, ...]
    regressed: tuple[str, ...]
    still_failing: tuple[str, ...]
    still_passing: tuple[str, ...]
    left_out: int
    """Cases that only one of the runs has, or that were changed in between."""
    p: float
    """Exact McNemar test of fixed against regressed."""
    changes: tuple[Change, ...]


def compare(first: Run, second: Run) -> Comparison:
    """Compare two runs on the cases that both have. Raises `EvalError` when there is none or the scorers differ."""
    if first.provenance.scorer != second.provenance.scorer:
        raise EvalError(
            f"the runs were scored by {first.provenance.scorer} and {second.provenance.scorer}: run one again"
        )
    before, after = first.by_id(), second.by_id()
    shared = sorted(i for i in before.keys() & after.keys() if before[i].case == after[i].case)
    if not shared:
        raise EvalError("the two runs have no case in common")
    pairs = [(before[i], after[i]) for i in shared]
    fixed, regressed = _ids(pairs, False, True), _ids(pairs, True, False)
    return Comparison(
        fixed=fixed,
        regressed=regressed,
        still_failing=_ids(pairs, False, False),
        still_passing=_ids(pairs, True, True),
        left_out=len(before.keys() | after.keys()) - len(shared),
        p=mcnemar(len(regressed), len(fixed)),
        changes=tuple(_changes(pairs)),
    )


def _ids(pairs: Sequence[tuple[Result, Result]], was: bool, is_now: bool) -> tuple[str, ...]:
    return tuple(a.case.id for a, b in pairs if (a.score.passed, b.score.passed) == (was, is_now))


def _changes(pairs: Sequence[tuple[Result, Result]]) -> Iterable[Change]:
    answerable = [(a, b) for a, b in pairs if a.case.answerable]
    unanswerable = [(a, b) for a, b in pairs if not a.case.answerable]
    yield _change("cases passed", pairs, [(a.score.passed, b.score.passed) for a, b in pairs])
    if answerable:
        yield _change("evidence quoted", answerable, [(_recall(a), _recall(b)) for a, b in answerable])
        yield _change(
            "answerable refused", answerable, [(a.outcome.abstained, b.outcome.abstained) for a, b in answerable]
        )
    if unanswerable:
        yield _change(
            "unanswerable answered", unanswerable, [(a.score.answered, b.score.answered) for a, b in unanswerable]
        )


def _recall(result: Result) -> float:
    return result.score.groups_hit / result.score.groups


def _change(name: str, pairs: Sequence[tuple[Result, Result]], values: Sequence[tuple[float, float]]) -> Change:
    first, second = np.asarray(values, dtype=float).T
    resampler = Resampler([a.case.doc for a, _ in pairs])
    interval = resampler.ratio(second - first, np.ones(len(first)))
    return Change(
        name, float(first.mean()), float(second.mean()), interval, permutation(first.tolist(), second.tolist())
    )
