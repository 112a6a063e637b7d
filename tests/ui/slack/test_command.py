"""`article-bot slack`, as a user runs it; `--check` says in words what is wrong."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import ArticleBot
from tests.ui.slack.workspace import APP_TOKEN, BOT_TOKEN, BOT_USER, SECRET, Sockets, Workspace, event_of, texts_of
from ui.cli import main

ROOT = Path(__file__).parents[3]
Slack = tuple[Workspace, Sockets]
Within = Callable[..., tuple[object, str, str]]


def environment(bot: ArticleBot, workspace: Workspace, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process beside that workspace."""
    keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    slack = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{workspace.url}/api/",
    }
    return keep | {"PYTHONPATH": str(ROOT), "ARTICLE_BOT_HOME": str(bot.settings.home)} | slack | more


def run(bot: ArticleBot, workspace: Workspace, *options: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", "slack", *options],
        capture_output=True,
        text=True,
        check=False,
        env=environment(bot, workspace, env),
        timeout=120,
    )


@pytest.fixture
def within(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Within:
    """Runs the command line in this process, for what ends before anything heavy: status, output, errors."""

    def command_line(env: Mapping[str, str], *options: str) -> tuple[object, str, str]:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["article-bot", "slack", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return command_line


@contextmanager
def started(bot: ArticleBot, workspace: Workspace, **env: str) -> Iterator["subprocess.Popen[str]"]:
    """A relay in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "slack"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(bot, workspace, env),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_check_passes_where_all_is_well(bot: ArticleBot, slack: Slack) -> None:
    """Every part is ok, and no token is shown."""
    done = run(bot, slack[0], "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail" not in done.stdout
    assert BOT_TOKEN not in done.stdout + done.stderr
    assert APP_TOKEN not in done.stdout + done.stderr


def test_the_check_names_all_that_is_wrong(bot: ArticleBot, slack: Slack) -> None:
    """A scope that lacks, an app token of the wrong kind, a Redis that is not there: each in a line, with a way out."""
    workspace, _ = slack
    workspace.scopes = "chat:write,commands"
    env = {"SLACK_APP_TOKEN": "xoxb-1", "ARTICLE_BOT_SLACK_REDIS_URL": "redis://127.0.0.1:1/0"}
    done = run(bot, workspace, "--check", "--json", **env)
    assert done.returncode == 1
    found = {one["what"]: one for one in json.loads(done.stdout)}
    assert {what for what, one in found.items() if one["state"] == "fail"} == {
        "scopes",
        "app token",
        "answered questions",
    }
    assert "channels:history" in found["scopes"]["detail"]
    assert "xapp-" in found["app token"]["detail"]
    assert "ARTICLE_BOT_SLACK_REDIS_URL" in found["answered questions"]["detail"]


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is not set"),
        ({"SLACK_SIGNING_SECRET": "", "ARTICLE_BOT_SLACK_MODE": "http"}, "SLACK_SIGNING_SECRET is not set"),
        ({"ARTICLE_BOT_SLACK_MODE": "carrier pigeon"}, "ARTICLE_BOT_SLACK_MODE"),
        ({"SLACK_BOT_TOKEN": "xoxb-of-another"}, "SLACK_BOT_TOKEN is no token of this workspace"),
        ({"SLACK_APP_TOKEN": "xapp-of-another"}, "SLACK_APP_TOKEN is no token of this workspace"),
    ],
)
def test_what_is_missing_or_wrong_is_one_line(
    bot: ArticleBot, slack: Slack, env: dict[str, str], told: str, within: Within
) -> None:
    """With its name, exit status 1, and no traceback."""
    status, _, said = within(environment(bot, slack[0], env))
    assert status == 1
    assert told in said
    assert len(said.strip().splitlines()) == 1
    assert "of-another" not in said


def test_a_relay_that_is_killed_and_started_again_answers_once(bot: ArticleBot, slack: Slack) -> None:
    """A real process: answered, killed, started again, and Slack delivers again; then ended as a service is."""
    workspace, sockets = slack
    message = workspace.say("C1", f"<@{BOT_USER}> Who wrote the article?")
    with started(bot, workspace):
        workspace.wait(lambda: sockets.connected, 120)
        sockets.send("events_api", event_of(message, "app_mention"))
        workspace.answered(message)
    workspace.wait(lambda: not sockets.connected)
    with started(bot, workspace) as process:
        workspace.wait(lambda: sockets.connected, 120)
        sockets.send("events_api", event_of(message, "app_mention"), retry_attempt=1, retry_reason="timeout")
        later = workspace.say("C1", f"<@{BOT_USER}> When was it published?")
        sockets.send("events_api", event_of(later, "app_mention"))
        workspace.answered(later)
        opened = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "messages"}
        sockets.send("events_api", {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": opened})
        (prompts,) = workspace.wait(lambda: workspace.made("assistant.threads.setSuggestedPrompts"))
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(workspace.answered(message)) == 1
    offered = [prompt["message"] for prompt in prompts.body["prompts"]]
    assert offered == list(bot.starters())
    assert not any(bot.ask(question).abstained for question in offered)
    assert texts_of(workspace.answered(message)[0])
    for secret in (BOT_TOKEN, APP_TOKEN, "wrote the article"):
        assert secret not in said


def test_the_manifest_is_printed(bot: ArticleBot, slack: Slack, within: Within) -> None:
    """For HTTP with an address."""
    url = "https://bot.example/slack/events"
    status, printed, _ = within(environment(bot, slack[0], {}), "--manifest", "--url", url)
    assert status == 0
    assert "socket_mode_enabled: false" in printed
    assert url in printed
