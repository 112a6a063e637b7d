"""What an address gives: its bytes, within limits on time, size and redirects."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from index.errors import SourceError
from index.metadata import Metadata

Kind = Literal["markdown", "plain", "html", "pdf"]

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
_CONNECT_SECONDS = 10
_WHOLE_SECONDS = 30
_REDIRECTS = 5
_CARRYING = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""IPv6 addresses that carry an IPv4 address in their last bits."""


@dataclass(frozen=True, slots=True)
class Found:
    """The bytes at a path or address, its name without folders, and what is known about it from outside."""

    data: bytes
    name: str
    kind: Kind | None = None
    charset: str = ""
    url: str = ""
    metadata: Metadata = field(default_factory=Metadata)


def too_large(most_bytes: int) -> str:
    """What is said of a file or page over the limit."""
    return f"it is larger than {most_bytes / 1e6:g} MB: split it, or let larger ones be read (max_article)"


def fetch(address: str, scheme: str, most_bytes: int, public_only: bool = False) -> Found:
    """What an address gives, within the limits on time, size and redirects.

    `public_only`: nothing is fetched from this machine or its own network, redirects included.
    """
    try:
        import httpx
    except ImportError:
        raise SourceError("addresses need httpx: pip install 'article-bot[html]'") from None
    if scheme not in ("http", "https"):
        raise SourceError(f"{scheme} addresses are not read: give an http or https address, or a path")
    limits = httpx.Timeout(_WHOLE_SECONDS, connect=_CONNECT_SECONDS)
    headers = {"User-Agent": "article-bot", "Accept": "text/html, text/markdown, text/plain, application/pdf"}
    checks: dict[str, list[Any]] = {
        "request": [lambda request: check_public(request.url.host)],
        "response": [_check_peer],
    }
    hooks = checks if public_only else {}
    client = httpx.Client(
        follow_redirects=True, max_redirects=_REDIRECTS, timeout=limits, headers=headers, event_hooks=hooks
    )
    try:
        with client, client.stream("GET", address) as reply:
            return _received(reply, most_bytes)
    except httpx.TimeoutException:
        raise SourceError(_too_slow()) from None
    except httpx.TooManyRedirects:
        raise SourceError(f"it redirects more than {_REDIRECTS} times: save the page and give the file") from None
    except httpx.ConnectError as error:
        raise SourceError(f"no connection ({error}): check the address and the network") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(f"it cannot be fetched ({error}): check the address") from error


def check_public(host: str) -> None:
    """Raise `SourceError` where a host is, or may be, on this machine or its own network."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceError(f"there is no host {host!r}: check the address") from error
    addresses = [ip_address(str(address[0]).partition("%")[0]) for *_, address in found]
    if not all(map(_is_public, addresses)):
        raise SourceError(f"{host} is on this machine or its own network: add it with article-bot index add")


def _check_peer(reply: Any) -> None:
    """Raise `SourceError` where the machine that answers is not public: a name may lead elsewhere the second time.

    Behind a proxy that machine is the proxy, which is the owner's choice.
    """
    stream = reply.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream else None
    if peer and not getproxies():
        check_public(str(peer[0]))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the public network, and so is the IPv4 address that an IPv6 one may carry."""
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return True
    carried = [IPv4Address(address.packed[-4:])] if any(address in network for network in _CARRYING) else []
    carried += [address.sixtofour] if address.sixtofour else []
    return not address.is_site_local and all(one.is_global for one in carried)


def _too_slow() -> str:
    return f"no full answer within {_WHOLE_SECONDS} seconds: try again later, or save the page and give the file"


def _received(reply: Any, most_bytes: int) -> Found:
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
    url = str(reply.url.copy_with(username=None, password=None))  # every reader of the article sees it
    parts = urlsplit(url)
    name = next((part for part in reversed(unquote(parts.path).split("/")) if part), parts.hostname or "")
    return Found(data, name, _CONTENT_TYPES[content_type], reply.charset_encoding or "", url)


def _limited(chunks: Any, most_bytes: int, clock: Callable[[], float]) -> bytes:
    """The chunks of a body, until they are too many or come too slowly."""
    data = bytearray()
    end = clock() + _WHOLE_SECONDS
    for chunk in chunks:
        data += chunk
        if len(data) > most_bytes:
            raise SourceError(too_large(most_bytes))
        if clock() > end:
            raise SourceError(_too_slow())
    return bytes(data)
