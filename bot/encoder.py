"""The trained models as they are shipped: int8 networks run by ONNX Runtime, checked by hash before the first use."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.tokens import PAD, Row
from index.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AGAIN = "reinstall article-bot"


class Encoder:
    """A network from rows of word pieces to numbers for each of them. Nothing is loaded before the first use."""

    def __init__(self, path: Path, sha256: str) -> None:
        self.path = path
        self._sha256 = sha256

    def run(self, rows: Sequence[Row], *, as_pair: bool) -> "NDArray[Any]":
        """`(rows, longest, numbers)`. `as_pair`: the passage is told from the question by its token type."""
        length = max(len(row.ids) for row in rows)
        ids = np.full((len(rows), length), PAD, dtype=np.int64)
        mask = np.zeros_like(ids)
        types = np.zeros_like(ids)
        for at, row in enumerate(rows):
            size = len(row.ids)
            ids[at, :size] = row.ids
            mask[at, :size] = 1
            types[at, row.passage : size] = int(as_pair)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        taken = {one.name: given[one.name] for one in self._session.get_inputs()}  # some networks know no types
        (result,) = self._session.run(None, taken)
        return np.asarray(result, dtype=np.float32)

    @cached_property
    def _session(self) -> Any:
        data = self._checked()
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def _checked(self) -> bytes:
        """The file, byte for byte what was shipped. Raises `ModelError`."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise ModelError(f"the model {self.path} cannot be read ({error.strerror}): {_AGAIN}") from error
        found = hashlib.sha256(data).hexdigest()
        if found != self._sha256:
            raise ModelError(f"the model {self.path.name} has sha256 {found[:16]}…, not {self._sha256[:16]}…: {_AGAIN}")
        return data


def unit(vectors: "NDArray[Any]") -> "NDArray[Any]":
    """Vectors scaled to length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def query_vector(encoder: Encoder, query: Row) -> "NDArray[Any]":
    """The vector of a question, `(384,)`."""
    return unit(encoder.run([query], as_pair=False)[0].mean(axis=0))


def sentence_vectors(encoder: Encoder, chunk: Row) -> "NDArray[Any]":
    """The vectors of a chunk's sentences, `(sentences, 384)`: the mean of what their tokens gave, where they stand.

    One chunk at a time: an int8 network rounds a text differently beside another one, and vectors are kept.
    """
    hidden = encoder.run([chunk], as_pair=False)[0]
    return unit(np.stack([hidden[start : max(end, start + 1)].mean(axis=0) for start, end in chunk.spans]))


def tag_logits(encoder: Encoder, windows: Sequence[Row]) -> list["NDArray[Any]"]:
    """For each window the logits of its sentences, read off their markers. One window at a time, as with chunks."""
    return [encoder.run([row], as_pair=True)[0, [start - 1 for start, _ in row.spans], 0] for row in windows]
