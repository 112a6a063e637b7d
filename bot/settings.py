"""The settings: from the environment, or from `config.toml` in the data folder. docs/settings.md lists them."""

import os
from pathlib import Path
from typing import Any, Literal, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.errors import SettingsError
from bot.sign_in import SignIn
from bot.spending import Price
from index.embeddings import SHIPPED_MODEL

SHIPPED_READER = "trained"
CONFIG_FILE = "config.toml"
FEEDBACK_FILE = "feedback.jsonl"


def default_home() -> Path:
    """The user's data folder for this program, by the platform's convention."""
    return user_data_path("article-bot", appauthor=False)


class Settings(BaseSettings):
    """What a user can set. The environment goes before the file; nothing else is read."""

    model_config = SettingsConfigDict(
        env_prefix="ARTICLE_BOT_", frozen=True, extra="forbid", populate_by_name=True, env_ignore_empty=True
    )

    home: Path = Field(default_factory=default_home, description="Folder for the index and `config.toml`.")
    chroma_url: str = Field(
        default="",
        validation_alias="CHROMA_URL",
        description="Address of a Chroma server, such as `http://localhost:8000`. Empty: Chroma runs embedded.",
    )
    embedding_model: str = Field(
        default=SHIPPED_MODEL,
        description="The shipped model, a folder, or a sentence-transformers model of the Hugging Face hub.",
    )
    reader_model: str = Field(
        default=SHIPPED_READER,
        description="`trained`, the shipped models; `similarity`, the small reader without them; the folder of another "
        "training; or a cross-encoder, as a folder or a model of the hub.",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Confidence below which the bot refuses. Higher refuses more. Unset: the fitted value.",
    )
    max_quotes: int = Field(default=4, ge=1, le=5, description="The most quotes in one answer.")
    max_question: int = Field(default=2_000, ge=1, description="The longest question, in characters.")
    questions_per_minute: int = Field(
        default=0, ge=0, description="Questions that one client of page and API may ask in a minute. 0: no limit."
    )
    max_article: int = Field(default=20_000_000, ge=1, description="The largest article file, in bytes.")

    model: str = Field(
        default="",
        description="Chat model that writes the answers, as LangChain's `init_chat_model` names it: `openai:NAME`, "
        "`anthropic:NAME`, `ollama:NAME`. Empty: none.",
    )
    model_reads: Literal["evidence", "article"] = Field(
        default="evidence",
        description="What the model is shown: `evidence`, the reader's best sentences with their neighbours; "
        "`article`, all of it where it fits.",
    )
    model_window: int | None = Field(
        default=None,
        ge=2_000,
        description="Tokens that the model can take in. Unset: what LangChain knows of it, else 8192.",
    )
    model_timeout: float = Field(
        default=60.0,
        gt=0,
        description="Seconds that the model may take for one question, and be silent, before quotes are given.",
    )
    model_price: str = Field(
        default="", description="What a million tokens cost, read and written, such as `0.25/2`. Empty: unknown."
    )
    unverified: Literal["drop", "mark"] = Field(
        default="drop", description="Statements of the model that fail a check: `drop` them, or `mark` them."
    )
    spend_per_question: float = Field(
        default=0.0, ge=0, description="The most that the model may cost for one question. 0: no limit."
    )
    spend_per_hour: float = Field(
        default=0.0,
        ge=0,
        description="The most that it may cost in an hour, over all programs of the data folder. 0: no limit.",
    )
    feedback: str = Field(
        default="",
        description="File that readers' feedback is added to, as cases for `article-bot eval`; `off` keeps none.",
    )

    sign_in: SecretStr = Field(
        default=SecretStr(""),
        description="`user:password` that page, API and MCP then ask for; `python -m ui.sign_in USER` hashes it.",
    )

    @property
    def feedback_file(self) -> Path | None:
        """Where readers' feedback goes; None where none is kept."""
        if self.feedback.strip().lower() == "off":
            return None
        return Path(self.feedback).expanduser() if self.feedback else self.home / FEEDBACK_FILE

    @field_validator("model_price")
    @classmethod
    def _is_a_price(cls, text: str) -> str:
        Price.of(text)
        return text

    @model_validator(mode="after")
    def _limits_have_a_price(self) -> Self:
        if (self.spend_per_question or self.spend_per_hour) and not self.model_price:
            raise ValueError("a spending limit needs ARTICLE_BOT_MODEL_PRICE, such as 0.25/2")
        return self

    @field_validator("home")
    @classmethod
    def _with_home_resolved(cls, home: Path) -> Path:
        return home.expanduser()

    @field_validator("sign_in")
    @classmethod
    def _is_a_sign_in(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            SignIn.of(value.get_secret_value())
        return value

    @classmethod
    def load(cls, **values: Any) -> "Settings":
        """Settings from the environment and the file. Raises `SettingsError` naming the first wrong one."""
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = _spelt(str(first["loc"][0])) if first["loc"] else "the settings"
            raise SettingsError(f"{name}: {first['msg']}") from error
        except RuntimeError as error:  # the ~ of a user that there is not
            raise SettingsError(f"ARTICLE_BOT_HOME: {error}") from error
        except (OSError, ValueError) as error:  # config.toml cannot be read, or is not TOML
            raise SettingsError(f"{_config_file()}: {error}") from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then `config.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _config_file())


def _config_file() -> Path:
    home = os.environ.get("ARTICLE_BOT_HOME")
    return (Path(home).expanduser() if home else default_home()) / CONFIG_FILE


def _spelt(name: str) -> str:
    return name if name.isupper() else f"ARTICLE_BOT_{name.upper()}"
