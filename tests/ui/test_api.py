"""The faces for programs: HTTP and MCP give the same answer JSON as every other face, within the same limits."""

import json

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot import ArticleBot, Settings
from index import Article
from tests.ui.conftest import app_of
from tests.ui.serving import awaited, served
from ui.limits import QuestionLimit

QUESTION = "How many people has Amazon laid off?"


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    """A client of the application."""
    return TestClient(app)


def test_ask_gives_the_answer_of_every_face(client: TestClient, bot: ArticleBot) -> None:
    """Byte for byte what the bot gives, history included."""
    history = [{"role": "user", "content": "Who is Dina?"}, {"role": "assistant", "content": "A software developer."}]
    for asked in ({"question": QUESTION}, {"question": "Was she laid off?", "history": history}):
        reply = client.post("/api/ask", json=asked)
        assert reply.status_code == 200
        assert reply.text == bot.invoke(asked).model_dump_json()


def test_the_stream_grows_into_the_answer(client: TestClient, bot: ArticleBot) -> None:
    """Server-sent events, each a whole answer so far; the last is the answer."""
    with client.stream("POST", "/api/ask/stream", json={"question": QUESTION}) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        events = [block.split("\n", 1) for block in "".join(reply.iter_text()).strip().split("\n\n")]
    assert [name for name, _ in events] == ["event: answer"] * (len(events) - 1) + ["event: done"]
    assert events[-2][1] == f"data: {bot.ask(QUESTION).model_dump_json()}"
    assert len(events) - 1 == len(bot.ask(QUESTION).claims)


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"question": ""}, 400),
        ({"question": "x" * 5000}, 400),
        ({"question": "q", "article": "none"}, 404),
        ({"question": 5}, 422),
        ({"question": "q", "history": [{"role": "system", "content": "x"}]}, 422),
        ({"question": "q", "other": 1}, 422),
        ({}, 422),
    ],
)
def test_what_cannot_be_asked_is_told(client: TestClient, path: str, asked: dict[str, object], status: int) -> None:
    """With a status that says whose fault it is, and one line; also before a stream begins."""
    reply = client.post(path, json=asked)
    assert reply.status_code == status
    if status != 422:
        assert reply.json()["error"]
        assert "\n" not in reply.json()["error"]


@pytest.mark.parametrize("size", [1_100_000, None])
def test_a_request_that_is_too_large_is_not_read(client: TestClient, size: int | None) -> None:
    """Whether it says its length or comes in pieces."""
    body = b'{"question": "' + b"x" * 1_100_000 + b'"}'
    pieces = [body] if size else [body[at : at + 50_000] for at in range(0, len(body), 50_000)]
    reply = client.post("/api/ask", content=body if size else iter(pieces))
    assert reply.status_code == 413
    assert "1 MB" in reply.json()["error"]


def test_a_defect_is_one_line(bot: ArticleBot, article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    """As JSON, like everything else that goes wrong, and without what only the log should have."""
    from ui.api import Asker

    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(Asker, "ask", broken)
    reply = TestClient(app_of(bot), raise_server_exceptions=False).post("/api/ask", json={"question": QUESTION})
    assert reply.status_code == 500
    assert "RuntimeError" in reply.json()["error"]
    assert "secret" not in reply.text


def test_the_articles_are_listed(client: TestClient, article: Article) -> None:
    """With the id that `ask` takes."""
    found = {one["id"]: one for one in client.get("/api/articles").json()}
    assert found[article.id]["sentences"] == len(article.sentences)
    named = client.post("/api/ask", json={"question": QUESTION, "article": article.id})
    assert named.json()["citations"][0]["article"] == article.id


def test_the_api_describes_itself(client: TestClient) -> None:
    """OpenAPI with the answer's schema and every error."""
    described = client.get("/api/openapi.json").json()
    ask = described["paths"]["/api/ask"]["post"]
    assert {"200", "400", "404", "422", "429", "503"} <= ask["responses"].keys()
    assert ask["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Answer")
    assert "quote" in described["components"]["schemas"]["Citation"]["properties"]


def test_a_client_that_asks_too_much_is_told_to_wait(bot: ArticleBot, article: Article) -> None:
    """429 with Retry-After; the limit counts one client's questions and no other's."""
    limited = ArticleBot(
        bot.store, [article.id], settings=Settings.load(home=bot.settings.home, questions_per_minute=2)
    )
    client = TestClient(app_of(limited))
    statuses = [client.post("/api/ask", json={"question": QUESTION}).status_code for _ in range(3)]
    reply = client.post("/api/ask", json={"question": QUESTION})
    assert statuses == [200, 200, 429]
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert "ask again in" in reply.json()["error"]


def test_the_limit_counts_by_client() -> None:
    """Nobody waits for another; without a limit nobody waits."""
    limit = QuestionLimit(1)
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0
    assert limit.wait("b") == 0
    assert [QuestionLimit(0).wait("a") for _ in range(5)] == [0] * 5


def test_a_real_mcp_client_can_ask(app: FastAPI, bot: ArticleBot) -> None:
    """`ask_article` over streamable HTTP gives the answer's JSON; an error is one line and no crash."""

    async def talk(url: str) -> tuple[list[str], object, object]:
        from mcp import Client

        async with Client(f"{url}mcp/") as client:
            tools = await client.list_tools()
            right = await client.call_tool("ask_article", {"question": QUESTION})
            wrong = await client.call_tool("ask_article", {"question": "q", "article": "none"})
            return [tool.name for tool in tools.tools], right, wrong

    with served(app) as url:
        names, right, wrong = awaited(talk(url))
    assert names == ["ask_article"]
    (content,) = right.content  # type: ignore[attr-defined]
    assert json.loads(content.text) == json.loads(bot.ask(QUESTION).model_dump_json())
    assert wrong.is_error  # type: ignore[attr-defined]
    assert "there is no article 'none'" in wrong.content[0].text  # type: ignore[attr-defined]


def test_mcp_is_reached_by_any_name_of_the_server(bot: ArticleBot) -> None:
    """Behind a proxy it has another than localhost; and a client that leaves the last slash out is led there."""
    headers = {"accept": "application/json, text/event-stream", "host": "bot.example.org"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    with served(app_of(bot)) as url, httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        named = client.post("mcp/", json=asked)
        led = client.post("mcp", json=asked)
    assert [tool["name"] for tool in named.json()["result"]["tools"]] == ["ask_article"]
    assert (led.status_code, led.headers["location"]) == (307, "/mcp/")
