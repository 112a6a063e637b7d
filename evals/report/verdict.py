"""What every report says: the figures, the slices, the gates, and what changed since the baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from evals.gates import Baseline, Gate, gates
from evals.runs import Result, Run
from evals.summary import Figure, Slice, Summary, slices

Change = Literal["regressed", "fixed", "still failing", "still passing", "new"]
CHANGES: tuple[Change, ...] = ("regressed", "fixed", "still failing", "still passing", "new")

PERCENT = frozenset(
    """
    verbatim in_bounds same_words passed evidence_recall all_groups quote_precision terms false_answers
    false_answers_hard false_answers_easy false_refusals refusal_f1 coverage evidence_at_1 evidence_at_3
    prose markers_valid cited unverified
    """.split()
)
"""Figures that read best as a percentage."""

HEADLINES = (
    "passed",
    "evidence_recall",
    "quote_precision",
    "quotes_each",
    "false_answers",
    "false_refusals",
    "auroc_hard",
    "auroc_easy",
    "net",
    "verbatim",
)
"""The figures to look at first."""


@dataclass(frozen=True)
class Verdict:
    """A run as it is reported."""

    run: Run
    summary: Summary
    slices: Sequence[Slice]
    gates: Sequence[Gate]
    changes: Mapping[str, Change] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Run, baseline: Baseline | None) -> "Verdict":
        """Judge a run, against a baseline where there is one."""
        changes = {r.case.id: _change(r, baseline) for r in run.results} if baseline else {}
        return cls(run, Summary(run.results), slices(run), gates(run, baseline), changes)

    @property
    def fallen(self) -> list[Gate]:
        """The gates that do not hold."""
        return [gate for gate in self.gates if not gate.holds]

    @property
    def failures(self) -> list[Result]:
        """The cases that did not pass, those that once did first."""
        failed = [result for result in self.run.results if not result.score.passed]
        return sorted(failed, key=lambda result: self.changes.get(result.case.id) != "regressed")

    @property
    def headline(self) -> str:
        """The verdict in a line."""
        passed = sum(result.score.passed for result in self.run.results)
        promises = "" if self.changes else " (promises and smoke cases only: no baseline)"
        gates_said = (
            f"{len(self.fallen)} of {len(self.gates)} gates fell"
            if self.fallen
            else f"all {len(self.gates)} gates hold"
        )
        return f"{passed} of {len(self.run.results)} cases passed, {gates_said}{promises}"


def shown(figure: Figure) -> str:
    """A figure's value for people."""
    return number(figure.key, figure.value)


def number(key: str, value: float | None) -> str:
    """A value of the figure `key` for people."""
    if value is None:
        return "–"
    if key in PERCENT:
        return f"{value:.1%}"
    if key in ("fabricated", "errors", "unsupported") or key.endswith("_read"):
        return f"{value:.0f}"
    if key == "cost_each":
        return f"{value:.6f}"
    return f"{value:.1f}" if key.startswith(("latency", "tokens")) else f"{value:.3f}"


def interval(figure: Figure) -> str:
    """A figure's interval for people; empty where it has none."""
    found = figure.interval
    return f"{number(figure.key, found.low)} – {number(figure.key, found.high)}" if found else ""


def expected(result: Result) -> list[str]:
    """What a case wants quoted, a line for each group; or why nothing answers it."""
    if not result.case.answerable:
        return [f"a refusal: {result.case.why_unanswerable}"]
    return [" | ".join(f"…{span.text}…" for span in group) for group in result.case.evidence]


def got(result: Result) -> list[str]:
    """What the bot gave: its quotes, or what it said instead."""
    outcome = result.outcome
    if outcome.error is not None:
        return [f"no answer: {outcome.error}"]
    return [quote.quote for quote in outcome.quotes] or [
        outcome.text or ("a refusal" if outcome.abstained else "nothing")
    ]


def _change(result: Result, baseline: Baseline) -> Change:
    before = baseline.cases.get(result.case.id)
    if before is None:
        return "new"
    if before.passed:
        return "still passing" if result.score.passed else "regressed"
    return "fixed" if result.score.passed else "still failing"
