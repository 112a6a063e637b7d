"""The first model: question and sentence-in-context to vectors, by a softmax over the sentences of the same article."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from bot.tokens import chunk_row, pieces, query_row
from evals.train.data import Ask, Source, Text, spoken
from evals.train.loop import Pace, train
from evals.train.models import BiEncoder

if TYPE_CHECKING:
    from torch import Tensor

PACE = Pace(rate=8e-5, head_rate=1e-3)
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


def run(sources: Sequence[tuple[Source, int]], folder: Path, steps: int | None = None, seed: int = 0) -> BiEncoder:
    """Train, or go on training, in `folder`; at most `steps` steps of the plan."""
    torch.manual_seed(seed)
    model = BiEncoder()
    train(model, plan(sources, seed)[:steps], lambda step: _loss(model, step), folder, PACE)
    return model


def _loss(model: BiEncoder, step: Step) -> "Tensor":
    dice = random.Random(step.seed)
    text = step.source.text
    chunks = chunks_of(text, dice)
    wanted = frozenset().union(*(ask.evidence for ask in step.asks))
    kept = [chunk for chunk in chunks if any(chunk[0] <= n < chunk[1] for n in wanted)]
    others = [chunk for chunk in chunks if chunk not in kept]
    kept = sorted(kept + dice.sample(others, max(0, min(len(others), MOST_CHUNKS - len(kept)))))
    numbers = [n for first, last in kept for n in range(first, last)]
    column = {n: at for at, n in enumerate(numbers)}
    questions = [spoken(ask, dice) for ask in step.asks]
    asked, said = pieces([question for question, _ in questions]), pieces([context for _, context in questions])
    queries = model.queries([query_row(*pair) for pair in zip(asked, said, strict=True)])
    sentences = model.sentences([chunk_row(text.ids[first:last]) for first, last in kept])
    scores = queries @ sentences.T * model.scale.exp()
    return torch.stack([_choice(scores[row], ask, column) for row, ask in enumerate(step.asks)]).mean()


def _choice(scores: "Tensor", ask: Ask, column: dict[int, int]) -> "Tensor":
    """How unlikely the evidence is among all sentences: for each group, against what is no evidence at all."""
    neutral = [column[n] for n in ask.also | ask.evidence if n in column]
    wrong = scores.clone()
    wrong[neutral] = -torch.inf
    losses = []
    for group in ask.groups:
        right = scores[[column[n] for n in sorted(group)]]
        losses.append(torch.logsumexp(torch.cat([right, wrong]), 0) - torch.logsumexp(right, 0))
    return torch.stack(losses).mean()
