"""The web server: the page, and two addresses for whoever watches over it."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING

import typer

from bot import ArticleBot
from bot.sign_in import SignIn
from index import ArticleBotError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.api import Asker
    from ui.mcp import McpServer

_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # compared with, not bound to
_SECONDS_TO_FINISH = 1


class ServerError(ArticleBotError):
    """The server cannot listen at the address that it was given."""


def create_app(bot: ArticleBot, article_id: str) -> "FastAPI":
    """The application: `/healthz` (alive), `/readyz` (the article can be asked), `/api`, `/mcp`, and the page at `/`.

    Swagger's page is left out, since it would load its scripts from elsewhere; `/api/openapi.json` is for any viewer.
    """
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse

    from ui.api import Asker, add_api
    from ui.body import BodyLimit
    from ui.limits import QuestionLimit
    from ui.page.layout import build_page, mount_page
    from ui.sign_in import Gate, SignInMiddleware

    limit = QuestionLimit(bot.settings.questions_per_minute)
    asker = Asker(bot, article_id, limit)
    tool = _mcp_server(asker)
    app = FastAPI(
        title="article-bot",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lambda _: tool.running() if tool else nullcontext(),
    )

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        reason = _not_ready(bot, article_id)
        if reason:
            return JSONResponse({"status": "not ready", "reason": reason}, 503)
        return JSONResponse({"status": "ok"})

    add_api(app, asker)
    if tool:
        tool.mount(app)
    mount_page(app, build_page(bot, article_id, limit), bot.settings.max_article)
    app.add_middleware(BodyLimit)
    if secret := bot.settings.sign_in.get_secret_value():
        app.add_middleware(SignInMiddleware, gate=Gate(SignIn.of(secret)))
    return app


def _mcp_server(asker: "Asker") -> "McpServer | None":
    """The MCP tool, where its package is installed."""
    from ui.mcp import McpServer

    return McpServer(asker) if find_spec("mcp") else None


def serve(bot: ArticleBot, article_id: str, host: str, port: int, open_browser: bool) -> None:
    """Serve until interrupted. Raises `ServerError` when it cannot listen at that host and port."""
    with listening(host, port) as listener:
        import uvicorn

        bot.warm()
        app = create_app(bot, article_id)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_SECONDS_TO_FINISH)
        if not bot.settings.sign_in.get_secret_value() and not _is_own(listener.getsockname()[0]):
            typer.echo("article-bot: whoever reaches this address can ask: see ARTICLE_BOT_SIGN_IN", err=True)
        url = _url(host, listener.getsockname()[1])
        typer.echo(f"article-bot: {url} (Ctrl-C stops it)")
        if open_browser:
            import webbrowser

            webbrowser.open(url)
        server = uvicorn.Server(config)
        # An open page holds a connection, which the end cuts off: that is no error to tell of.
        logging.getLogger("uvicorn.error").addFilter(lambda record: not server.should_exit)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _not_ready(bot: ArticleBot, article_id: str) -> str:
    """Why the article cannot be asked; empty when it can."""
    try:
        bot.store.snapshot().article(article_id)
    except ArticleBotError as error:
        return " ".join(str(error).split())
    return ""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens already: a taken port is an error before anything else is loaded."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError, OverflowError) as error:
        raise ServerError(f"cannot listen at {host}:{port}: {_reason(error)}") from error
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
        except OSError as error:
            raise ServerError(f"cannot listen at {host}:{port}: {_reason(error)} (see --host and --port)") from error
        yield listener


def _is_own(address: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    return ip_address(address.partition("%")[0]).is_loopback


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _url(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    name = "localhost" if host in _ANYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"
