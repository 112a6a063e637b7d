"""Rows of word pieces as tensors, and the sums over chosen sentences that both losses are made of."""

from collections.abc import Sequence

import torch
from torch import Tensor

from bot.tokens import PAD, Row

Batch = dict[str, Tensor]

STRIDE, ROWS = 16, 4
"""Lengths and numbers of rows are rounded up to these: kernels are made anew for every size, at more cost than padding.
"""


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
