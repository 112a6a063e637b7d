"""The manifest asks for what the code uses, and for no more."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.models.blocks import Block

from ui.slack import listeners as module
from ui.slack.errors import SlackError
from ui.slack.listeners import Listener, Listeners
from ui.slack.manifest import manifest_text, scopes, shipped

ROOT = Path(__file__).parents[3]
KINDS = {
    "app_mention": ["app_mention"],
    "app_home_opened": ["app_home_opened"],
    "message": ["message.channels", "message.groups", "message.im"],
}
NEEDED = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "chat_": "chat:write",
    "assistant_threads_setSuggestedPrompts": "assistant:write",
    "assistant_threads_setStatus": "chat:write",
    "conversations_replies": "channels:history",
}


def heard() -> Listeners:
    """The tables of the code."""
    return Listeners(relay=None)  # type: ignore[arg-type]  # nothing is heard here


def test_the_manifest_subscribes_to_what_the_code_hears() -> None:
    """Events, commands and shortcuts, both ways."""
    manifest = shipped()
    events = [kind for event in heard().events for kind in KINDS[event]]
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(events)
    assert [c["command"] for c in manifest["features"]["slash_commands"]] == list(heard().commands)
    assert [s["callback_id"] for s in manifest["features"]["shortcuts"]] == list(heard().shortcuts)
    assert manifest["settings"]["interactivity"]["is_enabled"] is bool(heard().actions)


def test_each_scope_is_used_and_each_use_has_its_scope() -> None:
    """The scopes are those of the events, of the commands, and of the methods that the code calls."""
    called = set(re.findall(r"\.((?:chat|assistant|conversations|users|reactions|views)_\w+)\(", _sources()))
    assert {"chat_postMessage", "chat_update", "conversations_replies"} <= called
    needed = {NEEDED[kind] for kind in shipped()["settings"]["event_subscriptions"]["bot_events"] if kind in NEEDED}
    needed |= {next(scope for name, scope in NEEDED.items() if method.startswith(name)) for method in called}
    needed |= {"commands"} if heard().commands or heard().shortcuts else set()
    assert sorted(scopes()) == sorted(needed)


def _sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "ui" / "slack").glob("*.py"))


def test_every_listener_of_the_tables_is_registered() -> None:
    """A payload of each kind finds a listener, and an unknown one only what takes every event."""
    taken: list[str] = []

    def noting(name: str) -> Listener:
        def listener(ack: Ack) -> None:
            taken.append(name)
            ack()

        return listener

    class Noting(Listeners):
        def __init__(self, relay: Any) -> None:
            super().__init__(relay)
            for table in (self.events, self.commands, self.shortcuts, self.actions):
                for name in table:
                    table[name] = noting(name)  # type: ignore[index]

    who = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")  # noqa: S106
    app = App(authorize=lambda: who, request_verification_enabled=False, process_before_response=True)
    original = module.Listeners
    module.Listeners = Noting  # type: ignore[misc]
    try:
        module.register(app, None)  # type: ignore[arg-type]
    finally:
        module.Listeners = original  # type: ignore[misc]
    user = {"user": {"id": "U1"}, "team": {"id": "T1"}, "user_id": "U1", "team_id": "T1"}
    bodies = [{"type": "event_callback", "event": {"type": name, "user": "U1"}} for name in heard().events]
    bodies += [{"command": name} for name in heard().commands]
    bodies += [{"type": "message_action", "callback_id": name} for name in heard().shortcuts]
    bodies += [{"type": "block_actions", "actions": [{"action_id": name, "block_id": "b"}]} for name in heard().actions]
    bodies += [{"type": "event_callback", "event": {"type": "team_join", "user": "U1"}}]
    for body in bodies:
        reply = app.dispatch(BoltRequest(body=user | body, mode="socket_mode"))
        assert reply.status == 200, body
    tables = (heard().events, heard().commands, heard().shortcuts, heard().actions)
    assert taken == [name for table in tables for name in table]


def test_the_manifest_keeps_slacks_limits() -> None:
    """Of names and descriptions."""
    manifest = shipped()
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["features"]["agent_view"]["agent_description"]) <= 300
    assert all(len(shortcut["name"]) <= 24 for shortcut in manifest["features"]["shortcuts"])


def test_for_http_it_has_the_address() -> None:
    """Everywhere that Slack calls; Socket Mode is off."""
    url = "https://bot.example/slack/events"
    manifest = yaml.safe_load(manifest_text(url))
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["settings"]["event_subscriptions"]["request_url"] == url
    assert manifest["settings"]["interactivity"]["request_url"] == url
    assert manifest["features"]["slash_commands"][0]["url"] == url
    assert yaml.safe_load(manifest_text()) == shipped()


@pytest.mark.parametrize("url", ["http://bot.example/slack/events", "bot.example", "https://"])
def test_an_address_that_slack_does_not_call_is_told(url: str) -> None:
    """It must be reached by https."""
    with pytest.raises(SlackError, match="https://"):
        manifest_text(url)


def test_the_sdk_knows_every_block_that_is_sent() -> None:
    """The list of kinds in one place, against the library."""
    for kind in ("rich_text", "context", "context_actions", "actions"):
        assert Block.parse({"type": kind, "elements": []}) is not None
