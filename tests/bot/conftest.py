"""A bot on the shipped article, indexed once for all tests of this folder, and one that a chat model writes for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import ArticleBot, Settings
from tests.bot.model_server import ModelServer
from tests.bot.model_writers import Writers

GOLD = Path(__file__).parents[2] / "evals" / "gold"


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> ArticleBot:
    """The real bot: real model, real Chroma, the shipped article."""
    home: Path = tmp_path_factory.mktemp("home")
    return ArticleBot.open(settings=Settings.load(home=home))


@pytest.fixture(scope="session")
def satellites(tmp_path_factory: pytest.TempPathFactory) -> ArticleBot:
    """The real bot on an invented news feature, without a chat model."""
    article = GOLD / "speakers" / "nobody-s-rubbish.md"
    return ArticleBot.open(str(article), settings=Settings.load(home=tmp_path_factory.mktemp("satellites")))


@pytest.fixture(scope="session")
def server() -> Iterator[ModelServer]:
    """A scripted server for all tests; each gives it a script of its own."""
    serving = ModelServer()
    yield serving
    serving.close()


@pytest.fixture(scope="session")
def all_writers(satellites: ArticleBot, server: ModelServer) -> Writers:
    """Makes bots on that feature whose answers the scripted server writes, through LangChain's clients."""
    return Writers(satellites, server)


@pytest.fixture
def writers(all_writers: Writers, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Writers:
    """The same, with the addresses and keys that the clients look for, and nothing asked yet."""
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    server.asked.clear()
    server.left.clear()
    return all_writers
