"""`doctor` on the chat model: what is missing, and what is there."""

from pathlib import Path

import pytest

from bot import Settings
from ui.doctor import Finding, examine


def _model(home: Path, model: str) -> list[Finding]:
    settings = Settings.load(home=home, model=model)
    return [finding for finding in examine(settings) if finding.what == "chat model"]


def test_nothing_is_said_where_no_model_is_set(tmp_path: Path) -> None:
    """A chat model is no part of the bot unless it is named."""
    assert _model(tmp_path, "") == []


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key by its variable, a package by its command; with both all is well, and no key is shown."""
    (no_key,) = _model(tmp_path, "openai:some-model")
    assert (no_key.state, "OPENAI_API_KEY" in no_key.detail) == ("fail", True)
    (no_package,) = _model(tmp_path, "groq:some-model")
    assert (no_package.state, "missing" in no_package.detail) == ("fail", True)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-42")
    (well,) = _model(tmp_path, "openai:some-model")
    assert (well.state, "sk-secret-42" in well.detail) == ("ok", False)


def test_the_network_that_checks_is_looked_at_too(tmp_path: Path) -> None:
    """Where a chat model is set; its file is compared by its hash and run."""
    found = {
        finding.what: finding.state for finding in examine(Settings.load(home=tmp_path, model="openai:some-model"))
    }
    assert found["checking model"] == "ok"
    assert "checking model" not in {finding.what for finding in examine(Settings.load(home=tmp_path, model=""))}
