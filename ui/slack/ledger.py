"""Which questions are being answered, and which have been: so that each gets one answer, whoever delivers it how often.

A question is claimed before it is answered. The claim is a lease: whoever holds it renews it, and where a process dies
the lease runs out and another takes the question over. Keys are all that is kept, for a day; no text.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Protocol

from ui.slack.errors import LedgerError

LEASE = 60.0
"""Seconds until a claim that is not renewed may be taken over."""
KEPT = 24 * 3600.0
"""Seconds for which what was answered is remembered. Slack delivers again for minutes, after an outage for hours."""


class Ledger(Protocol):
    """What a store of claims does. Every method raises `LedgerError` when it cannot."""

    def claim(self, key: str) -> bool:
        """Take a question. False: it is answered, or somebody is about to."""

    def renew(self, keys: Sequence[str]) -> None:
        """Keep the claims on questions that are still being answered."""

    def finish(self, key: str) -> None:
        """The question is answered, now and for the next day."""

    def abandoned(self) -> list[str]:
        """Questions that were claimed and not answered, and whose lease has run out."""

    def close(self) -> None:
        """Let go of what is open."""


_TABLE = (
    "CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, until REAL NOT NULL, done INTEGER NOT NULL DEFAULT 0)"
)
_CLAIM = """
INSERT INTO claims (key, until) VALUES (:key, :until)
ON CONFLICT (key) DO UPDATE SET until = :until WHERE done = 0 AND claims.until <= :now
"""
_FINISH = """
INSERT INTO claims (key, until, done) VALUES (:key, :until, 1)
ON CONFLICT (key) DO UPDATE SET until = :until, done = 1
"""


class SqliteLedger:
    """Claims in a file, for the relays of one machine."""

    def __init__(self, path: Path, lease: float = LEASE) -> None:
        self._path = path
        self._lease = lease
        self._lock = Lock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._file.execute(_TABLE)

    def claim(self, key: str) -> bool:
        """See `Ledger`."""
        now = time.time()
        with self._told():
            self._file.execute("DELETE FROM claims WHERE done = 1 AND until <= ?", (now,))
            return bool(self._file.execute(_CLAIM, {"key": key, "until": now + self._lease, "now": now}).rowcount)

    def renew(self, keys: Sequence[str]) -> None:
        """See `Ledger`."""
        rows = [(time.time() + self._lease, key) for key in keys]
        with self._told():
            self._file.executemany("UPDATE claims SET until = ? WHERE key = ? AND done = 0", rows)

    def finish(self, key: str) -> None:
        """See `Ledger`."""
        with self._told():
            self._file.execute(_FINISH, {"key": key, "until": time.time() + KEPT})

    def abandoned(self) -> list[str]:
        """See `Ledger`."""
        with self._told():
            rows = self._file.execute("SELECT key FROM claims WHERE done = 0 AND until <= ?", (time.time(),))
            return [row[0] for row in rows]

    def close(self) -> None:
        """See `Ledger`."""
        with self._told():
            self._file.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """One at a time, and what goes wrong in words."""
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(
                f"{self._path} cannot be used: {error}. Name another data folder with ARTICLE_BOT_HOME"
            ) from error
