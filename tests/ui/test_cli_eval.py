"""`article-bot eval` as a user runs it: the real bot on a small gold set."""

import json
from pathlib import Path

import pytest

from evals.place import dumped, placed
from index import load
from tests.ui.test_cli import fails_in_one_line, run

ARTICLE = """# The orchard

Forty people pick apples in the orchard every October. The pickers earn £14 an hour. The owner, Ann Lee, sold the lower
field to a brewery in 2019. A wasp plague ruined the pears last summer.
"""
QUESTIONS = [
    ("o1", "factoid", "How many people pick apples every October?", "Forty people pick apples"),
    ("o2", "number", "How much do the pickers earn an hour?", "pickers earn £14 an hour"),
    ("o3", "off_topic", "Who won the football World Cup in 2022?", None),
]


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gold file of three cases, one of them a smoke case."""
    folder = tmp_path_factory.mktemp("orchard")
    (folder / "orchard.md").write_text(ARTICLE, encoding="utf-8")
    article = load(folder / "orchard.md")
    lines = []
    for identity, kind, question, fragment in QUESTIONS:
        row = {"id": identity, "category": [kind], "question": question, "answerable": fragment is not None}
        row |= {"evidence": [[fragment]] if fragment else [], "why_unanswerable": None if fragment else "not there"}
        lines.append(dumped(placed({**row, "smoke": identity == "o2"}, article, "dev")))
    (folder / "orchard.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder / "orchard.jsonl"


def test_a_run_is_judged_reported_and_compared(gold: Path, tmp_path: Path) -> None:
    """Figures on the terminal, a page, a summary and the run's files; a second run is the same as the first."""
    for name in ("one", "two"):
        done = run(tmp_path / "home", "eval", "--gold", str(gold), "--out", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
        assert "all 7 gates hold (promises and smoke cases only: no baseline)" in " ".join(done.stdout.split())
    written = {path.name for path in (tmp_path / "one").iterdir()}
    assert written == {"run.json", "cases.jsonl", "articles.jsonl", "report.html", "summary.md"}
    compared = run(tmp_path, "eval", "--compare", str(tmp_path / "one"), str(tmp_path / "two"), "--json")
    data = json.loads(compared.stdout)
    assert data["fixed"] == data["regressed"] == []
    assert not (tmp_path / "home" / "index").exists()  # the user's own index is left alone


def test_answers_of_another_program_fell_a_gate(gold: Path, tmp_path: Path) -> None:
    """Exit status 3, and which gate by how many."""
    quote = {"article": "orchard", "start": 1, "end": 5, "quote": "nope"}
    lines = [
        json.dumps({"id": identity, "answer": {"text": "nope", "abstained": False, "citations": [quote]}})
        for identity in ("o1", "o2", "o3")
    ]
    answers = tmp_path / "answers.jsonl"
    answers.write_text("\n".join(lines))
    done = run(tmp_path, "eval", "--gold", str(gold), "--answers", str(answers), "--json")
    assert done.returncode == 3
    fallen = {gate["name"]: gate["by"] for gate in json.loads(done.stdout)["gates"] if not gate["holds"]}
    assert fallen == {
        "every quote verbatim": 3,
        "no quote made up": 3,
        "no text beyond its quotes": 3,
        "smoke cases pass": 1,
    }


def test_a_run_is_held_to_its_baseline(gold: Path, tmp_path: Path) -> None:
    """Written with --update-baseline; other models afterwards are told."""
    baseline = tmp_path / "baseline.json"
    options = ("--gold", str(gold), "--baseline", str(baseline))
    assert run(tmp_path, "eval", *options, "--update-baseline").returncode == 0
    data = json.loads(baseline.read_text())
    assert data["cases"].keys() == {"o1", "o2", "o3"}
    baseline.write_text(json.dumps({**data, "models": {"reader": "another"}}))
    done = run(tmp_path, "eval", *options)
    assert done.returncode == 3
    assert "the models are others" in " ".join(done.stdout.split())


def test_one_case_is_run_alone(gold: Path, tmp_path: Path) -> None:
    """Shown in full."""
    done = run(tmp_path, "eval", "--gold", str(gold), "--case", "o3")
    assert done.returncode == 0, done.stderr
    assert "Who won the football World Cup" in done.stdout
    assert "a refusal: not there" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--gold", "none.jsonl"),
        ("--squad", "none.json"),
        ("--compare", "none", "nowhere"),
        ("--answers", "none.jsonl"),
        ("--case", "none"),
    ],
)
def test_what_cannot_be_evaluated_is_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """And no traceback."""
    fails_in_one_line(run(tmp_path, "eval", *arguments, cwd=tmp_path))


def test_a_split_without_cases_is_told(gold: Path, tmp_path: Path) -> None:
    """Rather than a run of nothing."""
    assert "--split" in fails_in_one_line(run(tmp_path, "eval", "--gold", str(gold), "--split", "heldout"))
