"""A client that goes away in the middle of a stream ends the chat model's call."""

from collections.abc import Iterator

import httpx
import pytest

from bot import ArticleBot, Settings
from tests.bot.model_server import ModelServer, Reply, Request, lines
from tests.bot.model_writers import LINES
from tests.ui.conftest import app_of
from tests.ui.serving import served

LAID_OFF = "laid off"


def _endless(request: Request) -> Reply:
    """One statement, and then nothing of use for a minute."""
    number, sentence = next((n, text) for n, text in request.sentences.items() if LAID_OFF in text)
    return Reply(lines((sentence, [number])) + "la " * 6_000, size=100, pause=0.1)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A model that does not come to an end."""
    given = ModelServer()
    given.script = _endless
    yield given
    given.close()


def test_a_client_that_leaves_the_stream_ends_the_call(
    bot: ArticleBot, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its first event; the model is not asked again, and the application answers on."""
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load(home=bot.settings.home, model=LINES)
    app = app_of(ArticleBot(bot.store, list(bot.articles), settings=settings))
    with served(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        asked = {"question": "How many people has Amazon laid off?"}
        with client.stream("POST", "api/ask/stream", json=asked) as answers:
            assert "event: answer" in next(answers.iter_text())
            assert not server.left.is_set()
        assert server.left.wait(5)
        assert len(server.asked) == 1
        assert client.get("api/articles").status_code == 200
