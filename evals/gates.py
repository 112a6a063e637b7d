"""What a run must keep: promises without exception, smoke cases, and floors in cases below a committed baseline.

No clock is a gate, and no figure with decimals: a gate that falls says by how many cases.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from evals.errors import EvalError
from evals.runs import Result, Run

SLACK = 3
"""Cases that a run may be worse by than the baseline: less than that another processor's rounding may do."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must hold. `by` is the number of cases or quotes beyond what is allowed; 0 while it holds."""

    name: str
    by: int
    detail: str

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return self.by == 0


@dataclass(frozen=True, slots=True)
class BaselineCase:
    """What the baseline knows of a case."""

    passed: bool
    answered: bool
    groups_hit: int
    wrong_quotes: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run that was accepted, case by case, and what made it."""

    scorer: str
    dataset: str
    models: Mapping[str, str]
    cases: Mapping[str, BaselineCase]


def baseline_path() -> Path:
    """Where the committed baseline lies."""
    return Path(str(files("evals") / "baseline.json"))


def baseline_of(run: Run) -> Baseline:
    """What a run would be held to afterwards."""
    made = run.provenance
    return Baseline(made.scorer, made.dataset, made.models, {r.case.id: _known(r) for r in run.results})


def read_baseline(path: Path) -> Baseline:
    """A baseline from its file. Raises `EvalError`."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cases = {identity: BaselineCase(**known) for identity, known in data.pop("cases").items()}
        return Baseline(**data, cases=cases)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvalError(f"{path} is no baseline ({error}): write it with article-bot eval --update-baseline") from error


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, a line for each case so that a diff shows what changed. Raises `EvalError`."""
    lines = [f"    {json.dumps(i)}: {json.dumps(asdict(case))}" for i, case in sorted(baseline.cases.items())]
    head = {"scorer": baseline.scorer, "dataset": baseline.dataset, "models": dict(baseline.models)}
    text = json.dumps(head, indent=2)[:-2] + ',\n  "cases": {\n' + ",\n".join(lines) + "\n  }\n}\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise EvalError(f"{path} cannot be written: {error.strerror or error}") from error


def gates(run: Run, baseline: Baseline | None) -> list[Gate]:
    """Every gate of a run, fallen or not. Without a baseline only the promises and the smoke cases are gates."""
    return [*_promises(run.results), _smoke(run.results), *(_against(run, baseline) if baseline else ())]


def _promises(results: Sequence[Result]) -> Iterator[Gate]:
    def gate(name: str, broken: Mapping[str, int], what: str) -> Gate:
        count = sum(broken.values())
        named = ", ".join(identity for identity, number in broken.items() if number)
        return Gate(name, count, f"{count} {what}: {named}" if count else "none broken")

    yield gate(
        "every quote verbatim", {r.case.id: r.score.quotes - r.score.verbatim for r in results}, "quotes are not"
    )
    yield gate(
        "no quote made up", {r.case.id: r.score.fabricated for r in results}, "quotes are nowhere in the article"
    )
    yield gate(
        "no refusal that quotes",
        {r.case.id: int(r.outcome.abstained and bool(r.outcome.quotes)) for r in results},
        "refusals quote",
    )
    yield gate(
        "every case answered or refused",
        {r.case.id: int(r.outcome.error is not None) for r in results},
        "cases have no answer",
    )


def _smoke(results: Sequence[Result]) -> Gate:
    failed = [result.case.id for result in results if result.case.smoke and not result.score.passed]
    count = sum(result.case.smoke for result in results)
    return Gate("smoke cases pass", len(failed), f"failed: {', '.join(failed)}" if failed else f"all {count}")


def _against(run: Run, baseline: Baseline) -> Iterator[Gate]:
    yield _same_making(run, baseline)
    before = baseline.cases
    missing = sorted(before.keys() - run.by_id().keys())
    yield Gate("no case left out", len(missing), f"left out: {', '.join(missing)}" if missing else "none")
    results = [result for result in run.results if result.case.id in before]
    told = [(r.case.answerable, before[r.case.id], _known(r)) for r in results]
    yield _floor("cases passed", sum(b.passed for _, b, _ in told), sum(n.passed for _, _, n in told))
    yield _floor(
        "groups of evidence quoted", sum(b.groups_hit for _, b, _ in told), sum(n.groups_hit for _, _, n in told)
    )
    yield _ceiling(
        "unanswerable answered",
        sum(b.answered for fine, b, _ in told if not fine),
        sum(n.answered for fine, _, n in told if not fine),
    )
    yield _ceiling(
        "answerable refused",
        sum(not b.answered for fine, b, _ in told if fine),
        sum(not n.answered for fine, _, n in told if fine),
    )
    yield _ceiling(
        "quotes beside the point", sum(b.wrong_quotes for _, b, _ in told), sum(n.wrong_quotes for _, _, n in told), 2
    )


def _same_making(run: Run, baseline: Baseline) -> Gate:
    made = run.provenance
    pairs = (("scorer", baseline.scorer, made.scorer), ("cases", baseline.dataset, made.dataset))
    differ = [f"{what} were {old[:12]}, are {new[:12]}" for what, old, new in pairs if old != new]
    if dict(baseline.models) != dict(made.models):
        differ.append("the models are others")
    detail = "; ".join(differ) + ": look at the run, then accept it with --update-baseline" if differ else "the same"
    return Gate("baseline of the same cases, scorer and models", len(differ), detail)


def _floor(what: str, before: int, now: int) -> Gate:
    return Gate(f"{what}: at least {before - SLACK}", max(0, before - SLACK - now), f"{now}, baseline {before}")


def _ceiling(what: str, before: int, now: int, times: int = 1) -> Gate:
    most = before + times * SLACK
    return Gate(f"{what}: at most {most}", max(0, now - most), f"{now}, baseline {before}")


def _known(result: Result) -> BaselineCase:
    score = result.score
    return BaselineCase(score.passed, score.answered, score.groups_hit, score.wrong_quotes)
