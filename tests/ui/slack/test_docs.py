"""docs/slack.md is true: its example runs, its settings and scopes are those of the code."""

import re
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot import ArticleBot, SettingsError
from tests.ui.slack.workspace import BOT_TOKEN, BOT_USER, SECRET, Workspace, event_of, texts_of
from ui.slack.manifest import scopes
from ui.slack.settings import SlackSettings

DOCS = (Path(__file__).parents[3] / "docs" / "slack.md").read_text(encoding="utf-8")


def test_the_example_answers_in_another_bolt_app(
    workspace: Workspace, bot: ArticleBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands in the docs, against a Slack of ours; ten lines."""
    (example,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setattr(ArticleBot, "open", classmethod(lambda cls: bot))
    monkeypatch.setattr("slack_bolt.app.app.create_web_client", lambda token, logger: _client(workspace, token))
    names: dict[str, Any] = {}
    exec(compile(example, "docs/slack.md", "exec"), names)  # noqa: S102  # the docs' own
    message = workspace.say("C1", f"<@{BOT_USER}> Who wrote the article?")
    names["app"].dispatch(BoltRequest(body=event_of(message, "app_mention"), mode="socket_mode"))
    (answer,) = workspace.answered(message)
    assert bot.ask("Who wrote the article?").citations[0].quote in texts_of(answer)


def _client(workspace: Workspace, token: str | None) -> Any:
    from slack_sdk import WebClient

    return WebClient(token, base_url=f"{workspace.url}/api/")


def test_every_setting_is_documented_as_it_is() -> None:
    """A row for each, with its description, and no others."""
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \|[^|]*\| (.*?) \|$", DOCS, re.MULTILINE))
    fields = SlackSettings.model_fields.items()
    wanted = {
        str(field.validation_alias or f"ARTICLE_BOT_SLACK_{name.upper()}"): field.description for name, field in fields
    }
    assert rows == wanted


def test_every_scope_is_documented() -> None:
    """With what it is for."""
    table = DOCS.partition("## Scopes")[2].partition("## Settings")[0]
    assert sorted(re.findall(r"`([a-z_]+:?[a-z]*)`", table.split("| --- |")[1].replace("/ask-article", ""))) == sorted(
        scopes()
    )


def test_a_wrong_setting_is_named_and_its_value_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in the wrong variable must not reach a log."""
    monkeypatch.setenv("ARTICLE_BOT_SLACK_MODE", "xoxb-a-token")
    with pytest.raises(SettingsError, match="ARTICLE_BOT_SLACK_MODE") as caught:
        SlackSettings.load()
    assert "xoxb" not in str(caught.value)


def test_tokens_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the settings' own text."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    assert BOT_TOKEN not in repr(SlackSettings.load()) + str(SlackSettings.load())
