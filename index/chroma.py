"""The two collections of an index and what is in them. The only module that knows langchain-chroma.

- `units`: chunks and sentences with their vectors, each under the hash of the text that it comes from;
- `articles`: one record an article (what is indexed, from where), and the article itself.

A record is written after its units: units without a record are invisible and are overwritten by the next attempt.
The collections carry a manifest of what made them and its hash in their names, so units made by one embedding model
or chunker never mix with another's.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from pydantic import ValidationError

from index.article import Article
from index.chunks import chunk_documents, sentence_documents
from index.embeddings import SentenceEmbeddings
from index.errors import StoreError

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    from index.backends import Client

Progress = Callable[[int, int], None]
"""Called with units done and units in all."""

AGAIN = "remove the article and add it again"

_BATCH = 32  # units embedded at a time
_MANY = 1000  # rows written or deleted at a time
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


class Collections:
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
        """The records of all articles, by id, oldest first."""
        found = self._records.get(where={"kind": "record"}, include=["metadatas"])
        records = [_record(metadata) for metadata in found["metadatas"]]
        return {record.id: record for record in sorted(records, key=lambda record: (record.added, record.id))}

    def article(self, record: ArticleRecord) -> Article:
        """The article of a record. Raises `StoreError` when it is missing or altered."""
        found = self._records.get(ids=[f"article:{record.id}:{record.digest}"], include=["metadatas"])
        if not found["metadatas"]:
            raise StoreError(f"the text of article {record.id!r} is missing from the index; {AGAIN}")
        try:
            return Article.model_validate_json(found["metadatas"][0]["json"])
        except ValidationError as error:
            raise StoreError(
                f"the text of article {record.id!r} in the index is not what was added; {AGAIN}"
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
        texts = {f"article:{r.id}:{r.digest}": {"kind": "article", "json": a.model_dump_json()} for r, a in added}
        records = {f"record:{r.id}": {"kind": "record", **asdict(r)} for r, _ in added}
        rows = [*texts.items(), *records.items()]  # the records last: they are what makes an article visible
        collection = self._records  # made here even where nothing goes into it: a generation without it is damaged
        for start in range(0, len(rows), _MANY):
            ids, metadatas = zip(*rows[start : start + _MANY], strict=True)
            collection.upsert(ids=list(ids), embeddings=[[0.0]] * len(ids), metadatas=list(metadatas))
        for record, _ in added:
            self._drop_old(record.id, keep=record)

    def attach(self, record: ArticleRecord, name: str, text: str) -> None:
        """Keep a text with an article, for as long as the article is there and is the same."""
        metadata = {"kind": "note", "text": text}
        self._records.upsert(ids=[_note_id(record, name)], embeddings=[[0.0]], metadatas=[metadata])

    def attached(self, record: ArticleRecord, name: str) -> str | None:
        """A text that was kept with an article."""
        found = self._records.get(ids=[_note_id(record, name)], include=["metadatas"])["metadatas"]
        return str(found[0]["text"]) if found else None

    def remove(self, article_id: str) -> None:
        """Drop an article: its record first, so that nobody finds half of it."""
        self._records.delete(ids=[f"record:{article_id}"])
        self._drop_old(article_id, keep=None)

    def units(self, where: dict[str, Any]) -> list[Document]:
        """The units that a Chroma filter lets through."""
        found = self._units.get(where=where, include=["documents", "metadatas"])
        return [
            Document(id=identity, page_content=text, metadata=metadata)
            for identity, text, metadata in zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        ]

    def nearest(self, vector: list[float], where: dict[str, Any], k: int) -> list[tuple[Document, float]]:
        """The `k` units nearest to a vector with their cosine similarity, best first; ties in reading order."""
        found = self._units.similarity_search_by_vector_with_relevance_scores(vector, k=k, filter=where)
        ranked = [(document, round(1.0 - distance, 6)) for document, distance in found]
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0].metadata["article"], pair[0].metadata["start"]))

    def vectors(self, ids: Sequence[str]) -> "NDArray[Any]":
        """Vectors of units, `(len(ids), dimensions)`, in the order of the ids."""
        import numpy as np

        found = self._units.get(ids=list(ids), include=["embeddings"])
        by_id = dict(zip(found["ids"], found["embeddings"], strict=True))
        if missing := [identity for identity in ids if identity not in by_id]:
            raise StoreError(f"{len(missing)} sentences are missing from the index; {AGAIN}")
        return np.asarray([by_id[identity] for identity in ids], dtype=np.float32)

    def _drop_old(self, article_id: str, keep: ArticleRecord | None) -> None:
        units = self._client.get_collection(_collection("units", self._manifest), embedding_function=None)
        held = units.get(where={"article": article_id}, include=[])["ids"]
        old = [identity for identity in held if identity not in self._written.get(article_id, ())]
        for start in range(0, len(old), _MANY):
            units.delete(ids=old[start : start + _MANY])
        texts = [identity for identity in self._records.get(include=[])["ids"] if _is_of(identity, article_id)]
        if stale := [identity for identity in texts if not (keep and f":{keep.digest}" in identity)]:
            self._records.delete(ids=stale)


def article_digest(article: Article) -> str:
    """Hash of everything in an article except its id."""
    return hashlib.sha256(article.model_dump_json(exclude={"id"}).encode()).hexdigest()


def _collection(what: str, manifest: dict[str, Any]) -> str:
    return f"{_PREFIX}-{what}-{_fingerprint(manifest)}"


def _fingerprint(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:12]


def exists(client: "Client", manifest: dict[str, Any]) -> bool:
    """Whether the index of a manifest is there."""
    return _collection("articles", manifest) in {collection.name for collection in client.list_collections()}


def other_manifests(client: "Client", manifest: dict[str, Any]) -> list[str]:
    """Names of the article collections that another manifest made."""
    mine = _collection("articles", manifest)
    names = sorted(collection.name for collection in client.list_collections())
    return [name for name in names if name.startswith(f"{_PREFIX}-articles-") and name != mine]


def articles_of(client: "Client", name: str) -> Iterable[tuple[ArticleRecord, Article]]:
    """Records and articles of a collection that any manifest made."""
    collection = client.get_collection(name, embedding_function=None)
    rows: Any = collection.get(include=["metadatas"])
    held = dict(zip(rows["ids"], rows["metadatas"], strict=True))
    for metadata in held.values():
        if metadata["kind"] == "record":
            record = _record(metadata)
            yield record, Article.model_validate_json(held[f"article:{record.id}:{record.digest}"]["json"])


def _record(metadata: dict[str, Any]) -> ArticleRecord:
    return ArticleRecord(**{name: value for name, value in metadata.items() if name != "kind"})


def _note_id(record: ArticleRecord, name: str) -> str:
    return f"note-{name}:{record.id}:{record.digest}"


def _is_of(identity: str, article_id: str) -> bool:
    """Whether a row is the text of an article, or a text that is kept with it."""
    kind, _, rest = identity.partition(":")
    return (kind == "article" or kind.startswith("note-")) and rest.rpartition(":")[0] == article_id
