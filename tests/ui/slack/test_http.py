"""Over HTTP only what Slack has signed is heard."""

import json
import time
from collections.abc import Iterator

import pytest

from bot import ArticleBot
from tests.ui.serving import served
from tests.ui.slack.conftest import settings_for
from tests.ui.slack.workspace import BOT_USER, Sockets, Workspace, event_of, post, signed
from ui.slack.app import build_app, client_of, who_we_are
from ui.slack.delivery import Delivery
from ui.slack.ledger import SqliteLedger
from ui.slack.relay import Relay
from ui.slack.serving import PATH, http_app, tended


@pytest.fixture
def address(bot: ArticleBot, slack: tuple[Workspace, Sockets], ledger: SqliteLedger) -> Iterator[str]:
    """Where the relay listens."""
    settings = settings_for(slack[0], "http")
    client = client_of(settings)
    own = who_we_are(client)
    relay = Relay(bot, own, Delivery(client, own), ledger)
    with tended(relay), served(http_app(build_app(settings, client, relay))) as url:
        yield url.rstrip("/") + PATH


def mention(workspace: Workspace) -> str:
    """The body of an event."""
    return json.dumps(event_of(workspace.say("C1", f"<@{BOT_USER}> Who wrote the article?"), "app_mention"))


def test_the_challenge_is_answered(address: str) -> None:
    """With which Slack tries the address out."""
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"})
    status, reply = post(address, body, {**signed(body), "content-type": "application/json"})
    assert (status, "abc" in reply) == (200, True)


@pytest.mark.parametrize(
    "wrong", ["secret", "stale", "future", "no stamp", "stamp", "huge stamp", "none", "other body"]
)
def test_what_slack_has_not_signed_is_refused(address: str, workspace: Workspace, wrong: str) -> None:
    """401, no answer, and no call to Slack."""
    body = mention(workspace)
    headers = {
        "secret": signed(body, secret="f" * 32),
        "stale": signed(body, at=time.time() - 600),
        "future": signed(body, at=time.time() + 600),
        "no stamp": {"x-slack-signature": signed(body)["x-slack-signature"]},
        "stamp": {**signed(body), "x-slack-request-timestamp": "now"},
        "huge stamp": {**signed(body), "x-slack-request-timestamp": "9" * 400},
        "none": {},
        "other body": signed(body + " "),
    }[wrong]
    before = len(workspace.calls)
    status, _ = post(address, body, {**headers, "content-type": "application/json"})
    assert status == 401
    assert len(workspace.calls) == before


@pytest.mark.parametrize(
    "body", ["", "not json", "[]", "null", '{"type": "event_callback"}', "payload=x", "x" * (1 << 21)]
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_of_any_shape_is_no_crash(address: str, workspace: Workspace, body: str, kind: str) -> None:
    """What is signed and senseless is answered with a status, and the next question is answered."""
    try:
        status, _ = post(address, body, {**signed(body), "content-type": kind})
    except OSError:  # the rest of an endless body is not read
        status = 413
    assert status in {200, 400, 401, 404, 413}
    good = mention(workspace)
    assert post(address, good, {**signed(good), "content-type": "application/json"})[0] == 200
    workspace.wait(lambda: any(FOUND in json.dumps(m) for thread in workspace.threads.values() for m in thread))


FOUND = "rich_text_quote"


def test_the_relay_says_that_it_lives(address: str) -> None:
    """For whoever watches over it."""
    from urllib.request import urlopen

    with urlopen(address.replace(PATH, "/healthz")) as reply:
        assert json.load(reply) == {"status": "ok"}
