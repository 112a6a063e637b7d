"""Fitting: what is written down as numbers decides as the fitted models do."""

import numpy as np

from evals.train.fit import DIGITS, _boosted, _logistic


def test_trees_as_numbers_decide_as_the_trees() -> None:
    """Up to rounding, the same log odds as scikit-learn's."""
    from sklearn.ensemble import GradientBoostingClassifier

    dice = np.random.default_rng(0)
    rows = dice.normal(size=(300, 4)).round(DIGITS)
    labels = rows[:, 0] + rows[:, 1] * rows[:, 2] > 0
    weights = dice.uniform(0.5, 1.0, 300)
    same = GradientBoostingClassifier(
        n_estimators=100, learning_rate=0.05, max_depth=3, min_samples_leaf=20, subsample=0.7, random_state=0
    ).fit(rows, labels, sample_weight=weights)
    assert np.allclose(_boosted(rows, labels, weights).logits(rows), same.decision_function(rows), atol=0.02)


def test_a_line_tells_two_kinds_apart() -> None:
    """And has a weight a feature."""
    rows = np.asarray([[0.0, 1.0], [0.1, 0.0], [2.0, 1.0], [2.1, 0.0]])
    model = _logistic(rows, np.asarray([False, False, True, True]), np.ones(4), 1.0)
    assert len(model.weights) == 2
    assert (model.logits(rows) > 0).tolist() == [False, False, True, True]
