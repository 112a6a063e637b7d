"""The relay in both modes, over slack-bolt itself: each question gets one answer, where it was asked."""

import json
import logging
import os
import re
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from bot import Answer, ArticleBot
from index import Article
from tests.ui.slack.conftest import (
    PAUSES,
    STARTERS,
    Running,
    click,
    element,
    http_post,
    running,
    settings_for,
    trigger,
)
from tests.ui.slack.test_message import answer_of
from tests.ui.slack.workspace import (
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    SECRET,
    Sockets,
    Workspace,
    event_of,
    failing,
    texts_of,
)
from ui.slack.app import build_app, client_of, who_we_are
from ui.slack.delivery import Delivery
from ui.slack.ledger import SqliteLedger
from ui.slack.message import FEEDBACK, SHARE, SUGGESTION, WRONG_PASSAGE
from ui.slack.opinions import CHANGED
from ui.slack.relay import APOLOGY, BUSY, HELLO, Relay
from ui.slack.serving import serve_http, serve_socket
from ui.slack.texts import plain
from ui.slack.workers import Workers

QUESTION = "How many people has Amazon laid off?"
UNANSWERED = "What is the capital of France?"
Slack = tuple[Workspace, Sockets]


def ask(
    relay: Running, workspace: Workspace, text: str = QUESTION, channel: str = "C1", thread: str = ""
) -> dict[str, object]:
    """A mention in a channel, delivered."""
    message = workspace.say(channel, f"<@{BOT_USER}> {text}", thread=thread)
    relay.event(event_of(message, "app_mention"))
    return message


def test_a_mention_is_answered_in_its_thread(relay: Running, workspace: Workspace, bot: ArticleBot) -> None:
    """Status first, then the answer streamed: every quote, who says it, the article, thumbs."""
    message = ask(relay, workspace)
    (answer,) = workspace.answered(message)
    seen = texts_of(answer)
    wanted = bot.ask(QUESTION)
    assert all(citation.quote in seen for citation in wanted.citations)
    assert next(iter(bot.articles.values())).title in seen
    assert element(answer, FEEDBACK)
    methods = [call.method for call in workspace.calls]
    assert methods.index("assistant.threads.setStatus") < methods.index("chat.startStream")
    assert "chat.postMessage" not in methods
    assert len(workspace.made("chat.appendStream")) == len(wanted.claims) - 1
    start = workspace.made("chat.startStream")[0].body
    assert (start["recipient_user_id"], start["recipient_team_id"]) == ("U1", "T1")


def test_both_events_of_one_mention_and_retries_deliver_once(relay: Running, workspace: Workspace) -> None:
    """`app_mention` and `message`, each delivered three times, give one answer."""
    message = workspace.say("C1", f"<@{BOT_USER}> {QUESTION}")
    for _ in range(3):
        relay.event(event_of(message, "app_mention"))
        relay.event(event_of(message, "message", channel_type="channel"))
    later = ask(relay, workspace, "Who wrote the article?")
    workspace.answered(later)
    assert len(workspace.answered(message)) == 1


def test_a_direct_message_and_its_follow_up(relay: Running, workspace: Workspace, bot: ArticleBot) -> None:
    """No mention is needed; in the thread the bot knows what was said before."""
    first = workspace.say("D1", "Who is Dina?", channel_type="im")
    relay.event(event_of(first))
    workspace.answered(first)
    second = workspace.say("D1", "Why?", thread=first["ts"], channel_type="im")
    relay.event(event_of(second))
    answers = workspace.answered(second, 2)
    known = [
        {"role": "user", "content": "Who is Dina?"},
        {"role": "assistant", "content": bot.ask("Who is Dina?").text},
    ]
    wanted = bot.ask("Why?", known)
    assert not wanted.abstained
    assert wanted.citations != bot.ask("Why?").citations
    quotes = [block for block in answers[1]["blocks"] if block["elements"][0]["type"] == "rich_text_quote"]
    assert [texts_of({"blocks": [block]}).partition("\n")[0] for block in quotes] == [c.text for c in wanted.claims]


def test_a_follow_up_in_a_thread_needs_no_mention(relay: Running, workspace: Workspace) -> None:
    """Where the bot answers already; elsewhere, and where others are spoken to, it keeps quiet."""
    first = ask(relay, workspace, "Who is Dina?")
    workspace.answered(first)
    second = workspace.say("C1", "Was she laid off?", thread=str(first["ts"]))
    relay.event(event_of(second, channel_type="channel"))
    assert len(workspace.answered(first, 2)) == 2
    quiet = [
        workspace.say("C1", "<@U2> what do you think?", thread=str(first["ts"])),
        workspace.say("C1", "Was she laid off?", thread=str(workspace.say("C1", "lunch?")["ts"])),
        workspace.say("C1", "Who wrote the article?"),
        workspace.say("C1", "Who wrote the article?", user=BOT_USER),
        workspace.say("C1", f"<@{BOT_USER}> Who wrote the article?", bot_id="B9"),
        workspace.say("C1", f"<@{BOT_USER}> Who wrote the article?", subtype="message_changed"),
        workspace.say("C1", "Was she laid off?", thread=str(first["ts"]), user="USLACKBOT"),
        workspace.say("C1", "", thread=str(first["ts"]), subtype="file_share"),
        workspace.say("C1", "Was she laid off?", thread=str(first["ts"]), subtype="message_deleted"),
    ]
    for message in quiet:
        relay.event(event_of(message, channel_type="channel"))
    workspace.answered(ask(relay, workspace, "When was it published?"))
    assert len(workspace.answered(first, 2)) == 2
    assert [len(workspace.own("C1", m.get("thread_ts") or m["ts"])) for m in quiet] == [2, 0, 0, 0, 0, 0, 2, 2, 2]


def test_a_refusal_is_short_and_offers_what_is_answered(relay: Running, workspace: Workspace, bot: ArticleBot) -> None:
    """Its questions are buttons, and a click on one is answered in the thread, once however often it is clicked."""
    message = ask(relay, workspace, UNANSWERED)
    (refused,) = workspace.answered(message)
    offered = bot.ask(UNANSWERED).suggestions[0]
    button = element(refused, SUGGESTION)
    assert button["value"] == offered
    assert len(texts_of(refused)) < 700
    for _ in range(2):
        relay.interactive(click(workspace, refused, button, thread=str(message["ts"])))
    answers = workspace.answered(message, 2)
    workspace.answered(ask(relay, workspace))
    assert len(workspace.answered(message, 2)) == 2
    assert bot.ask(offered).citations[0].quote in texts_of(answers[1])
    assert offered in texts_of(answers[1])


def test_a_mention_without_a_question_is_greeted(relay: Running, workspace: Workspace) -> None:
    """With what can be asked."""
    (hello,) = workspace.answered(ask(relay, workspace, ""))
    assert HELLO in texts_of(hello)
    assert element(hello, SUGGESTION)["value"] == STARTERS[0]


def test_the_prompts_are_offered_where_the_app_is_opened(relay: Running, workspace: Workspace) -> None:
    """In the tab for messages, and no other."""
    for tab in ("home", "messages"):
        opened = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": tab, "event_ts": "1"}
        relay.event({"type": "event_callback", "team_id": "T1", "event_id": f"Ev{tab}", "event": opened})
    (call,) = workspace.wait(lambda: workspace.made("assistant.threads.setSuggestedPrompts"))
    assert [prompt["message"] for prompt in call.body["prompts"]] == list(STARTERS)


def command(workspace: Workspace, text: str) -> dict[str, str]:
    """The payload of the slash command."""
    return {
        "command": "/ask-article",
        "text": text,
        "user_id": "U1",
        "channel_id": "C1",
        "team_id": "T1",
        "trigger_id": trigger(),
        "response_url": f"{workspace.url}/response/1",
    }


def test_the_command_answers_the_asker_alone_and_shares_once(relay: Running, slack: Slack, bot: ArticleBot) -> None:
    """The command is echoed at once; the answer is private until its button is clicked, and then shared once."""
    workspace, sockets = slack
    acked = relay.command(command(workspace, QUESTION))
    if relay.mode == "http":
        assert acked[0] == 200 and QUESTION in acked[1]
    else:
        workspace.wait(lambda: acked in sockets.acks)
        assert QUESTION in json.dumps(sockets.acks[acked])
    (private,) = workspace.wait(lambda: workspace.made("response"))
    assert private.body["response_type"] == "ephemeral"
    assert bot.ask(QUESTION).citations[0].quote in texts_of(private.body)
    share = element(private.body, SHARE)
    for _ in range(2):
        relay.interactive(click(workspace, {"ts": "99.1"}, share, is_ephemeral=True))
    workspace.wait(lambda: len(workspace.made("response")) >= 3)
    workspace.answered(ask(relay, workspace))
    shared = [call.body for call in workspace.made("response") if call.body.get("response_type") == "in_channel"]
    assert len(shared) == 1
    assert QUESTION in texts_of(shared[0])
    assert not [part for part in shared[0]["blocks"] if SHARE in json.dumps(part)]
    assert workspace.made("response")[2].body["delete_original"] is True


def test_the_shortcut_asks_what_a_message_asks(relay: Running, workspace: Workspace, bot: ArticleBot) -> None:
    """The answer is the asker's alone, as the command's is."""
    payload = {
        "type": "message_action",
        "callback_id": "ask_about_this",
        "trigger_id": trigger(),
        "user": {"id": "U1"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "message": {"type": "message", "user": "U2", "text": QUESTION, "ts": "5.5"},
        "response_url": f"{workspace.url}/response/2",
    }
    relay.interactive(payload)
    (private,) = workspace.wait(lambda: workspace.made("response"))
    assert bot.ask(QUESTION).citations[0].quote in texts_of(private.body)


def test_feedback_becomes_eval_cases(relay: Running, workspace: Workspace, bot: ArticleBot) -> None:
    """Thumbs and a wrong passage go to the file that the page's go to, follow-ups with what came before."""
    file = bot.settings.feedback_file
    assert file is not None
    file.unlink(missing_ok=True)
    first = ask(relay, workspace, "Who is Dina?")
    workspace.answered(first)
    second = ask(relay, workspace, "Was she laid off?", thread=str(first["ts"]))
    answer = workspace.answered(second, 2)[1]
    thumbs = element(answer, FEEDBACK)
    relay.interactive(
        click(
            workspace,
            answer,
            {"action_id": FEEDBACK, "value": thumbs["positive_button"]["value"]},
            thread=str(first["ts"]),
        )
    )
    workspace.wait(lambda: len(workspace.private) == 1)
    (case,) = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert case["question"] == "Was she laid off?"
    assert case["history"][0]["q"] == "Who is Dina?"
    assert case["answerable"] is True
    report = element(answer, WRONG_PASSAGE)
    picked = {"selected_option": report["options"][0]} if "options" in report else {"value": report["value"]}
    relay.interactive(click(workspace, answer, {"action_id": WRONG_PASSAGE, **picked}, thread=str(first["ts"])))
    workspace.wait(lambda: len(workspace.private) == 2)
    (case,) = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert case["needs_review"] is True
    assert "wrong passage" in case["note"]
    assert workspace.private[0]["user"] == "U7"


def test_a_click_on_an_old_button_is_told(relay: Running, workspace: Workspace) -> None:
    """A value that is none is no crash."""
    message = ask(relay, workspace)
    (answer,) = workspace.answered(message)
    relay.interactive(click(workspace, answer, {"action_id": FEEDBACK, "value": "+not json"}))
    (said,) = workspace.wait(lambda: workspace.private)
    assert "another version" in said["text"]


def test_a_click_after_the_article_changed_notes_nothing(relay: Running, workspace: Workspace, bot: ArticleBot) -> None:
    """Its spans would be other words now."""
    file = bot.settings.feedback_file
    assert file is not None
    file.unlink(missing_ok=True)
    (answer,) = workspace.answered(ask(relay, workspace))
    value = element(answer, FEEDBACK)["positive_button"]["value"]
    version = next(iter(bot.articles.values())).sha256[:8]
    assert version in value
    relay.interactive(click(workspace, answer, {"action_id": FEEDBACK, "value": value.replace(version, "0" * 8)}))
    (said,) = workspace.wait(lambda: workspace.private)
    assert said["text"] == CHANGED
    assert not file.exists()


def test_an_event_that_nobody_takes_is_acked(relay: Running, slack: Slack) -> None:
    """Slack would send it again otherwise."""
    workspace, sockets = slack
    payload = {"type": "event_callback", "team_id": "T1", "event_id": "E", "event": {"type": "team_join", "user": "U1"}}
    acked = relay.event(payload)
    if relay.mode == "http":
        assert acked[0] == 200
    else:
        workspace.wait(lambda: acked in sockets.acks)


def test_buttons_answer_while_slow_answers_run(bot: ArticleBot, slack: Slack, ledger: SqliteLedger) -> None:
    """Clicks are carried out while slow answers are being given; who asks when too many wait already is told."""
    workspace, sockets = slack
    gate = threading.Event()

    class Slow(ArticleBot):
        def invoke(self, *args: object, **more: object) -> object:  # type: ignore[override]
            gate.wait(30)
            return super().invoke(*args, **more)  # type: ignore[arg-type]

    slow = Slow(bot.store, list(bot.articles), settings=bot.settings)
    try:
        with running(slow, slack, ledger, workers=Workers(at_once=2, waiting=4)) as relay:
            asked = [ask(relay, workspace) for _ in range(8)]
            workspace.wait(lambda: len(workspace.made("chat.postMessage")) == 2)
            elsewhere = workspace.say("C1", "Was she laid off?", thread=str(workspace.say("C1", "lunch?")["ts"]))
            relay.event(event_of(elsewhere, channel_type="channel"))
            workspace.wait(lambda: workspace.made("conversations.replies"))
            clicked = click(workspace, {"ts": "1.1"}, {"action_id": FEEDBACK, "value": "+broken"})
            envelope = relay.interactive(clicked)
            workspace.wait(lambda: workspace.private)
            workspace.wait(lambda: envelope in sockets.acks)
            assert sum(len(workspace.own("C1", str(message["ts"]))) for message in asked) == 2
            gate.set()
            answers = [workspace.answered(message) for message in asked]
    finally:
        gate.set()
    assert [len(given) for given in answers] == [1] * 8
    busy = [given for (given,) in answers if BUSY in texts_of(given)]
    assert len(busy) == 2
    assert not workspace.own("C1", elsewhere["thread_ts"])


def test_a_click_is_acked_while_slack_hangs(bot: ArticleBot, slack: Slack, ledger: SqliteLedger) -> None:
    """Within Slack's three seconds, although more calls hang than there are threads for listeners."""
    workspace, sockets = slack
    gate = threading.Event()
    hanging: list[str] = []

    def fault(method: str) -> None:
        if method == "assistant.threads.setStatus":
            hanging.append(method)
            gate.wait(30)

    workspace.fault = fault  # type: ignore[assignment]
    try:
        with running(bot, slack, ledger) as relay:
            asked = [ask(relay, workspace, "Who wrote the article?") for _ in range(40)]
            workspace.wait(lambda: len(hanging) > 10)
            envelope = relay.interactive(click(workspace, {"ts": "1.1"}, {"action_id": FEEDBACK, "value": "+broken"}))
            workspace.wait(lambda: envelope in sockets.acks, 3)
            gate.set()
            assert [len(workspace.answered(message)) for message in asked] == [1] * 40
    finally:
        gate.set()


def test_a_relay_that_ends_keeps_its_claims_until_it_has_answered(
    bot: ArticleBot, slack: Slack, tmp_path: Path
) -> None:
    """Else another relay would take over what this one is still answering."""
    workspace, _ = slack
    gate, begun = threading.Event(), threading.Event()

    class Slow(ArticleBot):
        def invoke(self, *args: object, **more: object) -> object:  # type: ignore[override]
            begun.set()
            gate.wait(20)
            return super().invoke(*args, **more)  # type: ignore[arg-type]

    class Watched(SqliteLedger):
        left = 3

        def renew(self, keys: Sequence[str]) -> None:
            super().renew(keys)
            if keys and one.relay._closing:
                self.left -= 1
                if not self.left:
                    gate.set()

    ledger = Watched(tmp_path / "answered.sqlite", lease=5)
    with running(Slow(bot.store, list(bot.articles), settings=bot.settings), slack, ledger, every=0.05) as one:
        message = ask(one, workspace)
        begun.wait(20)
    assert gate.is_set()
    assert len(workspace.answered(message)) == 1


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_a_service_that_is_told_to_end_answers_what_it_took(
    bot: ArticleBot, slack: Slack, ledger: SqliteLedger, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """SIGTERM, while an answer is being given: it is given, and the relay ends of itself, not by the signal."""
    workspace, sockets = slack
    settings = settings_for(workspace, mode)  # type: ignore[arg-type]
    client = client_of(settings)
    gate = threading.Event()

    class Slow(ArticleBot):
        def invoke(self, *args: object, **more: object) -> object:  # type: ignore[override]
            os.kill(os.getpid(), signal.SIGTERM)
            gate.wait(20)
            return super().invoke(*args, **more)  # type: ignore[arg-type]

    class Ending(Relay):
        def drain(self) -> None:
            gate.set()
            super().drain()

    own = who_we_are(client)
    slow = Slow(bot.store, list(bot.articles), settings=bot.settings)
    relay = Ending(slow, own, Delivery(client, own, PAUSES), ledger)
    app = build_app(settings, client, relay)
    message = workspace.say("C1", f"<@{BOT_USER}> {QUESTION}")

    def ask_it() -> None:
        if mode == "socket":
            workspace.wait(lambda: sockets.connected)
            sockets.send("events_api", event_of(message, "app_mention"))
        else:
            port = workspace.wait(lambda: re.search(r"port (\d+)", capsys.readouterr().out))[1]
            http_post(f"http://127.0.0.1:{port}/", "events_api", event_of(message, "app_mention"))

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGTERM, lambda *_: pytest.fail("ended by the signal"))
    asking = threading.Thread(target=ask_it)
    asking.start()
    try:
        serve_socket(app, relay, APP_TOKEN) if mode == "socket" else serve_http(app, relay, "127.0.0.1", 0)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        asking.join(timeout=20)
    assert gate.is_set()
    assert len(workspace.answered(message)) == 1


def test_a_claim_is_let_go_where_taking_breaks(
    bot: ArticleBot, slack: Slack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the question is taken up again, and answered once."""
    workspace, _ = slack
    broken = iter([True])
    status = Delivery.status

    def breaking(*args: object, **more: object) -> None:
        if next(broken, False):
            raise ValueError("no word of this")
        status(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Delivery, "status", breaking)
    with running(bot, slack, SqliteLedger(tmp_path / "answered.sqlite", lease=1), every=0.1) as relay:
        assert len(workspace.answered(ask(relay, workspace))) == 1
    assert not _pending(tmp_path / "answered.sqlite")


def test_a_page_of_a_proxy_and_blocks_that_are_refused(
    bot: ArticleBot, slack: Slack, ledger: SqliteLedger, caplog: pytest.LogCaptureFixture
) -> None:
    """503 in HTML passes; where Slack takes no blocks the answer goes as text, in which nothing is markup."""
    workspace, _ = slack
    failures = {"chat.startStream": 1, "chat.postMessage": 2}

    def fault(method: str) -> str | None:
        failures[method] = failures.get(method, 0) - 1
        return "html" if failures[method] >= 0 else None

    workspace.fault, workspace.takes_blocks = fault, False
    with running(bot, slack, ledger) as relay:
        (answer,) = workspace.answered(ask(relay, workspace))
    assert bot.ask(QUESTION).citations[0].quote in plain(answer["text"])
    assert not answer["blocks"]
    assert all(call.body["mrkdwn"] is False for call in workspace.made("chat.postMessage"))
    assert "could not be delivered" not in caplog.text


def test_prose_is_streamed_as_it_is_written(
    bot: ArticleBot, seed_article: Article, slack: Slack, ledger: SqliteLedger
) -> None:
    """A claim at a time, its quotes at the end; where the writing breaks off, an apology takes the place of it all."""

    class Writing(ArticleBot):
        def stream(self, input: object, config: object = None, **more: object) -> Iterator[Answer]:  # type: ignore[override]
            for count in (1, 2, 3):
                yield answer_of(seed_article, "model", count)
            if "break" in str(input):
                raise RuntimeError("secret detail")

    workspace, _ = slack
    with running(Writing(bot.store, list(bot.articles), settings=bot.settings), slack, ledger) as relay:
        (answer,) = workspace.answered(ask(relay, workspace))
        assert len(workspace.made("chat.appendStream")) == 2
        assert not workspace.made("chat.update")
        quotes = [b for b in answer["blocks"] if b["type"] == "rich_text" and "quote" in b["elements"][0]["type"]]
        assert len(quotes) == 3
        (broken,) = workspace.answered(ask(relay, workspace, "Does it break?"))
    assert texts_of(broken) == APOLOGY


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_fifty_at_once_with_failing_calls(bot: ArticleBot, slack: Slack, ledger: SqliteLedger, mode: str) -> None:
    """With a tenth of all calls failing, each way that a call can fail, each question has one whole answer."""
    workspace, _ = slack
    with running(bot, slack, ledger, mode) as relay:  # type: ignore[arg-type]
        messages = [workspace.say(f"C{n % 5}", f"<@{BOT_USER}> {QUESTION}", user=f"U{n}") for n in range(50)]
        workspace.fault = failing(0.1)
        for message in messages:
            relay.event(event_of(message, "app_mention"))
            relay.event(event_of(message, "message", channel_type="channel"))
        for message in messages:
            workspace.answered(message)
    answers = [workspace.answered(message) for message in messages]
    assert [len(given) for given in answers] == [1] * 50
    quote = bot.ask(QUESTION).citations[0].quote
    for (given,) in answers:
        seen = texts_of(given)
        assert seen.count(quote) == 1 or APOLOGY in seen
    failed = [call for call in workspace.calls if call.method.startswith("chat.")]
    assert len(failed) > 100


def test_a_limited_stream_is_posted_and_waits_are_kept(bot: ArticleBot, slack: Slack, ledger: SqliteLedger) -> None:
    """429 on a stream: a plain message instead. 429 on that, and on what one sees alone: as long as asked."""
    workspace, _ = slack
    workspace.retry_after = "0.2"
    tried: dict[str, list[float]] = {"chat.startStream": [], "chat.postMessage": [], "1": []}

    def fault(method: str) -> str | None:
        times = tried.setdefault(method, [])
        times.append(time.monotonic())
        return "429" if len(times) <= {"chat.startStream": 1, "chat.postMessage": 7, "1": 7}.get(method, 0) else None

    workspace.fault = fault
    with running(bot, slack, ledger) as relay:
        (answer,) = workspace.answered(ask(relay, workspace))
        relay.command(command(workspace, QUESTION))
        (private,) = workspace.wait(lambda: workspace.made("response"))
    assert bot.ask(QUESTION).citations[0].quote in texts_of(answer)
    (call,) = workspace.made("chat.postMessage")
    assert call.body["text"]
    for sent in (call.body, private.body):
        assert sent["unfurl_links"] is False and sent["unfurl_media"] is False
    for method in ("chat.postMessage", "1"):
        assert len(tried[method]) == 8
        assert all(after - before >= 0.2 for before, after in pairwise(tried[method]))


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("kind", ["before", "after", "error"])
def test_a_broken_stream_becomes_one_whole_message(
    bot: ArticleBot, slack: Slack, ledger: SqliteLedger, method: str, kind: str
) -> None:
    """Wherever it breaks, and whether or not the call was carried out."""
    workspace, _ = slack
    workspace.fault = lambda called: kind if called == method else None
    question = "What do workers say about AI tools?"
    assert len(bot.ask(question).claims) > 1
    with running(bot, slack, ledger) as relay:
        message = ask(relay, workspace, question)
        workspace.wait(lambda: workspace.own("C1", str(message["ts"])))
        with_thumbs = workspace.wait(
            lambda: [m for m in workspace.own("C1", str(message["ts"])) if FEEDBACK in json.dumps(m)]
        )
        workspace.fault = lambda _: None
    (answer,) = with_thumbs
    assert workspace.own("C1", str(message["ts"])) == [answer]
    assert all(texts_of(answer).count(c.quote) == 1 for c in bot.ask(question).citations)


def test_a_dropped_socket_reconnects_and_answers(bot: ArticleBot, slack: Slack, ledger: SqliteLedger) -> None:
    """After Slack's word, after a cut without one, and while no new address is given for a while."""
    workspace, sockets = slack
    with running(bot, slack, ledger) as relay:
        for end in (sockets.drop, sockets.cut):
            opened = len(workspace.made("apps.connections.open"))
            refused = iter(["before"] if end == sockets.drop else [])
            workspace.fault = lambda method, left=refused: (
                next(left, None) if method == "apps.connections.open" else None
            )  # type: ignore[misc]
            end()
            workspace.wait(
                lambda before=opened: len(workspace.made("apps.connections.open")) > before and sockets.connected
            )
            workspace.answered(ask(relay, workspace))


def test_a_restart_within_the_retry_window_answers_once(bot: ArticleBot, slack: Slack, tmp_path: Path) -> None:
    """What was answered before the restart is not answered again when Slack delivers it again."""
    workspace, _ = slack
    message = None
    for _ in range(2):
        with running(bot, slack, SqliteLedger(tmp_path / "answered.sqlite")) as relay:
            message = message or ask(relay, workspace)
            relay.event(event_of(message, "app_mention"))  # type: ignore[arg-type]
            workspace.answered(message)  # type: ignore[arg-type]
            workspace.answered(ask(relay, workspace, "Who wrote the article?"))
    assert len(workspace.answered(message)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("left", ["nothing", "half", "whole"])
def test_what_a_killed_relay_left_is_answered_once(bot: ArticleBot, slack: Slack, tmp_path: Path, left: str) -> None:
    """A question that was taken and never answered, half answered, or answered and not noted, by one that died."""
    workspace, _ = slack
    place = tmp_path / "answered.sqlite"
    message = workspace.say("C1", f"<@{BOT_USER}> {QUESTION}")
    if left != "nothing":
        with running(bot, slack, SqliteLedger(tmp_path / "other.sqlite")) as relay:
            relay.event(event_of(message, "app_mention"))
            (answer,) = workspace.answered(message)
        if left == "half":
            answer["blocks"] = answer["blocks"][:1]
            workspace.streams.add(answer["ts"])
    dead = SqliteLedger(place, lease=0.1)
    assert dead.claim("command:13345224609.738474920.8088930838d88f008e0")
    assert dead.claim(f"C1:{message['ts']}")
    dead.close()
    ledger = SqliteLedger(place, lease=0.1)
    with running(bot, slack, ledger):
        workspace.wait(lambda: not _pending(place))
    (answer,) = workspace.answered(message)
    assert FEEDBACK in json.dumps(answer)


def _pending(place: Path) -> list[str]:
    """What is claimed and not answered, a minute from now."""
    import sqlite3

    with sqlite3.connect(place) as file:
        return [row[0] for row in file.execute("SELECT key FROM claims WHERE done = 0")]


def test_two_relays_of_one_app_answer_once(bot: ArticleBot, slack: Slack, tmp_path: Path) -> None:
    """The same event at both, as Slack may do."""
    workspace, _ = slack
    place = tmp_path / "answered.sqlite"
    with running(bot, slack, SqliteLedger(place)), running(bot, slack, SqliteLedger(place)) as relay:
        messages = [workspace.say("C1", f"<@{BOT_USER}> {QUESTION}") for _ in range(6)]
        for message in messages:
            for to in (0, 1):
                relay.event(event_of(message, "app_mention"), to=to)
        for message in messages:
            workspace.answered(message)
    assert [len(workspace.answered(message)) for message in messages] == [1] * 6


def test_a_defect_is_one_apology_and_no_word_of_the_question_is_logged(
    fragile_bot: ArticleBot, slack: Slack, ledger: SqliteLedger, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither text, nor tokens, nor the message of an error, at any level of any logger."""
    workspace, sockets = slack
    caplog.set_level(logging.DEBUG, logger="ui.slack")
    caplog.set_level(logging.DEBUG)
    with running(fragile_bot, slack, ledger) as relay:
        (answer,) = workspace.answered(ask(relay, workspace, "Does it explode, zanzibar?"))
        workspace.fault = failing(0.3)
        workspace.answered(ask(relay, workspace, "Who wrote this, zanzibar?"))
        relay.interactive(
            {
                "type": "block_actions",
                "user": {"id": "U1"},
                "team": {"id": "T1"},
                "actions": [{"action_id": "unknown", "block_id": "b", "value": "zanzibar"}],
            }
        )
        workspace.fault = lambda _: None
        sockets.cut()
        workspace.wait(lambda: sockets.connected)
    assert APOLOGY in texts_of(answer)
    assert "RuntimeError" in caplog.text
    for secret in ("zanzibar", "secret detail", BOT_TOKEN, APP_TOKEN, SECRET):
        assert secret not in caplog.text


def test_markup_of_a_question_and_an_article_is_text(
    hostile_bot: ArticleBot, hostile: Article, slack: Slack, ledger: SqliteLedger
) -> None:
    """Nothing that Slack would read as a mention, link or format is sent anywhere but in literal text."""
    workspace, _ = slack
    nasty = "&lt;!channel&gt; *bold* _it_ ~no~ `code` &lt;https://x.example|click&gt; what cost the harbour?"
    with running(hostile_bot, slack, ledger) as relay:
        workspace.answered(ask(relay, workspace, nasty))
        relay.command(command(workspace, nasty))
        workspace.wait(lambda: workspace.made("response"))
    sent = [call.body for call in workspace.calls if call.method.startswith("chat.") or call.method == "response"]
    for body in sent:
        assert "<" not in str(body.get("text", ""))
        for block in body.get("blocks") or []:
            assert "<!channel>" not in json.dumps([e for e in block["elements"] if e.get("type") == "mrkdwn"])
            assert block["type"] in {"rich_text", "context", "context_actions", "actions"}
