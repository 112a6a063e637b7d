"""The Bolt app around a relay, the same for Socket Mode and HTTP."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from ui.slack.delivery import TROUBLE, quiet, reason_of
from ui.slack.errors import SlackError
from ui.slack.events import Own
from ui.slack.listeners import register
from ui.slack.relay import Relay
from ui.slack.settings import SlackSettings
from ui.slack.workers import log_defect

_LISTENERS = 32
_TRIES = 4


def client_of(settings: SlackSettings) -> WebClient:
    """A client for calls that may be repeated: it waits as Slack asks and tries again."""
    return WebClient(
        token=settings.bot_token.get_secret_value(),
        base_url=settings.api_url,
        timeout=20,
        retry_handlers=[
            ConnectionErrorRetryHandler(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
            RateLimitErrorRetryHandler(max_retry_count=3),
        ],
        logger=quiet(),
    )


def who_we_are(client: WebClient) -> Own:
    """Our user, bot and workspace. Raises `SlackError`."""
    for attempt in range(1, _TRIES + 1):
        try:
            known = client.auth_test()
            return Own(str(known["user_id"]), str(known.get("bot_id") or ""), str(known["team_id"]))
        except TROUBLE as error:
            reason = reason_of(error)
            if attempt == _TRIES or reason in REASONS:
                raise SlackError(f"Slack does not let us in: {REASONS.get(reason, reason)}") from error
        time.sleep(0.5 * attempt)
    raise AssertionError("unreachable")


def admitted(settings: SlackSettings) -> None:
    """Raise `SlackError` unless Socket Mode is open to us."""
    try:
        client_of(settings).apps_connections_open(app_token=settings.app_token.get_secret_value())
    except TROUBLE as error:
        raise SlackError(socket_trouble(error)) from error


def socket_trouble(error: Exception) -> str:
    """Why Socket Mode cannot be started, in words."""
    told = REASONS.get(reason_of(error), reason_of(error)).replace("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    return f"Socket Mode cannot be started: {told}. See article-bot slack --check"


REASONS = {
    "not_authed": "SLACK_BOT_TOKEN is empty",
    "invalid_auth": "SLACK_BOT_TOKEN is no token of this workspace: copy it from OAuth & Permissions",
    "account_inactive": "the app was removed from the workspace: install it again and copy the new SLACK_BOT_TOKEN",
    "token_revoked": "SLACK_BOT_TOKEN was revoked: install the app again and copy the new one",
    "token_expired": "SLACK_BOT_TOKEN has expired: copy the present one from OAuth & Permissions",
    "not_allowed_token_type": "the token is of another kind: a bot token begins with xoxb-, an app token with xapp-",
}
"""What Slack's words for a wrong token mean."""


def build_app(settings: SlackSettings, client: WebClient, relay: Relay) -> App:
    """The app. It looks up nothing by itself: who we are is known."""
    own = relay.own

    def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=own.team,
            bot_user_id=own.user,
            bot_id=own.bot,
            bot_token=settings.bot_token.get_secret_value(),
        )

    app = App(
        client=client,
        authorize=authorize,
        signing_secret=settings.signing_secret.get_secret_value() or None,
        listener_executor=ThreadPoolExecutor(_LISTENERS, thread_name_prefix="article-bot-listener"),
        logger=quiet(),
    )
    app.error(_failed)
    register(app, relay)
    return app


def _failed(error: Exception) -> BoltResponse:
    log_defect("a listener failed", error)
    return BoltResponse(status=500)
