"""One indexed bot for all the tests of the page."""

import asyncio
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from langchain_core.documents import Document
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot import ArticleBot, Reader, Reading, Settings
from bot.readers import reader_of
from index import Article, ArticleStore, Snapshot, load
from tests.ui.browsing import launched, opened
from tests.ui.serving import served
from ui.server import create_app


def app_of(bot: ArticleBot) -> FastAPI:
    """The application on a bot's first article.

    Built inside a loop, for outside one Gradio makes some and closes none; on a thread, for Playwright has a loop here.
    """

    async def build() -> FastAPI:
        return create_app(bot, next(iter(bot.articles)))

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, build()).result()


@pytest.fixture(scope="session")
def app(bot: ArticleBot) -> FastAPI:
    """The application on the shipped article."""
    return app_of(bot)


@pytest.fixture(scope="session")
def fragile_app(fragile_bot: ArticleBot) -> FastAPI:
    """The application whose bot breaks when a question says "explode"."""
    return app_of(fragile_bot)


@pytest.fixture(scope="session")
def hostile_app(hostile_bot: ArticleBot) -> FastAPI:
    """The application on the article that is made of markup."""
    return app_of(hostile_bot)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a data folder of their own."""
    return Settings.load(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def bot(settings: Settings) -> ArticleBot:
    """The bot on the shipped article."""
    bot = ArticleBot.open(settings=settings)
    bot.prepare()
    return bot


@pytest.fixture
def doomed_bot(bot: ArticleBot, settings: Settings, tmp_path: Path) -> ArticleBot:
    """The bot on a copy of the index with its one article, which a test may destroy."""
    home = tmp_path / "home"
    shutil.copytree(settings.home, home)
    own = settings.model_copy(update={"home": home})
    store = ArticleStore(bot.store.embeddings, home=home / "index")
    for other in set(store.snapshot().records) - set(bot.articles):
        store.remove(other)
    return ArticleBot(store, list(bot.articles), settings=own)


@pytest.fixture(scope="session")
def article(bot: ArticleBot) -> Article:
    """The shipped article."""
    return next(iter(bot.articles.values()))


@pytest.fixture(scope="session")
def gate() -> threading.Event:
    """What a question that says "wait" waits for, where a test has shut it."""
    gate = threading.Event()
    gate.set()
    return gate


@dataclass(frozen=True, slots=True)
class Exploding:
    """A reader with a defect that one word brings out, and that another word makes slow."""

    inner: Reader
    gate: threading.Event

    @property
    def threshold(self) -> float:
        """As of the reader inside."""
        return self.inner.threshold

    @property
    def fingerprint(self) -> str:
        """As of the reader inside."""
        return self.inner.fingerprint

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        """Read, or break, or wait."""
        if "explode" in question:
            raise RuntimeError("secret detail")
        if "wait" in question:
            self.gate.wait(timeout=60)
        return self.inner.read(question, chunks)


@pytest.fixture(scope="session")
def fragile_bot(bot: ArticleBot, gate: threading.Event) -> ArticleBot:
    """The same bot with that reader."""

    def reader(view: Snapshot, store: ArticleStore) -> Exploding:
        return Exploding(reader_of(bot.settings.reader_model, view, store.embeddings), gate)

    return ArticleBot(bot.store, list(bot.articles), settings=bot.settings, reader=reader)


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
    """A bot on that article that refuses nothing: what is looked at is how it shows what it quotes."""
    return ArticleBot.open(str(hostile_file), settings=settings.model_copy(update={"threshold": 0.0}))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all the tests that need one."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(browser: Browser, fragile_app: FastAPI) -> Iterator[str]:
    """Where the page on the shipped article is."""
    with served(fragile_app) as url:
        yield url


@pytest.fixture(scope="session")
def hostile_address(browser: Browser, hostile_app: FastAPI) -> Iterator[str]:
    """Where the page on the article is that is made of markup."""
    with served(hostile_app) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page on the shipped article, at the width of a desk."""
    with opened(browser, address) as page:
        yield page
