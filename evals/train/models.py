"""The two models while they are trained: MiniLM with its word embeddings left as they are, and what each adds."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from bot.tokens import PAD, Row
from index.embeddings import shipped_folder

if TYPE_CHECKING:
    from torch import Tensor


_PLAIN = "plain_in_one_type"
STRIDE, ROWS = 16, 4
"""Lengths and numbers of rows are rounded up to these: kernels are made anew for every size, at more cost than padding.
"""


def base_model() -> Any:
    """MiniLM without its pooler; only what is above the word embeddings learns."""
    from transformers import AttentionInterface, AttentionMaskInterface, AutoModel
    from transformers.masking_utils import eager_mask

    AttentionInterface.register(_PLAIN, _attention)
    AttentionMaskInterface.register(_PLAIN, eager_mask)

    model = AutoModel.from_pretrained(
        shipped_folder(),
        attn_implementation=_PLAIN,
        add_pooling_layer=False,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
    )
    model.embeddings.word_embeddings.weight.requires_grad = False
    return model


def _attention(
    module: nn.Module, query: "Tensor", key: "Tensor", value: "Tensor", attention_mask: "Tensor | None", **options: Any
) -> tuple["Tensor", None]:
    """Attention without change of number type: on a processor the usual one spends half a step on converting."""
    scores = torch.matmul(query * options["scaling"], key.transpose(2, 3))
    if attention_mask is not None:
        scores = scores + attention_mask.to(scores.dtype)
    weights = torch.softmax(scores, dim=-1)
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), None


def batch_of(rows: Sequence[Row]) -> dict[str, "Tensor"]:
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
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


class BiEncoder(nn.Module):
    """Vectors of questions, and of sentences where they stand: mean over a sentence's tokens of what its chunk gave."""

    def __init__(self) -> None:
        super().__init__()
        self.base = base_model()
        self.scale = nn.Parameter(torch.tensor(3.2))  # logarithm of what cosines are multiplied with

    def queries(self, rows: Sequence[Row]) -> "Tensor":
        """`(rows, 384)`, of unit length."""
        batch = batch_of(rows)
        batch["token_type_ids"].zero_()
        hidden = self.base(**batch).last_hidden_state.float()
        mask = batch["attention_mask"].unsqueeze(-1)
        return nn.functional.normalize(((hidden * mask).sum(1) / mask.sum(1))[: len(rows)], dim=-1)

    def sentences(self, rows: Sequence[Row]) -> "Tensor":
        """`(sentences of all rows, 384)`, of unit length."""
        batch = batch_of(rows)
        batch["token_type_ids"].zero_()
        hidden = self.base(**batch).last_hidden_state.float()
        means = torch.bmm(_mean_weights(rows, *hidden.shape[:2]), hidden)
        kept = torch.cat([means[at, : len(row.spans)] for at, row in enumerate(rows)])
        return nn.functional.normalize(kept, dim=-1)


def _mean_weights(rows: Sequence[Row], count: int, length: int) -> "Tensor":
    """`(count, most sentences of a row, length)`: multiplied with the tokens it gives the mean of each sentence's."""
    weights = torch.zeros((count, max(len(row.spans) for row in rows), length))
    for at, row in enumerate(rows):
        for number, (start, end) in enumerate(row.spans):
            weights[at, number, start:end] = 1.0 / max(1, end - start)
    return weights


class Tagger(nn.Module):
    """A logit for every sentence of a window: whether it is evidence, read off its marker."""

    def __init__(self) -> None:
        super().__init__()
        self.base = base_model()
        self.head = nn.Linear(self.base.config.hidden_size, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -2.0)

    def forward(self, rows: Sequence[Row]) -> "Tensor":
        """`(sentences of all rows,)`."""
        hidden = self.base(**batch_of(rows)).last_hidden_state
        at = [(number, start - 1) for number, row in enumerate(rows) for start, _ in row.spans]
        markers = hidden[[number for number, _ in at], [place for _, place in at]]
        logits: Tensor = self.head(markers.float()).squeeze(-1)
        return logits


def load_trained(model: nn.Module, path: Path) -> None:
    """The averaged weights of a checkpoint into a model."""
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["average"], strict=False)
    model.eval()
