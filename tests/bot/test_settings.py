"""Settings from the environment and the file."""

import re
from pathlib import Path

import pytest

from bot import Settings, SettingsError
from bot.settings import default_home

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`config.toml` in the data folder is read; a variable with the same meaning wins."""
    monkeypatch.setenv("ARTICLE_BOT_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text('max_quotes = 2\nmax_question = 50\nchroma_url = "http://localhost:1"\n')
    monkeypatch.setenv("ARTICLE_BOT_MAX_QUOTES", "4")
    settings = Settings.load()
    assert (settings.max_quotes, settings.max_question, settings.chroma_url) == (4, 50, "http://localhost:1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARTICLE_BOT_MAX_QUOTES", "9"),
        ("ARTICLE_BOT_THRESHOLD", "high"),
        ("ARTICLE_BOT_MAX_QUESTION", "0"),
        ("ARTICLE_BOT_MODEL_PRICE", "cheap"),
        ("ARTICLE_BOT_MODEL_PRICE", "1/-2"),
        ("ARTICLE_BOT_UNVERIFIED", "keep"),
        ("ARTICLE_BOT_MODEL_READS", "everything"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An impossible value gives one line with the variable's name."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.load()
    assert "\n" not in str(caught.value)


def test_a_spending_limit_needs_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a price nobody knows what was spent."""
    monkeypatch.setenv("ARTICLE_BOT_SPEND_PER_HOUR", "1")
    with pytest.raises(SettingsError, match="ARTICLE_BOT_MODEL_PRICE"):
        Settings.load()
    monkeypatch.setenv("ARTICLE_BOT_MODEL_PRICE", "0.25/2")
    assert Settings.load().spend_per_hour == 1


@pytest.mark.parametrize("text", ["max_quotes = ", "no_such_setting = 1", "\xff"])
def test_a_broken_file_is_named(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no TOML, or sets what does not exist, gives one line."""
    monkeypatch.setenv("ARTICLE_BOT_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert "\n" not in str(caught.value)


def test_every_setting_is_documented_as_it_is() -> None:
    """docs/settings.md has a row for each setting, with its description, and no others."""
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \|[^|]*\| (.*?) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    fields = Settings.model_fields
    names = {str(field.validation_alias or f"ARTICLE_BOT_{name.upper()}"): field for name, field in fields.items()}
    assert rows == {name: field.description for name, field in names.items()}
    of_models = [name for name in fields if name.startswith(("model", "spend_")) or name == "unverified"]
    assert len(of_models) <= 8
    assert len(names) - len(of_models) <= 15


def test_a_tilde_is_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` in ARTICLE_BOT_HOME is resolved, for the index and for the file alike."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ARTICLE_BOT_HOME", "~/bot")
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "config.toml").write_text("max_quotes = 2\n")
    settings = Settings.load()
    assert (settings.home, settings.max_quotes) == (tmp_path / "bot", 2)


def test_the_home_of_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, from the folder of a user that there is not."""
    monkeypatch.setenv("ARTICLE_BOT_HOME", "~nobody-of-that-name/x")
    with pytest.raises(SettingsError, match="ARTICLE_BOT_HOME"):
        Settings.load()


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is as if it were not there, for the folder and for numbers."""
    for name in ("ARTICLE_BOT_HOME", "ARTICLE_BOT_THRESHOLD", "ARTICLE_BOT_MAX_QUOTES"):
        monkeypatch.setenv(name, "")
    settings = Settings.load()
    assert settings.home == default_home()
    assert settings.threshold is None
