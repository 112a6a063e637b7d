"""`doctor`: whether this machine can run the bot, index and models are sound, and all is quiet."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from bot import Settings
from bot.chat import PROVIDERS, Chat
from bot.entailment import TrainedEntailment
from bot.library import open_store, shipped_article
from index import ArticleBotError, SentenceEmbeddings, load
from index.embeddings import SHIPPED_MODEL, check_shipped_model
from ui.quiet import SWITCHES, talking

State = Literal["ok", "warn", "fail"]
_FREE_MIB = 500
_EXTRAS = {
    "trafilatura": ("html", "HTML files and addresses can be read"),
    "pdfminer": ("pdf", "PDF files can be read"),
    "ir_measures": ("eval", "answers can be evaluated"),
    "mcp": ("mcp", "MCP clients can ask"),
    "slack_bolt": ("slack", "the bot can answer in Slack"),
    "redis": ("redis", "several relays can share what they have answered"),
    **{package: (extra, f"models of {extra} can write the answers") for extra, (package, _) in PROVIDERS.items()},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it stands, and what to do where it does not stand well."""

    what: str
    state: State
    detail: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the bot needs, cheap things first."""
    yield _python()
    yield _disk(settings)
    yield from _extras()
    yield from _quiet()
    if settings.model:
        yield _guarded("chat model", lambda: _chat(settings))
        yield _guarded("checking model", _checking)
    yield _guarded("shipped article", _seed)
    yield _guarded("embedding model", lambda: _model(settings))
    yield _guarded("index", lambda: _index(settings))


def _guarded(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", look())
    except ArticleBotError as error:
        return Finding(what, "fail", str(error))


def _python() -> Finding:
    version = platform.python_version()
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("python", "ok" if good else "warn", version if good else f"{version}; tested on 3.11 to 3.13")


def _disk(settings: Settings) -> Finding:
    place = settings.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free >> 20
    if not place.is_dir():
        return Finding("data folder", "fail", f"{place} is no folder: set ARTICLE_BOT_HOME to another")
    if not os.access(place, os.W_OK):
        return Finding("data folder", "fail", f"{settings.home} cannot be written: set ARTICLE_BOT_HOME to another")
    state: State = "ok" if free >= _FREE_MIB else "warn"
    return Finding("data folder", state, f"{settings.home}, {free} MiB free")


def _extras() -> Iterator[Finding]:
    for module, (extra, what) in _EXTRAS.items():
        if find_spec(module):
            yield Finding(f"extra {extra}", "ok", what)
        else:
            yield Finding(f"extra {extra}", "warn", f"missing: {what} with pip install 'article-bot[{extra}]'")


def _quiet() -> Iterator[Finding]:
    loud = [name for name, value in SWITCHES.items() if os.environ.get(name) != value]
    if loud:
        yield Finding("telemetry", "fail", f"not switched off: {', '.join(loud)}")
    else:
        yield Finding("telemetry", "ok", "off (Gradio, Chroma, Hugging Face)")
    if tracing := talking():
        yield Finding("tracing", "warn", f"{tracing[0]} is on: questions go to LangSmith. Unset it to keep them here")
    else:
        yield Finding("tracing", "ok", "off (LangSmith)")


def _seed() -> str:
    article = load(shipped_article())
    return f"{article.title} ({len(article.sentences)} sentences)"


def _chat(settings: Settings) -> str:
    """The chat model can be made: its package and its key are there. It is not asked anything."""
    chat = Chat.open(settings)
    price = f"{settings.model_price} for a million tokens" if settings.model_price else "price unknown"
    form = "JSON" if chat.as_json else "lines"
    return f"{chat.name}: package and key are there; {chat.window} tokens, answers in {form}, {price}"


def _checking() -> str:
    """The network that judges a chat model's statements is there and runs."""
    TrainedEntailment().warm()
    return "weights as shipped"


def _model(settings: Settings) -> str:
    if settings.embedding_model == SHIPPED_MODEL:
        check_shipped_model()
        return f"{SHIPPED_MODEL}, weights as published"
    return SentenceEmbeddings(settings.embedding_model).fingerprint


def _index(settings: Settings) -> str:
    store = open_store(settings)
    problems = store.check()
    if problems:
        raise ArticleBotError("; ".join(problems))
    count = len(store.snapshot().records)
    return f"{store.place}: {count} article{'' if count == 1 else 's'}, complete"
