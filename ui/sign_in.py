"""Sign-in for all that the web server serves, by one setting: HTTP Basic for people, a bearer token for programs.

The setting is `user:password`, or `user:scrypt$…` as `python -m ui.sign_in USER` prints it. A program may send the
password alone, as `Authorization: Bearer PASSWORD`. `/healthz` and `/readyz` stay open for whoever watches the server.
"""

import base64
import getpass
import hmac
import os
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import typer

from bot.sign_in import SCHEME, SignIn, scrypt
from ui.limits import QuestionLimit

OPEN = ("/healthz", "/readyz")

_FAILURES_PER_MINUTE = 20
_MOST_KNOWN = 16
_CHALLENGE = 'Basic realm="article-bot", charset="UTF-8"'

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings. A bearer token has no user."""

    password: str
    user: str | None = None

    @classmethod
    def of(cls, header: str) -> "Credentials | None":
        """From an `Authorization` header; None for anything else."""
        scheme, _, value = header.strip().partition(" ")
        if scheme.lower() == "bearer":
            return cls(value.strip())
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
        except ValueError:
            return None
        return cls(password, user) if colon else None


class Gate:
    """Lets through whoever knows the password, and makes others wait who try too many."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._failures = QuestionLimit(_FAILURES_PER_MINUTE)
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, None] = {}  # right credentials: a slow hash is worked out once, not for each request

    def refusal(self, header: str, client: str) -> int:
        """The status with which a request is refused; 0: it is not. Who is in stays in, whatever others try."""
        mark = hmac.digest(self._key, header.encode(errors="replace"), "sha256")
        if mark in self._known:  # a mark is keyed: how long the search takes says nothing of a password
            return 0
        given = Credentials.of(header)
        if given is None:
            return 401
        if self._failures.is_full(client):
            return 429
        if self._sign_in.accepts(given.password, given.user):
            self._remember(mark)
            return 0
        self._failures.wait(client)
        return 401

    def _remember(self, mark: bytes) -> None:
        """A browser and a program write the same password in two ways: none pushes out the other."""
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[mark] = None


class SignInMiddleware:
    """An ASGI application behind a gate."""

    def __init__(self, app: App, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that it must sign in."""
        if scope["type"] not in ("http", "websocket") or scope.get("path") in OPEN:
            await self._app(scope, receive, send)
            return
        header = _text(next((value for name, value in scope["headers"] if name == b"authorization"), b""))
        status = self._gate.refusal(header, (scope.get("client") or ("",))[0])
        if not status:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refuse(status, send)


def _text(header: bytes) -> str:
    """A header as UTF-8, or as Latin-1 where it is none."""
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


async def _refuse(status: int, send: Send) -> None:
    said = {401: "sign in first", 429: "too many failed sign-ins: try again in a minute"}[status]
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    headers += [(b"www-authenticate", _CHALLENGE.encode())] if status == 401 else [(b"retry-after", b"60")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f'{{"error":"{said}"}}'.encode()})


def hashed(user: str, password: str) -> str:
    """The value of the setting that does not give the password away."""
    salt = os.urandom(16)
    return f"{user}:{SCHEME}${salt.hex()}${scrypt(password, salt).hex()}"


def main(user: str) -> None:
    """Ask for a password and print the value for ARTICLE_BOT_SIGN_IN."""
    typer.echo(hashed(user, getpass.getpass("Password: ")))


if __name__ == "__main__":
    typer.run(main)
