"""What a run must keep: promises without exception, smoke cases, and floors in cases below a committed baseline.

No clock is a gate, and no figure with decimals: a gate that falls says by how many cases.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.errors import EvalError
from evals.runs import Result, Run

SLACK = 3
"""Cases that a run may be worse by than the baseline: another processor rounds differently at a threshold."""
SWAPPED = 2 * SLACK
"""Cases that may fail although they passed in the baseline, however many others pass now."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must hold. `by` is the number of cases or quotes beyond what is allowed; 0 while it holds."""

    name: str
    by: int
    detail: str
    counted: bool = True

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return self.by == 0

    @property
    def state(self) -> str:
        """Whether it holds, and if not, by how much it fell, in words."""
        return "holds" if self.holds else f"fell by {self.by}" if self.counted else "fell"


class BaselineCase(_Value):
    """What the baseline knows of a case."""

    passed: bool
    answered: bool
    refused: bool
    groups_hit: int
    wrong_quotes: int


class Baseline(_Value):
    """A run that was accepted, case by case, and what made it."""

    scorer: str
    dataset: str
    models: dict[str, str]
    cases: dict[str, BaselineCase]


def baseline_path() -> Path:
    """Where the committed baseline lies."""
    return Path(str(files("evals") / "baseline.json"))


def baseline_of(run: Run) -> Baseline:
    """What a run would be held to afterwards."""
    made = run.provenance
    cases = {result.case.id: _known(result) for result in run.results}
    return Baseline(scorer=made.scorer, dataset=made.dataset, models=made.models, cases=cases)


def read_baseline(path: Path) -> Baseline:
    """A baseline from its file. Raises `EvalError`."""
    try:
        return Baseline.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise EvalError(
            f"{path} is no baseline ({reason}): write it with article-bot eval --update-baseline"
        ) from error


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, a line for each case so that a diff shows what changed. Raises `EvalError`."""
    lines = [f"    {json.dumps(i)}: {case.model_dump_json()}" for i, case in sorted(baseline.cases.items())]
    head = json.dumps(baseline.model_dump(exclude={"cases"}), indent=2)[:-2]
    try:
        path.write_text(head + ',\n  "cases": {\n' + ",\n".join(lines) + "\n  }\n}\n", encoding="utf-8", newline="\n")
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

    quotes = {r.case.id: r.score.quotes - r.score.verbatim for r in results}
    yield gate("every quote verbatim", quotes, "quotes are not")
    yield gate("no quote made up", {r.case.id: r.score.fabricated for r in results}, "are nowhere in the article")
    silent = {r.case.id: int(r.score.answered and not r.score.quotes) for r in results}
    yield gate("every answer quotes", silent, "answers do not")
    beyond = {r.case.id: int(r.score.unsupported) for r in results}
    yield gate("no text beyond its quotes", beyond, "texts say what no quote says")
    quoting = {r.case.id: int(r.outcome.abstained and bool(r.outcome.quotes)) for r in results}
    yield gate("no refusal that quotes", quoting, "refusals quote")
    failed = {r.case.id: int(r.outcome.error is not None) for r in results}
    yield gate("every case answered or refused", failed, "cases have no answer")


def _smoke(results: Sequence[Result]) -> Gate:
    failed = [result.case.id for result in results if result.case.smoke and not result.score.passed]
    count = sum(result.case.smoke for result in results)
    return Gate("smoke cases pass", len(failed), f"failed: {', '.join(failed)}" if failed else f"all {count}")


def _against(run: Run, baseline: Baseline) -> Iterator[Gate]:
    yield _same_making(run, baseline)
    before = baseline.cases
    missing = sorted(before.keys() - run.by_id().keys())
    yield Gate("no case left out", len(missing), f"left out: {', '.join(missing)}" if missing else "none")
    told = [(r.case, before[r.case.id], _known(r)) for r in run.results if r.case.id in before]
    lost = [case.id for case, was, now in told if was.passed and not now.passed]
    yield Gate(
        f"cases that passed before and fail now: at most {SWAPPED}",
        max(0, len(lost) - SWAPPED),
        f"{len(lost)}: {', '.join(lost)}" if lost else "none",
    )
    yield _floor("cases passed", sum(was.passed for _, was, _ in told), sum(now.passed for *_, now in told))
    groups, now_groups = sum(was.groups_hit for _, was, _ in told), sum(now.groups_hit for *_, now in told)
    yield _floor("groups of evidence quoted", groups, now_groups)
    fine = [(was, now) for case, was, now in told if case.answerable]
    others = [(was, now) for case, was, now in told if not case.answerable]
    yield _ceiling("unanswerable answered", sum(w.answered for w, _ in others), sum(n.answered for _, n in others))
    yield _ceiling("answerable refused", sum(w.refused for w, _ in fine), sum(n.refused for _, n in fine))
    beside, now_beside = sum(was.wrong_quotes for _, was, _ in told), sum(now.wrong_quotes for *_, now in told)
    yield _ceiling("quotes beside the point", beside, now_beside, times=2)


def _same_making(run: Run, baseline: Baseline) -> Gate:
    """Whether the baseline is of this run's making. A file of answers does not tell its models."""
    made = run.provenance
    pairs = (("scorer", baseline.scorer, made.scorer), ("cases", baseline.dataset, made.dataset))
    differ = [f"{what} were {old[:12]}, are {new[:12]}" for what, old, new in pairs if old != new]
    if made.models and baseline.models != made.models:
        differ.append("the models are others")
    detail = "; ".join(differ) + ": look at the run, then accept it with --update-baseline" if differ else "the same"
    return Gate("baseline of the same cases, scorer and models", len(differ), detail, counted=False)


def _floor(what: str, before: int, now: int) -> Gate:
    return Gate(f"{what}: at least {before - SLACK}", max(0, before - SLACK - now), f"{now}, baseline {before}")


def _ceiling(what: str, before: int, now: int, times: int = 1) -> Gate:
    most = before + times * SLACK
    return Gate(f"{what}: at most {most}", max(0, now - most), f"{now}, baseline {before}")


def _known(result: Result) -> BaselineCase:
    score = result.score
    return BaselineCase(
        passed=score.passed,
        answered=score.answered,
        refused=result.outcome.abstained and result.outcome.error is None,
        groups_hit=score.groups_hit,
        wrong_quotes=score.wrong_quotes,
    )
