"""The first model: question and sentence-in-context to vectors, by a softmax over the sentences of the same article."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from bot.tokens import chunk_row, pieces, query_row
from evals.train.batches import Batch, for_means, log_sum
from evals.train.items import Ask, Source, Text
from evals.train.loop import Pace, train
from evals.train.models import BiEncoder

PACE = Pace(rate=8e-5, head_rate=1e-3, dropout=0.1)
QUESTIONS = 22
"""Asked of one text in one step."""

CHUNK = 250
MOST_CHUNKS = 15


@dataclass(frozen=True, slots=True)
class Step:
    """One step: some questions about a text, and the seed of what is left to chance."""

    source: Source
    asks: tuple[Ask, ...]
    seed: int


def plan(sources: Sequence[tuple[Source, int]], seed: int) -> list[Step]:
    """Steps over sources, each as many times as it says, in random order."""
    dice = random.Random(seed)
    steps: list[Step] = []
    for source, epochs in sources:
        for _ in range(epochs):
            asks = [ask for ask in source.asks if ask.answerable]
            dice.shuffle(asks)
            count = max(1, round(len(asks) / QUESTIONS))
            steps += [Step(source, tuple(asks[n::count]), dice.randrange(1 << 30)) for n in range(count)]
    dice.shuffle(steps)
    return steps


def chunks_of(text: Text, dice: random.Random | None = None) -> list[tuple[int, int]]:
    """Runs `[first, last)` of sentences that are encoded together; with `dice` the first is cut short at random."""
    room = CHUNK if dice is None else dice.randint(60, CHUNK)
    chunks: list[tuple[int, int]] = []
    first = used = 0
    for at, ids in enumerate(text.ids):
        if at > first and (used + len(ids) > room or text.blocks[at] != text.blocks[first]):
            chunks.append((first, at))
            first, used, room = at, 0, CHUNK
        used += len(ids)
    return [*chunks, (first, len(text.ids))]


def queries(questions: Sequence[tuple[str, str]]) -> Batch:
    """A batch of questions, each with its context."""
    asked, said = pieces([question for question, _ in questions]), pieces([context for _, context in questions])
    rows = [query_row(*pair) for pair in zip(asked, said, strict=True)]
    return for_means(rows, [[(0, len(row.ids))] for row in rows])


def sentences(text: Text, chunks: Sequence[tuple[int, int]]) -> Batch:
    """A batch of chunks, whose spans are their sentences."""
    rows = [chunk_row(text.ids[first:last]) for first, last in chunks]
    return for_means(rows, [row.spans for row in rows])


def run(sources: Sequence[tuple[Source, int]], folder: Path, pace: Pace = PACE, seed: int = 0) -> BiEncoder:
    """Train, or go on training, in `folder`."""
    torch.manual_seed(seed)
    model = BiEncoder(pace.dropout)
    train(model, plan(sources, seed), batch_of, lambda batch: loss_of(model, batch), folder, pace)
    return model


def batch_of(step: Step) -> Batch:
    """Questions (`q_...`), sentences of some chunks, and for each group of evidence what is right and what is wrong."""
    dice = random.Random(step.seed)
    text = step.source.text
    kept = _some_chunks(text, frozenset().union(*(ask.evidence for ask in step.asks)), dice)
    column = {n: at for at, n in enumerate(n for first, last in kept for n in range(first, last))}
    groups = [(row, ask, group) for row, ask in enumerate(step.asks) for group in ask.groups]
    right = torch.zeros((len(groups), len(column)), dtype=torch.bool)
    either = torch.ones_like(right)
    for at, (_, ask, group) in enumerate(groups):
        either[at, [column[n] for n in ask.also | ask.evidence if n in column]] = False
        right[at, [column[n] for n in group]] = True
    asked = queries([ask.form(dice) for ask in step.asks])
    weights = [1.0 / len(ask.groups) / len(step.asks) for _, ask, _ in groups]
    return {
        **{f"q_{name}": value for name, value in asked.items()},
        **sentences(text, kept),
        "of": torch.tensor([row for row, _, _ in groups]),
        "right": right,
        "either": either | right,
        "weights": torch.tensor(weights),
    }


def _some_chunks(text: Text, wanted: frozenset[int], dice: random.Random) -> list[tuple[int, int]]:
    """Those with a wanted sentence, and some others."""
    chunks = chunks_of(text, dice)
    kept = [chunk for chunk in chunks if any(chunk[0] <= n < chunk[1] for n in wanted)]
    others = [chunk for chunk in chunks if chunk not in kept]
    return sorted(kept + dice.sample(others, max(0, min(len(others), MOST_CHUNKS - len(kept)))))


def loss_of(model: BiEncoder, batch: Batch) -> Tensor:
    """How unlikely the evidence is among all sentences: for each group, against what is no evidence at all."""
    asked = {name.removeprefix("q_"): value for name, value in batch.items() if name.startswith("q_")}
    left, right = model(asked), model(batch)
    with torch.autocast(left.device.type, enabled=False):
        rows = (left @ right.T * model.scale.exp())[batch["of"]]
    losses = log_sum(rows, batch["either"]) - log_sum(rows, batch["right"])
    return (losses * batch["weights"]).sum()
