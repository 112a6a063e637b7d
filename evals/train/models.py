"""The two models while they are trained: MiniLM with its word embeddings left as they are, and what each adds."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from index.embeddings import shipped_folder

if TYPE_CHECKING:
    from torch import Tensor

    from evals.train.batches import Batch


_PLAIN = "plain_in_one_type"


def base_model(dropout: float = 0.0) -> Any:
    """MiniLM without its pooler; only what is above the word embeddings learns."""
    from transformers import AttentionInterface, AttentionMaskInterface, AutoModel
    from transformers.masking_utils import eager_mask

    AttentionInterface.register(_PLAIN, _attention)
    AttentionMaskInterface.register(_PLAIN, eager_mask)

    model = AutoModel.from_pretrained(
        shipped_folder(),
        attn_implementation=_PLAIN,
        dtype=torch.float32,
        add_pooling_layer=False,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=dropout,
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


class BiEncoder(nn.Module):
    """Vectors of questions, and of sentences where they stand: mean over a sentence's tokens of what its chunk gave."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.base = base_model(dropout)
        self.scale = nn.Parameter(torch.tensor(3.2))  # logarithm of what cosines are multiplied with

    def forward(self, batch: "Batch") -> "Tensor":
        """`(spans of all rows, 384)`, of unit length."""
        hidden = self.base(
            input_ids=batch["ids"], attention_mask=batch["mask"], token_type_ids=torch.zeros_like(batch["ids"])
        ).last_hidden_state.float()
        with torch.autocast(hidden.device.type, enabled=False):
            means = torch.bmm(batch["means"], hidden).flatten(0, 1)[batch["spans"]]
            return nn.functional.normalize(means, dim=-1)


class Tagger(nn.Module):
    """A logit for every sentence of a window: whether it is evidence, read off its marker."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.base = base_model(dropout)
        self.head = nn.Linear(self.base.config.hidden_size, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -2.0)

    def forward(self, batch: "Batch") -> "Tensor":
        """`(sentences of all rows,)`."""
        hidden = self.base(
            input_ids=batch["ids"], attention_mask=batch["mask"], token_type_ids=batch["types"]
        ).last_hidden_state
        logits: Tensor = self.head(hidden.flatten(0, 1)[batch["markers"]].float()).squeeze(-1)
        return logits


def load_trained(model: nn.Module, path: Path) -> None:
    """The averaged weights of a checkpoint into a model."""
    state = torch.load(path, weights_only=True, map_location="cpu")
    model.load_state_dict(state["average"], strict=False)
    model.eval()
