"""Claims: one contract, held by the file and by Redis."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import ArticleBot
from tests.ui.slack.conftest import running
from tests.ui.slack.redis_server import redis_server
from tests.ui.slack.workspace import BOT_USER, Sockets, Workspace, event_of
from ui.slack.errors import LedgerError
from ui.slack.ledger import Ledger, SqliteLedger
from ui.slack.redis_ledger import RedisLedger

Open = Callable[[float], Ledger]


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server."""
    with redis_server(tmp_path_factory.mktemp("redis")) as (url, _):
        yield url


@pytest.fixture(params=["sqlite", "redis"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same ledger again and again, with a lease in seconds."""
    if request.param == "sqlite":
        return lambda lease: SqliteLedger(tmp_path / "deep" / "answered.sqlite", lease=lease)
    import redis

    url = request.getfixturevalue("redis_url")
    redis.Redis.from_url(url).flushall()
    return lambda lease: RedisLedger(url, lease=lease)


def test_a_question_is_claimed_once(opened: Open) -> None:
    """Of fifty at once, through two connections, one has it."""
    ledgers = [opened(60), opened(60)]
    start = threading.Barrier(50)

    def claim(number: int) -> bool:
        start.wait()
        return ledgers[number % 2].claim("C1:1.1")

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(claim, range(50))) == 1
    assert ledgers[0].claim("C1:1.2")
    for ledger in ledgers:
        ledger.close()


def test_what_is_answered_stays_so(opened: Open) -> None:
    """Whatever the lease, and for whoever opens the ledger later."""
    first = opened(0.01)
    assert first.claim("C1:1.1")
    first.finish("C1:1.1")
    first.close()
    time.sleep(0.05)
    second = opened(0.01)
    assert not second.claim("C1:1.1")
    assert second.abandoned() == []
    second.finish("C1:9.9")
    assert not second.claim("C1:9.9")
    second.close()


def test_a_lease_that_runs_out_is_taken_over_once(opened: Open) -> None:
    """A claim is abandoned when nobody renews it; then one may claim it again."""
    short, long = opened(0.05), opened(600)
    assert long.claim("C1:2.2")
    assert not short.claim("C1:2.2")
    assert short.claim("C1:1.1")
    while long.abandoned() != ["C1:1.1"]:
        time.sleep(0.01)
    assert long.claim("C1:1.1")
    assert not short.claim("C1:1.1")
    assert long.abandoned() == []
    short.close()
    long.close()


def test_a_renewed_lease_is_kept(opened: Open) -> None:
    """Renewing what is not claimed claims nothing."""
    short, long = opened(0.05), opened(600)
    assert short.claim("C1:1.1")
    long.renew(["C1:1.1", "C1:3.3"])
    long.renew([])
    assert short.claim("C1:4.4")
    while short.abandoned() != ["C1:4.4"]:
        time.sleep(0.01)
    assert not short.claim("C1:1.1")
    assert short.claim("C1:3.3")
    short.close()
    long.close()


def test_two_relays_share_redis(bot: ArticleBot, slack: tuple[Workspace, Sockets], redis_url: str) -> None:
    """Each question, delivered to both, is answered by one of them."""
    workspace, _ = slack
    with running(bot, slack, RedisLedger(redis_url)), running(bot, slack, RedisLedger(redis_url)) as relay:
        messages = [workspace.say("C1", f"<@{BOT_USER}> Who wrote the article?") for _ in range(5)]
        for message in messages:
            for to in (0, 1):
                relay.event(event_of(message, "app_mention"), to=to)
        answers = [workspace.answered(message) for message in messages]
    assert [len(workspace.answered(message)) for message in messages] == [1] * 5
    assert answers


def test_a_dead_redis_is_told_and_answers_go_on(
    bot: ArticleBot, slack: tuple[Workspace, Sockets], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line that says what is wrong; what this process has taken it still answers once."""
    workspace, _ = slack
    with redis_server(tmp_path) as (url, process):
        ledger = RedisLedger(url)
        with running(bot, slack, ledger) as relay:
            process.terminate()
            process.wait(timeout=10)
            message = workspace.say("C1", f"<@{BOT_USER}> Who wrote the article?")
            for _ in range(3):
                relay.event(event_of(message, "app_mention"))
            workspace.answered(message)
        assert len(workspace.answered(message)) == 1
    assert "ARTICLE_BOT_SLACK_REDIS_URL" in caplog.text


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "nonsense", "redis://"])
def test_a_wrong_address_is_told(url: str) -> None:
    """One line that names the setting."""
    with pytest.raises(LedgerError, match="ARTICLE_BOT_SLACK_REDIS_URL"):
        RedisLedger("redis://127.0.0.1:1/0" if url == "redis://" else url)


def test_a_file_that_cannot_be_is_told(tmp_path: Path) -> None:
    """A folder where a file is, and a file that is none of ours."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "other.sqlite").write_bytes(b"no database" * 100)
    for path in (tmp_path / "file" / "answered.sqlite", tmp_path / "other.sqlite"):
        with pytest.raises(LedgerError, match="ARTICLE_BOT_HOME"):
            SqliteLedger(path)
