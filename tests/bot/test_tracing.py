"""LangSmith: nothing goes there unless its variables are set; then the steps and the model's calls do, and no key."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import langsmith.run_trees
import langsmith.utils
import pytest

from tests.bot.model_server import Request, lines
from tests.bot.model_writers import EVERY_CLIENT, KEY, Writers, number_of

ASKED = "What broke on Harrier 19?"
CLAIM = "A battery on Harrier 19 ruptured after eleven days of charging to the limit."
STEPS = {"standalone", "retrieve", "read", "write", "verify"}
_BATCHES = {"scale_up_qsize_trigger": 1_000, "scale_up_nthreads_limit": 1, "size_limit": 100}
INFO = {"batch_ingest_config": {**_BATCHES, "size_limit_bytes": 10_000_000, "use_multipart_endpoint": False}}


class Tracing:
    """A server on loopback that stands for LangSmith: `sent` has all that reached it, `runs` what was traced."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.runs: dict[str, dict[str, Any]] = {}
        tracing = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                tracing.sent.append(f"{self.path}\n{self.headers}")
                self._answer(INFO)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                tracing.sent.append(f"{self.path}\n{self.headers}\n{body}")
                told = json.loads(body)
                for run in [*told.get("post", ()), *told.get("patch", ())]:
                    known = tracing.runs.setdefault(run["id"], {})
                    known.update({name: value for name, value in run.items() if value is not None})
                self._answer({})

            def _answer(self, told: dict[str, Any]) -> None:
                data = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()


def _forget() -> None:
    """LangSmith keeps the variables that it has looked up."""
    langsmith.utils.get_env_var.cache_clear()
    langsmith.utils.get_tracer_project.cache_clear()


@pytest.fixture
def tracing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracing]:
    """The server, and LangSmith as in a new program: no client yet, no variable looked up."""
    serving = Tracing()
    monkeypatch.setattr(langsmith.run_trees, "_CLIENT", None)
    _forget()
    yield serving
    if client := langsmith.run_trees._CLIENT:
        client.close(timeout=0)
    serving.close()
    monkeypatch.undo()
    _forget()


def _script(request: Request) -> str:
    return lines((CLAIM, [number_of(request, "a battery on Harrier 19 ruptured")]))


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"LANGSMITH_API_KEY": "ls-key", "LANGSMITH_PROJECT": "articles"},
        {"LANGSMITH_API_KEY": "ls-key", "LANGSMITH_TRACING": "false"},
    ],
)
def test_nothing_is_sent_unless_tracing_is_on(
    others: dict[str, str], tracing: Tracing, writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address, a key and a project are not enough: no client of LangSmith is made at all."""
    monkeypatch.setenv("LANGSMITH_ENDPOINT", tracing.url)
    for name, value in others.items():
        monkeypatch.setenv(name, value)
    assert writers.ask(ASKED, _script).mode == "model"
    assert langsmith.run_trees._CLIENT is None
    assert tracing.sent == []


@pytest.mark.parametrize("model", EVERY_CLIENT)
def test_what_is_traced_are_the_steps_and_the_models_call(
    model: str, tracing: Tracing, writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its variables set, one question is one trace; the provider's key is in nothing that was sent."""
    variables = {"TRACING": "true", "API_KEY": "ls-key", "PROJECT": "articles", "ENDPOINT": tracing.url}
    for name, value in variables.items():
        monkeypatch.setenv(f"LANGSMITH_{name}", value)
    assert writers.ask(ASKED, _script, model).mode == "model"
    client = langsmith.run_trees._CLIENT
    assert client is not None
    client.flush(timeout=20)
    runs = list(tracing.runs.values())
    assert {run["name"] for run in runs} >= STEPS
    assert {run["session_name"] for run in runs} == {"articles"}
    (call,) = [run for run in runs if run["run_type"] == "llm"]
    assert tracing.runs[call["parent_run_id"]]["name"] == "write"
    assert CLAIM in json.dumps(call["outputs"])
    assert len({run["trace_id"] for run in runs}) == 1
    assert "ls-key" in tracing.sent[-1]
    assert KEY not in "".join(tracing.sent)
