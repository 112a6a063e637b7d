"""The figures, by hand."""

import numpy as np
import pytest

from bot.support import Signals
from evals.train.figures import calibration_error, false_answers, false_refusals, quoted, recall, reliability, threshold
from evals.train.fit import Seen
from evals.train.items import Ask

HAS = [True, True, True, False]
CONFIDENCE = [0.9, 0.8, 0.3, 0.4]


def seen(*groups: frozenset[int], also: frozenset[int] = frozenset()) -> Seen:
    """A question about an article of four sentences."""
    values = np.zeros(4)
    signals = Signals(values, values, values, values, values)
    ask = Ask("Who?", groups, also)
    return Seen("a", ask, "news", "Who?", (0, 1, 2, 3), ("", "", "", ""), frozenset(), signals)


def test_wrong_answers_and_wrong_refusals_are_shares_of_their_kind() -> None:
    """Of the unanswerable and of the answerable."""
    assert false_answers(HAS, CONFIDENCE, 0.35) == 1.0
    assert false_refusals(HAS, CONFIDENCE, 0.35) == pytest.approx(0.333)


def test_the_threshold_weighs_both() -> None:
    """It lies where the worse of the two is least."""
    assert 0.4 < threshold([True, True, False], [0.9, 0.8, 0.4]) <= 0.8


def test_calibration() -> None:
    """Confidence that is right has no error; every question is in one tenth."""
    assert calibration_error([True] * 3 + [False], [0.75] * 4) == 0.0
    assert sum(count for _, _, count in reliability(HAS, CONFIDENCE)) == 4


def test_recall_is_by_group() -> None:
    """A question that needs two sentences and gets one is half found."""
    item = seen(frozenset({0}), frozenset({2, 3}))
    scores = np.asarray([4.0, 3.0, 2.0, 1.0])
    assert recall([item], [scores], 1) == 0.5
    assert recall([item], [scores], 3) == 1.0


def test_a_weaker_sentence_is_quoted_beside_the_best_one_only() -> None:
    """As the writer does it."""
    item = seen(frozenset({0}))
    assert quoted([item], [np.asarray([4.0, -0.85, -9.0, -9.0])], most=3)[2] == 2.0
    assert quoted([item], [np.asarray([4.0, -9.0, -0.85, -9.0])], most=3)[2] == 1.0


def test_what_counts_neither_way_is_left_out_of_precision() -> None:
    """Sentences that may be quoted but need not."""
    item = seen(frozenset({0}), also=frozenset({1}))
    assert quoted([item], [np.asarray([2.0, 2.0, -9.0, -9.0])], most=3) == (1.0, 1.0, 2.0)
