"""The reader that the settings name."""

from pathlib import Path

from bot.cross import CrossReader
from bot.reader import HybridReader, Reader
from bot.settings import SHIPPED_READER
from bot.trained import TrainedReader
from index import SentenceEmbeddings, Snapshot

SIMILARITY = "similarity"


def reader_of(model: str, view: Snapshot, embeddings: SentenceEmbeddings) -> Reader:
    """The shipped models, the small reader, a folder of `python -m evals.train`, or a cross-encoder."""
    if model == SHIPPED_READER:
        return TrainedReader(view, embeddings)
    if model == SIMILARITY:
        return HybridReader(view, embeddings)
    folder = Path(model).expanduser()
    if (folder / "reader.json").is_file():
        return TrainedReader(view, embeddings, folder)
    return CrossReader(view, embeddings, str(folder) if folder.is_dir() else model)
