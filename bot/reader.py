"""The reader: how well each retrieved sentence supports an answer, and whether there is one at all.

`Reader` is a small protocol, so that another reader can take this one's place. `HybridReader` needs nothing but the
embedding model and BM25: logistic models over the features of `bot.features`, weights in `reader.json` beside this
file, fitted by `python -m evals.fit_reader`.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from langchain_core.documents import Document

from bot.features import question_features, sentence_features, words_of
from index import SentenceEmbeddings, Snapshot
from index.chunks import sentence_spans_of, unit_id
from index.lexical import LexicalIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIGITS = 6
"""Scores are rounded to this many digits before anything is decided, so that every machine decides the same."""


_ARTICLE_SETS = 32  # how many sets of articles keep their vectors and BM25 index in memory


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of an article with its support for a question, 0 to 1."""

    article: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Evidence, best first, and the probability that it answers the question."""

    evidence: tuple[Evidence, ...]
    confidence: float


class Reader(Protocol):
    """Anything that reads chunks for a question."""

    @property
    def threshold(self) -> float:
        """The confidence below which the article is held not to answer."""
        ...

    @property
    def fingerprint(self) -> str:
        """What tells two readers apart: its name and a hash of its weights."""
        ...

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        """Score every sentence of the chunks. No chunks: no evidence and confidence 0."""
        ...


@dataclass(frozen=True, slots=True)
class Weights:
    """Two logistic models, and the threshold that goes with them."""

    sentence: tuple[float, ...]
    sentence_bias: float
    question: tuple[float, ...]
    question_bias: float
    threshold: float

    @classmethod
    def shipped(cls) -> "Weights":
        """The fitted weights that come with the package."""
        data: dict[str, Any] = json.loads((files("bot") / "reader.json").read_text(encoding="utf-8"))
        return cls(
            sentence=tuple(data["sentence"]),
            sentence_bias=data["sentence_bias"],
            question=tuple(data["question"]),
            question_bias=data["question_bias"],
            threshold=data["threshold"],
        )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence to be scored: where it stands, and the number of its chunk."""

    id: str
    article: str
    start: int
    end: int
    text: str
    chunk: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is kept in memory of some articles: vectors of their sentences, then of their chunks, by row."""

    rows: dict[str, int]
    vectors: "NDArray[Any]"
    lexicon: LexicalIndex
    words: frozenset[str]


class HybridReader:
    """Scores sentences with the stored vectors and BM25."""

    def __init__(self, view: Snapshot, embeddings: SentenceEmbeddings, weights: Weights | None = None) -> None:
        self._view = view
        self._embeddings = embeddings
        self._weights = weights or Weights.shipped()
        self._shelf = lru_cache(_ARTICLE_SETS)(self._read_shelf)

    @property
    def threshold(self) -> float:
        """The fitted threshold."""
        return self._weights.threshold

    @property
    def fingerprint(self) -> str:
        """See `Reader.fingerprint`."""
        weights = json.dumps(asdict(self._weights), sort_keys=True)
        return f"hybrid@{hashlib.sha256(weights.encode()).hexdigest()[:16]}"

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        """See `Reader.read`."""
        ordered = sorted(chunks, key=lambda chunk: (chunk.metadata["article"], chunk.metadata["start"]))
        found = (candidate for number, chunk in enumerate(ordered) for candidate in _candidates(chunk, number))
        candidates = [candidate for candidate in found if not self._is_title(candidate)]
        if not candidates:
            return Reading((), 0.0)
        features = self._features(question, ordered, candidates)
        logits = features @ np.asarray(self._weights.sentence) + self._weights.sentence_bias
        words = self._shelf(frozenset(candidate.article for candidate in candidates)).words
        profile = question_features(logits, features, question, words)
        confidence = sigmoid(profile @ np.asarray(self._weights.question) + self._weights.question_bias)
        evidence = [
            Evidence(candidate.article, candidate.start, candidate.end, round(float(support), DIGITS))
            for candidate, support in zip(candidates, sigmoid(logits), strict=True)
        ]
        ranked = sorted(evidence, key=lambda item: (-item.score, item.article, item.start))
        return Reading(tuple(ranked), round(float(confidence), DIGITS))

    def _features(self, question: str, chunks: list[Document], candidates: list[_Candidate]) -> "NDArray[Any]":
        shelf = self._shelf(frozenset(candidate.article for candidate in candidates))
        vector = np.asarray(self._embeddings.embed_query(question), dtype=np.float32)
        of_chunks = shelf.vectors[[shelf.rows[chunk.id or ""] for chunk in chunks]] @ vector
        rows = [shelf.rows[candidate.id] for candidate in candidates]
        bm25 = shelf.lexicon.scores(question)[rows]
        of_chunk = of_chunks[[candidate.chunk for candidate in candidates]]
        return sentence_features(shelf.vectors[rows] @ vector, of_chunk, bm25)

    def _is_title(self, candidate: _Candidate) -> bool:
        """A title resembles every question about its article and answers none (one of 4,143 marked sentences)."""
        sentence = self._view.article(candidate.article).sentence_at(candidate.start)
        return sentence is not None and sentence.kind == "title"

    def _read_shelf(self, articles: frozenset[str]) -> _Shelf:
        names = sorted(articles)
        sentences = self._view.documents("sentence", names)
        ids = [document.id or "" for document in [*sentences, *self._view.documents("chunk", names)]]
        return _Shelf(
            rows={identity: row for row, identity in enumerate(ids)},
            vectors=self._view.vectors(ids),
            lexicon=LexicalIndex([sentence.page_content for sentence in sentences]),
            words=words_of([self._view.article(name).text for name in names]),
        )


def sigmoid(values: Any) -> Any:
    """The logistic function, without overflow."""
    return 1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0)))


def _candidates(chunk: Document, number: int) -> Iterator[_Candidate]:
    article, sha256, first = (chunk.metadata[name] for name in ("article", "sha256", "start"))
    for start, end in sentence_spans_of(chunk):
        text = chunk.page_content[start - first : end - first]
        yield _Candidate(unit_id("sentence", sha256, start, end), article, start, end, text, number)
