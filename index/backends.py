"""Where Chroma runs: in this process over a folder of generations, or on a server.

The only module that knows chromadb.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from index.errors import StoreError
from index.generations import Generations

if TYPE_CHECKING:
    from chromadb.api.client import Client as Client


class Backend(Protocol):
    """A place where Chroma runs."""

    @property
    def place(self) -> str:
        """Where it is, for people."""
        ...

    @property
    def exclusive(self) -> bool:
        """Whether nobody with other settings uses it."""
        ...

    @property
    def way_out(self) -> str:
        """What a user can do when it fails."""
        ...

    def state(self) -> str:
        """Changes when the index does, as far as that can be told without asking Chroma; empty: nothing there yet."""
        ...

    def read(self, state: str) -> AbstractContextManager["Client"]:
        """A client to read that state with."""
        ...

    def write(self) -> AbstractContextManager["Client"]:
        """A client to write with; what is written counts when the block ends without an error."""
        ...


class Embedded:
    """Chroma in this process, in generations of a folder."""

    exclusive = True
    way_out = "check the disk and the permissions, or remove the folder and add the articles again"

    def __init__(self, home: Path) -> None:
        self._generations = Generations(home)
        self.place = str(home)

    def state(self) -> str:
        """See `Backend.state`."""
        current = self._generations.current()
        return str(current) if current else ""

    @contextmanager
    def read(self, state: str) -> Iterator["Client"]:
        """See `Backend.read`."""
        with self._generations.reading(Path(state)), _persistent_client(state) as client:
            yield client

    @contextmanager
    def write(self) -> Iterator["Client"]:
        """See `Backend.write`."""
        with self._generations.rewrite() as draft, _persistent_client(str(draft)) as client:
            yield client


class Server:
    """A Chroma server, shared with whoever else uses it."""

    STATE = "server"
    exclusive = False
    way_out = "start it, or correct CHROMA_URL"

    def __init__(self, url: str) -> None:
        self._url = url
        self.place = re.sub(r"//[^/@]*@", "//", url)  # a password is for nobody's screen

    def state(self) -> str:
        """See `Backend.state`: a server tells nothing without being asked."""
        return self.STATE

    def read(self, state: str) -> AbstractContextManager["Client"]:
        """See `Backend.read`."""
        return self.write()

    @contextmanager
    def write(self) -> Iterator["Client"]:
        """See `Backend.write`."""
        client = _http_client(self._url, self.place)
        try:
            yield client
        finally:
            _hang_up(client)


def _persistent_client(path: str) -> "Client":
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    try:
        client = chromadb.PersistentClient(path=path, settings=Settings(anonymized_telemetry=False))
    except ChromaError:  # chromadb would hand out the half-started system the next time
        SharedSystemClient._identifier_to_system.pop(path, None)
        raise
    return cast("Client", client)  # chromadb declares the interface, which lacks `close`


def _http_client(url: str, place: str) -> "Client":
    import chromadb
    from chromadb.config import Settings

    try:
        parts = urlsplit(url if "//" in url else f"//{url}", scheme="http")
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        settings = Settings(anonymized_telemetry=False)
        client = chromadb.HttpClient(host=parts.hostname or "", port=port, ssl=secure, settings=settings)
        return cast("Client", client)
    except ValueError as error:
        raise StoreError(
            f"there is no Chroma server at {place} ({str(error).splitlines()[0]}): start it, or correct CHROMA_URL"
        ) from error


def _hang_up(client: "Client") -> None:
    """Close a client, and the connections to a server that chromadb's own `close` leaves open."""
    client.close()
    for part in (client, client._admin_client):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            session.close()


@contextmanager
def chroma_errors(backend: Backend) -> Iterator[None]:
    """Chroma's own errors, those of what it runs on, and a dead server, as one line."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, sqlite3.Error, httpx.HTTPError, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise StoreError(f"the index at {backend.place} cannot be used ({reason}): {backend.way_out}") from error
