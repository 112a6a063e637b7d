"""Claims in Redis, for relays on several machines. The clock is the server's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ui.slack.errors import LedgerError
from ui.slack.ledger import KEPT, LEASE

_PENDING = "{article-bot:slack}:pending"
_DONE = "{article-bot:slack}:done:"
_NOW = "local time = redis.call('TIME') local now = time[1] + time[2] / 1e6 "
_CLAIM = (
    _NOW
    + """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local until_ = redis.call('ZSCORE', KEYS[1], ARGV[1])
if until_ and tonumber(until_) > now then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
return 1
"""
)
_RENEW = _NOW + "for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[i]) end"
_FINISH = "redis.call('SET', KEYS[2], 1, 'EX', ARGV[2]) redis.call('ZREM', KEYS[1], ARGV[1])"
_ABANDONED = _NOW + "return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)"


class RedisLedger:
    """Claims in a Redis server. Raises `LedgerError` where it cannot be reached, or the package is not there."""

    def __init__(self, url: str, lease: float = LEASE) -> None:
        try:
            import redis
        except ImportError as error:
            raise LedgerError("Redis needs its package: pip install 'article-bot[redis]'") from error
        self._error = redis.RedisError
        self._lease = lease
        try:
            self._server: Any = redis.Redis.from_url(
                url, decode_responses=True, socket_timeout=10, socket_connect_timeout=5
            )
        except ValueError as error:
            raise LedgerError(f"ARTICLE_BOT_SLACK_REDIS_URL: {error}") from error
        with self._told():
            self._server.ping()

    def claim(self, key: str) -> bool:
        """See `Ledger`."""
        return bool(self._run(_CLAIM, [_PENDING, _DONE + key], key, self._lease))

    def renew(self, keys: Sequence[str]) -> None:
        """See `Ledger`."""
        self._run(_RENEW, [_PENDING], self._lease, *keys)

    def finish(self, key: str) -> None:
        """See `Ledger`."""
        self._run(_FINISH, [_PENDING, _DONE + key], key, int(KEPT))

    def abandoned(self) -> list[str]:
        """See `Ledger`."""
        return list(self._run(_ABANDONED, [_PENDING]))

    def close(self) -> None:
        """See `Ledger`."""
        self._server.close()

    def _run(self, script: str, keys: Sequence[str], *values: str | float) -> Any:
        with self._told():
            return self._server.eval(script, len(keys), *keys, *values)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (self._error, OSError) as error:
            raise LedgerError(
                f"Redis cannot be used: {type(error).__name__}. Is the server of ARTICLE_BOT_SLACK_REDIS_URL running?"
            ) from error
