"""The bot for programs, over HTTP: ask, ask and see the answer grow, which articles there are. Described by OpenAPI.

The answer is the same JSON as everywhere. What goes wrong is `{"error": one line}` with a status that says whose it is.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache, partial
from threading import Event
from typing import Any, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from bot import Answer, ArticleBot, QuestionError, Turn
from bot.presence import until_gone
from index import ArticleBotError, ArticleNotFound
from ui.limits import QuestionLimit, too_many

_AT_ONCE = 32  # questions on threads; further ones wait in line

Given = TypeVar("Given")


class AskRequest(BaseModel):
    """A question, what was said before it, and the article that is asked."""

    model_config = ConfigDict(extra="forbid")

    question: str
    history: tuple[Turn, ...] = ()
    article: str | None = Field(default=None, description="id of an indexed article; none: the one that is served")


class ArticleInfo(BaseModel):
    """An article that can be asked."""

    id: str
    title: str
    sentences: int


class ApiError(BaseModel):
    """What went wrong, in one line."""

    error: str


class TooMany(ArticleBotError):
    """A client asks more than it may; `seconds` until it may again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(too_many(seconds))
        self.seconds = seconds


class Asker:
    """Asks the articles of an index, within the limit."""

    def __init__(self, bot: ArticleBot, article_id: str, limit: QuestionLimit) -> None:
        self.bot = bot
        self._article_id = article_id
        self._limit = limit
        self._bots = lru_cache(maxsize=32)(bot.on)
        self._threads = CapacityLimiter(_AT_ONCE)

    def grow(self, request: AskRequest, client: str) -> Iterator[Answer]:
        """The answer as it grows. Raises `ArticleBotError`."""
        bot = self._bots(request.article or self._article_id)
        if seconds := self._limit.wait(client):
            raise TooMany(seconds)
        yield from bot.stream({"question": request.question, "history": list(request.history)})

    def ask(self, request: AskRequest, client: str) -> Answer:
        """The whole answer. Raises `ArticleBotError`."""
        *_, answer = self.grow(request, client)
        return answer

    async def answer(self, request: AskRequest, client: str) -> Answer:
        """See `ask`; for an event loop."""
        return await self.apart(self.ask, request, client)

    async def apart(self, call: Callable[..., Given], *arguments: Any) -> Given:
        """Call on a thread of ours: however many ask, the server's own threads stay free for everything else.

        Where the client goes away meanwhile, its result is not waited for.
        """
        return await run_sync(call, *arguments, limiter=self._threads, abandon_on_cancel=True)


_ERRORS: dict[int | str, dict[str, object]] = {
    400: {"model": ApiError, "description": "The question cannot be asked."},
    404: {"model": ApiError, "description": "There is no such article."},
    429: {"model": ApiError, "description": "Too many questions; Retry-After says when again."},
    503: {"model": ApiError, "description": "The index cannot be used."},
}


def add_api(app: FastAPI, asker: Asker) -> None:
    """Add `/api/ask`, `/api/ask/stream` and `/api/articles` to an application."""
    api = APIRouter(prefix="/api", tags=["ask"])

    @api.post("/ask", responses=_ERRORS)
    async def ask(asked: AskRequest, request: Request) -> Answer:
        """Answer one question."""
        return await asker.answer(asked, client_of(request))

    @api.post("/ask/stream", responses=_ERRORS, response_class=StreamingResponse)
    async def stream(asked: AskRequest, request: Request) -> StreamingResponse:
        """Answer one question as server-sent events: `answer` with the answer so far, the last of them whole."""
        answers, left = asker.grow(asked, client_of(request)), Event()
        more = partial(until_gone(left).run, next, answers)
        first = await asker.apart(more)  # what cannot be asked is told before the stream begins
        return StreamingResponse(_events(first, more, left, asker), media_type="text/event-stream")

    @api.get("/articles", responses={503: _ERRORS[503]})
    def articles() -> list[ArticleInfo]:
        """The articles that can be asked."""
        records = asker.bot.store.snapshot().records.values()
        return [ArticleInfo(id=one.id, title=one.title, sentences=one.sentences) for one in records]

    app.include_router(api)
    app.add_exception_handler(ArticleBotError, _told)
    app.add_exception_handler(Exception, _defect)


def client_of(request: Request | None) -> str:
    """Who asks, for the limit."""
    return request.client.host if request and request.client else ""


async def _events(first: Answer, more: Callable[..., Answer | None], left: Event, asker: Asker) -> AsyncIterator[str]:
    """The events of a stream. A client that goes away ends the chat model's call."""
    answer: Answer | None = first
    try:
        while answer is not None:
            yield f"event: answer\ndata: {answer.model_dump_json()}\n\n"
            answer = await asker.apart(more, None)
        yield "event: done\ndata: {}\n\n"
    finally:
        left.set()


def _told(_: Request, error: Exception) -> JSONResponse:
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooMany) else {}
    return JSONResponse({"error": " ".join(str(error).split())}, _status(error), headers)


def _defect(_: Request, error: Exception) -> JSONResponse:
    """What nobody foresaw; the server logs it."""
    return JSONResponse(
        {"error": f"something went wrong here ({type(error).__name__}): the server's log has the cause"}, 500
    )


def _status(error: Exception) -> int:
    for kind, status in ((TooMany, 429), (QuestionError, 400), (ArticleNotFound, 404)):
        if isinstance(error, kind):
            return status
    return 503
