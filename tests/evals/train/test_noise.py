"""Questions made worse: the same every time, and still questions."""

import random

from evals.train.noise import misspelt, noisy

QUESTION = "Who told the council that the tram would be late?"


def test_the_same_dice_give_the_same_question() -> None:
    """Training can be repeated."""
    assert [noisy(QUESTION, random.Random(n)) for n in range(20)] == [
        noisy(QUESTION, random.Random(n)) for n in range(20)
    ]


def test_most_questions_stay_as_they_are() -> None:
    """About three in ten are changed."""
    changed = sum(noisy(QUESTION, random.Random(n)) != QUESTION for n in range(400))
    assert 80 < changed < 160


def test_a_misspelt_question_is_still_close() -> None:
    """A few letters differ, no more."""
    for n in range(50):
        assert abs(len(misspelt(QUESTION, random.Random(n))) - len(QUESTION)) <= 4
