"""Sign-in by one setting: page, API and MCP ask for it, whoever watches over the server does not have to."""

import base64
import re
import sys
from collections.abc import Iterator
from itertools import count
from subprocess import run

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Error

from bot import ArticleBot, Settings, SettingsError
from bot.sign_in import SignIn
from tests.conftest import ROOT
from tests.ui.browsing import ask
from tests.ui.conftest import app_of
from tests.ui.serving import awaited, served
from ui.sign_in import Credentials, Gate, hashed

USER, PASSWORD = "ann", "correct horse: ☂"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
QUESTION = {"question": "Who wrote the article?"}


@pytest.fixture(scope="module")
def guarded(bot: ArticleBot) -> FastAPI:
    """The application with a sign-in."""
    settings = Settings.load(home=bot.settings.home, sign_in=f"{USER}:{PASSWORD}")
    return app_of(ArticleBot(bot.store, list(bot.articles), settings=settings))


@pytest.fixture(scope="module")
def address(browser: Browser, guarded: FastAPI) -> Iterator[str]:
    """Where it is served."""
    with served(guarded) as url:
        yield url


@pytest.fixture
def client(guarded: FastAPI) -> TestClient:
    """A client that has not signed in, at an address of its own: failures are counted by address."""
    return TestClient(guarded, client=(f"10.0.0.{next(_NUMBERS)}", 50_000))


_NUMBERS = count(1)


PATHS = ["/", "/config", "/gradio_api/info", "/api/articles", "/api/openapi.json", "/mcp/", "/no/such"]


@pytest.mark.parametrize("path", [*PATHS, "/healthz/../api/articles", "//healthz/x", "/readyz/"])
def test_everything_asks_for_it(client: TestClient, path: str) -> None:
    """Without, with a wrong user, password or scheme: 401 with a challenge, and nothing of what is behind it."""
    wrong = ["", "Basic", "Basic !!", "Basic " + base64.b64encode(b"ann").decode(), "Bearer ", "Bearer wrong"]
    wrong += ["Basic " + base64.b64encode(f"{who}:{PASSWORD}".encode()).decode() for who in ("", "bob")]
    for header in wrong[:3] if path != "/" else wrong:
        reply = client.get(path, headers={"Authorization": header} if header else {})
        assert reply.status_code == 401, (path, header)
        assert reply.headers["www-authenticate"].startswith("Basic ")
        assert reply.json() == {"error": "sign in first"}


@pytest.mark.parametrize("header", [BASIC, f"Bearer {PASSWORD}".encode(), BASIC.replace("Basic", "bAsIc")])
def test_who_knows_it_is_let_in(client: TestClient, header: str | bytes) -> None:
    """By Basic or by bearer; to the page and to the API, streaming too."""
    headers = {"Authorization": header}
    assert client.get("/", headers=headers).status_code == 200
    assert client.post("/api/ask", json=QUESTION, headers=headers).json()["citations"]
    streamed = client.post("/api/ask/stream", json=QUESTION, headers=headers)
    assert streamed.text.endswith("event: done\ndata: {}\n\n")
    assert client.post("/api/ask", json=QUESTION).status_code == 401


def test_whoever_watches_over_the_server_needs_none(client: TestClient) -> None:
    """Alive, and ready."""
    assert client.get("/healthz").json() == client.get("/readyz").json() == {"status": "ok"}


def test_a_real_mcp_client_signs_in(address: str) -> None:
    """With a bearer token it can ask; without it cannot."""

    async def talk(url: str, headers: dict[str, str]) -> object:
        import httpx
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client

        async with (
            httpx.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{url}mcp/", http_client=http)) as client,
        ):
            return await client.call_tool("ask_article", QUESTION)

    told = awaited(talk(address, {"Authorization": BASIC}))
    assert not told.is_error  # type: ignore[attr-defined]
    with pytest.raises(ExceptionGroup) as caught:
        awaited(talk(address, {}))
    assert "error response" in repr(caught.value)


@pytest.mark.browser
def test_the_page_works_behind_it(browser: Browser, address: str) -> None:
    """A browser that has the password asks and gets an answer; one that has not sees nothing."""
    context = browser.new_context(http_credentials={"username": USER, "password": PASSWORD})
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.wait_for_selector("#welcome button.ask")
    ask(page, "Who wrote the article?")
    assert page.locator('[data-testid="bot"] a.cite').count()
    assert errors == []
    context.close()
    stranger = browser.new_context()
    with pytest.raises(Error, match="INVALID_AUTH"):  # Chromium shows nothing of what it is asked for
        stranger.new_page().goto(address)
    stranger.close()


def test_trying_too_often_is_stopped() -> None:
    """Twenty wrong passwords a minute from one address; the right one from elsewhere is let in all the while."""
    gate = Gate(SignIn.of(f"{USER}:{PASSWORD}"))
    statuses = [gate.refusal(f"Bearer guess-{number}", "1.2.3.4") for number in range(30)]
    assert statuses == [401] * 20 + [429] * 10
    assert gate.refusal(BASIC, "1.2.3.4") == 429
    assert gate.refusal(BASIC, "5.6.7.8") == 0
    assert gate.refusal(BASIC, "1.2.3.4") == 0  # who is in stays in
    assert gate.refusal("", "5.6.7.8") == 401


def test_who_is_in_stays_in_also_beside_another_form() -> None:
    """A browser and a program take turns; neither is locked out by whoever guesses at their address."""
    gate = Gate(SignIn.of(f"{USER}:{PASSWORD}"))
    both = (BASIC, f"Bearer {PASSWORD}")
    assert [gate.refusal(header, "1.2.3.4") for header in both] == [0, 0]
    assert {gate.refusal(f"Bearer guess-{number}", "1.2.3.4") for number in range(30)} == {401, 429}
    assert [gate.refusal(header, "1.2.3.4") for header in both * 2] == [0] * 4


# The setting


def test_the_hash_opens_like_the_password() -> None:
    """What `python -m ui.sign_in` prints lets the same people in, and has nothing of the password."""
    value = hashed(USER, PASSWORD)
    assert PASSWORD not in value
    assert value != hashed(USER, PASSWORD)
    for sign_in in (SignIn.of(value), SignIn.of(f"{USER}:{PASSWORD}")):
        assert sign_in.accepts(PASSWORD, USER)
        assert sign_in.accepts(PASSWORD, None)
        assert not sign_in.accepts(PASSWORD, "bob")
        assert not sign_in.accepts(PASSWORD + "x", USER)
        assert not sign_in.accepts("", USER)


def test_the_hash_is_made_on_the_command_line() -> None:
    """It asks for the password, and prints the value of the setting alone."""
    done = run(
        [sys.executable, "-W", "ignore", "-m", "ui.sign_in", USER],
        input="long enough\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        start_new_session=True,  # no terminal to ask on
    )
    assert re.fullmatch(r"ann:scrypt\$[0-9a-f]{32}\$[0-9a-f]{64}", done.stdout.strip().splitlines()[-1].split()[-1])


@pytest.mark.parametrize(
    "value", ["ann", "ann:", ":password1", " :password1", "ann:short", "ann:scrypt$12$34", "a\tb:password1"]
)
def test_a_wrong_value_is_one_line_without_the_value(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And names the variable."""
    monkeypatch.setenv("ARTICLE_BOT_SIGN_IN", value)
    with pytest.raises(SettingsError, match="ARTICLE_BOT_SIGN_IN") as caught:
        Settings.load()
    assert "\n" not in str(caught.value)
    assert len(value) < 5 or value not in str(caught.value)


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in what is printed of the settings, nor in what a run of the evals keeps of them."""
    monkeypatch.setenv("ARTICLE_BOT_SIGN_IN", f"{USER}:{PASSWORD}")
    settings = Settings.load()
    assert PASSWORD not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()
    assert PASSWORD not in repr(SignIn.of(settings.sign_in.get_secret_value()))


def test_headers_are_read_as_they_are_sent() -> None:
    """A password may have a colon; what is no header of ours is None."""
    assert Credentials.of(BASIC) == Credentials(PASSWORD, USER)
    assert Credentials.of("Bearer x y") == Credentials("x y")
    assert [Credentials.of(header) for header in ("", "Digest x", "Basic é", "Basic")] == [None] * 4
