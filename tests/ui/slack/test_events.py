"""Events as questions: what is asked of us, by whom, and how much of a thread goes with it. Pure functions."""

from typing import Any

import pytest

from ui.slack.events import MOST_TURNS, Asked, Own, asked_in, marker_of, of_key, turns_before

OWN = Own("UBOT", "BBOT", "T1")


def event(**more: Any) -> dict[str, Any]:
    """A person's mention in a channel."""
    return {"type": "app_mention", "user": "U1", "text": "<@UBOT> why?", "channel": "C1", "ts": "9.000001", **more}


def test_a_mention_has_one_key_however_it_comes() -> None:
    """As `app_mention`, as `message`, delivered again after it was edited, and from a reply sent to the channel too."""
    ways = [
        event(),
        event(type="message", channel_type="channel"),
        event(edited={"user": "U1", "ts": "10.0"}),
        event(type="message", subtype="thread_broadcast"),
    ]
    asked = [asked_in(one, OWN) for one in ways]
    assert {one.key for one in asked if one} == {"C1:9.000001"}
    assert all(asked)


@pytest.mark.parametrize(
    "other",
    [
        {"user": "UBOT"},
        {"bot_id": "B9"},
        {"user": "USLACKBOT"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"user": ""},
        {"channel": None},
        {"ts": ""},
        {"type": "message", "text": "<@U2> why?", "thread_ts": "1.0"},
        {"type": "message", "text": "why?"},
        {"type": "message", "text": " ", "thread_ts": "1.0", "subtype": "file_share"},
    ],
)
def test_what_is_no_question_to_us(other: dict[str, Any]) -> None:
    """Bots, edits, deletions, joins, and the talk of others."""
    assert asked_in(event(**other), OWN) is None


def test_somebody_of_another_workspace_is_answered_as_theirs() -> None:
    """In a channel that is shared: Slack wants the team of whoever a stream is for."""
    asked = asked_in(event(user_team="T2", team="T1"), OWN)
    assert asked is not None
    assert asked.team == "T2"


def test_a_thread_gives_its_last_turns_before_the_question() -> None:
    """No more than a few, nothing that came later, no other bot's words."""
    said = [{"user": "U1", "text": f"q{n}?", "ts": f"{n}.0"} for n in range(1, 40)]
    own = [{"user": "UBOT", "bot_id": "BBOT", "text": f"a{n}", "ts": f"{n}.5"} for n in range(1, 40)]
    bots = [{"user": "U9", "bot_id": "B9", "text": "noise", "ts": f"{n}.7"} for n in range(1, 40)]
    messages = sorted([*said, *own, *bots], key=lambda message: float(message["ts"]))
    turns = turns_before(Asked("why?", "U1", "T1", "C1", "20.0", "1.0"), messages, OWN)
    assert [turn.content for turn in turns] == [text for n in range(16, 20) for text in (f"q{n}?", f"a{n}")]
    assert len(turns) == MOST_TURNS


def test_keys_of_messages_are_told_from_those_of_clicks() -> None:
    """What a dead relay left can be looked up in Slack only where it was a message."""
    assert of_key("C1:1700000000.000100") == ("C1", "1700000000.000100")
    assert of_key("command:13345224609.738474920.8088930838d88f008e0") is None
    assert of_key("share:C1:1700000000.000100:ab") is None
    assert marker_of("C1:1.1") != marker_of("C1:1.2")
