"""Items put together in steps, rows of word pieces as tensors, sums over chosen sentences that losses are made of."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor

from bot.tokens import PAD, Row

Batch = dict[str, Tensor]
Item = TypeVar("Item")

STRIDE, ROWS = 16, 4
"""Lengths and numbers of rows are rounded up to these: kernels are made anew for every size, at more cost than padding.
"""


def steps_of(
    phases: Sequence[Sequence[Item]], seed: int, *, size: int, pool: int, length: Callable[[Item], int]
) -> list[tuple[Item, ...]]:
    """Steps of `size` items, phase after phase, in each phase in random order but alike in length within a step.

    `pool` items at a time are sorted by length before they are cut into steps.
    """
    dice = random.Random(seed)
    steps: list[tuple[Item, ...]] = []
    for phase in phases:
        items = list(phase)
        dice.shuffle(items)
        in_phase = []
        for at in range(0, len(items), pool):
            alike = sorted(items[at : at + pool], key=length)
            in_phase += [tuple(alike[n : n + size]) for n in range(0, len(alike), size)]
        dice.shuffle(in_phase)
        steps += in_phase
    return steps


def batch_of(rows: Sequence[Row]) -> Batch:
    """Rows of different lengths as tensors `(rows, longest)`, both rounded up."""
    length = -(-max(len(row.ids) for row in rows) // STRIDE) * STRIDE
    count = -(-len(rows) // ROWS) * ROWS
    ids = torch.full((count, length), PAD)
    types = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    mask[:, 0] = 1  # an empty row attends to something too
    for at, row in enumerate(rows):
        size = len(row.ids)
        ids[at, :size] = torch.tensor(row.ids)
        mask[at, :size] = 1
        types[at, row.passage : size] = 1
    return {"ids": ids, "mask": mask, "types": types}


def for_means(rows: Sequence[Row], spans: Sequence[Sequence[tuple[int, int]]]) -> Batch:
    """A batch with the weights of means over spans of each row: `means` `(rows, most spans, longest)`, `spans` flat."""
    batch = batch_of(rows)
    count, length = batch["ids"].shape
    most = max(1, *(len(row) for row in spans))
    means = torch.zeros((count, most, length))
    for at, row in enumerate(spans):
        for number, (start, end) in enumerate(row):
            means[at, number, start:end] = 1.0 / max(1, end - start)
    kept = [at * most + number for at, row in enumerate(spans) for number in range(len(row))]
    return {**batch, "means": means, "spans": torch.tensor(kept)}


def for_markers(rows: Sequence[Row]) -> Batch:
    """A batch with the places, flat, of the markers before the rows' sentences."""
    batch = batch_of(rows)
    length = batch["ids"].shape[1]
    places = [at * length + start - 1 for at, row in enumerate(rows) for start, _ in row.spans]
    return {**batch, "markers": torch.tensor(places)}


def on(batch: Batch, device: torch.device) -> Batch:
    """The batch on a device."""
    return {name: value.to(device, non_blocking=True) for name, value in batch.items()}


def log_sum(scores: Tensor, chosen: Tensor) -> Tensor:
    """Logarithm of the sum of the exponentials of the chosen scores, row by row; `-inf` where none is chosen."""
    return torch.logsumexp(scores.masked_fill(~chosen, -torch.inf), dim=-1)
