"""A path or an address to an `Article`: finds out what is there, reads it, and adds what is known about it.

Whatever goes wrong is one `SourceError` of one line that names the cause and the way out.
"""

import codecs
import hashlib
import json
import re
import stat
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from index.article import Article
from index.blocks import Metadata, Source, clean
from index.canonical import build
from index.errors import SourceError
from index.markdown import metadata_from, read_markdown
from index.plain import read_plain

Kind = Literal["markdown", "plain", "html", "pdf"]

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
_CONTENT_TYPES: dict[str, Kind | None] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/plain": None,  # what many servers call Markdown: the name decides
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/octet-stream": None,
    "": None,
}
_KINDS = "Markdown, plain text, HTML and PDF can be read"
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_CONNECT_SECONDS = 10
_WHOLE_SECONDS = 30
_REDIRECTS = 5
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


@dataclass(frozen=True, slots=True)
class _Found:
    """The bytes at a path or address, its name without folders, and what is known about it from outside."""

    data: bytes
    name: str
    kind: Kind | None = None
    charset: str = ""
    url: str = ""
    metadata: Metadata = field(default_factory=Metadata)


def load(where: str | Path, *, article_id: str | None = None, most_bytes: int = MOST_BYTES) -> Article:
    """The article in a file or at an http(s) address.

    A JSON object beside the file (`story.json` beside `story.md`) says title, deck, byline, publisher, published and
    url where the reader should not find them by itself. `article_id` is made of the name when it is not given.
    Raises `SourceError`.
    """
    shown = clean(str(where))
    try:
        scheme = _ADDRESS.match(str(where)) if isinstance(where, str) else None
        found = _fetch(str(where), scheme[1].lower(), most_bytes) if scheme else _open(Path(where), most_bytes)
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


def _read(found: _Found) -> Source:
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


def _kind(found: _Found) -> Kind:
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


def _open(path: Path, most_bytes: int) -> _Found:
    try:
        return _Found(_bytes(path, most_bytes), path.name, metadata=_sidecar(path, most_bytes))
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
        raise SourceError(_too_large(most_bytes))
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:  # it grew since
        raise SourceError(_too_large(most_bytes))
    if not data:
        raise SourceError("it is empty: give a file with text in it")
    return data


def _too_large(most_bytes: int) -> str:
    return f"it is larger than {most_bytes / 1e6:g} MB: split it, or let larger ones be read (max_article)"


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


# Addresses


def _fetch(address: str, scheme: str, most_bytes: int) -> _Found:
    """What an address gives, within the limits on time, size and redirects."""
    try:
        import httpx
    except ImportError:
        raise SourceError("addresses need httpx: pip install 'article-bot[html]'") from None
    if scheme not in ("http", "https"):
        raise SourceError(f"{scheme} addresses are not read: give an http or https address, or a path")
    limits = httpx.Timeout(_WHOLE_SECONDS, connect=_CONNECT_SECONDS)
    headers = {"User-Agent": "article-bot", "Accept": "text/html, text/markdown, text/plain, application/pdf"}
    try:
        with (
            httpx.Client(follow_redirects=True, max_redirects=_REDIRECTS, timeout=limits, headers=headers) as client,
            client.stream("GET", address) as reply,
        ):
            return _received(reply, most_bytes)
    except httpx.TimeoutException:
        raise SourceError(_too_slow()) from None
    except httpx.TooManyRedirects:
        raise SourceError(f"it redirects more than {_REDIRECTS} times: save the page and give the file") from None
    except httpx.ConnectError as error:
        raise SourceError(f"no connection ({error}): check the address and the network") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(f"it cannot be fetched ({error}): check the address") from error


def _too_slow() -> str:
    return f"no full answer within {_WHOLE_SECONDS} seconds: try again later, or save the page and give the file"


def _received(reply: Any, most_bytes: int) -> _Found:
    """The article in a reply of httpx whose body has not been read yet."""
    if reply.status_code >= 400:
        gone = reply.status_code in (404, 410)
        way_out = "check the address" if gone else "save the page in a browser and give the file"
        raise SourceError(f"the server answers {reply.status_code} {reply.reason_phrase}: {way_out}")
    content_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in _CONTENT_TYPES:
        raise SourceError(f"it is {content_type}, no article: {_KINDS}")
    data = _limited(reply.iter_bytes(), most_bytes, time.monotonic)
    if not data:
        raise SourceError("the server sends an empty page: check the address")
    parts = urlsplit(str(reply.url))
    name = next((part for part in reversed(unquote(parts.path).split("/")) if part), parts.hostname or "")
    return _Found(data, name, _CONTENT_TYPES[content_type], reply.charset_encoding or "", str(reply.url))


def _limited(chunks: Any, most_bytes: int, clock: Callable[[], float]) -> bytes:
    """The chunks of a body, until they are too many or come too slowly."""
    data = bytearray()
    end = clock() + _WHOLE_SECONDS
    for chunk in chunks:
        data += chunk
        if len(data) > most_bytes:
            raise SourceError(_too_large(most_bytes))
        if clock() > end:
            raise SourceError(_too_slow())
    return bytes(data)
