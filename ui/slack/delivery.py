"""Messages to Slack: a status at once, answers streamed, and each delivered once although calls fail.

A call that fails may have been carried out. So a message is marked, and looked for in its thread before it is sent
again; one that was cut off is replaced by the whole.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.messages.chunk import BlocksChunk
from slack_sdk.web.chat_stream import ChatStream
from slack_sdk.webhook import WebhookClient

from ui.slack.errors import DeliveryError
from ui.slack.events import Event, Own, is_own
from ui.slack.message import Message, end_of, marked

TROUBLE = (SlackClientError, OSError, HTTPException)
"""What a call to Slack raises."""

_PAUSES = (0.2, 0.5, 1.0, 2.0)
_LIMITED = {"ratelimited", "rate_limited"}
_PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "", *_LIMITED}
_WORD = re.compile(r"[a-z0-9_]{1,60}")
_MOST_WAITS = 10
"""Times that a call waits because Slack says "too many"."""
_MOST_WAIT = 120.0
"""Seconds that it waits each time, at most."""
_TOO_RICH = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
_MOST_PAGES = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes, to whom, and the mark that it carries."""

    channel: str
    thread: str
    user: str
    team: str
    marker: str


class Delivery:
    """Sends messages. `own` is who we are."""

    def __init__(self, client: WebClient, own: Own, pauses: Sequence[float] = _PAUSES) -> None:
        self._own = own
        self._pauses = pauses
        self._client = _copy(client, timeout=30)
        self._hasty = _copy(client, timeout=10)

    def status(self, place: Place, text: str, more: Sequence[str] = ()) -> None:
        """Show that we are at work. It is no loss where that fails."""
        try:
            self._hasty.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=place.thread, status=text, loading_messages=list(more) or None
            )
        except TROUBLE as error:
            _log.info("no status could be shown: %s", reason_of(error))

    def answer(self, place: Place, messages: Iterable[Message]) -> None:
        """Deliver a message that grows; the last is the whole. Raises `DeliveryError`."""
        stream = _Stream(self._hasty.chat_stream(**_to(place)))
        message = None
        for grown in messages:
            message = marked(grown, place.marker)
            stream.show(message)
        if message is None:
            return
        if stream.finish(message):
            return
        begun = stream.ts or (self._found(place) if stream.in_doubt else None)
        if not begun or not self._replace(place, begun, message):
            self._post(place, message)

    def complete(self, place: Place, message: Message) -> None:
        """Deliver a message, in place of one that was cut off if its thread has that. Raises `DeliveryError`."""
        whole = marked(message, place.marker)
        begun = self._found(place)
        if not begun or not self._replace(place, begun, whole):
            self._post(place, whole)

    def is_complete(self, place: Place) -> bool:
        """Whether the answer with that mark stands in its thread, whole. Raises `DeliveryError`."""
        return self._found(place, whole=True) is not None

    def thread(self, channel: str, ts: str) -> list[Event]:
        """The messages of a thread, or of one that a message would begin. Raises `DeliveryError`."""
        messages: list[Event] = []
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._patiently(
                lambda: self._client.conversations_replies(channel=channel, ts=ts, limit=200, cursor=cursor)  # noqa: B023  # called before it changes
            )
            messages += page.get("messages") or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return messages

    def private(self, response_url: str, message: Message, **options: Any) -> None:
        """Send a message that only the asker sees, to the address that came with a command. Raises `DeliveryError`."""
        hook = WebhookClient(response_url, timeout=30, retry_handlers=[], logger=quiet())
        options = {"unfurl_links": False, "unfurl_media": False, **options}
        body = {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks, **options}

        def send() -> None:
            reply = hook.send_dict(body)
            if reply.status_code != 200:
                raise SlackApiError("the response address refused", _Refusal(reply.status_code, reply.headers))  # type: ignore[no-untyped-call]

        self._patiently(send)

    def whisper(self, channel: str, thread: str | None, user: str, text: str) -> None:
        """Say something that one person sees. Raises `DeliveryError`."""
        self._patiently(
            lambda: self._client.chat_postEphemeral(channel=channel, thread_ts=thread, user=user, text=text)
        )

    def prompts(self, channel: str, title: str, questions: Sequence[str]) -> None:
        """Offer questions in a direct message. Raises `DeliveryError`."""
        prompts = [{"title": question, "message": question} for question in questions]
        self._patiently(
            lambda: self._client.assistant_threads_setSuggestedPrompts(channel_id=channel, title=title, prompts=prompts)
        )

    def _post(self, place: Place, message: Message) -> None:
        """Post a message, once. What Slack finds too rich goes as text."""
        try:
            self._once(place, message, message.blocks)
        except _TooRichError:
            self._once(place, message, None)

    def _once(self, place: Place, message: Message, blocks: list[dict[str, Any]] | None) -> None:
        def post() -> Any:
            return self._client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread,
                text=message.text,
                blocks=blocks,
                mrkdwn=False,
                unfurl_links=False,
                unfurl_media=False,
            )

        self._patiently(post, unless=lambda: self._found(place, whole=True) is not None)

    def _replace(self, place: Place, ts: str, message: Message) -> bool:
        """Put a whole message in the place of one that was cut off; False where that cannot be."""
        try:
            self._patiently(lambda: self._client.chat_stopStream(channel=place.channel, ts=ts))
        except DeliveryError as error:  # it is no stream any more
            _log.info("a stream could not be stopped: %s", error)
        try:
            self._patiently(
                lambda: self._client.chat_update(channel=place.channel, ts=ts, text=message.text, blocks=message.blocks)
            )
        except DeliveryError as error:
            _log.warning("a message that was cut off could not be completed: %s", error)
            return self._remove(place, ts)
        return True

    def _remove(self, place: Place, ts: str) -> bool:
        """Take away a message that cannot be completed. False: so that it is posted anew."""
        try:
            self._patiently(lambda: self._client.chat_delete(channel=place.channel, ts=ts))
        except DeliveryError as error:
            _log.warning("a message that was cut off could not be removed: %s", error)
        return False

    def _found(self, place: Place, *, whole: bool = False) -> str | None:
        """The ts of our message with that mark in its thread; `whole`: only if it was not cut off."""
        wanted = {end_of(place.marker)} if whole else {place.marker, end_of(place.marker)}
        for message in self.thread(place.channel, place.thread):
            ids = {block.get("block_id") for block in message.get("blocks") or ()}
            if is_own(message, self._own) and ids & wanted:
                return str(message["ts"])
        return None

    def _patiently(self, call: Callable[[], Any], unless: Callable[[], bool] | None = None) -> Any:
        """Call until it succeeds, or `unless` says that it has; raise `DeliveryError` when it will not."""
        for pause in (*self._pauses, None):
            try:
                return _admitted(call)
            except TROUBLE as error:
                failed = error
            if (code := _code(failed)) in _TOO_RICH:
                raise _TooRichError(code, final=True) from failed
            final = code not in _PASSING
            if final or pause is None:
                raise DeliveryError(reason_of(failed), final=final) from failed
            time.sleep(pause)
            if unless and unless():
                return None
        raise AssertionError("unreachable")


class _TooRichError(DeliveryError):
    """Slack takes the message, but not its blocks."""


class _Stream:
    """A message while it is streamed. Broken once a call fails: then the message is to be sent another way."""

    def __init__(self, stream: ChatStream) -> None:
        self._stream = stream
        self._shown: list[tuple[dict[str, Any], ...]] = []
        self._broken = False
        self.in_doubt = False
        """Whether a call may have been carried out although it failed."""

    @property
    def ts(self) -> str | None:
        """The streamed message, once it is known."""
        return self._stream.ts

    def show(self, message: Message) -> None:
        """Append the parts of a message that are not shown yet."""
        if list(message.parts[: len(self._shown)]) != self._shown:
            self._broken = True  # what was shown is not what is meant: the whole takes its place
        for part in message.parts[len(self._shown) :]:
            self._call(lambda part=part: self._stream.append(chunks=[BlocksChunk(blocks=part)]))  # type: ignore[misc]
            self._shown.append(part)

    def finish(self, message: Message) -> bool:
        """End the stream; False where the message has to be sent another way."""
        if not self._shown or list(message.parts) != self._shown:
            return False
        self._call(lambda: self._stream.stop(blocks=list(message.footer)))
        return not self._broken

    def _call(self, call: Callable[[], Any]) -> None:
        if self._broken:
            return
        try:
            call()
        except TROUBLE as error:
            _log.info("a stream broke off: %s", reason_of(error))
            self._broken = True
            self.in_doubt = _code(error) in _PASSING - _LIMITED


def reason_of(error: Exception) -> str:
    """What went wrong in a call, without anything that was sent in it."""
    return _code(error) or type(error).__name__


def _code(error: Exception) -> str:
    """Slack's word for an error; empty where there is none, as in a page that a proxy answers with."""
    if not isinstance(error, SlackApiError):
        return ""
    data = error.response if isinstance(error.response, Mapping) else getattr(error.response, "data", None)
    word = str(data.get("error") or "") if isinstance(data, Mapping) else ""
    return word if _WORD.fullmatch(word) else ""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What a response address says instead of 200."""

    status: int
    headers: Mapping[str, Any]

    @property
    def data(self) -> dict[str, str]:
        """As the Web API would say it."""
        if self.status == 429:
            return {"error": "ratelimited"}
        return {"error": "" if self.status >= 500 else "response_url_refused"}


def _admitted(call: Callable[[], Any]) -> Any:
    """Call; where Slack says "too many", again after as long as it asks for (`Retry-After`)."""
    for _ in range(_MOST_WAITS):
        try:
            return call()
        except SlackApiError as error:
            if _code(error) not in _LIMITED:
                raise
            time.sleep(_wait_of(error))
    return call()


def _wait_of(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    asked = next((value for name, value in headers.items() if str(name).lower() == "retry-after"), "")
    try:
        return min(max(float(asked[0] if isinstance(asked, list) else asked), 0.0), _MOST_WAIT)
    except (ValueError, IndexError):
        return 1.0


def quiet() -> logging.Logger:
    """A logger for Slack's libraries, which passes on errors alone: the rest holds what was said, and tokens."""
    logger = logging.getLogger("ui.slack.library")
    logger.setLevel(logging.ERROR)
    return logger


def _copy(client: WebClient, timeout: int) -> WebClient:
    """A client that tries nothing again by itself."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        retry_handlers=[],
        logger=quiet(),
    )


def _to(place: Place) -> dict[str, Any]:
    return {
        "channel": place.channel,
        "thread_ts": place.thread,
        "recipient_team_id": place.team,
        "recipient_user_id": place.user,
    }
