"""Real parts for the tests of the index: Chroma embedded and as a server, and a scripted model at the one seam."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings

from index import Article, ArticleStore, SentenceEmbeddings
from index.canonical import build
from index.markdown import read_markdown

ROOT = Path(__file__).parents[2]
DIMENSIONS = 64


class ScriptedEmbeddings(Embeddings):
    """Stands where `SentenceEmbeddings` stands: a vector counts words, a size is the number of words.

    Texts that share words are near each other. `calls` remembers how many texts each call embedded.
    """

    def __init__(self, fingerprint: str = "scripted@1", window: int = 20) -> None:
        self.fingerprint = fingerprint
        self.window = window
        self.calls: list[int] = []

    def size(self, text: str) -> int:
        """Words."""
        return len(text.split())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, remembered."""
        self.calls.append(len(texts))
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Words counted by a hash, with unit length."""
        counts = [0.01] * DIMENSIONS
        for word in text.lower().split():
            counts[hashlib.sha256(word.strip(".,?!").encode()).digest()[0] % DIMENSIONS] += 1.0
        length = sum(count * count for count in counts) ** 0.5
        return [count / length for count in counts]


def written(article_id: str, markdown: str) -> Article:
    """An article from a few lines of Markdown."""
    return build(read_markdown(markdown), article_id)


@pytest.fixture
def scripted() -> ScriptedEmbeddings:
    """A scripted model."""
    return ScriptedEmbeddings()


@pytest.fixture(scope="session")
def model_of() -> Callable[..., ScriptedEmbeddings]:
    """Another scripted model: `model_of(fingerprint)`."""
    return ScriptedEmbeddings


@pytest.fixture(scope="session")
def write() -> Callable[[str, str], Article]:
    """`write(id, markdown)` gives an article."""
    return written


@pytest.fixture(scope="session")
def any_text() -> st.SearchStrategy[str]:
    """Whatever a file may hold once decoded, half surrogate pairs excepted: no decoder gives one."""
    return _any_text()


@pytest.fixture(scope="session")
def any_markdown() -> st.SearchStrategy[str]:
    """Texts that look like articles, of pieces that have gone wrong before."""
    return _any_markdown()


_PIECES = st.sampled_from(
    [
        *(
            "He left.",
            "“Why?” Maria asked.",
            "“I don’t know”",
            "Dr. Lee paid $1.5bn.",
            "‘Yes’ – no…",
            "and so on",
            "J. K.",
        ),
        *(
            "שלום עולם. ",
            "مرحبا!",
            "👩‍👩‍👧 😀",
            "\u202eabc\u202c",
            "e\u0301",
            "\x00",
            "\x85",
            "\u2028",
            "\ufeff",
            "\u00ad",
        ),
        *(
            "*very*",
            "**so**",
            "[label](http://x.example/(a))",
            "`code`",
            "\\$5",
            "&amp;",
            "<b>x</b>",
            "<!-- no -->",
            "|",
        ),
        *(
            " ",
            "\n",
            "\n\n",
            "\n\n## Part\n\n",
            "\n- item\n",
            "\n1. one\n",
            "\n> said\n",
            "\n---\n",
            "\n    code\n",
            "\t",
        ),
    ]
)
_RUN = st.builds(lambda one, times: one * times, st.sampled_from("a.“”😀 —0ש'"), st.integers(1, 3000))


def _any_text() -> st.SearchStrategy[str]:
    return st.one_of(st.text(max_size=200), _any_markdown())


def _any_markdown() -> st.SearchStrategy[str]:
    return st.lists(st.one_of(_PIECES, _PIECES, st.text(max_size=20), _RUN), min_size=1, max_size=25).map("".join)


# Stores


@pytest.fixture(params=["embedded", "server"])
def store_at(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., ArticleStore]:
    """`store_at(model)` opens one and the same index, in a folder and on a server, as often as wanted."""
    url = request.getfixturevalue("clean_server") if request.param == "server" else ""

    def opened(model: Any) -> ArticleStore:
        return ArticleStore(model, home=tmp_path / "index", url=url)

    return opened


@pytest.fixture
def store(store_at: Callable[..., ArticleStore], scripted: ScriptedEmbeddings) -> ArticleStore:
    """An empty index."""
    return store_at(scripted)


@pytest.fixture(scope="session")
def seed_store(
    seed_article: Article, embeddings: SentenceEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> ArticleStore:
    """The shipped article in an embedded index, by the real model. For reading."""
    store = ArticleStore(embeddings, home=tmp_path_factory.mktemp("seed"))
    store.put(seed_article, "seed")
    return store


class ChromaServer:
    """A real `chroma run` on a free port of this machine."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
        with (folder / "chroma.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), "--path", str(folder)], stdout=log, stderr=log, cwd=folder
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        pytest.fail((self.folder / "chroma.log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End it, by its own process."""
        self._process.kill()
        self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ChromaServer]]:
    """`start_server()` starts one more server; all of them end with the tests."""
    started: list[ChromaServer] = []

    def start(folder: Path | None = None, port: int = 0) -> ChromaServer:
        started.append(ChromaServer(folder or tmp_path_factory.mktemp("chroma"), port))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(start_server: Callable[..., ChromaServer]) -> ChromaServer:
    """One server for all tests that do not end it."""
    return start_server()


@pytest.fixture
def clean_server(server: ChromaServer) -> str:
    """The address of the server, emptied of what other tests left."""
    collections = f"{server.url}/api/v2/tenants/default_tenant/databases/default_database/collections"
    with urllib.request.urlopen(collections) as reply:
        names = [collection["name"] for collection in json.load(reply)]
    for name in names:
        with urllib.request.urlopen(urllib.request.Request(f"{collections}/{name}", method="DELETE")):
            pass
    return server.url


# Other processes

_PRELUDE = """
import os, random, runpy, signal, sys, time
from pathlib import Path
from index import ArticleStore
here = runpy.run_path({conftest!r})
ScriptedEmbeddings, written = here["ScriptedEmbeddings"], here["written"]
home = Path(sys.argv[1])
def version(i):
    says = (f"Version {{i}} says {{j}}. It ends." for j in range(20))
    return written("a", f"# Title {{i}}\\n\\n" + "\\n\\n".join(says))
"""


@pytest.fixture
def worker() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`worker(code, home, …)` runs code in a process of its own, with the scripted model and the store at hand."""
    started: list[subprocess.Popen[str]] = []
    prelude = _PRELUDE.format(conftest=str(Path(__file__)))

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", prelude + code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
