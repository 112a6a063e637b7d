"""Threads that answer questions, apart from those that Bolt's listeners run on: a slow answer holds up no button."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

AT_ONCE = 4
WAITING = 60


class Workers:
    """Runs at most `at_once` jobs at a time; at most `waiting` more wait for their turn."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="article-bot-slack")
        self._room = BoundedSemaphore(at_once + waiting)

    def submit(self, job: Callable[[], None]) -> bool:
        """Run a job when its turn comes. False where too many wait already."""
        if not self._room.acquire(blocking=False):
            return False

        def run() -> None:
            try:
                job()
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
