"""A pytest plugin: a test that is marked with a gold file runs once a case, and the run ends with the usual figures.

    @pytest.mark.gold("gold/harbour-ferry.dev.jsonl")
    def test_my_bot(gold_case, gold_score):
        assert gold_score(my_bot.ask(gold_case.question, gold_case.turns)).passed

`gold_score` takes an `Answer`, or an answer as `article-bot batch` writes it, and gives its `Score`. A case that is
never scored counts as one without an answer. `@pytest.mark.gold(FILE, split="dev")` takes one split only.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from evals.cases import Case, GoldSet
    from evals.outcome import Outcome
    from evals.scoring import Score

_FIGURES = ("passed", "evidence_recall", "quote_precision", "false_answers", "false_refusals", "auroc", "verbatim")


class _Asked:
    """What was asked and answered in this session, by gold file and split."""

    def __init__(self) -> None:
        self.gold: dict[_Key, GoldSet] = {}
        self.outcomes: dict[_Key, dict[str, Outcome]] = {}


_Key = tuple[str, str | None]
_ASKED = pytest.StashKey[_Asked]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "gold(file, split=None): run once for each case of a gold file")
    config.stash[_ASKED] = _Asked()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a case."""
    marker = metafunc.definition.get_closest_marker("gold")
    if marker is None or "gold_case" not in metafunc.fixturenames:
        return
    from evals.cases import read_gold
    from index import ArticleBotError

    key = _key(marker)
    try:
        gold = read_gold(metafunc.config.rootpath / key[0], key[1])  # type: ignore[arg-type]  # any other has no cases
    except ArticleBotError as error:
        raise pytest.UsageError(str(error)) from error
    metafunc.config.stash[_ASKED].gold[key] = gold
    metafunc.parametrize("gold_case", gold.cases, ids=[case.id for case in gold.cases])


def _key(marker: pytest.Mark) -> _Key:
    if not marker.args:
        raise pytest.UsageError("@pytest.mark.gold needs the path of a gold file")
    return str(marker.args[0]), marker.kwargs.get("split")


@pytest.fixture
def gold_case() -> "Case":
    """The case of this test; given by the marker."""
    raise pytest.UsageError("gold_case needs @pytest.mark.gold(FILE) on the test")


@pytest.fixture
def gold_score(request: pytest.FixtureRequest, gold_case: "Case") -> Callable[[Any], "Score"]:
    """Scores an answer to the case of this test, and keeps it for the figures."""
    key = _key(request.node.get_closest_marker("gold"))
    asked = request.config.stash[_ASKED]

    def score_of(answer: Any) -> "Score":
        from bot import Answer
        from evals.outcome import outcome_from_line
        from evals.scoring import score

        data = answer.model_dump(mode="json") if isinstance(answer, Answer) else answer
        outcome = outcome_from_line({"id": gold_case.id, "answer": data})
        asked.outcomes.setdefault(key, {})[gold_case.id] = outcome
        return score(gold_case, outcome, asked.gold[key].article)

    return score_of


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The figures of each gold file."""
    asked = config.stash[_ASKED]
    for (name, split), outcomes in asked.outcomes.items():
        terminalreporter.section(f"gold: {Path(name).name}{f', {split}' if split else ''}")
        for line in _figures(asked.gold[name, split], outcomes):
            terminalreporter.write_line(line)


def _figures(gold: "GoldSet", outcomes: dict[str, "Outcome"]) -> list[str]:
    from evals.report.verdict import interval, shown
    from evals.runs import Provenance, scored
    from evals.summary import Summary

    summary = Summary(scored([gold], outcomes, Provenance(bot="pytest", dataset="")).results)
    chosen = [summary.figures[key] for key in _FIGURES]
    return [f"{figure.name:<55} {shown(figure):>8}  {interval(figure):<18} n={figure.n}" for figure in chosen]
