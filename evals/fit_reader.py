"""Fit the weights of the first reader: `python -m evals.fit_reader TRAIN_FOLDER`, a minute or two on two cores.

The weights are fitted on the questions of TRAIN_FOLDER and, for what is off topic, on each article with questions about
the others; the threshold on the dev cases of `evals/gold`, whose questions and articles are not in TRAIN_FOLDER.
Writes `bot/reader.json` with the figures of both.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from bot.features import question_features, sentence_features, words_of
from bot.standalone import standalone
from evals.cases import shipped_gold
from evals.questions import LabelledQuestion, QuestionFile, labelled, read_folder
from index import SentenceEmbeddings
from index.chunks import chunk_documents, sentence_spans_of
from index.lexical import LexicalIndex

HERE = Path(__file__).parent
OUTPUT = HERE.parent / "bot" / "reader.json"
FOREIGN = 15
"""Questions about other articles that each article is asked, as examples of what it does not answer."""

SEED = 0
QUOTES = 3


@dataclass(frozen=True)
class Asked:
    """One question of one article: features of every sentence, labels, and the question's text."""

    features: NDArray[Any]
    numbers: tuple[int, ...]  # of the sentences, row by row
    text: str
    words: frozenset[str]
    label: LabelledQuestion | None  # None: a question about another article

    @property
    def answerable(self) -> bool:
        """Whether the article answers it."""
        return self.label is not None and self.label.answerable


class Fitted:
    """The two logistic models."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        from sklearn.linear_model import LogisticRegression

        rows, labels = _sentence_examples(asked)
        sentence = LogisticRegression(max_iter=2000).fit(rows, labels)
        self.sentence = np.round(sentence.coef_[0], 4)
        self.sentence_bias = round(float(sentence.intercept_[0]), 4)
        profiles = np.stack([self.profile(item) for item in asked])
        question = LogisticRegression(max_iter=2000).fit(profiles, [item.answerable for item in asked])
        self.question = np.round(question.coef_[0], 4)
        self.question_bias = round(float(question.intercept_[0]), 4)

    def logits(self, item: Asked) -> NDArray[Any]:
        """Support of every sentence, as log odds."""
        return np.asarray(item.features @ self.sentence + self.sentence_bias)

    def profile(self, item: Asked) -> NDArray[Any]:
        """The features of the question."""
        return question_features(self.logits(item), item.features, item.text, item.words)

    def confidence(self, item: Asked) -> float:
        """Probability that the article answers."""
        return float(1.0 / (1.0 + np.exp(-(self.profile(item) @ self.question + self.question_bias))))


def main(train: Path, output: Path = OUTPUT) -> None:
    """Fit on TRAIN, set the threshold on the dev cases, write the weights."""
    embeddings = SentenceEmbeddings()
    learnt = _asked(list(read_folder(train)), embeddings, FOREIGN)
    held = _asked([labelled(gold) for gold in shipped_gold()], embeddings, 0)
    fitted = Fitted(learnt)
    threshold = _threshold([(fitted.confidence(item), item.answerable) for item in held])
    result = {
        "sentence": fitted.sentence.tolist(),
        "sentence_bias": fitted.sentence_bias,
        "question": fitted.question.tolist(),
        "question_bias": fitted.question_bias,
        "threshold": threshold,
        "embedding": embeddings.fingerprint,
        "figures": {"train": _figures(fitted, learnt, threshold), "dev": _figures(fitted, held, threshold)},
    }
    output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    Console().print_json(json.dumps(result["figures"]))


def _asked(files: list[QuestionFile], embeddings: SentenceEmbeddings, foreign: int) -> list[Asked]:
    random = np.random.default_rng(SEED)
    asked: list[Asked] = []
    for number, file in enumerate(track(files, description="reading", console=Console(stderr=True))):
        others = [f for i, f in enumerate(files) if i != number]
        strangers = [_any(random, _any(random, others).questions) for _ in range(foreign)] if others else []
        asked += _ask(file, [(q, q) for q in file.questions] + [(q, None) for q in strangers], embeddings)
    return asked


def _any(random: np.random.Generator, items: Sequence[Any]) -> Any:
    return items[int(random.integers(len(items)))]


def _ask(
    file: QuestionFile, pairs: list[tuple[LabelledQuestion, LabelledQuestion | None]], embeddings: SentenceEmbeddings
) -> list[Asked]:
    """What the reader would see if it were given the whole article."""
    article = file.article
    scored = [sentence for sentence in article.sentences if sentence.kind != "title"]  # as the reader does
    texts = [article.quote(sentence) for sentence in scored]
    chunks = chunk_documents(article, embeddings.size, embeddings.window)
    chunk_at = {start: number for number, chunk in enumerate(chunks) for start, _ in sentence_spans_of(chunk)}
    chunk_of = [chunk_at[sentence.start] for sentence in scored]
    sentence_vectors = np.asarray(embeddings.embed_documents(texts))
    chunk_vectors = np.asarray(embeddings.embed_documents([chunk.page_content for chunk in chunks]))
    questions = [standalone(question.question) for question, _ in pairs]
    vectors = np.asarray(embeddings.embed_documents(questions))
    words = words_of([article.text])
    lexicon = LexicalIndex([article.quote(sentence) for sentence in article.sentences])
    rows = [sentence.index for sentence in scored]
    return [
        Asked(
            features=sentence_features(
                sentence_vectors @ vector, (chunk_vectors @ vector)[chunk_of], lexicon.scores(question)[rows]
            ),
            numbers=tuple(rows),
            text=question,
            words=words,
            label=label,
        )
        for (_, label), question, vector in zip(pairs, questions, vectors, strict=True)
    ]


def _sentence_examples(asked: Sequence[Asked]) -> tuple[NDArray[Any], list[bool]]:
    rows: list[NDArray[Any]] = []
    labels: list[bool] = []
    for item in asked:
        if item.label is None or not item.label.answerable:
            continue
        for number, row in zip(item.numbers, item.features, strict=True):
            if number in item.label.evidence or number not in item.label.also:
                rows.append(row)
                labels.append(number in item.label.evidence)
    return np.stack(rows), labels


def _threshold(scored: list[tuple[float, bool]]) -> float:
    """The confidence at which wrong answers and wrong refusals are fewest, each as a share of its kind."""

    def wrong(at: float) -> float:
        answered = [confidence >= at for confidence, answerable in scored if not answerable]
        refused = [confidence < at for confidence, answerable in scored if answerable]
        return float(np.mean(answered) + np.mean(refused))

    return min((round(at, 3) for at in np.arange(0.05, 0.95, 0.005)), key=lambda at: (wrong(at), at))


def _figures(fitted: Fitted, asked: Sequence[Asked], threshold: float) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    confidence = np.asarray([fitted.confidence(item) for item in asked])
    answerable = np.asarray([item.answerable for item in asked])
    recalls = [
        np.mean([bool(group & _best(fitted, item)) for group in label.groups])
        for item in asked
        if (label := item.label) is not None and label.answerable
    ]
    return {
        "questions": len(asked),
        "evidence_recall_at_3": round(float(np.mean(recalls)), 3),
        "auroc": round(float(roc_auc_score(answerable, confidence)), 3),
        "false_answers": round(float((confidence[~answerable] >= threshold).mean()), 3),
        "false_refusals": round(float((confidence[answerable] < threshold).mean()), 3),
    }


def _best(fitted: Fitted, item: Asked) -> set[int]:
    """Numbers of the best sentences."""
    return {item.numbers[row] for row in np.argsort(-fitted.logits(item), kind="stable")[:QUOTES]}


if __name__ == "__main__":
    typer.run(main)
