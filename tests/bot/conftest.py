"""A bot on the shipped article, indexed once for all tests of this folder."""

from pathlib import Path

import pytest

from bot import ArticleBot, Settings


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> ArticleBot:
    """The real bot: real model, real Chroma, the shipped article."""
    home: Path = tmp_path_factory.mktemp("home")
    return ArticleBot.open(settings=Settings.load(home=home))
