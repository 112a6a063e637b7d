"""The last step of training: how much each signal counts, when there is an answer, and where the threshold lies.

Everything here goes through the reader as it is shipped, over a real index: the models in int8, the chunks retrieved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.support import UNREAD, Forest, Linear, Signals, profile
from evals.train.items import Ask

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIGITS = 5
SENTENCE_WEIGHTS = {"news": 1.0, "written": 1.0, "squad": 0.05}
QUESTION_WEIGHTS = {"news": 1.0, "written": 1.0, "squad": 0.03}
TREES, RATE = 100, 0.05


@dataclass(frozen=True)
class Seen:
    """A question, what the models said of the sentences they were given, and which sentences these are."""

    article: str
    ask: Ask
    kind: str
    question: str
    numbers: tuple[int, ...]
    texts: tuple[str, ...]
    words: frozenset[str]
    signals: Signals

    @property
    def labels(self) -> "NDArray[Any]":
        """Which of the sentences are evidence."""
        return np.asarray([number in self.ask.evidence for number in self.numbers])

    @property
    def counted(self) -> "NDArray[Any]":
        """Which of the sentences count."""
        return np.asarray([n in self.ask.evidence or n not in self.ask.also for n in self.numbers])

    def with_only(self, parts: Sequence[str]) -> "Seen":
        """The same with some of the signals, the others silent; `stock` stands for that of the chunk too."""
        silent = {
            name: np.full_like(getattr(self.signals, name), UNREAD if name == "tags" else 0.0)
            for name in ("tuned", "stock", "bm25", "tags")
            if name not in parts
        }
        if "stock" in silent:
            silent["chunk"] = silent["stock"]
        return replace(self, signals=replace(self.signals, **silent))


def fit_sentence(seen: Sequence[Seen], strength: float = 1.0) -> Linear:
    """The support of a sentence, from the answerable questions."""
    answerable = [item for item in seen if item.ask.answerable]
    rows = np.concatenate([item.signals.features()[item.counted] for item in answerable])
    labels = np.concatenate([item.labels[item.counted] for item in answerable])
    weights = np.concatenate([np.full(item.counted.sum(), SENTENCE_WEIGHTS[item.kind]) for item in answerable])
    return _logistic(rows, labels, weights, strength)


def fit_question(seen: Sequence[Seen], sentence: Linear, strength: float = 0.03) -> tuple[Linear, Forest]:
    """The confidence that a question is answered, from all questions: a line and boosted trees."""
    rows = np.stack([profile_of(item, sentence) for item in seen])
    labels = np.asarray([item.ask.answerable for item in seen])
    weights = np.asarray([QUESTION_WEIGHTS[item.kind] for item in seen])
    return _logistic(rows, labels, weights, strength), _boosted(rows, labels, weights)


def _boosted(rows: "NDArray[Any]", labels: "NDArray[Any]", weights: "NDArray[Any]") -> Forest:
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=TREES, learning_rate=RATE, max_depth=3, min_samples_leaf=20, subsample=0.7, random_state=0
    ).fit(rows, labels, sample_weight=weights)
    trees = [tree.tree_ for tree in model.estimators_[:, 0]]
    share = float(np.average(labels, weights=weights))
    return Forest(
        feature=tuple(tuple(map(int, tree.feature)) for tree in trees),
        threshold=tuple(_numbers(tree.threshold) for tree in trees),
        left=tuple(tuple(map(int, tree.children_left)) for tree in trees),
        right=tuple(tuple(map(int, tree.children_right)) for tree in trees),
        value=tuple(_numbers(RATE * tree.value[:, 0, 0]) for tree in trees),
        bias=round(float(np.log(share / (1 - share))), DIGITS),
    )


def profile_of(item: Seen, sentence: Linear) -> "NDArray[Any]":
    """The features of a question."""
    logits = sentence.logits(item.signals.features())
    return profile(item.signals, logits, item.question, item.texts, item.words)


def _logistic(rows: "NDArray[Any]", labels: "NDArray[Any]", weights: "NDArray[Any]", strength: float) -> Linear:
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-3)
    model = LogisticRegression(C=strength, max_iter=2000).fit((rows - mean) / scale, labels, sample_weight=weights)
    return Linear(
        mean=_numbers(mean), scale=_numbers(scale), weights=_numbers(model.coef_[0]), bias=float(model.intercept_[0])
    )


def _numbers(values: "NDArray[Any]") -> tuple[float, ...]:
    return tuple(round(float(value), DIGITS) for value in values)


def folds(articles: Sequence[str], seen: Sequence[Seen]) -> list[tuple[list[Seen], list[Seen]]]:
    """For each article: the questions about the others, and those about it."""
    return [
        ([item for item in seen if item.article != name], [item for item in seen if item.article == name])
        for name in articles
    ]
