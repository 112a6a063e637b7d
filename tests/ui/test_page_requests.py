"""What a request can do that no page of ours has sent: a browser can be made to send anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from bot import ArticleBot
from tests.ui.conftest import app_of
from tests.ui.serving import served

HIDDEN = "The harbour's key lies under the third stone.\n"


@pytest.fixture(scope="module")
def client(bot: ArticleBot) -> Iterator[httpx.Client]:
    """A client of the application while it is served."""
    with served(app_of(bot)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the server that nobody has sent to it."""
    path = tmp_path / "secret.md"
    path.write_text(HIDDEN, encoding="utf-8")
    return path


def file_at(path: object) -> dict[str, Any]:
    """A file as Gradio's page names one that it has sent."""
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}}


def number_of(client: httpx.Client, name: str) -> int:
    """The number of a function behind the page."""
    dependencies = client.get("config").json()["dependencies"]
    return int(next(one["id"] for one in dependencies if one["api_name"] == name))


def called(client: httpx.Client, name: str, data: list[Any]) -> str:
    """What a function behind the page gives, all events together."""
    body = {"fn_index": number_of(client, name), "data": data, "session_hash": name}
    assert client.post("gradio_api/queue/join", json=body).status_code == 200
    told = ""
    with client.stream("GET", "gradio_api/queue/data", params={"session_hash": name}) as events:
        for line in events.iter_lines():
            told += line
            if "process_completed" in line:
                break
    return told


def test_a_file_of_the_server_is_not_read_as_one_that_was_sent(
    client: httpx.Client, secret: Path, bot: ArticleBot
) -> None:
    """Nor removed, as those are."""
    told = called(client, "_add_file", [file_at(secret), []])
    assert "harbour" not in told
    assert "process_generating" not in told
    assert secret.read_text(encoding="utf-8") == HIDDEN
    assert "harbour" not in "".join(record.title for record in bot.store.snapshot().records.values())


def test_a_file_of_the_server_is_not_shown_in_a_conversation(client: httpx.Client, secret: Path) -> None:
    """A message of a browser may hold files, and Gradio would copy one to where it can be fetched."""
    messages = [{"role": "user", "content": [{"type": "file", "file": file_at(secret)}], "metadata": None}]
    body = {"fn_index": number_of(client, "_undo"), "data": [messages, ""], "event_data": {"index": 1, "value": ""}}
    reply = client.post("gradio_api/run/predict", json={**body, "session_hash": "undo"})
    assert "secret" not in reply.text


def test_a_file_over_the_limit_is_not_taken(bot: ArticleBot) -> None:
    """It is cut off while it comes in; the largest that may be is taken."""
    small = bot.settings.model_copy(update={"max_article": 1_000})
    client = TestClient(app_of(ArticleBot(bot.store, list(bot.articles), settings=small)))
    statuses = [client.post("/gradio_api/upload", files={"files": b"x" * size}).status_code for size in (1_001, 1_000)]
    assert statuses == [413, 200]
    assert client.get("/config").json()["max_file_size"] == 1_000
