"""A server on loopback that speaks as OpenAI, Anthropic and Ollama do, streaming, and says what a test tells it to.

It stands where a provider's cloud, or a machine with a large model, would stand; the clients are LangChain's own.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_COMMENT = ": still here\n\n"
WRITES = ("/chat/completions", "/v1/messages", "/api/chat")


@dataclass(frozen=True)
class Reply:
    """What the server answers: a text in pieces, or a fault. `cut_after` pieces the connection breaks.

    `comments` come first, a few each second: signs of life that no client takes for a message.
    """

    text: str = ""
    size: int = 7
    status: int = 200
    error: str = "scripted"
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    pause: float = 0.0
    raw: bytes | None = None
    comments: int = 0
    refusal: bool = False
    length: bool = False

    def pieces(self) -> list[str]:
        """The text as it is sent."""
        return [self.text[at : at + self.size] for at in range(0, len(self.text), self.size)][: self.cut_after]


@dataclass(frozen=True)
class Request:
    """What was asked: the provider's shape, the texts of the messages, the whole body, the headers."""

    shape: str
    texts: list[str]
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def last(self) -> str:
        """The last message."""
        return self.texts[-1]

    @property
    def sentences(self) -> dict[int, str]:
        """The numbered sentences that the model is shown."""
        shown = next((text for text in self.texts if "<sentences>" in text), "")
        inside = shown.partition("<sentences>")[2].partition("</sentences>")[0]
        return {
            int(n): text for n, text in re.findall(r"^\[(\d+)\](?: \([^)]* speaking\))? (.*)$", inside, re.MULTILINE)
        }

    @property
    def as_json(self) -> bool:
        """Whether an answer in JSON is asked for."""
        return any(name in self.body for name in ("response_format", "format", "output_config", "output_format"))

    @property
    def rewrites(self) -> bool:
        """Whether a question is to be made to stand alone."""
        return "<conversation>" in self.last


Script = Callable[[Request], Reply | str]


class ModelServer:
    """Serves while the test runs. `script` decides; `asked` has what came in, `left` is set when a client goes away."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.script: Script = lambda _: "NONE"
        self.stopping = threading.Event()
        self.left = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
                _answer(self, server, body)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self.variables = {
            "OPENAI_BASE_URL": f"{self.url}/v1",
            "ANTHROPIC_BASE_URL": self.url,
            "OLLAMA_HOST": self.url,
            "OPENAI_API_KEY": "sk-very-secret-0123456789",
            "ANTHROPIC_API_KEY": "sk-very-secret-0123456789",
        }

    def close(self) -> None:
        """Stop, whoever still waits."""
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()


def _answer(handler: BaseHTTPRequestHandler, server: ModelServer, body: dict[str, Any]) -> None:
    path = handler.path.partition("?")[0]
    shape = "openai" if path.endswith(WRITES[0]) else "anthropic" if path == WRITES[1] else "ollama"
    request = Request(shape, _texts(body), body, {k.lower(): v for k, v in handler.headers.items()})
    server.asked.append(request)
    said = server.script(request)
    reply = Reply(said) if isinstance(said, str) else said
    if reply.status != 200:
        _send(handler, reply.status, json.dumps(_error(shape, reply)).encode(), "application/json", reply.headers)
        return
    if reply.raw is not None:
        _send(handler, 200, reply.raw, _content_type(shape), {})
        return
    handler.send_response(200)
    handler.send_header("content-type", _content_type(shape))
    handler.send_header("transfer-encoding", "chunked")
    handler.send_header("connection", "close")
    handler.end_headers()
    handler.close_connection = True
    try:
        for event in (*[_COMMENT] * reply.comments, *_events(shape, reply)):
            data = event.encode()
            handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            handler.wfile.flush()
            if event is _COMMENT:
                server.stopping.wait(0.05)
            elif reply.pause:
                server.stopping.wait(reply.pause)
        if reply.cut_after is None:  # else without the last chunk: the client sees the connection break
            handler.wfile.write(b"0\r\n\r\n")
    except OSError:  # the client has had enough
        server.left.set()


def _send(handler: BaseHTTPRequestHandler, status: int, data: bytes, kind: str, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in {
        "content-type": kind,
        "content-length": str(len(data)),
        "connection": "close",
        **headers,
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def _content_type(shape: str) -> str:
    return "application/x-ndjson" if shape == "ollama" else "text/event-stream"


def _texts(body: dict[str, Any]) -> list[str]:
    messages = [{"content": body.get("system") or ""}, *body.get("messages", [])]
    texts = []
    for message in messages:
        content = message.get("content") or ""
        texts.append(content if isinstance(content, str) else "".join(part.get("text", "") for part in content))
    return [text for text in texts if text]


def _error(shape: str, reply: Reply) -> dict[str, Any]:
    if shape == "ollama":
        return {"error": reply.error}
    return {"type": "error", "error": {"type": "scripted", "message": reply.error, "code": "scripted"}}


def _events(shape: str, reply: Reply) -> Iterator[str]:
    return {"openai": _openai, "anthropic": _anthropic, "ollama": _ollama}[shape](reply)


def _openai(reply: Reply) -> Iterator[str]:
    def event(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choices = [] if more else [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]
        head = {"id": "c-1", "object": "chat.completion.chunk", "created": int(time.time()), "model": "scripted"}
        return f"data: {json.dumps({**head, 'choices': choices, **more})}\n\n"

    yield event({"role": "assistant", "content": ""})
    if reply.refusal:
        yield event({"refusal": "I will not."})
    for piece in reply.pieces():
        yield event({"content": piece})
    if reply.cut_after is not None:
        return
    yield event({}, "length" if reply.length else "stop")
    yield event({}, usage={"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120})
    yield "data: [DONE]\n\n"


def _anthropic(reply: Reply) -> Iterator[str]:
    def event(kind: str, **data: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n"

    usage = {"input_tokens": 100, "output_tokens": 1}
    message = {"id": "m-1", "type": "message", "role": "assistant", "model": "scripted", "content": []}
    yield event("message_start", message={**message, "stop_reason": None, "stop_sequence": None, "usage": usage})
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for piece in reply.pieces():
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    if reply.cut_after is not None:
        return
    yield event("content_block_stop", index=0)
    reason = "refusal" if reply.refusal else "max_tokens" if reply.length else "end_turn"
    yield event(
        "message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage={**usage, "output_tokens": 20}
    )
    yield event("message_stop")


def _ollama(reply: Reply) -> Iterator[str]:
    def event(text: str, **more: Any) -> str:
        head = {"model": "scripted", "created_at": "2026-01-01T00:00:00Z"}
        return json.dumps({**head, "message": {"role": "assistant", "content": text}, "done": False, **more}) + "\n"

    for piece in reply.pieces():
        yield event(piece)
    if reply.cut_after is not None:
        return
    reason = "length" if reply.length else "stop"
    yield event("", done=True, done_reason=reason, prompt_eval_count=100, eval_count=20, total_duration=1)


def lines(*claims: tuple[str, list[int]]) -> str:
    """Claims in the line format."""
    return "\n".join(text + " " + "".join(f"[{number}]" for number in numbers) for text, numbers in claims)


def as_json(*claims: tuple[str, list[int]]) -> str:
    """The same in JSON."""
    return json.dumps({"claims": [{"text": text, "sentences": numbers} for text, numbers in claims]})
