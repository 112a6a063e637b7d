"""What the trained models say of every sentence of a text, for mining, fitting and measuring."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from bot.tokens import chunk_row, pieces, query_row, window_row
from evals.train.biencoder import chunks_of
from evals.train.data import Text
from evals.train.models import BiEncoder, Tagger

if TYPE_CHECKING:
    from numpy.typing import NDArray

Spoken = tuple[str, str]
"""A question and what was said before it."""

_AT_ONCE = 24


def dense(model: BiEncoder, text: Text, questions: Sequence[Spoken]) -> "NDArray[Any]":
    """Cosines `(questions, sentences)`."""
    asked, said = pieces([question for question, _ in questions]), pieces([context for _, context in questions])
    queries = [query_row(*pair) for pair in zip(asked, said, strict=True)]
    chunks = [chunk_row(text.ids[first:last]) for first, last in chunks_of(text)]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        left = torch.cat([model.queries(queries[at : at + 64]) for at in range(0, len(queries), 64)])
        right = torch.cat([model.sentences(chunks[at : at + _AT_ONCE]) for at in range(0, len(chunks), _AT_ONCE)])
    return np.asarray((left.float() @ right.float().T).numpy())


def tagged(model: Tagger, text: Text, question: Spoken, windows: Sequence[tuple[int, int]]) -> dict[int, float]:
    """The best logit of each sentence of some windows."""
    query = query_row(pieces([question[0]])[0], pieces([question[1]])[0])
    rows = [window_row(query, text.ids[first:last]) for first, last in windows]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        logits = model(rows).float().tolist()
    found: dict[int, float] = {}
    for number, logit in zip((n for first, last in windows for n in range(first, last)), logits, strict=True):
        found[number] = max(logit, found.get(number, -np.inf))
    return found
