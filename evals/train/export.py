"""From a trained model to the file that is shipped: an ONNX network with int8 weights.

Needs the package onnx, which is there for training only.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from evals.train.models import BiEncoder, Tagger

if TYPE_CHECKING:
    from torch import Tensor

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class _Network(nn.Module):
    """What is exported: hidden states, or their logits where there is a head."""

    def __init__(self, base: nn.Module, head: nn.Module | None) -> None:
        super().__init__()
        self.base = base
        self.head = head

    def forward(self, input_ids: "Tensor", attention_mask: "Tensor", token_type_ids: "Tensor") -> "Tensor":
        result = self.base(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        hidden: Tensor = result.last_hidden_state
        return hidden if self.head is None else self.head(hidden)


def export(model: BiEncoder | Tagger, path: Path) -> None:
    """Write `model` to `path` with int8 weights, one scale a column."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    full = path.with_suffix(".fp32.onnx")
    _export_full(_Network(model.base, getattr(model, "head", None)).eval(), full)
    quantize_dynamic(full, path, weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()


def _export_full(network: nn.Module, path: Path) -> None:
    example = torch.ones((2, 16), dtype=torch.long)
    names = {name: {0: "rows", 1: "length"} for name in (*INPUTS, "output")}
    torch.onnx.export(
        network,
        (example, example, torch.zeros_like(example)),
        str(path),
        input_names=list(INPUTS),
        output_names=["output"],
        dynamic_axes=names,
        opset_version=17,
        dynamo=False,
    )
