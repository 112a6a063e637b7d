"""The index: articles, chunks and sentences in Chroma, embedded or on a server. The only module that knows chromadb.

Two collections hold everything, so that any process that reaches the same Chroma sees the same articles:

- `units`: chunks and sentences with their vectors, each under the hash of the text that it comes from;
- `articles`: one record an article (what is indexed, from where), and the article itself.

A record is written after its units: units without a record are invisible and are overwritten by the next attempt.
The collections carry a manifest of what made them and its hash in their names, so units made by one embedding model
or chunker never mix with another's.
"""

import hashlib
import json
import logging
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

from langchain_core.documents import Document
from pydantic import ValidationError

from index.article import Article
from index.canonical import CANONICAL, resplit
from index.chunks import CHUNKER, Unit, chunk_documents, sentence_documents
from index.embeddings import SentenceEmbeddings
from index.errors import ArticleNotFound, StoreError
from index.generations import Generations
from index.sentences import SPLITTER

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

FORMAT = 1
"""Layout of the two collections."""

Progress = Callable[[int, int], None]
"""Called with units done and units in all."""

_BATCH = 32
_MANY = 1000
_AGAIN = "remove the article and add it again"
_PREFIX = "article-bot"
_EXACT = {"hnsw": {"space": "cosine", "ef_search": 400, "ef_construction": 400}}


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """One line of the index: what is in it, from where, and how much.

    `digest` is the hash of the whole article, `source_hash` that of the file it was read from (empty: not known).
    """

    id: str
    title: str
    source: str
    source_hash: str
    sha256: str
    digest: str
    sentences: int
    chunks: int
    added: str


class ArticleStore:
    """The index. Opened lazily; every read works on a `Snapshot`, every write is atomic.

    `home` is the folder of the embedded index; with `url` the articles live on a Chroma server instead.
    """

    def __init__(self, embeddings: SentenceEmbeddings, *, home: Path, url: str = "") -> None:
        self.embeddings = embeddings
        self._backend: _Backend = _Server(url) if url else _Embedded(home)
        self._last: Snapshot | None = None

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
            "chunker": CHUNKER,
            "embedding": self.embeddings.fingerprint,
        }

    def snapshot(self) -> "Snapshot":
        """The index as it stands now. One made by anything else than today's settings is rebuilt first."""
        with _chroma_errors(self._backend):
            state = self._backend.state()
            if self._last is None or self._last.state != state or not self._last.still_valid():
                self._last = self._open(state)
        return self._last

    def put(
        self, article: Article, source: str, *, source_hash: str = "", progress: Progress | None = None
    ) -> ArticleRecord:
        """Add an article, or replace the one with its id. An unchanged article is left alone, and not embedded again.

        The record that is returned may carry another id: that of an article with the same text, added before.
        """
        if same := _same_article(self.snapshot().records, article):
            return same
        with _chroma_errors(self._backend), self._backend.write() as client:
            collections = _Collections(client, self.manifest, self.embeddings)
            if same := _same_article(collections.records(), article):  # another process may have been first
                return same
            record = collections.add_units(article, source, source_hash, progress)
            collections.commit([(record, article)])
            return record

    def remove(self, article_id: str) -> None:
        """Take an article out. Raises `ArticleNotFound`."""
        self.snapshot().record(article_id)
        with _chroma_errors(self._backend), self._backend.write() as client:
            _Collections(client, self.manifest, self.embeddings).remove(article_id)

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
            others = _other_manifests(client, self.manifest)
        if others:
            self._rebuild()
        elif self._backend.state() == state:  # or else replaced, and swept away, while it was being opened
            raise StoreError(f"the index at {self.place} has lost its articles: {self._backend.way_out}")
        return self._open(self._backend.state())

    def _collections(self, client: "Client") -> "_Collections | None":
        """The collections of today's manifest, if they are there or may be made: a server begins without any."""
        others = _other_manifests(client, self.manifest)
        if _exists(client, self.manifest) or not (others or self._backend.exclusive):
            return _Collections(client, self.manifest, self.embeddings)
        return None

    def _rebuild(self) -> None:
        """Index the articles of an index with another manifest again. The old one is dropped in the same step."""
        log.warning("the index at %s was made by another version or model; rebuilding it", self.place)
        with self._backend.write() as client:
            if _exists(client, self.manifest):  # another process was first
                return
            others = _other_manifests(client, self.manifest)
            mine = _Collections(client, self.manifest, self.embeddings)
            articles = {r.id: (r.source, resplit(a)) for name in others for r, a in _articles_of(client, name)}
            # Without the hash of its file, an article is read again from it when it is next opened by path.
            mine.commit([(mine.add_units(article, source, "", None), article) for source, article in articles.values()])
            if self._backend.exclusive:
                for name in others:
                    client.delete_collection(name)
                    client.delete_collection(name.replace("-articles-", "-units-"))


class Snapshot:
    """The index at one moment, for reading. It stays readable while a writer replaces the index."""

    def __init__(self, backend: "_Backend", state: str, collections: "_Collections | None", held: ExitStack) -> None:
        weakref.finalize(self, held.close)
        self.state = state
        self._backend = backend
        self._collections = collections
        self.records: dict[str, ArticleRecord] = collections.records() if collections else {}
        self._articles: dict[str, Article] = {}

    def still_valid(self) -> bool:
        """Whether the records are what they were. An embedded generation never changes; a server's articles may."""
        return self.state != _Server.STATE or self._collections is None or self._collections.records() == self.records

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
    def _reading(self) -> Iterator["_Collections"]:
        if self._collections is None:
            raise StoreError("the index is empty: add an article with article-bot index add PATH")
        with _chroma_errors(self._backend):
            yield self._collections

    def _where(self, unit: Unit, articles: Sequence[str]) -> dict[str, Any]:
        hashes = sorted({self.record(article).sha256 for article in articles})
        return {"$and": [{"unit": unit}, {"article": {"$in": sorted(articles)}}, {"sha256": {"$in": hashes}}]}


class _Collections:
    """The two collections of one manifest."""

    def __init__(self, client: "Client", manifest: dict[str, Any], embeddings: SentenceEmbeddings) -> None:
        self._client = client
        self._manifest = manifest
        self._embeddings = embeddings
        self._written: dict[str, set[str]] = {}

    @cached_property
    def _units(self) -> "Chroma":
        from langchain_chroma import Chroma

        return Chroma(
            client=self._client,
            collection_name=_collection("units", self._manifest),
            embedding_function=self._embeddings,
            collection_configuration=_EXACT,  # type: ignore[arg-type]  # a plain dict is what chromadb documents
            collection_metadata=self._manifest,
        )

    @cached_property
    def _records(self) -> Any:
        return self._client.get_or_create_collection(
            _collection("articles", self._manifest), embedding_function=None, metadata=self._manifest
        )

    def records(self) -> dict[str, ArticleRecord]:
        found = self._records.get(where={"kind": "record"}, include=["metadatas"])
        records = [_record(metadata) for metadata in found["metadatas"]]
        return {record.id: record for record in sorted(records, key=lambda record: (record.added, record.id))}

    def article(self, record: ArticleRecord) -> Article:
        found = self._records.get(ids=[f"article:{record.id}:{record.digest}"], include=["metadatas"])
        if not found["metadatas"]:
            raise StoreError(f"the text of article {record.id!r} is missing from the index; {_AGAIN}")
        try:
            return Article.model_validate_json(found["metadatas"][0]["json"])
        except ValidationError as error:
            raise StoreError(
                f"the text of article {record.id!r} in the index is not what was added; {_AGAIN}"
            ) from error

    def add_units(self, article: Article, source: str, source_hash: str, progress: Progress | None) -> ArticleRecord:
        """Embed an article and store its units. They stay invisible until `commit`."""
        chunks = chunk_documents(article, self._embeddings.size, self._embeddings.window)
        documents = [*chunks, *sentence_documents(article)]
        self._written[article.id] = {document.id or "" for document in documents}
        units = self._units
        for start in range(0, len(documents), _BATCH):
            units.add_documents(documents[start : start + _BATCH])
            if progress:
                progress(min(start + _BATCH, len(documents)), len(documents))
        return ArticleRecord(
            id=article.id,
            title=article.title,
            source=source,
            source_hash=source_hash,
            sha256=article.sha256,
            digest=article_digest(article),
            sentences=len(article.sentences),
            chunks=len(chunks),
            added=datetime.now(UTC).isoformat(timespec="microseconds"),
        )

    def commit(self, added: Sequence[tuple[ArticleRecord, Article]]) -> None:
        """Make articles visible, all in one step, and drop what they replace."""
        rows: dict[str, dict[str, Any]] = {}
        for record, article in added:
            rows[f"article:{record.id}:{record.digest}"] = {"kind": "article", "json": article.model_dump_json()}
            rows[f"record:{record.id}"] = {"kind": "record", **asdict(record)}
        records = self._records  # made here even where nothing goes into it: a generation without it is damaged
        if rows:
            records.upsert(ids=list(rows), embeddings=[[0.0]] * len(rows), metadatas=list(rows.values()))
        for record, _ in added:
            self._drop_old(record.id, keep=record)

    def remove(self, article_id: str) -> None:
        self._records.delete(ids=[f"record:{article_id}"])
        self._drop_old(article_id, keep=None)

    def units(self, where: dict[str, Any]) -> list[Document]:
        found = self._units.get(where=where, include=["documents", "metadatas"])
        return [
            Document(id=identity, page_content=text, metadata=metadata)
            for identity, text, metadata in zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        ]

    def nearest(self, vector: list[float], where: dict[str, Any], k: int) -> list[tuple[Document, float]]:
        found = self._units.similarity_search_by_vector_with_relevance_scores(vector, k=k, filter=where)
        ranked = [(document, round(1.0 - distance, 6)) for document, distance in found]
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0].metadata["article"], pair[0].metadata["start"]))

    def vectors(self, ids: Sequence[str]) -> "NDArray[Any]":
        import numpy as np

        found = self._units.get(ids=list(ids), include=["embeddings"])
        by_id = dict(zip(found["ids"], found["embeddings"], strict=True))
        if missing := [identity for identity in ids if identity not in by_id]:
            raise StoreError(f"{len(missing)} sentences are missing from the index; {_AGAIN}")
        return np.asarray([by_id[identity] for identity in ids], dtype=np.float32)

    def _drop_old(self, article_id: str, keep: ArticleRecord | None) -> None:
        units = self._client.get_collection(_collection("units", self._manifest), embedding_function=None)
        held = units.get(where={"article": article_id}, include=[])["ids"]
        old = [identity for identity in held if identity not in self._written.get(article_id, ())]
        for start in range(0, len(old), _MANY):
            units.delete(ids=old[start : start + _MANY])
        kept = f"article:{article_id}:{keep.digest}" if keep else ""
        texts = [identity for identity in self._records.get(include=[])["ids"] if _is_text_of(identity, article_id)]
        if stale := [identity for identity in texts if identity != kept]:
            self._records.delete(ids=stale)


class _Backend(Protocol):
    """Where Chroma runs. `state` changes when the index does, as far as that can be told without asking Chroma."""

    @property
    def place(self) -> str: ...

    @property
    def exclusive(self) -> bool: ...

    @property
    def way_out(self) -> str: ...

    def state(self) -> str: ...

    def read(self, state: str) -> AbstractContextManager["Client"]: ...

    def write(self) -> AbstractContextManager["Client"]: ...


class _Embedded:
    """Chroma in this process, in generations of a folder."""

    exclusive = True
    way_out = "check the disk and the permissions, or remove the folder and add the articles again"

    def __init__(self, home: Path) -> None:
        self._generations = Generations(home)
        self.place = str(home)

    def state(self) -> str:
        current = self._generations.current()
        return str(current) if current else ""

    @contextmanager
    def read(self, state: str) -> Iterator["Client"]:
        with self._generations.reading(Path(state)), _persistent_client(state) as client:
            yield client

    @contextmanager
    def write(self) -> Iterator["Client"]:
        with self._generations.rewrite() as draft, _persistent_client(str(draft)) as client:
            yield client


class _Server:
    """A Chroma server, shared with whoever else uses it."""

    STATE = "server"
    exclusive = False
    way_out = "start it, or correct CHROMA_URL"

    def __init__(self, url: str) -> None:
        self.place = url

    def state(self) -> str:
        return self.STATE

    def read(self, state: str) -> AbstractContextManager["Client"]:
        return self.write()

    @contextmanager
    def write(self) -> Iterator["Client"]:
        client = _http_client(self.place)
        try:
            yield client
        finally:
            _hang_up(client)


def _persistent_client(path: str) -> "Client":
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    try:
        client = chromadb.PersistentClient(path=path, settings=Settings(anonymized_telemetry=False))
    except ChromaError:  # chromadb would hand out the half-started system the next time
        SharedSystemClient._identifier_to_system.pop(path, None)
        raise
    return cast("Client", client)  # chromadb declares the interface, which lacks `close`


def _http_client(url: str) -> "Client":
    import chromadb
    from chromadb.config import Settings

    try:
        parts = urlsplit(url if "//" in url else f"//{url}", scheme="http")
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        settings = Settings(anonymized_telemetry=False)
        client = chromadb.HttpClient(host=parts.hostname or "", port=port, ssl=secure, settings=settings)
        return cast("Client", client)
    except ValueError as error:
        raise StoreError(
            f"there is no Chroma server at {url} ({str(error).splitlines()[0]}): start it, or correct CHROMA_URL"
        ) from error


def _same_article(records: dict[str, ArticleRecord], article: Article) -> ArticleRecord | None:
    """The record of this very article, or of one with another id and the same text: units belong to a text."""
    digest = article_digest(article)
    same = (r for r in records.values() if r.digest == digest or (r.id != article.id and r.sha256 == article.sha256))
    return next(same, None)


def _hang_up(client: "Client") -> None:
    """Close a client, and the connections to a server that chromadb's own `close` leaves open."""
    client.close()
    for part in (client, client._admin_client):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            session.close()


def article_digest(article: Article) -> str:
    """Hash of everything in an article except its id."""
    return hashlib.sha256(article.model_dump_json(exclude={"id"}).encode()).hexdigest()


def _collection(what: str, manifest: dict[str, Any]) -> str:
    return f"{_PREFIX}-{what}-{_fingerprint(manifest)}"


def _fingerprint(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:12]


def _exists(client: "Client", manifest: dict[str, Any]) -> bool:
    return _collection("articles", manifest) in {collection.name for collection in client.list_collections()}


def _other_manifests(client: "Client", manifest: dict[str, Any]) -> list[str]:
    """Names of the article collections that another manifest made."""
    mine = _collection("articles", manifest)
    names = sorted(collection.name for collection in client.list_collections())
    return [name for name in names if name.startswith(f"{_PREFIX}-articles-") and name != mine]


def _articles_of(client: "Client", name: str) -> Iterable[tuple[ArticleRecord, Article]]:
    collection = client.get_collection(name, embedding_function=None)
    rows: Any = collection.get(include=["metadatas"])
    held = dict(zip(rows["ids"], rows["metadatas"], strict=True))
    for metadata in held.values():
        if metadata["kind"] == "record":
            record = _record(metadata)
            yield record, Article.model_validate_json(held[f"article:{record.id}:{record.digest}"]["json"])


def _record(metadata: dict[str, Any]) -> ArticleRecord:
    return ArticleRecord(**{name: value for name, value in metadata.items() if name != "kind"})


def _is_text_of(identity: str, article_id: str) -> bool:
    return identity.rpartition(":")[0] == f"article:{article_id}"


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
            yield f"{record.id}: {len(documents)} {unit}s of {wanted}; {_AGAIN}"
        for document in documents:
            span = slice(document.metadata["start"], document.metadata["end"])
            if article.text[span] != document.page_content:
                yield f"{record.id}: the {unit} at {span.start} is not the article's text; {_AGAIN}"


@contextmanager
def _chroma_errors(backend: _Backend) -> Iterator[None]:
    """Chroma's own errors, those of what it runs on, and a dead server, as one line."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, sqlite3.Error, httpx.HTTPError, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise StoreError(f"the index at {backend.place} cannot be used ({reason}): {backend.way_out}") from error
