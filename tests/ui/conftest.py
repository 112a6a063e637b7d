"""One indexed bot for all the tests of the page."""

import asyncio
from pathlib import Path

import pytest
from fastapi import FastAPI

from bot import ArticleBot, Settings
from index import Article, load
from ui.server import create_app


def app_of(bot: ArticleBot) -> FastAPI:
    """The application on a bot's first article, built inside a loop: outside one Gradio makes some, and closes none."""

    async def build() -> FastAPI:
        return create_app(bot, next(iter(bot.articles)))

    return asyncio.run(build())


@pytest.fixture(scope="session")
def app(bot: ArticleBot) -> FastAPI:
    """The application on the shipped article."""
    return app_of(bot)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a data folder of their own."""
    return Settings.load(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def bot(settings: Settings) -> ArticleBot:
    """The bot on the shipped article."""
    return ArticleBot.open(settings=settings)


@pytest.fixture(scope="session")
def article(bot: ArticleBot) -> Article:
    """The shipped article."""
    return next(iter(bot.articles.values()))


HOSTILE = """# <script>window.hacked = 1</script> {{value}} ${window.hacked = 2}

By <img src="http://elsewhere.example/x.png" onerror="window.hacked = 3"> Mallory, 1 May 2026.

The <b>harbour</b> of Sandwick was closed on Monday because `${window.hacked = 4}` and {{constructor}} were found there.

The mayor said that ![a picture](http://elsewhere.example/y.png) of the harbour cost $$x^2$$ and *nothing* | at | all.

<iframe src="javascript:window.hacked=5"></iframe> A ferry named &lt;Eve&gt; & "Adam" sails to Sandwick every Tuesday.
"""


@pytest.fixture(scope="session")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text file whose words are markup, templates and scripts."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def hostile(hostile_file: Path) -> Article:
    """The article of that file."""
    return load(str(hostile_file))


@pytest.fixture(scope="session")
def hostile_bot(hostile_file: Path, settings: Settings) -> ArticleBot:
    """A bot on that article."""
    return ArticleBot.open(str(hostile_file), settings=settings)
