"""The reader: how well each retrieved sentence supports an answer, and whether there is one at all.

`Reader` is a small protocol, so that another reader can take this one's place. `HybridReader` needs nothing but the
embedding model and BM25: logistic models over the features of `bot.features`, weights in `reader.json` beside this
file, fitted by `python -m evals.fit_reader`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from langchain_core.documents import Document

from bot.features import question_features, sentence_features
from bot.shelf import ARTICLE_SETS, Candidate, candidates_of, in_order, read_shelf
from index import SentenceEmbeddings, Snapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIGITS = 6
"""Scores are rounded to this many digits before anything is decided, so that every machine decides the same."""


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


class HybridReader:
    """Scores sentences with the stored vectors and BM25."""

    def __init__(self, view: Snapshot, embeddings: SentenceEmbeddings, weights: Weights | None = None) -> None:
        self._view = view
        self._embeddings = embeddings
        self._weights = weights or Weights.shipped()
        self._shelf = lru_cache(ARTICLE_SETS)(lambda articles: read_shelf(view, articles))

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
        ordered = in_order(chunks)
        candidates = candidates_of(self._view, ordered)
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

    def _features(self, question: str, chunks: list[Document], candidates: list[Candidate]) -> "NDArray[Any]":
        shelf = self._shelf(frozenset(candidate.article for candidate in candidates))
        vector = np.asarray(self._embeddings.embed_query(question), dtype=np.float32)
        of_chunks = shelf.vectors[[shelf.rows[chunk.id or ""] for chunk in chunks]] @ vector
        rows = [shelf.rows[candidate.id] for candidate in candidates]
        bm25 = shelf.lexicon.scores(question)[rows]
        of_chunk = of_chunks[[candidate.chunk for candidate in candidates]]
        return sentence_features(shelf.vectors[rows] @ vector, of_chunk, bm25)


def sigmoid(values: Any) -> Any:
    """The logistic function, without overflow."""
    return 1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0)))
