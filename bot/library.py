"""Which articles there are to ask: the shipped one, files and addresses, and what is in the index already."""

import hashlib
import os
import platform
from importlib.resources import files
from pathlib import Path

from bot.settings import Settings
from index import ArticleNotFound, ArticleRecord, ArticleStore, Progress, SentenceEmbeddings, load

SHIPPED = "amazon-ai-everything"
"""Id of the article that comes with the project."""


def open_store(settings: Settings) -> ArticleStore:
    """The index that the settings name."""
    return ArticleStore(
        SentenceEmbeddings(settings.embedding_model), home=settings.home / "index", url=settings.chroma_url
    )


def shipped_article() -> Path:
    """The file of the shipped article."""
    return Path(str(files("seeds") / f"{SHIPPED}.md"))


def find(store: ArticleStore, wanted: str, settings: Settings, progress: Progress | None = None) -> str:
    """The id of the article that `wanted` names: an id in the index, else a path or address, indexed if it is new.

    Raises `ArticleNotFound` when it is neither, and `SourceError` when it cannot be read.
    """
    wanted = _expanded(wanted)
    if wanted == SHIPPED or not wanted:
        return add(store, str(shipped_article()), settings, progress).id
    if wanted in store.snapshot().records:
        return wanted
    if "://" not in wanted and not _exists(wanted):
        known = ", ".join([SHIPPED, *(name for name in store.snapshot().records if name != SHIPPED)])
        raise ArticleNotFound(f"{wanted!r} is neither an article in the index (there: {known}) nor a file or address")
    return add(store, wanted, settings, progress).id


def add(
    store: ArticleStore,
    where: str,
    settings: Settings,
    progress: Progress | None = None,
    *,
    source: str = "",
    public_only: bool = False,
) -> ArticleRecord:
    """Index the article at a path or address. One that is there already, unchanged, is left alone.

    `source` says where it is from, where that is not the path; an article replaces the one from the same source.
    `public_only`: an address of this machine or its own network is refused.
    """
    where = _expanded(where)
    key = _source_hash(where, settings.max_article)
    if key and (record := store.snapshot().with_source_hash(key)):
        return record
    article = load(where, most_bytes=settings.max_article, public_only=public_only)
    return store.put(article, source or _source(where, settings), source_hash=key, progress=progress)


def _source(where: str, settings: Settings) -> str:
    """Where an article is from. On an index that machines share, a path is one machine's own."""
    if "://" in where:
        return where
    path = _shown(str(Path(where).resolve()))
    return f"{platform.node()}:{path}" if settings.chroma_url else path


def _source_hash(where: str, most_bytes: int) -> str:
    """Hash of a file's name and content and of the metadata beside it; empty for what is no file that is read."""
    if "://" in where or not _exists(where) or not Path(where).is_file():
        return ""
    path = Path(where)
    digest = hashlib.sha256(path.name.encode(errors="surrogateescape"))
    for part in (path, path.with_suffix(".json")):
        try:
            if part.is_file():
                if part.stat().st_size > most_bytes:
                    return ""
                digest.update(part.read_bytes())
        except OSError:  # `load` will say why
            return ""
    return digest.hexdigest()


def _expanded(where: str) -> str:
    """A path with its `~` resolved, as a shell does where it sees one."""
    return os.path.expanduser(where) if where.startswith("~") else where


def _shown(path: str) -> str:
    """A path as text that can be stored: bytes of a name that are no characters become question marks."""
    return path.encode(errors="surrogateescape").decode(errors="replace")


def _exists(where: str) -> bool:
    try:
        return Path(where).exists()
    except (OSError, ValueError):  # longer than a path may be, or no path at all
        return False
