"""Threads for what takes long, apart from those that Bolt's listeners run on: a slow answer holds up no button."""

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

AT_ONCE = 4
WAITING = 60
_log = logging.getLogger(__name__)


class Workers:
    """Runs at most `at_once` jobs at a time; at most `waiting` more wait for their turn."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="article-bot-slack")
        self._room = BoundedSemaphore(at_once + waiting)

    def submit(self, job: Callable[[], None]) -> bool:
        """Run a job when its turn comes. False where too many wait already, or it is being closed."""
        if not self._room.acquire(blocking=False):
            return False

        def run() -> None:
            try:
                job()
            except Exception as error:  # noqa: BLE001  # the outer edge of a thread: what it lets out nobody hears of
                log_defect("a job failed", error)
            finally:
                self._room.release()

        try:
            self._pool.submit(run)
        except RuntimeError:  # it is being closed
            self._room.release()
            return False
        return True

    def close(self) -> None:
        """Finish what waits, and take nothing more."""
        self._pool.shutdown(wait=True)


def log_defect(what: str, error: Exception) -> None:
    """Log an error that should not be: its kind and where it arose. Its words may be the reader's, so they are not."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-4:]))
    _log.error("%s: %s at %s", what, type(error).__name__, where)
