"""A Slack of ours on loopback: the Web API, response addresses and the server of Socket Mode.

It keeps what a workspace keeps (messages in threads), checks what Slack checks (tokens, streams that are open, block
limits), and can be told to fail: before a call is carried out, after it, with 429, or by closing the connection.
"""

import hashlib
import hmac
import itertools
import json
import random
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

from slack_sdk.models.blocks import Block
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

BOT_TOKEN = "xoxb-secret-bot-token"  # noqa: S105  # of a Slack that is ours
APP_TOKEN = "xapp-secret-app-token"  # noqa: S105
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105
BOT_USER, BOT_ID, TEAM = "UBOT", "BBOT", "T1"
SCOPES = "app_mentions:read,assistant:write,channels:history,chat:write,commands,groups:history,im:history"

Json = dict[str, Any]
Fault = str  # "before", "after", "error", "drop", "html" or "429"


@dataclass
class Call:
    """One call of the Web API, or of a response address, as it came in."""

    method: str
    body: Json
    token: str
    at: float = field(default_factory=time.monotonic)


@dataclass
class Workspace:
    """The messages of a workspace, and every call that was made."""

    calls: list[Call] = field(default_factory=list)
    threads: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    streams: set[str] = field(default_factory=set)
    private: list[Json] = field(default_factory=list)
    fault: Callable[[str], Fault | None] = lambda _: None
    retry_after: str = "1"
    takes_blocks: bool = True
    scopes: str = SCOPES
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    url: str = ""
    wss: str = ""
    lock: Any = field(default_factory=threading.RLock)
    clock: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def ts(self) -> str:
        """The ts of the next message."""
        return f"{time.time():.0f}.{next(self.clock):06d}"

    def say(self, channel: str, text: str, user: str = "U1", thread: str = "", **more: Any) -> Json:
        """A person says something; the `message` of it."""
        with self.lock:
            ts = self.ts()
            message = {
                "type": "message",
                "user": user,
                "text": text,
                "ts": ts,
                "channel": channel,
                "team": TEAM,
                **more,
            }
            if thread:
                message["thread_ts"] = thread
            self.threads.setdefault((channel, thread or ts), []).append(message)
            return message

    def own(self, channel: str, thread: str) -> list[Json]:
        """What the bot has said in a thread."""
        with self.lock:
            return [m for m in self.threads.get((channel, thread), []) if m.get("bot_id") == BOT_ID]

    def made(self, method: str) -> list[Call]:
        """The calls of one method."""
        with self.lock:
            return [call for call in self.calls if call.method == method]

    def wait(self, until: Callable[[], Any], seconds: float = 60) -> Any:
        """What `until` gives, once it gives something."""
        end = time.monotonic() + seconds
        while not (found := until()):
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s; calls: {[call.method for call in self.calls[-20:]]}")
            time.sleep(0.01)
        return found

    def answered(self, message: Json, count: int = 1) -> list[Json]:
        """The bot's messages in a message's thread, once there are that many and none is still streamed."""

        def there() -> list[Json] | None:
            own = self.own(message["channel"], message.get("thread_ts") or message["ts"])
            return own if len(own) >= count and not any(m["ts"] in self.streams for m in own) else None

        found: list[Json] = self.wait(there)
        return found

    # The Web API

    def call(self, method: str, body: Json, token: str) -> tuple[int, dict[str, str], Json]:
        """Status, headers and body of the answer to a call."""
        with self.lock:
            self.calls.append(Call(method, body, token))
            expected = self.app_token if method == "apps.connections.open" else self.bot_token
            if token != expected:
                return 200, {}, {"ok": False, "error": "invalid_auth" if token else "not_authed"}
            handler = getattr(self, "_" + method.replace(".", "_"), None)
            if handler is None:
                return 200, {}, {"ok": False, "error": "unknown_method"}
            answer = handler(body)
            return 200, {"x-oauth-scopes": self.scopes}, {"ok": "error" not in answer, **answer}

    def _auth_test(self, _: Json) -> Json:
        return {
            "url": "https://w.example/",
            "team": "W",
            "user": "bot",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }

    def _apps_connections_open(self, _: Json) -> Json:
        return {"url": self.wss}

    def _assistant_threads_setStatus(self, _: Json) -> Json:  # Slack's name
        return {}

    def _assistant_threads_setSuggestedPrompts(self, body: Json) -> Json:
        return {} if 1 <= len(body["prompts"]) <= 4 else {"error": "invalid_arguments"}

    def _chat_postEphemeral(self, body: Json) -> Json:
        self.private.append(body)
        return {"message_ts": self.ts()}

    def _chat_postMessage(self, body: Json) -> Json:
        blocks = body.get("blocks") or []
        if wrong := wrong_blocks(blocks) or ("invalid_blocks" if blocks and not self.takes_blocks else ""):
            return {"error": wrong}
        return self._put(body["channel"], body.get("thread_ts"), body.get("text", ""), body.get("blocks") or [])

    def _chat_startStream(self, body: Json) -> Json:
        if not body["channel"].startswith("D") and not (
            body.get("recipient_user_id") and body.get("recipient_team_id")
        ):
            return {"error": "missing_recipient_team_id"}
        put = self._put(body["channel"], body["thread_ts"], "", [])
        self.streams.add(put["ts"])
        return put | self._grow(body["channel"], put["ts"], body.get("chunks") or [])

    def _chat_appendStream(self, body: Json) -> Json:
        if body["ts"] not in self.streams:
            return {"error": "message_not_in_streaming_state"}
        return self._grow(body["channel"], body["ts"], body["chunks"])

    def _chat_stopStream(self, body: Json) -> Json:
        if body["ts"] not in self.streams:
            return {"error": "message_not_in_streaming_state"}
        chunks = [*(body.get("chunks") or []), {"type": "blocks", "blocks": body.get("blocks") or []}]
        grown = self._grow(body["channel"], body["ts"], chunks)
        if "error" not in grown:
            self.streams.discard(body["ts"])
        return grown

    def _chat_update(self, body: Json) -> Json:
        message = self._message(body["channel"], body["ts"])
        if message is None:
            return {"error": "message_not_found"}
        message |= {"text": body.get("text", ""), "blocks": body.get("blocks") or []}
        self.streams.discard(body["ts"])
        return {"ts": body["ts"]}

    def _chat_delete(self, body: Json) -> Json:
        for messages in self.threads.values():
            messages[:] = [m for m in messages if m["ts"] != body["ts"]]
        return {"ts": body["ts"]}

    def _conversations_replies(self, body: Json) -> Json:
        for (channel, thread), messages in self.threads.items():
            if channel == body["channel"] and (thread == body["ts"] or any(m["ts"] == body["ts"] for m in messages)):
                begin = int(body.get("cursor") or 0)
                limit = int(body.get("limit", 100))
                more = begin + limit < len(messages)
                page = json.loads(json.dumps(messages[begin : begin + limit]))
                return {"messages": page, "response_metadata": {"next_cursor": str(begin + limit) if more else ""}}
        return {"error": "thread_not_found"}

    def _put(self, channel: str, thread: str | None, text: str, blocks: list[Json]) -> Json:
        ts = self.ts()
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "text": text, "blocks": blocks, "ts": ts}
        self.threads.setdefault((channel, thread or ts), []).append(message)
        return {"ts": ts, "channel": channel}

    def _grow(self, channel: str, ts: str, chunks: list[Json]) -> Json:
        message = self._message(channel, ts)
        if message is None:
            return {"error": "message_not_found"}
        blocks = [block for chunk in chunks if chunk["type"] == "blocks" for block in chunk["blocks"]]
        if wrong := wrong_blocks(message["blocks"] + blocks):
            return {"error": wrong}
        message["blocks"] += blocks
        message["text"] += "".join(chunk.get("text", "") for chunk in chunks)
        return {"ts": ts, "channel": channel}

    def _message(self, channel: str, ts: str) -> Json | None:
        every = (m for (where, _), messages in self.threads.items() if where == channel for m in messages)
        return next((message for message in every if message["ts"] == ts), None)


def wrong_blocks(blocks: list[Json]) -> str:
    """Slack's word for blocks that it would not take; empty for those it does. The SDK knows most of its limits."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(blocks) > 50 or len(ids) != len(set(ids)) or any(len(name) > 255 for name in ids):
        return "invalid_blocks"
    for block in blocks:
        if any(element.get("options") == [] for element in block.get("elements", [])):
            return "invalid_blocks"
        if block["type"] == "rich_text":
            texts = [part for element in block["elements"] for part in element["elements"]]
            if not texts or any(part["type"] == "text" and not 0 < len(part["text"]) <= 3_000 for part in texts):
                return "invalid_blocks"
        parsed = Block.parse(block)
        if parsed is None:
            return "invalid_blocks"
        parsed.to_dict()  # raises where the SDK knows better
        for element in block.get("elements", []):
            if (
                len(str(element.get("value", ""))) > 2_000
                or len(element.get("text", {}).get("text", "") if isinstance(element.get("text"), dict) else "") > 75
            ):
                return "invalid_blocks"
    return "msg_blocks_too_long" if len(json.dumps(blocks, ensure_ascii=False)) > 26_000 else ""


class _Api(BaseHTTPRequestHandler):
    """Answers calls: `/api/METHOD`, and `/response/…` for what a command's answer is posted to."""

    workspace: Workspace

    def do_POST(self) -> None:  # the library's name
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        method = self.path.partition("?")[0].rpartition("/")[2]
        fault = self.workspace.fault(method)
        if fault == "429":
            return self._reply(429, {"Retry-After": self.workspace.retry_after}, {"ok": False, "error": "ratelimited"})
        if fault == "before":
            return self._reply(500, {}, {})
        if fault == "html":
            return self._reply(503, {}, "<html><body>Service Unavailable</body></html>")
        if fault == "error":
            return self._reply(200, {}, {"ok": False, "error": "internal_error"})
        if fault == "drop":
            return self._drop()
        status, headers, answer = self._carried_out(method, raw)
        if fault == "after":
            return self._drop()
        return self._reply(status, headers, answer)

    def _carried_out(self, method: str, raw: str) -> tuple[int, dict[str, str], Json]:
        if self.path.startswith("/response/"):
            with self.workspace.lock:
                self.workspace.calls.append(Call("response", json.loads(raw), ""))
            return 200, {}, {"ok": True}
        kind = self.headers.get("content-type") or ""
        if raw and "json" in kind:
            body = json.loads(raw)
        else:
            body = {name: _value(value) for name, value in urllib.parse.parse_qsl(raw)}
        token = (self.headers.get("authorization") or "").removeprefix("Bearer ") or body.pop("token", "")
        return self.workspace.call(method, body, token)

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _reply(self, status: int, headers: dict[str, str], answer: Json | str) -> None:
        data = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        with suppress(OSError):
            self.send_response(status)
            for name, value in {
                **headers,
                "content-type": "application/json",
                "content-length": str(len(data)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _value(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in "[{" else text
    except ValueError:
        return text


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A connection that we closed ourselves is no error."""


class Sockets:
    """The server of Socket Mode: sends envelopes to the relays, again where no ack comes before a connection ends."""

    def __init__(self) -> None:
        self.connected: list[ServerConnection] = []
        self.acks: dict[str, Json] = {}
        self._waiting: dict[str, str] = {}
        self._number = itertools.count(1)
        self._server: Server = serve(self._talk, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where a relay connects to."""
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link/?ticket=t"

    def send(self, kind: str, payload: Json, to: int = -1, **more: Any) -> str:
        """Send an envelope to one of the connected relays; its id."""
        envelope = f"e{next(self._number)}"
        message = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True, **more}
        self._waiting[envelope] = json.dumps(message)
        with suppress(ConnectionClosed, IndexError):
            self.connected[to].send(self._waiting[envelope])
        return envelope

    def drop(self) -> None:
        """Tell every relay to reconnect, as Slack does, and close."""
        for connection in list(self.connected):
            with suppress(ConnectionClosed):
                connection.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
                connection.close()

    def cut(self) -> None:
        """Close every connection without a word."""
        for connection in list(self.connected):
            with suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._thread.join(timeout=5)

    def _talk(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with suppress(ConnectionClosed, OSError):
            for message in list(self._waiting.values()):
                connection.send(message)
            self.connected.append(connection)
            for message in connection:
                ack = json.loads(message)
                if envelope := ack.get("envelope_id"):
                    self._waiting.pop(envelope, None)
                    self.acks[envelope] = ack
        if connection in self.connected:
            self.connected.remove(connection)


@contextmanager
def open_workspace() -> Iterator[tuple[Workspace, Sockets]]:
    """A workspace that can be reached, and its sockets."""
    workspace, sockets = Workspace(), Sockets()
    handler = type("Handler", (_Api,), {"workspace": workspace})
    server = _Quiet(("127.0.0.1", 0), handler)
    workspace.url = f"http://127.0.0.1:{server.server_address[1]}"
    workspace.wss = sockets.url
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield workspace, sockets
    finally:
        server.shutdown()
        server.server_close()
        sockets.close()
        thread.join(timeout=5)


def failing(share: float, seed: int = 1) -> Callable[[str], Fault | None]:
    """A share of calls fail, each way that a call can: refused, carried out and not answered, cut off, limited."""
    chance = random.Random(seed)
    lock = threading.Lock()

    def fault(_: str) -> Fault | None:
        with lock:
            if chance.random() >= share:
                return None
            return chance.choice(["before", "after", "error", "drop", "html", "429"])

    return fault


def event_of(message: Json, kind: str = "message", **more: Any) -> Json:
    """The payload in which Slack delivers a message. Each delivery of another kind has an id of its own."""
    event = {key: value for key, value in message.items() if key != "blocks"} | {"type": kind, **more}
    event_id = "Ev" + hashlib.sha256(f"{kind}{message['ts']}".encode()).hexdigest()[:8]
    return {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": event_id, "event": event}


def signed(body: str, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers with which Slack signs a request."""
    stamp = str(int(at if at is not None else time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


def post(url: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and body of the answer to a request."""
    from urllib.error import HTTPError

    request = Request(url, data=body.encode(), headers=headers, method="POST")
    try:
        with urlopen(request, timeout=30) as reply:
            return reply.status, reply.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def texts_of(message: Json) -> str:
    """Everything that a reader sees of a message's blocks."""

    def walk(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                yield part["text"]
            for value in part.values():
                yield from walk(value)
        elif isinstance(part, list):
            for item in part:
                yield from walk(item)

    return "\n".join(walk(message.get("blocks") or []))
