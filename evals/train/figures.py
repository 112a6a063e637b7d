"""What the reader's choices are worth: evidence found, questions told apart, wrong answers and wrong refusals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.reader import sigmoid
from bot.writer import share_for
from evals.train.fit import Seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 10
FALSE_ANSWERS, FALSE_REFUSALS = 0.25, 0.08
"""What is allowed of each; the threshold is where the worse of the two, as a multiple of this, is least.

The aim for refusals is .12; the gold cases of the dev split, asked as readers ask, are refused about twice as often as
the questions that the threshold is set on.
"""


def recall(seen: Sequence[Seen], scores: Sequence["NDArray[Any]"], most: int) -> float:
    """Share of the groups of evidence that have a sentence among the best `most`, averaged over questions."""
    found = []
    for item, values in zip(seen, scores, strict=True):
        if item.ask.answerable:
            best = {item.numbers[row] for row in np.argsort(-values, kind="stable")[:most]}
            found.append(np.mean([bool(group & best) for group in item.ask.groups]))
    return round(float(np.mean(found)), 3)


def auroc(answerable: Sequence[bool], confidence: Sequence[float]) -> float:
    """How well the confidence tells answerable questions from the others."""
    from sklearn.metrics import roc_auc_score

    return round(float(roc_auc_score(answerable, confidence)), 3)


def threshold(answerable: Sequence[bool], confidence: Sequence[float]) -> float:
    """Where wrong answers and wrong refusals stand best against what is allowed of them."""
    return min(
        (round(float(at), 3) for at in np.arange(0.05, 0.95, 0.005)),
        key=lambda at: max(
            false_answers(answerable, confidence, at) / FALSE_ANSWERS,
            false_refusals(answerable, confidence, at) / FALSE_REFUSALS,
        ),
    )


def false_answers(answerable: Sequence[bool], confidence: Sequence[float], at: float) -> float:
    """Share of the unanswerable questions that are answered."""
    wrong = [value >= at for value, has in zip(confidence, answerable, strict=True) if not has]
    return round(float(np.mean(wrong)), 3) if wrong else 0.0


def false_refusals(answerable: Sequence[bool], confidence: Sequence[float], at: float) -> float:
    """Share of the answerable questions that are refused."""
    wrong = [value < at for value, has in zip(confidence, answerable, strict=True) if has]
    return round(float(np.mean(wrong)), 3) if wrong else 0.0


def reliability(answerable: Sequence[bool], confidence: Sequence[float]) -> list[tuple[float, float, int]]:
    """For each tenth of the confidence that occurs: its mean, the share that is answerable, and the count."""
    values, has = np.asarray(confidence), np.asarray(answerable, dtype=float)
    tenth = np.minimum((values * BINS).astype(int), BINS - 1)
    return [
        (round(float(values[tenth == n].mean()), 3), round(float(has[tenth == n].mean()), 3), int((tenth == n).sum()))
        for n in range(BINS)
        if (tenth == n).any()
    ]


def calibration_error(answerable: Sequence[bool], confidence: Sequence[float]) -> float:
    """Expected calibration error: how far confidence and share differ, over tenths, weighted by their counts."""
    rows = reliability(answerable, confidence)
    return round(sum(count * abs(mean - share) for mean, share, count in rows) / len(confidence), 3)


def quoted(seen: Sequence[Seen], logits: Sequence["NDArray[Any]"], most: int) -> tuple[float, float, float]:
    """Evidence recall, precision and number of the quotes that are shown for answerable questions.

    Shown are the best sentence and others with the share of its support that `share_for` says, `most` in all. What
    counts neither way counts neither for precision nor against it.
    """
    recalls, right, counted, shown = [], 0, 0, 0
    for item, values in zip(seen, logits, strict=True):
        if not item.ask.answerable:
            continue
        chosen = _chosen(item, sigmoid(values), most)
        recalls.append(np.mean([bool(group & chosen) for group in item.ask.groups]))
        shown += len(chosen)
        right += len(chosen & item.ask.evidence)
        counted += len(chosen - (item.ask.also - item.ask.evidence))
    return round(float(np.mean(recalls)), 3), round(right / max(1, counted), 3), round(shown / len(recalls), 2)


def _chosen(item: Seen, support: "NDArray[Any]", most: int) -> set[int]:
    """Numbers of the sentences that are quoted."""
    order = np.argsort(-support, kind="stable")[:most]
    best = item.numbers[order[0]]
    least = {beside: support[order[0]] * share_for(item.question, beside=beside) for beside in (False, True)}
    return {best, *(item.numbers[row] for row in order if support[row] >= least[abs(item.numbers[row] - best) == 1])}
