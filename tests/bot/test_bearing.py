"""Which of the sentences that a statement names bear it."""

import pytest

from bot.bearing import bearing

QUOTES = (
    "Ada Holt runs the harbour board.",
    "She rejected a levy on every crane, which she called late.",
    "Rhys Calder drives a crane at the east quay.",
    "There were 14 ferries in 2019.",
)


@pytest.mark.parametrize(
    ("claim", "places"),
    [
        ("Calder rejected a levy on every crane.", [1]),
        ("Calder Rejected A Levy On Every Crane.", [1]),
        ("Calder rejected a levy, and there were 14 ferries.", [1, 3]),
        ("The board has rejected a levy.", [0, 1]),
        ("Rhys Calder drives.", [2]),
        ("Nothing of it.", [0, 1, 2, 3]),
        ("", [0, 1, 2, 3]),
    ],
)
def test_as_few_sentences_as_have_its_words(claim: str, places: list[int]) -> None:
    """Names are no words, however they are written."""
    assert bearing(claim, QUOTES) == places


def test_the_rest_of_a_name_may_stand_elsewhere() -> None:
    """`Rhys` from another sentence, where `Calder` is in the one that bears the statement."""
    quotes = ("Calder left in May.", "Rhys Calder drives a crane.", "Ada Holt runs the board.")
    assert bearing("Rhys Calder left in May.", quotes) == [0, 1]
    assert bearing("Ada Holt left in May.", quotes) == [0]
