"""How the tagger is trained: windows with and without evidence, a loss that rewards the right ones, a fixed plan."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bot import Question
from bot.tokens import query_row, window_row
from evals.train import tagger
from evals.train.data import Ask, Source, Text

TEXT = Text("a", tuple(f"Sentence number {n} is about something of its own." for n in range(40)), (0,) * 40)
FOUND = Ask(Question.of("Which one?"), (frozenset({7}), frozenset({30})), frozenset({8}))
NOT_THERE = Ask(Question.of("What else?"))


@pytest.fixture
def maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tagger.Maker:
    """Of two questions, each thought nearest to sentence 20."""

    def nearest_to_20(model: Any, text: Text, questions: list[Any]) -> Any:
        return np.asarray([[-abs(n - 20) / 40 for n in range(40)] for _ in questions])

    monkeypatch.setattr(tagger, "dense", nearest_to_20)
    return tagger.Maker(Source(TEXT, (FOUND, NOT_THERE)), [], None, tmp_path)  # type: ignore[arg-type]


def test_every_group_of_evidence_is_read(maker: tagger.Maker) -> None:
    """Even where the first model would not have looked; beside it there is something wrong to tell it from."""
    for seed in range(10):
        numbers = maker.example(0, random.Random(seed)).numbers
        assert {7, 30} <= set(numbers)
        assert set(numbers) & set(range(14, 27))


def test_an_unanswerable_question_has_windows_too(maker: tagger.Maker) -> None:
    """All of them wrong."""
    example = maker.example(1, random.Random(0))
    assert len(example.rows) == tagger.WRONG + 1
    assert len(example.numbers) == sum(len(row.spans) for row in example.rows)


def test_the_plan_is_the_same_every_time(maker: tagger.Maker) -> None:
    """Phase by phase, every question that a phase names once."""
    phases = [[(maker, [0, 1])], [(maker, [0])]]
    assert tagger.plan(phases, 3) == tagger.plan(phases, 3)
    assert sorted(number for step in tagger.plan(phases, 3) for _, number, _ in step) == [0, 0, 1]


def test_the_loss_falls_when_the_evidence_is_marked() -> None:
    """And, where nothing answers, when nothing is."""
    rows = (window_row(query_row([7]), [[11], [12], [13]]),)
    right, wrong = torch.tensor([4.0, -4.0, -4.0]), torch.tensor([-4.0, 4.0, -4.0])
    one = tagger.Example(rows, (7, 9, 10), Ask(Question.of("Who?"), (frozenset({7}),)))
    none = tagger.Example(rows, (7, 9, 10), NOT_THERE)
    for loss in (tagger._choice, tagger._each):
        assert loss(right, one) < loss(wrong, one)
        assert loss(torch.full((3,), -4.0), none) < loss(right, none)


def test_what_counts_neither_way_costs_nothing() -> None:
    """A sentence that may be quoted is neither right nor wrong."""
    rows = (window_row(query_row([7]), [[11], [12]]),)
    example = tagger.Example(rows, (7, 8), FOUND)
    low, high = torch.tensor([2.0, -5.0]), torch.tensor([2.0, 5.0])
    assert tagger._each(low, example) == tagger._each(high, example)
