"""The index: articles, chunks and sentences, embedded or on a Chroma server; read by snapshot, written as a whole."""

import hashlib
import logging
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document

from index.article import Article
from index.backends import Backend, Embedded, Server, chroma_errors
from index.canonical import CANONICAL, resplit
from index.chroma import (
    AGAIN,
    ArticleRecord,
    Collections,
    Progress,
    article_digest,
    articles_of,
    exists,
    other_manifests,
)
from index.chunks import CHUNKER, Unit
from index.embeddings import SentenceEmbeddings
from index.errors import ArticleNotFound, StoreError
from index.sentences import SPLITTER
from index.speakers import SPEAKERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.backends import Client

log = logging.getLogger(__name__)

FORMAT = 1
"""Layout of the two collections."""


class ArticleStore:
    """The index. Opened lazily; every read works on a `Snapshot`, every write is atomic.

    `home` is the folder of the embedded index; with `url` the articles live on a Chroma server instead.
    """

    def __init__(self, embeddings: SentenceEmbeddings, *, home: Path, url: str = "") -> None:
        self.embeddings = embeddings
        self._backend: Backend = Server(url) if url else Embedded(home)
        self._last: Snapshot | None = None
        self._opening = Lock()

    @property
    def place(self) -> str:
        """Where the index is, for people."""
        return self._backend.place

    @property
    def manifest(self) -> dict[str, Any]:
        """What makes this index: two indexes with the same manifest hold the same units for the same article."""
        return {
            "format": FORMAT,
            "canonical": CANONICAL,
            "splitter": SPLITTER,
            "speakers": SPEAKERS,
            "chunker": CHUNKER,
            "embedding": self.embeddings.fingerprint,
        }

    def snapshot(self) -> "Snapshot":
        """The index as it stands now. One made by anything else than today's settings is rebuilt first."""
        with chroma_errors(self._backend):
            state = self._backend.state()
            last = self._last
            if last is not None and last.state == state and last.still_valid():
                return last
            with self._opening:  # once for all readers who come after a change
                if self._last is None or self._last is last or self._last.state != state:
                    self._last = self._open(state)
                return self._last

    def put(
        self, article: Article, source: str, *, source_hash: str = "", progress: Progress | None = None
    ) -> ArticleRecord:
        """Add an article, or replace the one from its source. An unchanged article is left alone, not embedded again.

        The record that is returned may carry another id: that of an article with the same text, added before, or one
        of its own where an article from another source has the id already.
        """
        if same := _same_article(self.snapshot().records, article):
            return same
        with chroma_errors(self._backend), self._backend.write() as client:
            collections = Collections(client, self.manifest, self.embeddings)
            records = collections.records()
            if same := _same_article(records, article):  # another process may have been first
                return same
            article = _with_free_id(records, article, source)
            record = collections.add_units(article, source, source_hash, progress)
            collections.commit([(record, article)])
            return record

    def attach(self, article_id: str, name: str, text: str) -> None:
        """Keep a text with an article until that changes or goes. Raises `ArticleNotFound`.

        Nothing is kept where the article has changed since.
        """
        record = self.snapshot().record(article_id)
        with chroma_errors(self._backend), self._backend.write() as client:
            collections = Collections(client, self.manifest, self.embeddings)
            if collections.records().get(article_id) == record:
                collections.attach(record, name, text)

    def remove(self, article_id: str) -> None:
        """Take an article out. Raises `ArticleNotFound`."""
        self.snapshot().record(article_id)
        with chroma_errors(self._backend), self._backend.write() as client:
            Collections(client, self.manifest, self.embeddings).remove(article_id)

    def check(self) -> list[str]:
        """What is wrong with the index, a line each; nothing when every article is complete and true to its hash."""
        snapshot = self.snapshot()
        return [line for record in snapshot.records.values() for line in _check(snapshot, record)]

    def _open(self, state: str) -> "Snapshot":
        if not state:
            return Snapshot(self._backend, state, None, ExitStack())
        with ExitStack() as stack:
            client = stack.enter_context(self._backend.read(state))
            if collections := self._collections(client):
                return Snapshot(self._backend, state, collections, stack.pop_all())
            others = other_manifests(client, self.manifest)
        if others:
            self._rebuild()
        elif self._backend.state() == state:  # or else replaced, and swept away, while it was being opened
            raise StoreError(f"the index at {self.place} has lost its articles: {self._backend.way_out}")
        return self._open(self._backend.state())

    def _collections(self, client: "Client") -> "Collections | None":
        """The collections of today's manifest, if they are there or may be made: a server begins without any."""
        others = other_manifests(client, self.manifest)
        if exists(client, self.manifest) or not (others or self._backend.exclusive):
            return Collections(client, self.manifest, self.embeddings)
        return None

    def _rebuild(self) -> None:
        """Index the articles of an index with another manifest again. The old one is dropped in the same step."""
        log.warning("the index at %s was made by another version or model; rebuilding it", self.place)
        with self._backend.write() as client:
            if exists(client, self.manifest):  # another process was first
                return
            others = other_manifests(client, self.manifest)
            mine = Collections(client, self.manifest, self.embeddings)
            articles = {r.id: (r.source, resplit(a)) for name in others for r, a in articles_of(client, name)}
            # Without the hash of its file, an article is read again from it when it is next opened by path.
            mine.commit([(mine.add_units(article, source, "", None), article) for source, article in articles.values()])
            if self._backend.exclusive:
                for name in others:
                    client.delete_collection(name)
                    client.delete_collection(name.replace("-articles-", "-units-"))


class Articles(Mapping[str, Article]):
    """The articles of a snapshot by id, each read from the index when it is asked for."""

    def __init__(self, snapshot: "Snapshot", ids: Sequence[str]) -> None:
        self._snapshot = snapshot
        self._ids = tuple(ids)

    def __getitem__(self, article_id: str) -> Article:
        if article_id not in self._ids:
            raise KeyError(article_id)
        return self._snapshot.article(article_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


class Snapshot:
    """The index at one moment, for reading. It stays readable while a writer replaces the index."""

    def __init__(self, backend: "Backend", state: str, collections: "Collections | None", held: ExitStack) -> None:
        weakref.finalize(self, held.close)
        self.state = state
        self._backend = backend
        self._collections = collections
        self.records: dict[str, ArticleRecord] = collections.records() if collections else {}
        self._articles: dict[str, Article] = {}

    def still_valid(self) -> bool:
        """Whether the records are what they were. An embedded generation never changes; a server's articles may."""
        return self.state != Server.STATE or self._collections is None or self._collections.records() == self.records

    def with_source_hash(self, source_hash: str) -> ArticleRecord | None:
        """The record of the article that was read from a file with that content."""
        return next((record for record in self.records.values() if record.source_hash == source_hash), None)

    def record(self, article_id: str) -> ArticleRecord:
        """The record of an article. Raises `ArticleNotFound`."""
        if article_id not in self.records:
            known = ", ".join(sorted(self.records)) or "none"
            raise ArticleNotFound(f"there is no article {article_id!r} in the index (there: {known})")
        return self.records[article_id]

    def article(self, article_id: str) -> Article:
        """The article with that id. Raises `ArticleNotFound`."""
        if article_id not in self._articles:
            record = self.record(article_id)
            with self._reading() as collections:
                self._articles[article_id] = collections.article(record)
        return self._articles[article_id]

    def attached(self, article_id: str, name: str) -> str | None:
        """A text that was kept with an article under a name; None where there is none."""
        with self._reading() as collections:
            return collections.attached(self.record(article_id), name)

    def articles(self, ids: Sequence[str] = ()) -> Articles:
        """The articles with those ids, or all of them; none is read before it is asked for."""
        return Articles(self, ids or tuple(self.records))

    def documents(self, unit: Unit, articles: Sequence[str]) -> list[Document]:
        """All chunks or sentences of some articles, in reading order."""
        if not articles:
            return []
        with self._reading() as collections:
            found = collections.units(self._where(unit, articles))
        return sorted(found, key=lambda document: (document.metadata["article"], document.metadata["start"]))

    def search(self, vector: list[float], unit: Unit, articles: Sequence[str], k: int) -> list[tuple[Document, float]]:
        """The `k` units nearest to a vector with their cosine similarity, best first."""
        if not articles:
            return []
        with self._reading() as collections:
            return collections.nearest(vector, self._where(unit, articles), k)

    def vectors(self, ids: Sequence[str]) -> "NDArray[Any]":
        """The stored vectors of units, `(len(ids), dimensions)`, in the order of the ids."""
        with self._reading() as collections:
            return collections.vectors(ids)

    @contextmanager
    def _reading(self) -> Iterator["Collections"]:
        if self._collections is None:
            raise StoreError("the index is empty: add an article with article-bot index add PATH")
        with chroma_errors(self._backend):
            yield self._collections

    def _where(self, unit: Unit, articles: Sequence[str]) -> dict[str, Any]:
        hashes = sorted({self.record(article).sha256 for article in articles})
        return {"$and": [{"unit": unit}, {"article": {"$in": sorted(articles)}}, {"sha256": {"$in": hashes}}]}


def _same_article(records: dict[str, ArticleRecord], article: Article) -> ArticleRecord | None:
    """The record of this very article, or of one with another id and the same text: units belong to a text."""
    digest = article_digest(article)
    same = (r for r in records.values() if r.digest == digest or (r.id != article.id and r.sha256 == article.sha256))
    return next(same, None)


def _with_free_id(records: dict[str, ArticleRecord], article: Article, source: str) -> Article:
    """The article, under another id where one from another source has its own: two files of one name are two."""
    taken = records.get(article.id)
    if taken is None or taken.source == source:
        return article
    suffix = hashlib.sha256(source.encode()).hexdigest()[:6]
    return article.model_copy(update={"id": f"{article.id}-{suffix}"})


def _check(snapshot: Snapshot, record: ArticleRecord) -> Iterator[str]:
    try:
        article = snapshot.article(record.id)  # reading it checks its hash
    except StoreError as error:
        yield f"{record.id}: {error}"
        return
    wanted_units: dict[Unit, int] = {"chunk": record.chunks, "sentence": record.sentences}
    for unit, wanted in wanted_units.items():
        documents = snapshot.documents(unit, [record.id])
        if len(documents) != wanted:
            yield f"{record.id}: {len(documents)} {unit}s of {wanted}; {AGAIN}"
        for document in documents:
            span = slice(document.metadata["start"], document.metadata["end"])
            if article.text[span] != document.page_content:
                yield f"{record.id}: the {unit} at {span.start} is not the article's text; {AGAIN}"
