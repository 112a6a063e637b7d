"""`article-bot slack`: what it opens, checks and runs."""

from collections.abc import Callable
from pathlib import Path

import typer

from bot import ArticleBot, Settings
from ui.doctor import Finding
from ui.slack.errors import SlackError
from ui.slack.ledger import Ledger, SqliteLedger
from ui.slack.settings import SlackSettings

_FILE = Path("slack") / "answered.sqlite"
_SECRETS = {"socket": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), "http": ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")}


def require_extra() -> None:
    """Raise `SlackError` unless the extra is installed."""
    try:
        import slack_bolt  # noqa: F401
    except ImportError as error:
        raise SlackError("the relay needs slack-bolt: pip install 'article-bot[slack]'") from error


def open_ledger(settings: SlackSettings, home: Path) -> Ledger:
    """The record of what was answered, that the settings name. Raises `LedgerError`."""
    if settings.redis_url:
        from ui.slack.redis_ledger import RedisLedger

        return RedisLedger(settings.redis_url)
    return SqliteLedger(home / _FILE)


def print_manifest(url: str = "") -> None:
    """Print the app's manifest; for HTTP where the address is given that Slack calls. Raises `SlackError`."""
    from ui.slack.manifest import manifest_text

    typer.echo(manifest_text(url), nl=False)


def check_relay(settings: SlackSettings, article: str) -> list[Finding]:
    """What `--check` finds."""
    require_extra()
    from ui.slack.check import examine

    home = Settings.load().home
    return list(examine(settings, lambda: ArticleBot.open(article or None), lambda: open_ledger(settings, home)))


def run(settings: SlackSettings, open_bot: Callable[[], ArticleBot], host: str, port: int) -> None:
    """Answer until interrupted. Raises `ArticleBotError`; a wrong token is told before the article is opened."""
    require_extra()
    _all_given(settings)
    from ui.slack.app import admitted, build_app, client_of, who_we_are
    from ui.slack.delivery import Delivery
    from ui.slack.relay import Relay
    from ui.slack.serving import serve_http, serve_socket

    client = client_of(settings)
    own = who_we_are(client)
    if settings.mode == "socket":
        admitted(settings)
    bot = open_bot()
    bot.warm()
    relay = Relay(
        bot,
        own,
        Delivery(client, own),
        open_ledger(settings, bot.settings.home),
        page=settings.page_url,
    )
    app = build_app(settings, client, relay)
    if settings.mode == "http":
        serve_http(app, relay, host, port)
    else:
        serve_socket(app, relay, settings.app_token.get_secret_value())


def _all_given(settings: SlackSettings) -> None:
    """Raise `SlackError` naming the first secret that the mode needs and that is not there."""
    given = {
        "SLACK_BOT_TOKEN": settings.bot_token,
        "SLACK_APP_TOKEN": settings.app_token,
        "SLACK_SIGNING_SECRET": settings.signing_secret,
    }
    for name in _SECRETS[settings.mode]:
        if not given[name].get_secret_value():
            raise SlackError(f"{name} is not set; docs/slack.md says where to find it")
