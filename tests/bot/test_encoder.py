"""The shipped networks: what they were when they were shipped, and the same numbers for the same text."""

from pathlib import Path

import numpy as np
import pytest

from bot.encoder import Encoder, query_vector, sentence_vectors, tag_logits
from bot.support import Fusion
from bot.tokens import chunk_row, pieces, query_row, window_row
from bot.trained import shipped_models
from index import ModelError

TEXTS = ["Ann Lee sails the ferry.", "It costs three crowns.", "The harbour freezes in January."]


def shipped(name: str) -> Encoder:
    """One of the shipped networks."""
    folder = shipped_models()
    return Encoder(folder / name, Fusion.read(folder / "reader.json").models[name])


def test_a_network_that_was_changed_is_not_used(tmp_path: Path) -> None:
    """One line says which, and what to do."""
    (tmp_path / "tagger.onnx").write_bytes(b"something else")
    with pytest.raises(ModelError, match="has sha256") as raised:
        Encoder(tmp_path / "tagger.onnx", "00" * 32).run([query_row([7])], as_pair=False)
    assert "\n" not in str(raised.value)


def test_a_network_that_is_missing_is_named(tmp_path: Path) -> None:
    """As an error of ours."""
    with pytest.raises(ModelError, match="cannot be read"):
        Encoder(tmp_path / "tagger.onnx", "00" * 32).run([query_row([7])], as_pair=False)


def test_all_of_it_is_small_enough_to_ship() -> None:
    """Sixty mebibytes at most."""
    assert sum(path.stat().st_size for path in shipped_models().iterdir()) <= 60 * 2**20


def test_vectors_have_unit_length_and_find_the_sentence() -> None:
    """One vector a sentence, the answer nearest to its question."""
    encoder = shipped("biencoder.onnx")
    vectors = sentence_vectors(encoder, chunk_row(pieces(TEXTS)))
    asked = query_vector(encoder, query_row(pieces(["When does the port ice over?"])[0]))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3))
    assert int((vectors @ asked).argmax()) == 2


def test_the_tagger_marks_the_answer() -> None:
    """One logit a sentence, window by window."""
    rows = pieces(TEXTS)
    query = query_row(pieces(["How much is a trip?"])[0])
    whole, one = tag_logits(shipped("tagger.onnx"), [window_row(query, rows), window_row(query, rows[:1])])
    assert (len(whole), len(one)) == (3, 1)
    assert int(whole.argmax()) == 1
