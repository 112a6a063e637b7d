"""The relay in its two modes, until it is told to stop: connected to Slack (Socket Mode), or listening (HTTP)."""

import json
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import typer
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient

from ui.slack.app import socket_trouble
from ui.slack.delivery import TROUBLE
from ui.slack.errors import SlackError
from ui.slack.ledger import LEASE
from ui.slack.relay import Relay
from ui.slack.workers import log_defect

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

PATH = "/slack/events"
_STAMP = re.compile(r"[0-9]{1,12}")
_MOST_BODY = 1 << 20
_PING_SECONDS = 10.0


def connected(app: App, app_token: str, ping_interval: float = _PING_SECONDS) -> SocketModeHandler:
    """Connect by Socket Mode; the connection is renewed by itself. Raises `SlackError`."""
    handler = SocketModeHandler(app, app_token, ping_interval=ping_interval)
    client: SocketModeClient = handler.client
    try:
        handler.connect()  # type: ignore[no-untyped-call]
    except TROUBLE as error:
        client.close()
        raise SlackError(socket_trouble(error)) from error
    return handler


def serve_socket(app: App, relay: Relay, app_token: str) -> None:
    """Answer over Socket Mode until interrupted."""
    stop = _stop_signal()
    with tended(relay):
        handler = connected(app, app_token)
        typer.echo("article-bot: connected to Slack (Ctrl-C stops it)")
        stop.wait()
        handler.close()  # type: ignore[no-untyped-call]
        heard_out(app)


def heard_out(app: App) -> None:
    """Wait until the app's listeners have heard all that was delivered; nothing may be delivered any more."""
    app.listener_runner.listener_executor.shutdown(wait=True)


def http_app(app: App) -> "FastAPI":
    """The application that Slack calls: `/slack/events` for everything, `/healthz` for whoever watches over it."""
    from fastapi import FastAPI, Request, Response
    from fastapi.concurrency import run_in_threadpool
    from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

    web = FastAPI(title="article-bot slack", docs_url=None, redoc_url=None, openapi_url=None)

    @web.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @web.post(PATH)
    async def events(request: Request) -> Response:
        body = await _body_of(request)
        if body is None:
            return Response(status_code=413)
        if not _STAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "")):
            return Response(status_code=401)
        if not _is_readable(body, request.headers.get("content-type", "")):
            return Response(status_code=400)
        asked = to_bolt_request(request, body)
        return to_starlette_response(await run_in_threadpool(app.dispatch, asked))

    return web


async def _body_of(request: "Request") -> bytes | None:
    """The body; None where it is larger than anything that Slack sends."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY:
            return None
    return body


def _is_readable(body: bytes, content_type: str) -> bool:
    """Whether a body is what Slack sends: an object in JSON, or a form, which may have one as its payload."""
    try:
        text = body.decode()
        payload = text if "json" in content_type else dict(parse_qsl(text)).get("payload", "{}")
        return isinstance(json.loads(payload), dict)
    except (ValueError, RecursionError):
        return False


def serve_http(app: App, relay: Relay, host: str, port: int) -> None:
    """Answer over HTTP until interrupted. Raises `ServerError` when it cannot listen there."""
    import uvicorn

    from ui.server import listening

    _stop_signal()  # uvicorn ends by the signal that ended it: what was taken is to be answered first
    with listening(host, port) as listener, tended(relay):
        typer.echo(f"article-bot: Slack calls {PATH} at port {listener.getsockname()[1]} (Ctrl-C stops it)")
        config = uvicorn.Config(http_app(app), log_level="warning", timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listener])
        heard_out(app)


@contextmanager
def tended(relay: Relay, every: float = LEASE / 4) -> Iterator[None]:
    """Keep a relay's claims while the block runs, and let it finish its answers at the end."""
    stop = threading.Event()

    def tend() -> None:
        while True:
            try:
                relay.tend()
            except Exception as error:  # noqa: BLE001  # the outer edge of a thread: without it every claim runs out
                log_defect("claims could not be tended", error)
            if stop.wait(every):
                return

    thread = threading.Thread(target=tend, name="article-bot-slack-tend", daemon=True)
    thread.start()
    try:
        yield
    finally:
        relay.drain()
        stop.set()
        thread.join(timeout=5)
        relay.close()


def _stop_signal() -> threading.Event:
    """Set when the process is interrupted or told to end; told again, it ends at once."""
    stop = threading.Event()

    def end(number: int, _: Any) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop
