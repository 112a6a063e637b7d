"""Rankings against the gold spans, by ir-measures: chunks as retrieved, sentences as the reader scored them.

A unit is relevant when it covers half of an alternative: by offsets, so that another way of cutting chunks is judged
by the same gold. All alternatives count as relevant; groups are looked at by `found_by`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.cases import Case
from evals.outcome import Place
from evals.scoring import groups_covered

RELEVANT = 0.5
MEASURES = ("Success@1", "Success@3", "R@5", "RR@10", "nDCG@10")
"""In the notation of ir-measures; Success is hit, RR the reciprocal rank whose mean is MRR."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One case and the units found for it, best first."""

    case: Case
    units: tuple[Place, ...]


def rank_values(rankings: Sequence[Ranking]) -> Mapping[str, Mapping[str, float]]:
    """For each measure the value of each case, by id; zero where nothing relevant was found."""
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    judged = [
        ir_measures.Qrel(one.case.id, name, 1) for one in rankings for name in (*_relevant(one), *_never_found(one))
    ]
    found = [
        ir_measures.ScoredDoc(one.case.id, _name(unit), -float(rank))  # ties would be broken by name
        for one in rankings
        for rank, unit in enumerate(one.units)
    ]
    values: dict[str, dict[str, float]] = {name: {one.case.id: 0.0 for one in rankings} for name in MEASURES}
    for metric in ir_measures.iter_calc(measures, judged, found):
        values[str(metric.measure)][metric.query_id] = float(metric.value)
    return values


def found_by(ranking: Ranking, k: int) -> float:
    """Share of the case's evidence groups that its first `k` units hold."""
    hit = groups_covered(ranking.case, [(unit.start, unit.end) for unit in ranking.units[:k]])
    return sum(hit) / len(hit)


def _relevant(ranking: Ranking) -> list[str]:
    return [_name(unit) for unit in ranking.units if any(_covers(unit, span) for span in _spans(ranking.case))]


def _never_found(ranking: Ranking) -> list[str]:
    """A relevant unit for each alternative that no unit covers: recall must know of it."""
    missed = [span for span in _spans(ranking.case) if not any(_covers(unit, span) for unit in ranking.units)]
    return [f"missed {start}-{end}" for start, end in missed]


def _spans(case: Case) -> list[tuple[int, int]]:
    return sorted({(span.start, span.end) for group in case.evidence for span in group})


def _covers(unit: Place, span: tuple[int, int]) -> bool:
    start, end = span
    return min(unit.end, end) - max(unit.start, start) >= RELEVANT * (end - start)


def _name(unit: Place) -> str:
    return f"{unit.start}-{unit.end}"
