"""What the trained models say of every sentence of a text, for mining, fitting and measuring."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from bot.tokens import pieces, query_row, window_row
from evals.train.batches import for_markers, on
from evals.train.biencoder import chunks_of, queries, sentences
from evals.train.items import Text
from evals.train.models import BiEncoder, Tagger

if TYPE_CHECKING:
    from numpy.typing import NDArray

Spoken = tuple[str, str]
"""A question and what was said before it."""

_AT_ONCE = 24


def dense(model: BiEncoder, text: Text, questions: Sequence[Spoken]) -> "NDArray[Any]":
    """Cosines `(questions, sentences)`."""
    device = next(model.parameters()).device
    chunks = chunks_of(text)
    batches = [sentences(text, chunks[at : at + _AT_ONCE]) for at in range(0, len(chunks), _AT_ONCE)]
    asked = [queries(questions[at : at + 64]) for at in range(0, len(questions), 64)]
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16):
        left, right = (torch.cat([model(on(batch, device)).float() for batch in part]) for part in (asked, batches))
    return np.asarray((left @ right.T).cpu().numpy())


def tagged(model: Tagger, text: Text, question: Spoken, windows: Sequence[tuple[int, int]]) -> dict[int, float]:
    """The best logit of each sentence of some windows."""
    device = next(model.parameters()).device
    asked, said = pieces(list(question))
    query = query_row(asked, said)
    rows = [window_row(query, text.ids[first:last]) for first, last in windows]
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16):
        logits: Tensor = model(on(for_markers(rows), device)).float()
    found: dict[int, float] = {}
    numbers = (n for first, last in windows for n in range(first, last))
    for number, logit in zip(numbers, logits.tolist(), strict=True):
        found[number] = max(logit, found.get(number, -np.inf))
    return found
