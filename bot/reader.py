"""The reader: how well each retrieved sentence supports an answer, and whether there is one at all.

`Reader` is a small protocol, so that another reader can take this one's place. `HybridReader` needs nothing but the
embedding model and BM25: logistic models over the features of `bot.features`, weights in `reader.json` beside this
file, fitted by `python -m evals.fit_reader`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from langchain_core.documents import Document

from bot.features import bm25_scores, question_features, sentence_features, words_of
from index import SentenceEmbeddings, Snapshot
from index.chunks import sentence_spans_of, unit_id

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


class HybridReader:
    """Scores sentences with the stored vectors and BM25."""

    def __init__(self, view: Snapshot, embeddings: SentenceEmbeddings, weights: Weights | None = None) -> None:
        self._view = view
        self._embeddings = embeddings
        self._weights = weights or Weights.shipped()
        self._vocabulary = cache(self._words_of)

    @property
    def threshold(self) -> float:
        """The fitted threshold."""
        return self._weights.threshold

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        """See `Reader.read`."""
        ordered = sorted(chunks, key=lambda chunk: (chunk.metadata["article"], chunk.metadata["start"]))
        candidates = [candidate for number, chunk in enumerate(ordered) for candidate in _candidates(chunk, number)]
        if not candidates:
            return Reading((), 0.0)
        features = self._features(question, ordered, candidates)
        logits = features @ np.asarray(self._weights.sentence) + self._weights.sentence_bias
        articles = frozenset(candidate.article for candidate in candidates)
        profile = question_features(logits, features, question, self._vocabulary(articles))
        confidence = sigmoid(profile @ np.asarray(self._weights.question) + self._weights.question_bias)
        evidence = [
            Evidence(candidate.article, candidate.start, candidate.end, round(float(support), DIGITS))
            for candidate, support in zip(candidates, sigmoid(logits), strict=True)
        ]
        ranked = sorted(evidence, key=lambda item: (-item.score, item.article, item.start))
        return Reading(tuple(ranked), round(float(confidence), DIGITS))

    def _features(self, question: str, chunks: list[Document], candidates: list[_Candidate]) -> "NDArray[Any]":
        vector = np.asarray(self._embeddings.embed_query(question))
        of_chunks = self._view.vectors([chunk.id or "" for chunk in chunks]) @ vector
        cosines = self._view.vectors([candidate.id for candidate in candidates]) @ vector
        bm25 = bm25_scores([candidate.text for candidate in candidates], question)
        return sentence_features(cosines, of_chunks[[candidate.chunk for candidate in candidates]], bm25)

    def _words_of(self, articles: frozenset[str]) -> frozenset[str]:
        return words_of([self._view.article(article).text for article in sorted(articles)])


def sigmoid(values: Any) -> Any:
    """The logistic function, without overflow."""
    return 1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0)))


def _candidates(chunk: Document, number: int) -> Iterator[_Candidate]:
    article, sha256, first = (chunk.metadata[name] for name in ("article", "sha256", "start"))
    for start, end in sentence_spans_of(chunk):
        text = chunk.page_content[start - first : end - first]
        yield _Candidate(unit_id("sentence", sha256, start, end), article, start, end, text, number)
