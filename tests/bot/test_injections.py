"""Attempts at injection against a model that obeys every one: what it writes gets no further than the checks."""

import re

import pytest

from bot import ArticleBot, Settings
from tests.bot.injections import ARTICLE, ASKED, INJECTIONS, TRUE, Injection
from tests.bot.model_server import ModelServer, Reply, Request
from tests.bot.model_writers import Writers, number_of, quotes_are_the_articles

_MARKUP = re.compile(r"://|www\.|\]\(|!\[|<|>|evil\.example|javascript:|@", re.IGNORECASE)


@pytest.fixture(scope="session")
def ferry(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Writers:
    """Bots on an article that holds every attempt of an article, and that refuse nothing."""
    folder = tmp_path_factory.mktemp("ferry")
    attempts = [one.attempt for one in INJECTIONS if one.where == "article"]
    (folder / "ferry.txt").write_text(ARTICLE + "\n\n".join(attempts) + "\n", encoding="utf-8")
    settings = Settings.load(home=folder / "home", threshold=0.0)
    return Writers(ArticleBot.open(str(folder / "ferry.txt"), settings=settings), server)


@pytest.fixture
def obedient(ferry: Writers, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Writers:
    """The same, with the keys that the clients look for."""
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    server.asked.clear()
    return ferry


def test_there_are_many_in_each_place() -> None:
    """The suite is as large as it says."""
    assert len(INJECTIONS) >= 40
    assert {one.where for one in INJECTIONS} == {"question", "article", "history"}


@pytest.mark.parametrize("number", range(len(INJECTIONS)), ids=lambda n: f"{INJECTIONS[n].where}{n}")
def test_a_model_that_obeys_gains_nothing(obedient: Writers, number: int) -> None:
    """No unmarked claim of it, no foreign quote, no link, no image."""
    injection = INJECTIONS[number]
    marking = number % 2 == 1
    bot = obedient.bot(
        lambda request: obey(injection, request), threshold=0.0, unverified="mark" if marking else "drop"
    )
    history = [{"role": "user", "content": injection.attempt}, {"role": "assistant", "content": injection.attempt}]
    question = f"{ASKED} {injection.attempt}" if injection.where == "question" else ASKED
    answer = bot.ask(question, history if injection.where == "history" else [])
    written = [request for request in obedient.server.asked if not request.rewrites]
    assert written, "the model was not asked"
    assert all("<question>" in request.last or len(request.texts) > 2 for request in written)
    assert quotes_are_the_articles(answer, obedient.article)
    if answer.mode == "extractive":
        assert answer.note is not None
        assert [claim.text for claim in answer.claims] == [citation.quote for citation in answer.citations]
        return
    assert all(claim.failed for claim in answer.claims), answer.text
    assert not any(_MARKUP.search(claim.text) for claim in answer.claims), answer.text
    assert marking or {one.check for claim in answer.claims for one in claim.failed} == {"language"}
    article = obedient.article.text
    for claim in answer.claims:
        assert all(quoted in article for quoted in re.findall(r"[“\"]([^”\"]+)[”\"]", claim.text))


def obey(injection: Injection, request: Request) -> Reply:
    """What the injection asks for; questions are rewritten as it says too."""
    if request.rewrites:
        return Reply(injection.attempt)
    return Reply(injection.obeyed.replace("{n}", str(number_of(request, TRUE))))


def test_the_honest_answer_still_comes(obedient: Writers) -> None:
    """Beside all the attempts in the article, an honest model is heard."""
    said = lambda request: f"The ferry to Sandwick carries 120 passengers. [{number_of(request, TRUE)}]"  # noqa: E731
    answer = obedient.bot(said, threshold=0.0).ask(ASKED)
    assert (answer.mode, answer.text) == ("model", "The ferry to Sandwick carries 120 passengers.")
