"""Values of an iterator that may never come, waited for until a deadline and no longer."""

import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from queue import Empty, Queue
from typing import TypeVar

_LOOK = 0.1
"""Seconds after which is looked again at what is left."""

T = TypeVar("T")
_END = object()


def until(values: Callable[[], Iterator[T]], left: Callable[[], float], late: Exception) -> Iterator[T]:
    """The values, made in a thread of their own; `late` is raised once no time is `left` (seconds).

    So is whatever `left` raises.

    A client's own time-out is for each read, so that a server which sends anything at all, and never an answer, would
    hold it for ever. The thread ends with the next value, or with the connection.
    """
    queue: Queue[object] = Queue()
    stopped = threading.Event()
    threading.Thread(target=copy_context().run, args=(_fill, queue, values, stopped), daemon=True).start()
    try:
        while True:
            rest = max(left(), 0.0)
            try:
                value = queue.get(timeout=min(rest, _LOOK))
            except Empty:
                if rest > _LOOK:
                    continue
                raise late from None
            if value is _END:
                return
            if isinstance(value, _Raised):
                raise value.error
            yield value  # type: ignore[misc]  # what the queue holds else
    finally:
        stopped.set()


class _Raised:
    """An exception on its way from the thread."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _fill(queue: "Queue[object]", values: Callable[[], Iterator[T]], stopped: threading.Event) -> None:
    """Put the values into a queue, or what is raised instead."""
    try:
        for value in values():
            queue.put(value)
            if stopped.is_set():
                return
        queue.put(_END)
    except Exception as error:  # noqa: BLE001  # raised again by who reads the queue
        queue.put(_Raised(error))
