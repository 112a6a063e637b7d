"""What Slack delivers, as a question: who asks what, where, and how it is told from others. Pure functions."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import Turn
from ui.slack.texts import plain

Event = Mapping[str, Any]

MOST_TURNS = 8
"""Earlier messages of a thread that are handed to the bot."""

_ASKING = {None, "", "file_share", "thread_broadcast"}
_SLACKBOT = "USLACKBOT"
_TS = re.compile(r"\d{1,12}\.\d{1,9}")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Own:
    """Who we are in the workspace."""

    user: str
    bot: str
    team: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `ts` is its message, `thread` where the answer goes; `key` is the same however it is delivered."""

    text: str
    user: str
    team: str
    channel: str
    ts: str
    thread: str
    addressed: bool = True
    """Whether it is meant for us; if not, it is where we answer in that thread already."""

    @property
    def key(self) -> str:
        """What tells it from every other message of the workspace."""
        return f"{self.channel}:{self.ts}"

    @property
    def follows(self) -> bool:
        """Whether it stands in a thread, after other messages."""
        return self.thread != self.ts


def question_in(event: Event) -> str:
    """What is asked in an event: its text without mentions and markup."""
    return plain(str(event.get("text") or ""))


def asked_in(event: Event, own: Own) -> Asked | None:
    """The question of an `app_mention` or `message` event; None for a bot's message, an edit, a talk of others."""
    user, channel, ts = (str(event.get(name) or "") for name in ("user", "channel", "ts"))
    if not (user and channel and ts) or not _is_persons(event, own):
        return None
    text = str(event.get("text") or "")
    mentioned = set(_MENTION.findall(text))
    thread = str(event.get("thread_ts") or ts)
    addressed = event.get("type") == "app_mention" or own.user in mentioned or is_direct(event)
    if not addressed and (thread == ts or mentioned or not question_in(event)):
        return None
    team = str(event.get("user_team") or event.get("team") or own.team)
    return Asked(question_in(event), user, team, channel, ts, thread, addressed)


def is_direct(event: Event) -> bool:
    """Whether it comes from a direct message."""
    return event.get("channel_type") == "im" or str(event.get("channel") or "").startswith("D")


def is_own(message: Event, own: Own) -> bool:
    """Whether we wrote a message."""
    return message.get("user") == own.user or (bool(own.bot) and message.get("bot_id") == own.bot)


def of_key(key: str) -> tuple[str, str] | None:
    """Channel and ts of the key of a message; None for that of a command or a click."""
    channel, _, ts = key.partition(":")
    return (channel, ts) if _TS.fullmatch(ts) else None


def marker_of(key: str) -> str:
    """The block id by which the answer to a question is recognised in its thread."""
    return "article-bot-" + hashlib.sha256(key.encode()).hexdigest()[:24]


def turns_before(asked: Asked, messages: Sequence[Event], own: Own) -> list[Turn]:
    """What was said in a thread before a question: our answers, and what others asked, the last few of them."""
    turns = []
    for message in messages:
        if _when(message) >= float(asked.ts):
            continue
        if is_own(message, own):
            turns.append(Turn(role="assistant", content=said(message)))
        elif _is_persons(message, own):
            turns.append(Turn(role="user", content=question_in(message)))
    return [turn for turn in turns if turn.content][-MOST_TURNS:]


def said(message: Event) -> str:
    """What one of our messages says: the text of its rich text, without the numbers of quotes."""
    lines = []
    for block in message.get("blocks") or ():
        if block.get("type") == "rich_text":
            lines += ["".join(_words(element)) for element in block.get("elements") or ()]
    return "\n".join(line for line in lines if line.strip()) or plain(str(message.get("text") or ""))


def _words(element: Event) -> list[str]:
    parts = [part for part in element.get("elements") or () if part.get("type") == "text"]
    return [str(part.get("text") or "") for part in parts if not (part.get("style") or {}).get("bold")]


def _is_persons(event: Event, own: Own) -> bool:
    other = event.get("bot_id") or event.get("user") == _SLACKBOT
    return event.get("subtype") in _ASKING and not other and not is_own(event, own)


def _when(message: Event) -> float:
    try:
        return float(message.get("ts") or 0)
    except ValueError:
        return 0.0
