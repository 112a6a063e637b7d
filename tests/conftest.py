"""What holds for every test: no settings from outside, a home of its own, and no way out of the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from index import Article, SentenceEmbeddings, load

ROOT = Path(__file__).parents[1]

settings.register_profile("article-bot", deadline=None)  # two slow cores are no defect
settings.load_profile("article-bot")

_KEPT = {"ARTICLE_BOT_REQUIRE_BROWSER", "ARTICLE_BOT_REQUIRE_REDIS"}  # says how the tests run, not how the bot does
_FOREIGN = ("ARTICLE_BOT_", "CHROMA_", "LANGSMITH", "LANGCHAIN_", "OPENAI_", "ANTHROPIC_", "SLACK_")
_OFFLINE = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_OFFLINE": "1",
}


def _isolate(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name not in _KEPT and (name.startswith(_FOREIGN) or name.endswith(("_API_KEY", "_API_TOKEN"))):
            patch.delenv(name)
    for name, value in _OFFLINE.items():
        patch.setenv(name, value)
    patch.setenv("ARTICLE_BOT_HOME", str(home))
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def _isolated_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same for what is made once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        _isolate(patch, tmp_path_factory.mktemp("session-home"))
        yield


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings, keys or tracing from outside; sockets reach this machine only."""
    _isolate(monkeypatch, tmp_path / "home")


@pytest.fixture(scope="session")
def embeddings() -> SentenceEmbeddings:
    """The shipped model, loaded once."""
    return SentenceEmbeddings()


@pytest.fixture(scope="session")
def seed_article() -> Article:
    """The shipped article."""
    return load(ROOT / "seeds" / "amazon-ai-everything.md")
