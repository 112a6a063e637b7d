"""From what the models say to a sentence's support and a question's confidence: features and two fitted models.

The reader and the script that fits the numbers share these functions, so that they cannot drift apart.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.features import names_of, unknown_names
from index.lexical import stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNREAD = -9.0
"""The logit of a sentence that the tagger has not read: about the lowest it gives."""

SENTENCE_FEATURES, QUESTION_FEATURES = 12, 25

_BM25_SCALE = 10.0
_KINDS = (
    re.compile(r"\bwho(?:m|se)?\b"),
    re.compile(r"\bwhen\b|\b(?:what|which) (?:year|day|date|month|time)\b|\bhow (?:long|old|often)\b"),
    re.compile(r"\bhow (?:many|much)\b|\b(?:number|percentage|share|cost|price|sum)\b"),
    re.compile(r"\bwhy\b|\bhow\b|\breason\b|\bexplain\b"),
    re.compile(r"\bwhere\b"),
    re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"),
)
"""Kinds of question: who, when, how many, why or how, where, yes or no."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the models say of each sentence, `(sentences,)` each, in reading order."""

    tuned: "NDArray[Any]"  # cosine of the tuned vectors
    stock: "NDArray[Any]"  # cosine of the index's vectors
    chunk: "NDArray[Any]"  # the same of the sentence's chunk
    bm25: "NDArray[Any]"
    tags: "NDArray[Any]"  # logit of the tagger, UNREAD where it has not read

    def first(self) -> "NDArray[Any]":
        """How good each sentence looks before the tagger has read anything."""
        return np.asarray(self.tuned + 0.25 * self.stock + 0.12 * self._share())

    def features(self) -> "NDArray[Any]":
        """`(sentences, features)` for the support of each."""
        read = self.tags > UNREAD
        columns = [
            self.tuned,
            self.tuned - self.tuned.max(initial=-1.0),
            _beside(self.tuned),
            self.stock,
            self.stock - self.stock.max(initial=-1.0),
            self.chunk,
            self.bm25 / _BM25_SCALE,
            self._share(),
            self.tags,
            self.tags - self.tags.max(initial=UNREAD),
            _beside(self.tags),
            read.astype(float),
        ]
        return np.stack(columns, axis=1)

    def _share(self) -> "NDArray[Any]":
        return np.asarray(self.bm25 / max(float(self.bm25.max(initial=0.0)), 1e-6))


def profile(
    signals: Signals, logits: "NDArray[Any]", question: str, texts: Sequence[str], words: frozenset[str]
) -> "NDArray[Any]":
    """`(features,)` of a question: how good the best sentences are, whether the models agree, what is not there.

    `logits` are the supports of the sentences as log odds, `texts` the sentences, `words` those of the articles.
    """
    order = np.argsort(-logits, kind="stable")
    best = logits[order[:3]]
    read = signals.tags[signals.tags > UNREAD]
    tuned = np.sort(signals.tuned)[::-1]
    top, by_tag, by_vector = order[0], int(signals.tags.argmax()), int(signals.tuned.argmax())
    asked = set(stems(question))
    near = set(stems(" ".join(texts[max(0, top - 1) : top + 2])))
    lowered = question.casefold()
    values = [
        best[0],
        best[0] - (best[1] if len(best) > 1 else best[0]),
        best.mean(),
        float(np.logaddexp.reduce(logits)),
        signals.tags.max(),
        float(np.logaddexp.reduce(np.append(read, 0.0))),
        tuned[0],
        tuned[0] - tuned[min(4, len(tuned) - 1)],
        (tuned[0] - tuned.mean()) / (tuned.std() + 1e-3),
        signals.stock.max(),
        signals.stock[top],
        signals.tuned[by_tag] - tuned[0],
        signals.tags[by_vector] - signals.tags[by_tag],
        signals.bm25.max() / _BM25_SCALE,
        len(asked & near) / max(1, len(asked)),
        unknown_names(question, words),
        float(bool(names_of(question))),
        min(len(asked), 12) / 12,
        float(bool(re.search(r"\d", texts[top]))),
        *(float(bool(kind.search(lowered))) for kind in _KINDS),
    ]
    return np.asarray(values, dtype=float)


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic model over standardised features."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def logits(self, features: "NDArray[Any]") -> "NDArray[Any]":
        """Log odds, one a row."""
        standard = (features - np.asarray(self.mean)) / np.asarray(self.scale)
        return np.asarray(standard @ np.asarray(self.weights) + self.bias)


@dataclass(frozen=True, slots=True)
class Forest:
    """Boosted trees: the sum of a leaf of each. A tree begins at node 0; at a leaf `feature` is negative."""

    feature: tuple[tuple[int, ...], ...]
    threshold: tuple[tuple[float, ...], ...]
    left: tuple[tuple[int, ...], ...]
    right: tuple[tuple[int, ...], ...]
    value: tuple[tuple[float, ...], ...]
    bias: float

    def logits(self, features: "NDArray[Any]") -> "NDArray[Any]":
        """Log odds, one a row."""
        return np.asarray(
            [self.bias + sum(self._leaf(tree, row) for tree in range(len(self.feature))) for row in features]
        )

    def _leaf(self, tree: int, row: "NDArray[Any]") -> float:
        node = 0
        while (feature := self.feature[tree][node]) >= 0:
            goes_left = row[feature] <= self.threshold[tree][node]
            node = (self.left if goes_left else self.right)[tree][node]
        return self.value[tree][node]


@dataclass(frozen=True, slots=True)
class Fusion:
    """The fitted numbers of the reader, and the hashes of the models that they were fitted with."""

    sentence: Linear
    question: Linear
    trees: Forest
    threshold: float
    models: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> "Fusion":
        """From a file that `python -m evals.train` wrote."""
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        sentence, question = (
            Linear(tuple(part["mean"]), tuple(part["scale"]), tuple(part["weights"]), part["bias"])
            for part in (data["sentence"], data["question"])
        )
        rows = {
            name: tuple(map(tuple, data["trees"][name])) for name in ("feature", "threshold", "left", "right", "value")
        }
        return cls(sentence, question, Forest(**rows, bias=data["trees"]["bias"]), data["threshold"], data["models"])

    def confidence(self, features: "NDArray[Any]") -> "NDArray[Any]":
        """The probability that questions with these profiles are answered: the mean of both models' log odds."""
        odds = (self.question.logits(features) + self.trees.logits(features)) / 2
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -60.0, 60.0))))

    @property
    def fingerprint(self) -> str:
        """A hash of the numbers and of the models."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    def write(self, path: Path, **more: Any) -> None:
        """To a file, with more to be kept beside the numbers, such as figures."""
        path.write_text(json.dumps({**asdict(self), **more}, indent=1) + "\n", encoding="utf-8")


def neutral(models: dict[str, str]) -> Fusion:
    """Numbers to start fitting from: the signals as they are, nothing learnt."""
    sentence = Linear((0.0,) * SENTENCE_FEATURES, (1.0,) * SENTENCE_FEATURES, (0.0,) * SENTENCE_FEATURES, 0.0)
    question = Linear((0.0,) * QUESTION_FEATURES, (1.0,) * QUESTION_FEATURES, (0.0,) * QUESTION_FEATURES, 0.0)
    return Fusion(sentence, question, Forest((), (), (), (), (), 0.0), 0.5, models)


def _beside(values: "NDArray[Any]") -> "NDArray[Any]":
    """The larger value of the sentence before and the sentence after."""
    low = values.min(initial=0.0)
    before = np.concatenate([[low], values[:-1]])
    after = np.concatenate([values[1:], [low]])
    return np.asarray(np.maximum(before, after))
