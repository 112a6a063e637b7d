"""`eval` with a chat model: recorded through a real client, replayed without a network, the same figures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts
from rich.console import Console

from bot import Settings
from evals.cases import GoldSet
from evals.evaluate import judge_bot
from evals.report.terminal import show
from evals.report.verdict import Verdict
from evals.runs import Run, read, save
from evals.summary import Summary
from tests.bot.model_server import ModelServer, Request


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """A scripted server that writes a true statement, a false one, and one that names no sentence there is."""
    serving = ModelServer()
    serving.script = _write
    yield serving
    serving.close()


def _write(request: Request) -> str:
    if request.rewrites:
        return "Who is the miller at Port Wen?"
    number, text = next((number, text) for number, text in request.sentences.items() if len(text) > 40)
    return f"{text} [{number}]\nThe mill was sold for £99,999 in 1850. [{number}]\nNothing at all. [877]"


@pytest.fixture(scope="module")
def recorded(server: ModelServer, gold: GoldSet, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A run through LangChain's client of OpenAI, and what it recorded."""
    folder = tmp_path_factory.mktemp("model-mode")
    file = folder / "recorded.jsonl"
    settings = Settings.load(home=folder, model="openai:some-model", model_price="1/10", model_reads="article")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.variables.items():
            patch.setenv(name, value)
        return judge_bot([gold], settings, record=file), file


def test_the_figures_of_a_model_are_told(recorded: tuple[Run, Path], tmp_path: Path) -> None:
    """Numbers that exist, statements that cite, statements that fail, tokens and cost, in the report too."""
    run, _ = recorded
    figures = Summary(run.results).figures
    asked = [result.outcome.prose for result in run.results if result.outcome.prose]
    assert len(asked) > 2
    assert figures["markers_valid"].value == pytest.approx(2 / 3)
    assert figures["cited"].value == pytest.approx(2 / 3)
    assert figures["unverified"].value == pytest.approx(sum(one.dropped for one in asked) / (3 * len(asked)))
    assert figures["unverified"].value >= 1 / 3
    assert figures["tokens_each"].value == pytest.approx(sum(one.tokens for one in asked) / len(asked))
    assert figures["cost_each"].value is not None
    assert figures["verbatim"].value == 1
    save(run, tmp_path / "run")
    with (tmp_path / "shown.txt").open("w", encoding="utf-8") as out:
        show(Verdict.of(read(tmp_path / "run"), None), Console(file=out, width=160))
    assert "statements left out or marked" in (tmp_path / "shown.txt").read_text(encoding="utf-8")


def test_a_recorded_run_is_replayed_without_a_network(
    recorded: tuple[Run, Path], gold: GoldSet, tmp_path: Path
) -> None:
    """The same answers and figures, with no server, no key and every socket shut."""
    run, file = recorded
    settings = Settings.load(home=tmp_path, model=f"replay:{file}", model_price="1/10", model_reads="article")
    socket_allow_hosts([])
    try:
        again = judge_bot([gold], settings)
    finally:
        socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    for before, after in zip(run.results, again.results, strict=True):
        told = before.outcome.prose
        assert (after.outcome.text, after.outcome.quotes) == (before.outcome.text, before.outcome.quotes)
        assert (after.outcome.prose is None) == (told is None)
        if told and after.outcome.prose:
            assert after.outcome.prose.model_copy(update={"note": None}) == told.model_copy(update={"note": None})


def test_what_was_not_recorded_is_answered_with_quotes(gold: GoldSet, tmp_path: Path) -> None:
    """An empty recording answers nothing, and the bot says so."""
    (tmp_path / "none.jsonl").write_text("")
    run = judge_bot([gold], Settings.load(home=tmp_path, model=f"replay:{tmp_path / 'none.jsonl'}"))
    notes = {result.outcome.prose.note for result in run.results if result.outcome.prose}
    assert len(notes) == 1
    assert "not asked when its answers were recorded" in str(notes)
