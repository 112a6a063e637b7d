"""Who may compute now: a few at a time, in the order in which they came.

With twenty threads at once each answer is late, and so is everything else in the process: threads that share two cores
and one interpreter only get in each other's way. Measured in docs/speed.md.
"""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Event, Lock

PATIENCE = 5.0
"""Seconds after which nobody waits any longer: an answer that takes very long must not hold up the others."""

_MOST = 8


class Turns:
    """Lets `at_once` threads through at a time; the others wait in line, but not longer than `patience` seconds."""

    def __init__(self, at_once: int, patience: float = PATIENCE) -> None:
        self._free = at_once
        self._patience = patience
        self._lock = Lock()
        self._line: deque[Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and keep it for as long as the block lasts."""
        mine = self._come()
        try:
            yield
        finally:
            if mine:
                self._go()

    def _come(self) -> bool:
        """Wait; whether a turn was given, or the patience ended."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            called = Event()
            self._line.append(called)
        if called.wait(self._patience):
            return True
        with self._lock:
            if called.is_set():  # called just now
                return True
            self._line.remove(called)
            return False

    def _go(self) -> None:
        """Hand the turn on to who has waited longest: nobody can slip in between."""
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._free += 1


@cache
def computing() -> Turns:
    """The turns of this process: as many at once as it has cores."""
    return Turns(min(_MOST, max(2, os.cpu_count() or 2)))
