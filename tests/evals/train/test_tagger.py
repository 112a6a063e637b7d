"""How the tagger is trained: windows with and without evidence, a loss that rewards the right ones, a fixed plan."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bot.tokens import query_row, window_row
from evals.train import tagger
from evals.train.items import Ask, Source, Text

TEXT = Text("a", tuple(f"Sentence number {n} is about something of its own." for n in range(40)), (0,) * 40)
FOUND = Ask("Which one?", (frozenset({7}), frozenset({30})), frozenset({8}))
NOT_THERE = Ask("What else?")


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
        numbers = maker.example(tagger.Item(maker, 0, False, seed)).numbers
        assert {7, 30} <= set(numbers)
        assert set(numbers) & set(range(14, 27))


def test_an_unanswerable_question_has_windows_too(maker: tagger.Maker) -> None:
    """All of them wrong."""
    example = maker.example(tagger.Item(maker, 1, False, 0))
    assert len(example.rows) == tagger.WRONG + 1
    assert len(example.numbers) == sum(len(row.spans) for row in example.rows)


def test_a_question_can_lose_what_answers_it(maker: tagger.Maker) -> None:
    """Then nothing does, and neither its evidence nor what counts neither way is in any window."""
    example = maker.example(tagger.Item(maker, 0, True, 0))
    assert not example.ask.answerable
    whole = [tuple(TEXT.ids[n]) for n in (7, 8, 30)]
    read = {row.ids[start:end] for row in example.rows for start, end in row.spans}
    assert read
    assert read.isdisjoint(whole)
    ask, text, scores = tagger._bare(FOUND, TEXT, np.arange(40.0))
    kept = [n for n in range(40) if n not in (7, 8, 30)]
    assert (ask.groups, ask.also) == ((), frozenset())
    assert [text.sentences, scores.tolist()] == [tuple(TEXT.sentences[n] for n in kept), kept]


def test_the_plan_is_the_same_every_time(maker: tagger.Maker) -> None:
    """Phase by phase, every item once."""
    phases = [maker.items(random.Random(1), without=1.0), maker.items(random.Random(2))]
    assert [(i.number, i.without) for i in phases[0]] == [(0, False), (1, False), (0, True)]
    steps = tagger.plan(phases, 3, questions=2)
    assert steps == tagger.plan(phases, 3, questions=2)
    assert sorted(item.seed for step in steps for item in step) == sorted(i.seed for phase in phases for i in phase)


def test_the_loss_falls_when_the_evidence_is_marked() -> None:
    """And, where nothing answers, when nothing is."""
    rows = (window_row(query_row([7]), [[11], [12], [13]]),)
    right, wrong = torch.tensor([4.0, -4.0, -4.0]), torch.tensor([-4.0, 4.0, -4.0])
    one = tagger.labels_of([tagger.Example(rows, (7, 9, 10), Ask("Who?", (frozenset({7}),)))])
    none = tagger.labels_of([tagger.Example(rows, (7, 9, 10), NOT_THERE)])
    assert tagger.loss_of(right, one) < tagger.loss_of(wrong, one)
    assert tagger.loss_of(torch.full((3,), -4.0), none) < tagger.loss_of(right, none)


def test_a_loss_is_the_mean_over_questions() -> None:
    """However many sentences and groups each has."""
    rows = (window_row(query_row([7]), [[11], [12], [13]]),)
    examples = [tagger.Example(rows, (7, 9, 30), FOUND), tagger.Example(rows, (1, 2, 3), NOT_THERE)]
    logits = torch.tensor([0.5, -1.0, 2.0, 0.3, -2.0, 1.0])
    alone = [tagger.loss_of(part, tagger.labels_of([one])) for part, one in zip(logits.split(3), examples, strict=True)]
    assert tagger.loss_of(logits, tagger.labels_of(examples)) == pytest.approx(float(sum(alone)) / 2)


def test_groups_share_the_weight_of_their_question() -> None:
    """Two pieces of evidence count as much as one."""
    rows = (window_row(query_row([7]), [[11], [12], [13]]),)
    both, one = tagger.Example(rows, (7, 9, 30), FOUND), tagger.Example(rows, (7, 9, 10), FOUND)
    assert tagger.labels_of([both, one])["weights"].tolist() == [0.25, 0.25, 0.5]


def test_what_counts_neither_way_costs_nothing() -> None:
    """A sentence that may be quoted is neither right nor wrong."""
    rows = (window_row(query_row([7]), [[11], [12]]),)
    labels = tagger.labels_of([tagger.Example(rows, (7, 8), FOUND)])
    low, high = torch.tensor([2.0, -5.0]), torch.tensor([2.0, 5.0])
    assert tagger.loss_of(low, labels) == tagger.loss_of(high, labels)


def test_a_student_learns_what_its_teachers_say() -> None:
    """The nearer its logits are to theirs, the smaller the loss."""
    rows = (window_row(query_row([7]), [[11], [12], [13]]),)
    labels = tagger.labels_of([tagger.Example(rows, (7, 9, 10), NOT_THERE)])
    taught = [torch.tensor([3.0, -2.0, -3.0]), torch.tensor([2.0, -3.0, -2.0])]
    near, far = torch.tensor([2.5, -2.5, -2.5]), torch.tensor([-2.5, 2.5, -2.5])
    assert tagger.soft_loss_of(near, taught, labels) < tagger.soft_loss_of(far, taught, labels)


def test_a_student_is_held_to_the_choice_and_to_each_sentence() -> None:
    """The cross-entropy of both, of a distribution that has "nothing" in it and of each sentence."""
    rows = (window_row(query_row([7]), [[11], [12]]),)
    labels = tagger.labels_of([tagger.Example(rows, (7, 9), NOT_THERE)])
    mine, taught = torch.tensor([1.0, -2.0]), torch.tensor([2.0, 0.5])
    choice = -(torch.cat([taught, torch.zeros(1)]).softmax(0) * torch.cat([mine, torch.zeros(1)]).log_softmax(0)).sum()
    each = 2 * torch.nn.functional.binary_cross_entropy_with_logits(mine, taught.sigmoid())
    assert tagger.soft_loss_of(mine, [taught], labels) == pytest.approx(float(choice + each))
