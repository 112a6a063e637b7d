"""The trained reader: a bi-encoder finds likely sentences, a tagger reads the text around them, both are weighed.

The tagger reads six windows at most, whatever the length of the article. Vectors of a chunk's sentences are made when
it is first read and kept in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.documents import Document

from bot.encoder import Encoder, query_vector, sentence_vectors, tag_logits
from bot.reader import DIGITS, Evidence, Reading, sigmoid
from bot.shelf import ARTICLE_SETS, Candidate, Shelf, candidates_of, in_order, read_shelf
from bot.support import UNREAD, Fusion, Signals, profile
from bot.tokens import Row, chunk_row, pieces, query_row, window_row
from bot.windows import window_around
from index import SentenceEmbeddings, Snapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOWS = 6
"""The most windows that the tagger reads for one question."""

CHUNKS = 20
"""How many chunks to retrieve for it: most articles whole."""

STRANGE = 0.5
"""What confidence is multiplied with where a question shares no word with the article: most such are no questions."""

_CHUNKS_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class _Page:
    """The sentences of an article as the tagger reads them, by where they start; titles are left out."""

    number: dict[int, int]
    ids: list[list[int]]
    sizes: list[int]
    blocks: list[int]


@dataclass(frozen=True, slots=True)
class Look:
    """Everything known of a question before it is decided: sentences, what the models say of them, the features."""

    candidates: tuple[Candidate, ...]
    signals: Signals
    logits: "NDArray[Any]"
    profile: "NDArray[Any]"


def shipped_models() -> Path:
    """The folder of the models that come with the package."""
    return Path(str(files("bot") / "models" / "reader"))


@lru_cache(maxsize=4)
def _encoder(path: Path, sha256: str) -> Encoder:
    """One for all readers of this process: they differ in what they read, and the networks are large."""
    return Encoder(path, sha256)


@lru_cache(maxsize=4)
def _chunk_memory(_: Path) -> dict[str, "NDArray[Any]"]:
    """Vectors by the id of their chunk, which follows from its text: they outlive a change of the index."""
    return {}


class TrainedReader:
    """Scores sentences with the trained models in a folder, those of the package where none is named."""

    def __init__(self, view: Snapshot, embeddings: SentenceEmbeddings, folder: Path | None = None) -> None:
        folder = folder or shipped_models()
        self._view = view
        self._embeddings = embeddings
        self._fusion = Fusion.read(folder / "reader.json")
        self._vectors = _encoder(folder / "biencoder.onnx", self._fusion.models["biencoder.onnx"])
        self._tagger = _encoder(folder / "tagger.onnx", self._fusion.models["tagger.onnx"])
        self._shelf = lru_cache(ARTICLE_SETS)(lambda articles: read_shelf(view, articles))
        self._page = lru_cache(ARTICLE_SETS)(self._read_page)
        self._in_chunk = _chunk_memory(folder)

    @property
    def threshold(self) -> float:
        """The fitted threshold."""
        return self._fusion.threshold

    @property
    def fingerprint(self) -> str:
        """See `Reader.fingerprint`."""
        return f"trained@{self._fusion.fingerprint}"

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        """See `Reader.read`."""
        look = self.look(question, chunks)
        if look is None:
            return Reading((), 0.0)
        confidence = self._fusion.confidence(look.profile[None])[0]
        if not look.signals.bm25.any():
            confidence *= STRANGE
        evidence = [
            Evidence(candidate.article, candidate.start, candidate.end, round(float(support), DIGITS))
            for candidate, support in zip(look.candidates, sigmoid(look.logits), strict=True)
        ]
        ranked = sorted(evidence, key=lambda item: (-item.score, item.article, item.start))
        return Reading(tuple(ranked), round(float(confidence), DIGITS))

    def look(self, question: str, chunks: Sequence[Document]) -> Look | None:
        """What the models say of the sentences of some chunks; None where there are none."""
        ordered = in_order(chunks)
        candidates = candidates_of(self._view, ordered)
        if not candidates:
            return None
        shelf = self._shelf(frozenset(candidate.article for candidate in candidates))
        query = query_row(*pieces([question]))
        found = self._found(question, query, ordered, candidates, shelf)
        signals = self._read_windows(query, candidates, found)
        logits = self._fusion.sentence.logits(signals.features())
        texts = [candidate.text for candidate in candidates]
        return Look(tuple(candidates), signals, logits, profile(signals, logits, question, texts, shelf.words))

    def _found(
        self, question: str, query: Row, chunks: list[Document], candidates: list[Candidate], shelf: Shelf
    ) -> Signals:
        """What can be told without the tagger."""
        stock = np.asarray(self._embeddings.embed_query(question), dtype=np.float32)
        rows = [shelf.rows[candidate.id] for candidate in candidates]
        of_chunks = shelf.vectors[[shelf.rows[chunk.id or ""] for chunk in chunks]] @ stock
        tuned = query_vector(self._vectors, query)
        return Signals(
            tuned=np.concatenate([self._chunk_vectors(chunk) @ tuned for chunk in chunks]),
            stock=shelf.vectors[rows] @ stock,
            chunk=of_chunks[[candidate.chunk for candidate in candidates]],
            bm25=shelf.lexicon.scores(question)[rows],
            tags=np.full(len(candidates), UNREAD),
        )

    def _chunk_vectors(self, chunk: Document) -> "NDArray[Any]":
        """Tuned vectors of a chunk's sentences, titles left out."""
        key = chunk.id or ""
        vectors = self._in_chunk.get(key)
        if vectors is None:
            texts = [candidate.text for candidate in candidates_of(self._view, [chunk])]
            vectors = sentence_vectors(self._vectors, chunk_row(pieces(texts))) if texts else np.zeros((0, 384))
            if len(self._in_chunk) >= _CHUNKS_KEPT:
                self._in_chunk.clear()
            self._in_chunk[key] = vectors
        return vectors

    def _read_windows(self, query: Row, candidates: list[Candidate], found: Signals) -> Signals:
        """The signals with the tagger's logits of the best windows."""
        at = {(candidate.article, candidate.start): number for number, candidate in enumerate(candidates)}
        chosen = self._windows(candidates, found.first())
        rows = [window_row(query, self._page(article).ids[first:last]) for article, first, last in chosen]
        tags = found.tags.copy()
        for (article, first, last), logits in zip(chosen, tag_logits(self._tagger, rows), strict=True):
            starts = list(self._page(article).number)[first:last]
            for start, logit in zip(starts, logits, strict=True):
                number = at.get((article, start))
                if number is not None:
                    tags[number] = max(tags[number], float(logit))
        return Signals(found.tuned, found.stock, found.chunk, found.bm25, tags)

    def _windows(self, candidates: list[Candidate], scores: "NDArray[Any]") -> list[tuple[str, int, int]]:
        """The windows to read, as article and sentences `[first, last)`."""
        chosen: list[tuple[str, int, int]] = []
        for number in np.argsort(-scores, kind="stable"):
            candidate = candidates[number]
            page = self._page(candidate.article)
            place = page.number[candidate.start]
            if any(article == candidate.article and first <= place < last for article, first, last in chosen):
                continue
            chosen.append((candidate.article, *window_around(place, page.sizes, page.blocks)))
            if len(chosen) == WINDOWS:
                break
        return chosen

    def _read_page(self, article_id: str) -> _Page:
        article = self._view.article(article_id)
        kept = [sentence for sentence in article.sentences if sentence.kind != "title"]
        ids = pieces([article.quote(sentence) for sentence in kept])
        return _Page(
            number={sentence.start: at for at, sentence in enumerate(kept)},
            ids=ids,
            sizes=[len(row) + 1 for row in ids],
            blocks=[0] * len(kept),
        )
