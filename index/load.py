"""A path or an address to an `Article`: finds out what is there, reads it, and adds what is known about it.

Whatever goes wrong is one `SourceError` of one line that names the cause and the way out.
"""

import codecs
import hashlib
import json
import re
import stat
import unicodedata
from dataclasses import fields, replace
from pathlib import Path, PurePosixPath
from typing import Any

from index.article import Article
from index.blocks import Source
from index.canonical import build
from index.errors import SourceError
from index.fetch import Found, Kind, fetch, too_large
from index.markdown import read_markdown
from index.metadata import Metadata, metadata_from
from index.plain import read_plain
from index.text import clean

MOST_BYTES = 20_000_000
_SUFFIXES: dict[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".text": "plain",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
}
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_ID_CHARACTERS = 60
_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_BINARY = "it looks like a binary file: save it as UTF-8 text, HTML or PDF"


def load(
    where: str | Path, *, article_id: str | None = None, most_bytes: int = MOST_BYTES, public_only: bool = False
) -> Article:
    """The article in a file or at an http(s) address.

    A JSON object beside the file (`story.json` beside `story.md`) says title, deck, byline, publisher, published and
    url where the reader should not find them by itself. `article_id` is made of the name when it is not given.
    `public_only`: addresses of this machine and its own network are refused. Raises `SourceError`.
    """
    shown = clean(str(where))
    try:
        scheme = _ADDRESS.match(str(where)) if isinstance(where, str) else None
        found = (
            fetch(str(where), scheme[1].lower(), most_bytes, public_only) if scheme else _open(Path(where), most_bytes)
        )
        source = _read(found)
        if not source.blocks:
            raise SourceError("there is no text in it: give a file or address with text")
        metadata = _merged(found.metadata, source.metadata, Metadata(url=found.url))
        return build(replace(source, metadata=metadata), article_id or slug(found.name))
    except SourceError as error:
        raise SourceError(f"{shown}: {clean(str(error))}") from error.__cause__


def slug(name: str) -> str:
    """An article id from the name of a file or the last part of an address: a-z, 0-9 and hyphens, never empty.

    >>> slug("Élan vital (2nd ed.).pdf")
    'elan-vital-2nd-ed'
    """
    path = PurePosixPath(name)
    stem = path.stem if path.suffix.lower() in _SUFFIXES else name
    plain = unicodedata.normalize("NFKD", stem.replace("’", "")).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain)[:_ID_CHARACTERS].strip("-")
    return made or f"article-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:8]}"


def decode(data: bytes, charset: str = "") -> str:
    """The text of a file: by its byte order mark, in `charset` where a server names one, as UTF-8, or as guessed.

    Raises `SourceError` when the bytes are no text.
    """
    text = _decoded(data, charset).replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text or len(_CONTROL.findall(text)) > 0.02 * len(text):
        raise SourceError(_BINARY)
    return text


def _decoded(data: bytes, charset: str) -> str:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, errors="replace")
    if b"\x00" in data:
        raise SourceError(_BINARY)
    for codec in filter(None, (charset, "utf-8")):
        try:
            return data.decode(codec)
        except (LookupError, ValueError):
            continue
    return data.decode(_guessed(data), errors="replace")


def _guessed(data: bytes) -> str:
    """The likeliest 8-bit encoding. A few odd bytes in a text are the quotes and accents of Windows."""
    sample = data[:100_000]
    if sum(byte > 127 for byte in sample) < 0.03 * len(sample):
        return "cp1252"
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def _read(found: Found) -> Source:
    """What the right reader makes of the bytes. Optional readers are imported only when they are needed."""
    kind = _kind(found)
    if kind == "pdf":
        from index.pdf import read_pdf

        return read_pdf(found.data)
    if kind == "html":
        from index.html import decode_page, read_html

        if b"\x00" in found.data and not found.data.startswith(tuple(mark for mark, _ in _BOMS)):
            raise SourceError(_BINARY)
        return read_html(decode_page(found.data, found.charset), found.url)
    text = decode(found.data, found.charset)
    return read_plain(text) if kind == "plain" else _markdown(text)


def _markdown(text: str) -> Source:
    try:
        return read_markdown(text)
    except (ArithmeticError, AssertionError, LookupError, RecursionError, TypeError, ValueError) as error:
        cause = str(error) or type(error).__name__
        raise SourceError(f"the Markdown cannot be parsed ({cause}): save it as .txt or correct it there") from error


def _kind(found: Found) -> Kind:
    """What the bytes are: by how they begin, then by what a server says, then by the suffix."""
    suffix = PurePosixPath(found.name).suffix.lower()
    named = _SUFFIXES.get(suffix)
    begin = found.data[:1024].lstrip(codecs.BOM_UTF8 + b" \t\r\n\f")
    if begin.startswith(b"%PDF-"):
        return "pdf"
    if _begins_as_page(found.data[:1024]):
        return "html"
    kind = found.kind or named
    if kind == "pdf":
        raise SourceError("it is called a PDF but is none: get it again, or give it the suffix of what it is")
    if suffix == ".json" and kind is None:
        raise SourceError("a .json file says things about the article beside it: give the article itself")
    if kind is None and begin.startswith((b"# ", b"---\n", b"---\r\n")):  # no suffix that says otherwise
        return "markdown"
    return kind or "plain"


def _begins_as_page(data: bytes) -> bool:
    text = data.decode("utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8", "ignore")
    begin = text.lstrip("\ufeff \t\r\n\f").lower()
    return begin.startswith(("<!doctype html", "<html")) or (begin.startswith("<?xml") and "<html" in begin)


# Files


def _open(path: Path, most_bytes: int) -> Found:
    try:
        return Found(_bytes(path, most_bytes), path.name, metadata=_sidecar(path, most_bytes))
    except FileNotFoundError:
        raise SourceError("there is no such file: check the path") from None
    except IsADirectoryError:
        raise SourceError("it is a folder: give a file in it") from None
    except PermissionError:
        raise SourceError("it may not be read: check the permissions of the file and its folder") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"it cannot be read ({reason}): check the path") from error


def _bytes(path: Path, most_bytes: int) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError
    if not stat.S_ISREG(status.st_mode):
        raise SourceError("it is a device or pipe, no regular file: copy what it gives into a file")
    if status.st_size > most_bytes:
        raise SourceError(too_large(most_bytes))
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:  # it grew since
        raise SourceError(too_large(most_bytes))
    if not data:
        raise SourceError("it is empty: give a file with text in it")
    return data


def _sidecar(path: Path, most_bytes: int) -> Metadata:
    """What the JSON object beside a file says about it."""
    beside = path.with_suffix(".json")
    if beside == path or not beside.is_file():
        return Metadata()
    try:
        data: Any = json.loads(decode(_bytes(beside, most_bytes)))
    except (ValueError, RecursionError, SourceError, OSError) as error:
        raise SourceError(f"{beside.name} beside it is no JSON ({error}): correct or remove it") from error
    if not isinstance(data, dict):
        raise SourceError(f'{beside.name} beside it is no JSON object: write {{"title": …}} or remove it')
    odd = [name for name in _FIELDS if not isinstance(data.get(name) or "", str)]
    if odd:
        raise SourceError(f"{odd[0]} in {beside.name} beside it is no text: put it in quotes")
    metadata = metadata_from(data)
    if data.get("published") and metadata.published is None:
        raise SourceError(f"published in {beside.name} beside it names no date: write it as 2026-03-11")
    return metadata


_FIELDS = tuple(field.name for field in fields(Metadata))


def _merged(*sayings: Metadata) -> Metadata:
    """Each field from the first that says it."""
    said: dict[str, Any] = {}
    for one in reversed(sayings):
        said |= {name: value for name in _FIELDS if (value := getattr(one, name))}
    return Metadata(**said)
