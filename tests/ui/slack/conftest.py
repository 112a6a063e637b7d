"""A relay on the shipped article beside a Slack of ours, in both of its modes."""

import itertools
import json
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot import ArticleBot
from tests.ui.serving import served
from tests.ui.slack.workspace import (
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    Json,
    Sockets,
    Workspace,
    open_workspace,
    post,
    signed,
)
from ui.slack.app import build_app, client_of, who_we_are
from ui.slack.delivery import Delivery
from ui.slack.ledger import Ledger, SqliteLedger
from ui.slack.relay import Relay
from ui.slack.serving import PATH, connected, http_app, tended
from ui.slack.settings import Mode, SlackSettings
from ui.slack.workers import Workers

STARTERS = ("Who wrote the article?", "When was it published?")
PAUSES = (0.01, 0.02, 0.04, 0.08, 0.1)
_numbers = itertools.count(1)


@pytest.fixture
def slack() -> Iterator[tuple[Workspace, Sockets]]:
    """A workspace and its sockets."""
    with open_workspace() as opened:
        yield opened


@pytest.fixture
def workspace(slack: tuple[Workspace, Sockets]) -> Workspace:
    """The workspace alone."""
    return slack[0]


def settings_for(workspace: Workspace, mode: Mode = "socket") -> SlackSettings:
    """Settings for that workspace."""
    return SlackSettings(
        bot_token=SecretStr(BOT_TOKEN),
        app_token=SecretStr(APP_TOKEN),
        signing_secret=SecretStr(SECRET),
        mode=mode,
        api_url=f"{workspace.url}/api/",
    )


@dataclass
class Running:
    """A relay that runs: how something is sent to it, and what it acked."""

    relay: Relay
    send: Callable[..., Any]
    mode: Mode

    def event(self, payload: Json, **more: Any) -> Any:
        """Deliver an event."""
        return self.send("events_api", payload, **more)

    def interactive(self, payload: Json) -> Any:
        """Deliver a click or a shortcut."""
        return self.send("interactive", payload)

    def command(self, payload: Json) -> Any:
        """Deliver a slash command."""
        return self.send("slash_commands", payload)


@contextmanager
def running(
    bot: ArticleBot,
    slack: tuple[Workspace, Sockets],
    ledger: Ledger,
    mode: Mode = "socket",
    workers: Workers | None = None,
    page: str = "",
    every: float = 0.2,
) -> Iterator[Running]:
    """A relay in one of the modes."""
    workspace, sockets = slack
    settings = settings_for(workspace, mode)
    client = client_of(settings)
    own = who_we_are(client)
    delivery = Delivery(client, own, PAUSES)
    relay = Relay(bot, own, delivery, ledger, workers=workers, starters=lambda: STARTERS, page=page)
    app = build_app(settings, client, relay)
    with ExitStack() as stack:
        stack.enter_context(tended(relay, every))
        if mode == "http":
            url = stack.enter_context(served(http_app(app)))
            yield Running(relay, lambda kind, payload, **more: http_post(url, kind, payload), mode)
        else:
            before = len(sockets.connected)
            handler = connected(app, APP_TOKEN, ping_interval=1)
            stack.callback(_close, handler, sockets)
            workspace.wait(lambda: len(sockets.connected) > before)
            yield Running(relay, sockets.send, mode)


def _close(handler: SocketModeHandler, sockets: Sockets) -> None:
    """End a connection at both ends: waiting for the next word of the other takes the client seconds."""
    client = handler.client
    client.auto_reconnect_enabled = False
    sockets.cut()
    client.message_processor.event.set()
    client.message_queue.put('{"type": "hello"}')
    handler.close()


def http_post(url: str, kind: str, payload: Json) -> tuple[int, str]:
    """Deliver as Slack does over HTTP, signed."""
    body, form = json.dumps(payload), "application/x-www-form-urlencoded"
    content = "application/json"
    if kind == "interactive":
        body, content = urllib.parse.urlencode({"payload": body}), form
    elif kind == "slash_commands":
        body, content = urllib.parse.urlencode(payload), form
    return post(f"{url.rstrip('/')}{PATH}", body, {**signed(body), "content-type": content})


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    """The embedded ledger."""
    return SqliteLedger(tmp_path / "answered.sqlite", lease=5)


@pytest.fixture(params=["socket", "http"])
def relay(
    request: pytest.FixtureRequest, bot: ArticleBot, slack: tuple[Workspace, Sockets], ledger: SqliteLedger
) -> Iterator[Running]:
    """A relay, in each of the modes in turn."""
    with running(bot, slack, ledger, request.param) as one:
        yield one


def trigger() -> str:
    """The id of a click or command."""
    return f"trigger-{next(_numbers)}"


def click(
    workspace: Workspace, message: Json, action: Json, channel: str = "C1", thread: str = "", **more: Any
) -> Json:
    """The payload of a click on a message."""
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": False}
    if thread:
        container["thread_ts"] = thread
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U7", "team_id": "T1"},
        "channel": {"id": channel},
        "container": container | more,
        "message": message,
        "trigger_id": trigger(),
        "response_url": f"{workspace.url}/response/1",
        "actions": [{"block_id": "b", "action_ts": "1", **action}],
    }


def element(message: Json, action_id: str) -> Json:
    """The element of a message's blocks with that action."""
    every = (part for block in message["blocks"] for part in block.get("elements", ()))
    found: Json = next(part for part in every if part.get("action_id", "").startswith(action_id))
    return found
