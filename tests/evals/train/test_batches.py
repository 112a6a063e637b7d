"""Rows as tensors, and what the first model is told of them."""

from bot.tokens import Row
from evals.train import biencoder
from evals.train.batches import batch_of
from evals.train.items import Ask, Source, Text


def test_the_passage_is_told_from_the_question() -> None:
    """By its type, up to its end; what is filled up is masked."""
    batch = batch_of([Row((101, 7, 102, 2, 11, 102), 3, ((4, 5),)), Row((101, 7, 102), 3, ())])
    assert batch["types"][:2, :7].tolist() == [[0, 0, 0, 1, 1, 1, 0], [0] * 7]
    assert batch["mask"][:2].sum(-1).tolist() == [6, 3]
    assert batch["ids"].shape == (4, 16)


def test_what_answers_is_not_held_against_another_group() -> None:
    """Nor is what counts neither way; every other sentence is."""
    text = Text("a", tuple(f"This is sentence {n}." for n in range(5)), (0,) * 5)
    ask = Ask("Which?", (frozenset({0}), frozenset({2})), frozenset({3}))
    batch = biencoder.batch_of(biencoder.Step(Source(text, (ask,)), (ask,), 0))
    assert batch["right"].int().tolist() == [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]]
    assert batch["either"].int().tolist() == [[1, 1, 0, 0, 1], [0, 1, 1, 0, 1]]
    assert batch["weights"].tolist() == [0.5, 0.5]
