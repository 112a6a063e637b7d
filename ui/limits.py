"""How many questions one client may ask in a minute: a moving window of `limits`, in the memory of this process."""

import time
from functools import cached_property
from math import ceil
from typing import Any


def too_many(seconds: int) -> str:
    """What is said to a client that must wait."""
    return f"too many questions: ask again in {seconds} seconds"


class QuestionLimit:
    """Counts questions by client. `per_minute` of 0 lets all through."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute

    def wait(self, client: str) -> int:
        """Seconds until this client may ask again; 0: it may now, and has used one of its questions."""
        if not self._per_minute or self._window.hit(self._rate, client):
            return 0
        until: float = self._window.get_window_stats(self._rate, client).reset_time
        return max(1, ceil(until - time.time()))

    def is_full(self, client: str) -> bool:
        """Whether this client would have to wait; nothing is counted."""
        return bool(self._per_minute) and not self._window.test(self._rate, client)

    @cached_property
    def _rate(self) -> Any:
        from limits import RateLimitItemPerMinute

        return RateLimitItemPerMinute(self._per_minute)

    @cached_property
    def _window(self) -> Any:
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        return MovingWindowRateLimiter(MemoryStorage())
