"""How the network learns from pairs: in word pieces, in steps of claims of about one length."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from bot.tokens import Row, claim_row, pieces, placed_pieces
from evals.train.batches import Batch, steps_of
from evals.train.claims.judge import Judge, batch, loss_of
from evals.train.loop import Pace, train

if TYPE_CHECKING:
    from evals.train.claims.pairs import Pair

CLAIMS = 64
"""In one step."""

POOL = 1024
"""Claims that are sorted by length before they are cut into steps."""


@dataclass(frozen=True, slots=True)
class Item:
    """A pair as the network sees it; `changed` are positions in the row."""

    row: Row
    honest: bool
    changed: tuple[int, ...] | None


def item_of(pair: "Pair") -> Item:
    """A pair in word pieces."""
    claim, places = placed_pieces(pair.claim)
    cited, before = pieces([pair.premise.cited, pair.premise.before])
    row = claim_row(claim, cited, before)
    if pair.changed is None:
        return Item(row, pair.honest, None)
    hit = [1 + n for n, (a, b) in enumerate(places) if any(a < end and start < b for start, end in pair.changed)]
    return Item(row, pair.honest, tuple(n for n in hit if n < row.passage))


def plan(phases: Sequence[Sequence[Item]], seed: int) -> list[tuple[Item, ...]]:
    """Steps of the phases in order, see `steps_of`."""
    return steps_of(phases, seed, size=CLAIMS, pool=POOL, length=lambda item: len(item.row.ids))


def learn(model: Judge, steps: Sequence[tuple[Item, ...]], folder: Path, pace: Pace, seed: int) -> None:
    """Train, or go on training, in `folder`."""
    torch.manual_seed(seed)
    train(model, steps, batch_of, lambda made: loss_of(model.of_claims(made), made), folder, pace)


def batch_of(step: Sequence[Item]) -> Batch:
    """A step as tensors."""
    return batch([i.row for i in step], [i.honest for i in step], [i.changed for i in step])
