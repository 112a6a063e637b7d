"""The articles of an index, for a page: which there are, adding one while its progress is told, removing one.

A reader of a page is not the owner of the machine: files come as uploads and never as paths, and an address is fetched
only from the public network (`article-bot index add` takes both).
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from bot import ArticleBot
from bot.library import add
from index import ArticleRecord, Progress, SourceError
from index.text import clean

Stage = Literal["reading", "indexing", "questions", "done"]

_MOST_NAME = 100
_MOST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True)
class Indexed:
    """An article that can be asked: what it is, from where, and what it was indexed and is read with."""

    id: str
    title: str
    sentences: int
    source: str
    added: datetime
    embedding: str
    reader: str


@dataclass(frozen=True, slots=True)
class Step:
    """How far an article is: `done` of `total` (0 of 0: not known yet). The last step has the article."""

    stage: Stage
    done: int = 0
    total: int = 0
    article: Indexed | None = None


class Articles:
    """The articles of the index that a bot asks."""

    def __init__(self, bot: ArticleBot) -> None:
        self._bot = bot

    def listed(self) -> list[Indexed]:
        """All of them, the oldest first. Raises `StoreError`."""
        models = self._bot.models
        return [_indexed(record, models) for record in self._bot.store.snapshot().records.values()]

    def add_upload(self, path: Path, name: str = "") -> Iterator[Step]:
        """Add a file that a reader has sent, step by step. Raises `ArticleBotError` with one line.

        `name` is what the reader calls it. Files with the same content are one article; two of one name are two.
        """
        name = clean(name or path.name)[:_MOST_NAME]
        return self._added(lambda told: self._from_upload(path, name, told))

    def add_address(self, address: str) -> Iterator[Step]:
        """Add the article at an http(s) address of the public network. Raises `ArticleBotError` with one line."""
        address = address.strip()
        if not address.lower().startswith(("http://", "https://")) or len(address) > _MOST_ADDRESS:
            raise SourceError("that is no web address: give one that begins with https://, or send a file")
        return self._added(lambda told: add(self._bot.store, address, self._bot.settings, told, public_only=True))

    def remove(self, article_id: str) -> None:
        """Take an article out. Raises `ArticleNotFound`."""
        self._bot.store.remove(article_id)

    def _from_upload(self, path: Path, name: str, told: Progress) -> ArticleRecord:
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()[:12]
        except OSError as error:
            raise SourceError(f"{name} cannot be read ({error.strerror}): send it again") from error
        try:
            return add(self._bot.store, str(path), self._bot.settings, told, source=f"upload: {name} ({digest})")
        except SourceError as error:  # where it lies here is nobody's business
            raise SourceError(str(error).replace(clean(str(path)), name)) from error

    def _added(self, index: Callable[[Progress], ArticleRecord]) -> Iterator[Step]:
        """The steps of an addition. It goes on to its end also where nobody listens any more."""
        steps: SimpleQueue[Step | None] = SimpleQueue()

        def tell(stage: Stage) -> Progress:
            return lambda done, total: steps.put(Step(stage, done, total))

        def work() -> ArticleRecord:
            try:
                record = index(tell("indexing"))
                self._bot.on(record.id).prepare(tell("questions"))
                return record
            finally:
                steps.put(None)

        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="add-article")
        try:
            yield Step("reading")
            record = pool.submit(work)
            yield from iter(steps.get, None)
            yield Step("done", article=_indexed(record.result(), self._bot.models))
        finally:
            pool.shutdown(wait=False)


def _indexed(record: ArticleRecord, models: dict[str, str]) -> Indexed:
    added = datetime.fromisoformat(record.added)
    named = (models["embedding"], models["reader"])
    return Indexed(record.id, record.title, record.sentences, record.source, added, *named)
