"""The relay's settings, from the environment alone: tokens do not belong in a file. docs/slack.md lists them."""

from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import SettingsError

Mode = Literal["socket", "http"]


class SlackSettings(BaseSettings):
    """What the relay can be set to."""

    model_config = SettingsConfigDict(
        env_prefix="ARTICLE_BOT_SLACK_", frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    bot_token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="SLACK_BOT_TOKEN",
        description="The app's bot token, `xoxb-…`. Always needed.",
    )
    app_token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="SLACK_APP_TOKEN",
        description="The app-level token, `xapp-…`, with the scope `connections:write`. Needed in Socket Mode.",
    )
    signing_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="SLACK_SIGNING_SECRET",
        description="The secret that Slack signs its requests with. Needed over HTTP.",
    )
    mode: Mode = Field(
        default="socket",
        description="`socket`: the relay connects to Slack and needs no public address. `http`: Slack connects to it.",
    )
    redis_url: str = Field(
        default="",
        description="Redis for several relays behind one app, such as `redis://localhost:6379/0`. Empty: a file in the "
        "data folder.",
    )
    page_url: str = Field(
        default="",
        description="Address of your chat page. Answers link to it where the article has no address of its own.",
    )
    api_url: str = Field(
        default="https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="Slack's Web API; another for tests and proxies.",
    )

    @classmethod
    def load(cls) -> "SlackSettings":
        """Settings from the environment. Raises `SettingsError` naming the first wrong one, and never its value."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = str(first["loc"][0])
            spelt = name if name.isupper() else f"ARTICLE_BOT_SLACK_{name.upper()}"
            raise SettingsError(f"{spelt}: {first['msg']}") from None
