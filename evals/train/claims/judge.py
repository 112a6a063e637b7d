"""The network while it is trained: MPNet with a logit for each word piece of a claim, of what makes the claim false.

A claim is as false as its most doubtful pieces: its logit is the logarithm of the sum of the exponentials of theirs.
What was changed in a lie is known where the lie was made of a truth, and then each piece is told too.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from bot.tokens import CLS, PAD, SEP, Row
from evals.train.batches import Batch, batch_of

if TYPE_CHECKING:
    from torch import Tensor

PIECES = 0.5
"""How much the single pieces count beside the claim."""

SMOOTHED = 0.03
"""Share of claims that are held to be labelled wrongly."""

_NOWHERE = -30.0
_SHIFT = 4
_SPECIAL = ((CLS, 0), (SEP, 2), (PAD, 1))
"""MPNet has the word pieces of BERT, four numbers further on, and its own numbers for these."""


class Judge(nn.Module):
    """A network with a logit for each piece. Word embeddings stay as they are."""

    def __init__(self, folder: Path, dropout: float = 0.1) -> None:
        """Begins with the weights in a folder, those of sentence-transformers' all-mpnet-base-v2."""
        from transformers import AutoModel

        super().__init__()
        self.base = AutoModel.from_pretrained(
            folder, dtype=torch.float32, add_pooling_layer=False, hidden_dropout_prob=dropout
        )
        self.base.embeddings.word_embeddings.weight.requires_grad = False
        self.head = nn.Linear(self.base.config.hidden_size, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -3.0)

    def forward(self, ids: "Tensor", mask: "Tensor") -> "Tensor":
        """`(rows, longest, 1)`, of BERT's word pieces."""
        own = ids + _SHIFT
        for number, other in _SPECIAL:
            own = torch.where(ids == number, torch.full_like(ids, other), own)
        hidden = self.base(input_ids=own, attention_mask=mask).last_hidden_state
        logits: Tensor = self.head(hidden.float())
        return logits

    def of_claims(self, batch: Batch) -> "Tensor":
        """`(rows, longest)`, far below zero where there is no piece of the claim."""
        logits: Tensor = self(batch["ids"], batch["mask"]).squeeze(-1)
        return logits.masked_fill(batch["claims"] == 0, _NOWHERE)

    def freeze(self, layers: int) -> None:
        """Let only what is above so many layers learn from now on."""
        self.base.requires_grad_(requires_grad=False)
        self.base.encoder.layer[layers:].requires_grad_()


def batch(rows: Sequence[Row], honest: Sequence[bool], changed: Sequence[Sequence[int] | None]) -> Batch:
    """Claims with their labels; `changed` are the positions in the row that make a claim false, None if unknown.

    `labels` are 1 for lies, `counts` 0 for rows that only fill up; `wrong` are the pieces that were changed, `told` how
    much each counts: half of it all in the changed ones.
    """
    made = batch_of(rows)
    claims, wrong, told = (torch.zeros(made["ids"].shape) for _ in range(3))
    labels, counts = torch.zeros(len(claims)), torch.zeros(len(claims))
    for at, row in enumerate(rows):
        claims[at, : row.passage] = 1.0
        labels[at], counts[at] = float(not honest[at]), 1.0
        places = [] if honest[at] else changed[at]
        if places is not None:
            told[at, : row.passage] = 1.0 / row.passage
            wrong[at, places] = 1.0
            told[at, places] = 0.5 / max(1, len(places))
    return {**made, "claims": claims, "wrong": wrong, "told": told, "labels": labels, "counts": counts}


def claim_logits(logits: "Tensor") -> "Tensor":
    """`(rows,)`: log odds that a claim is false."""
    return torch.logsumexp(logits, dim=-1)


def loss_of(logits: "Tensor", batch: Batch) -> "Tensor":
    """How unlikely the labels are, of claims and of pieces."""
    labels = batch["labels"] * (1 - 2 * SMOOTHED) + SMOOTHED
    whole = binary_cross_entropy_with_logits(claim_logits(logits), labels, batch["counts"], reduction="sum")
    each = binary_cross_entropy_with_logits(logits, batch["wrong"], batch["told"], reduction="sum")
    return (whole + PIECES * each) / batch["counts"].sum()
