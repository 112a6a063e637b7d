"""A limit on what a program may send: a request that is larger is answered before it is read whole."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MOST = 1_000_000
"""Bytes: a question of the greatest length and a history that goes back further than is read."""

_TOLD = b'{"error":"the request is larger than 1 MB: send a shorter question and history"}'


class BodyLimit:
    """ASGI middleware: 413 for a request under `path` whose body has more than `most` bytes, whatever it says."""

    def __init__(self, app: App, path: str = "/api/", most: int = MOST) -> None:
        self._app = app
        self._path = path
        self._most = most

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on, with no more of its body than is allowed."""
        if scope["type"] != "http" or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        held = await self._held(receive)
        if held is None:
            headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            await send({"type": "http.response.body", "body": _TOLD})
            return

        async def again() -> Message:
            return held.pop(0) if held else await receive()

        await self._app(scope, again, send)

    async def _held(self, receive: Receive) -> list[Message] | None:
        """The messages of the body; None where it is too large."""
        held: list[Message] = []
        size = 0
        while not held or held[-1].get("more_body"):
            held.append(await receive())
            size += len(held[-1].get("body", b""))
            if size > self._most:
                return None
        return held
