"""Runs on disk, two of them compared, and the baseline."""

import json
from pathlib import Path

import pytest

from evals.cases import GoldSet
from evals.compare import compare
from evals.errors import EvalError
from evals.gates import baseline_of, baseline_path, gates, read_baseline, write_baseline
from evals.runs import Provenance, Run, read, save, scored
from tests.evals import broken
from tests.evals.broken import Bot


def run_of(gold: GoldSet, bot: Bot, **made: object) -> Run:
    outcomes = {case.id: bot(case, gold.article) for case in gold.cases}
    return scored([gold], outcomes, Provenance(bot="x", dataset="").model_copy(update=made))


def test_a_run_comes_back_from_disk_as_it_was(gold: GoldSet, tmp_path: Path) -> None:
    """Reports are made from the files alone, so nothing may be lost in them, odd line ends included."""
    cases = (gold.cases[0].model_copy(update={"question": "one\u2028two\u0085three"}), *gold.cases[1:])
    run = run_of(GoldSet(gold.article, cases), broken.oracle, models={"reader": "x@1"}, threshold=0.5)
    save(run, tmp_path / "run")
    assert read(tmp_path / "run") == run


def test_what_is_no_run_is_told(gold: GoldSet, tmp_path: Path) -> None:
    """A folder without one, a damaged one, one that cannot be written: one line each."""
    with pytest.raises(EvalError, match="is no run"):
        read(tmp_path)
    save(run_of(gold, broken.oracle), tmp_path / "run")
    (tmp_path / "run" / "cases.jsonl").write_text("{}\n")
    with pytest.raises(EvalError, match="no run of this version"):
        read(tmp_path / "run")
    (tmp_path / "file").write_text("")
    with pytest.raises(EvalError, match="cannot be written"):
        save(run_of(gold, broken.oracle), tmp_path / "file")


def test_two_gold_files_may_not_share_an_id(gold: GoldSet) -> None:
    """The results could not be told apart."""
    with pytest.raises(EvalError, match="10 cases have an id that another gold file uses too"):
        scored([gold, gold], {}, Provenance(bot="x", dataset=""))
    with pytest.raises(EvalError, match="no cases to judge"):
        scored([], {}, Provenance(bot="x", dataset=""))


def test_a_case_without_an_answer_is_in_the_run(gold: GoldSet) -> None:
    """Nothing is left out because it was not answered."""
    run = scored([gold], {}, Provenance(bot="x", dataset=""))
    assert len(run.results) == len(gold.cases)
    assert {result.outcome.error for result in run.results} == {"there is no line for it"}


def test_a_comparison_lists_what_became_of_each_case(gold: GoldSet) -> None:
    """Fixed, regressed, still failing, still passing; and whether chance would do that."""
    comparison = compare(run_of(gold, broken.always_refuses), run_of(gold, broken.forgets_history))
    assert comparison.fixed == ("t1", "t2", "t3", "t4", "t6")
    assert comparison.regressed == ()
    assert comparison.still_failing == ("t5",)
    assert comparison.still_passing == ("t10", "t7", "t8", "t9")
    assert comparison.p == pytest.approx(2 / 32)
    change = {one.name: one for one in comparison.changes}["evidence quoted"]
    assert (change.first, round(change.second, 3)) == (0.0, 0.833)
    assert change.interval is not None
    assert change.interval.low > 0
    back = compare(run_of(gold, broken.forgets_history), run_of(gold, broken.always_refuses))
    assert back.regressed == comparison.fixed


def test_only_the_same_cases_are_compared(gold: GoldSet) -> None:
    """A case that was changed in between, or that one run lacks, is left out and counted."""
    changed = (gold.cases[0].model_copy(update={"v": 2}), *gold.cases[1:-1])
    comparison = compare(run_of(gold, broken.oracle), run_of(GoldSet(gold.article, changed), broken.oracle))
    assert comparison.left_out == 2
    with pytest.raises(EvalError, match="no case in common"):
        compare(run_of(gold, broken.oracle), run_of(GoldSet(gold.article, changed[:1]), broken.oracle))
    with pytest.raises(EvalError, match="scored by"):
        compare(run_of(gold, broken.oracle), run_of(gold, broken.oracle, scorer="scorer/0"))


def test_a_baseline_comes_back_as_it_was(gold: GoldSet, tmp_path: Path) -> None:
    """Line by line, so that a diff shows which cases changed."""
    baseline = baseline_of(run_of(gold, broken.half_of_it))
    write_baseline(baseline, tmp_path / "b.json")
    assert read_baseline(tmp_path / "b.json") == baseline
    assert len((tmp_path / "b.json").read_text().splitlines()) >= len(gold.cases)
    for text in (
        "",
        "[]",
        '{"cases": {"a": {}}}',
        '{"cases": 1}',
        '{"scorer": "", "dataset": "", "models": null, "cases": {}}',
    ):
        (tmp_path / "b.json").write_text(text)
        with pytest.raises(EvalError, match="is no baseline"):
            read_baseline(tmp_path / "b.json")


def test_a_baseline_of_something_else_is_no_baseline(gold: GoldSet) -> None:
    """Other cases, another scorer, other models: the gate says which, and no case may be left out."""
    baseline = baseline_of(run_of(gold, broken.oracle, models={"reader": "a"}))
    fewer = GoldSet(gold.article, gold.cases[1:])
    fallen = {gate.name: gate for gate in gates(run_of(fewer, broken.oracle, models={"reader": "b"}), baseline)}
    making = fallen["baseline of the same cases, scorer and models"]
    assert making.by == 2
    assert "the models are others" in making.detail
    assert fallen["no case left out"].detail == "left out: t1"


def test_a_few_cases_worse_is_within_the_slack(gold: GoldSet) -> None:
    """One case less fells no floor; the promise that it broke does."""
    fallen = [
        g.name for g in gates(run_of(gold, broken.crashes_once), baseline_of(run_of(gold, broken.oracle))) if g.by
    ]
    assert fallen == ["every case answered or refused"]


def test_the_committed_baseline_is_of_the_dev_cases() -> None:
    """It knows each of them, and smoke cases pass in it."""
    from evals.cases import dataset_sha256, shipped_gold

    baseline = read_baseline(baseline_path())
    cases = [case for part in shipped_gold() for case in part.cases]
    assert baseline.cases.keys() == {case.id for case in cases}
    assert baseline.dataset == dataset_sha256(cases)
    smoke = [case.id for case in cases if case.smoke]
    assert len(smoke) >= 8
    assert all(baseline.cases[identity].passed for identity in smoke)
    json.loads(baseline_path().read_text(encoding="utf-8"))
