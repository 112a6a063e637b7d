"""What the relay listens to. The tables are the whole of it, and `manifest.yaml` is checked against them."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from index import ArticleBotError
from ui.slack.events import asked_in
from ui.slack.message import FEEDBACK, MOST_TEXT, SHARE, SUGGESTION, WRONG_PASSAGE, Message, with_question
from ui.slack.opinions import Given
from ui.slack.relay import Relay
from ui.slack.texts import cut, escape, plain

Body = dict[str, Any]
Listener = Callable[..., None]

COMMAND = "/ask-article"
SHORTCUT = "ask_about_this"


def register(app: App, relay: Relay) -> None:
    """Let an app answer by a relay."""
    heard = Listeners(relay)
    for event, listener in heard.events.items():
        app.event(event)(listener)
    for command, listener in heard.commands.items():
        app.command(command)(listener)
    for shortcut, listener in heard.shortcuts.items():
        app.message_shortcut(shortcut)(listener)
    for action, listener in heard.actions.items():
        app.action(re.compile(rf"{action}(_\d+)?"))(listener)
    app.event(re.compile(".*"))(_nothing)  # Slack sends again what nobody takes


class Listeners:
    """The listeners of a relay, by what they listen to."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self.events: Mapping[str, Listener] = {
            "app_mention": self._asked,
            "message": self._asked,
            "app_home_opened": self._opened,
        }
        self.commands: Mapping[str, Listener] = {COMMAND: self._command}
        self.shortcuts: Mapping[str, Listener] = {SHORTCUT: self._shortcut}
        self.actions: Mapping[str, Listener] = {
            FEEDBACK: self._feedback,
            WRONG_PASSAGE: self._wrong_passage,
            SUGGESTION: self._suggestion,
            SHARE: self._share,
        }

    def _asked(self, event: Body) -> None:
        if asked := asked_in(event, self._relay.own):
            self._relay.soon(lambda: self._relay.take(asked))

    def _opened(self, event: Body) -> None:
        if event.get("tab") == "messages" and event.get("channel"):
            self._relay.soon(lambda: self._relay.suggest(event["channel"]))

    def _command(self, ack: Ack, body: Body) -> None:
        question = plain(body.get("text") or "")
        echo = with_question(Message(escape(cut(question, MOST_TEXT))), body["user_id"], question)
        ack(text=echo.text, blocks=echo.blocks) if question else ack()
        self._private(f"command:{body['trigger_id']}", question, body["user_id"], body["response_url"])

    def _shortcut(self, ack: Ack, body: Body) -> None:
        ack()
        question = plain(body["message"].get("text") or "")
        self._private(f"shortcut:{body['trigger_id']}", question, body["user"]["id"], body["response_url"])

    def _private(self, key: str, question: str, user: str, response_url: str) -> None:
        self._relay.soon(lambda: self._relay.take_private(key, question, user, response_url))

    def _suggestion(self, ack: Ack, body: Body) -> None:
        """A question that was offered, asked by a click: answered where it was offered."""
        ack()
        question, user = body["actions"][0]["value"], body["user"]["id"]
        channel, thread, private = _place_of(body)
        key = _key("offer", body, question)
        if private:
            self._private(key, question, user, body["response_url"])
        else:
            self._relay.soon(lambda: self._relay.ask_offered(key, question, user, channel, thread))

    def _share(self, ack: Ack, body: Body) -> None:
        ack()
        question = json.loads(body["actions"][0]["value"])["question"]
        key, user, url = _key("share", body, question), body["user"]["id"], body["response_url"]
        self._relay.soon(lambda: self._relay.share(key, question, user, url))

    def _feedback(self, ack: Ack, body: Body) -> None:
        ack()
        value = body["actions"][0]["value"]
        self._relay.soon(lambda: self._noted(body, value[:1], value[1:]))

    def _wrong_passage(self, ack: Ack, body: Body) -> None:
        ack()
        action = body["actions"][0]
        if "selected_option" in action:
            verdict, value = action["selected_option"]["value"], _carried(body)
        else:
            verdict, value = action["value"][:1], action["value"][1:]
        self._relay.soon(lambda: self._noted(body, verdict, value))

    def _noted(self, body: Body, verdict: str, value: str) -> None:
        channel, thread, private = _place_of(body)
        try:
            given = Given.read(value)
        except ArticleBotError as error:
            said = str(error)
        else:
            said = self._relay.record(given, verdict, None if private else (channel, thread))
        if private:
            self._relay.tell(body["response_url"], said)
        else:
            self._relay.whisper(channel, thread, body["user"]["id"], said)


def _nothing() -> None:
    """Takes an event that is nothing to us."""


def _key(kind: str, body: Body, question: str) -> str:
    """The key of a click: the same for every click on that question of that message. It holds no text."""
    container = body["container"]
    digest = hashlib.sha256(question.encode()).hexdigest()[:16]
    return f"{kind}:{container['channel_id']}:{container['message_ts']}:{digest}"


def _place_of(body: Body) -> tuple[str, str, bool]:
    """Channel and thread of a message that was clicked on, and whether only one person sees it."""
    container = body["container"]
    ts = container["message_ts"]
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ts
    return container["channel_id"], thread, bool(container.get("is_ephemeral"))


def _carried(body: Body) -> str:
    """What the thumbs of a message carry: its menu can carry no more than a number."""
    for block in (body.get("message") or {}).get("blocks") or ():
        for element in block.get("elements") or ():
            if element.get("action_id") == FEEDBACK:
                return str(element["positive_button"]["value"])[1:]
    return ""
