"""Many readers at once: each gets the answer that it would get alone, and a slow one holds up nobody."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from langchain_core.documents import Document

from bot import ArticleBot, HybridReader, Reading
from index import ArticleStore, Snapshot
from tests.ui.conftest import app_of
from tests.ui.serving import served

READERS = 20
QUESTIONS = [
    "How many people has Amazon laid off?",
    "Who is Dina?",
    "What does Montana MacLachlan say about AI adoption?",
    "What is the capital of Mongolia?",
    "Who wrote the article?",
]


@pytest.fixture(scope="module")
def fresh_app(bot: ArticleBot) -> FastAPI:
    """The application with nothing in memory yet: its first twenty readers come at once."""
    return app_of(ArticleBot(bot.store, list(bot.articles), settings=bot.settings))


def test_twenty_readers_get_the_same_as_one(bot: ArticleBot, fresh_app: FastAPI) -> None:
    """Byte for byte, follow-ups and refusals included, from the first moment on."""
    history = [{"role": "user", "content": "Who is Dina?"}, {"role": "assistant", "content": "A software developer."}]
    asked = [{"question": question} for question in QUESTIONS]
    asked.append({"question": "Was she laid off?", "history": history})  # type: ignore[dict-item]
    expected = [bot.invoke(one).model_dump_json() for one in asked]

    with served(fresh_app) as url:

        def read(number: int) -> list[str]:
            own = [(number + step) % len(asked) for step in range(len(asked))]
            with httpx.Client(base_url=url, timeout=300) as client:
                replies = {at: client.post("/api/ask", json=asked[at]) for at in own}
            assert {reply.status_code for reply in replies.values()} == {200}
            return [replies[at].text for at in range(len(asked))]

        with ThreadPoolExecutor(READERS) as readers:
            found = list(readers.map(read, range(READERS)))
    assert found == [expected] * READERS


class Slow(HybridReader):
    """A reader that comes to no end with some questions before it is told to."""

    go_on = threading.Event()
    held = threading.Semaphore(0)

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        """Read, or wait."""
        if "slow" in question:
            self.held.release()
            self.go_on.wait(60)
        return super().read(question, chunks)


def test_slow_answers_hold_up_nobody(bot: ArticleBot) -> None:
    """With more of them than the machine has cores, others are answered, and the server says that it is well."""

    def reader(view: Snapshot, store: ArticleStore) -> Slow:
        return Slow(view, store.embeddings)

    app = app_of(ArticleBot(bot.store, list(bot.articles), settings=bot.settings, reader=reader))
    with served(app) as url, ThreadPoolExecutor(4) as pool, httpx.Client(base_url=url, timeout=50) as client:
        slow = [pool.submit(client.post, "/api/ask", json={"question": f"slow {n}?"}) for n in range(4)]
        try:
            assert all(Slow.held.acquire(timeout=60) for _ in slow)
            assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
            quick = client.post("/api/ask", json={"question": "Who wrote the article?"})
            assert quick.status_code == 200
            assert not any(one.done() for one in slow)
        finally:
            Slow.go_on.set()
        assert {one.result().status_code for one in slow} == {200}
