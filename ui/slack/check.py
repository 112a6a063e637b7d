"""`article-bot slack --check`: each token, scope and setting, and what to do about the one that is wrong."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk import WebClient

from bot import ArticleBot
from index import ArticleBotError
from ui.doctor import Finding
from ui.slack.app import REASONS, client_of
from ui.slack.delivery import TROUBLE, quiet, reason_of
from ui.slack.ledger import Ledger
from ui.slack.manifest import scopes
from ui.slack.settings import SlackSettings

_APP_REASONS = {
    "missing_scope": "SLACK_APP_TOKEN lacks the scope connections:write: make another that has it",
    "socket_mode_not_enabled": "Socket Mode is off: switch it on in the app's settings",
    "forbidden_team": "Socket Mode is off: switch it on in the app's settings",
}
_SECRET = re.compile(r"[0-9a-f]{32}")


def examine(
    settings: SlackSettings, open_bot: Callable[[], ArticleBot], open_ledger: Callable[[], Ledger]
) -> Iterator[Finding]:
    """Look at everything that the relay needs. Nothing is sent to a channel, and no token is shown."""
    yield from _bot_token(settings)
    if settings.mode == "socket":
        yield _app_token(settings)
    else:
        yield _signing_secret(settings)
    yield _guarded("answered questions", lambda: _ledger(settings, open_ledger))
    yield _guarded("article", lambda: _article(open_bot()))


def _bot_token(settings: SlackSettings) -> Iterator[Finding]:
    token = settings.bot_token.get_secret_value()
    if wrong := _kind("SLACK_BOT_TOKEN", token, "xoxb-", "OAuth & Permissions"):
        yield Finding("bot token", "fail", wrong)
        return
    try:
        known = client_of(settings).auth_test()
    except TROUBLE as error:
        yield Finding("bot token", "fail", _words(error, settings))
        return
    yield Finding("bot token", "ok", f"{known.get('user')} in {known.get('team')}")
    yield _scopes(known.headers)


def _scopes(headers: Any) -> Finding:
    lower = {str(name).lower(): value for name, value in headers.items()}
    value = lower.get("x-oauth-scopes")
    if value is None:
        return Finding("scopes", "warn", "Slack does not say which the token has")
    text = ",".join(value) if isinstance(value, list) else str(value)
    granted = {scope.strip() for scope in text.split(",")}
    if missing := [scope for scope in scopes() if scope not in granted]:
        way_out = "add under OAuth & Permissions > Bot Token Scopes, and reinstall the app"
        return Finding("scopes", "fail", f"missing: {', '.join(missing)}; {way_out}")
    return Finding("scopes", "ok", f"all {len(scopes())}")


def _app_token(settings: SlackSettings) -> Finding:
    token = settings.app_token.get_secret_value()
    if wrong := _kind("SLACK_APP_TOKEN", token, "xapp-", "Basic Information > App-Level Tokens"):
        return Finding("app token", "fail", f"{wrong} (or set ARTICLE_BOT_SLACK_MODE=http)")
    try:
        WebClient(base_url=settings.api_url, timeout=20, logger=quiet()).apps_connections_open(app_token=token)
    except TROUBLE as error:
        told = _words(error, settings).replace("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
        return Finding("app token", "fail", _APP_REASONS.get(reason_of(error), told))
    return Finding("app token", "ok", "Socket Mode is open")


def _signing_secret(settings: SlackSettings) -> Finding:
    secret = settings.signing_secret.get_secret_value()
    where = "copy it from Basic Information > Signing Secret"
    if not secret:
        return Finding("signing secret", "fail", f"SLACK_SIGNING_SECRET is empty: {where}")
    if not _SECRET.fullmatch(secret):
        return Finding("signing secret", "fail", f"SLACK_SIGNING_SECRET is not 32 hexadecimal digits: {where}")
    return Finding("signing secret", "ok", "well formed; only a request from Slack shows whether it is the right one")


def _ledger(settings: SlackSettings, open_ledger: Callable[[], Ledger]) -> str:
    ledger = open_ledger()
    ledger.abandoned()
    ledger.close()
    return "kept in Redis" if settings.redis_url else "kept in the data folder"


def _article(bot: ArticleBot) -> str:
    return ", ".join(f"{article.title} ({len(article.sentences)} sentences)" for article in bot.articles.values())


def _guarded(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", look())
    except ArticleBotError as error:
        return Finding(what, "fail", str(error))


def _kind(name: str, token: str, prefix: str, where: str) -> str:
    """What is wrong with a token at first sight; empty when nothing is."""
    if not token:
        return f"{name} is empty: copy it from {where}"
    if not token.startswith(prefix):
        return f"{name} is of another kind: it begins with {prefix}, and is found under {where}"
    return ""


def _words(error: Exception, settings: SlackSettings) -> str:
    reason = reason_of(error)
    if isinstance(error, OSError):
        return f"Slack cannot be reached at {settings.api_url}: {reason}"
    return REASONS.get(reason, f"Slack says {reason}")
