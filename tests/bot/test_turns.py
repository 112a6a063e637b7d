"""A few compute at a time, in the order in which they came; nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest

from bot.turns import Turns


def wait_until(what: object) -> None:
    """Wait for something that must come."""
    until = monotonic() + 30
    while monotonic() < until and not what():  # type: ignore[operator]
        sleep(0.005)
    assert what()  # type: ignore[operator]


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_than_that_at_once(at_once: int) -> None:
    """However many come; and all of them are through in the end."""
    turns = Turns(at_once, patience=60)
    inside, most, lock = [0], [0], threading.Lock()

    def work(_: int) -> int:
        with turns.turn():
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            sleep(0.002)
            with lock:
                inside[0] -= 1
        return 1

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(work, range(100))) == 100
    assert most[0] == at_once


def test_first_come_first_served() -> None:
    """In the order of the line."""
    turns = Turns(1, patience=60)
    served: list[int] = []

    def work(number: int) -> None:
        with turns.turn():
            served.append(number)

    with ThreadPoolExecutor(10) as pool, turns.turn():
        for number in range(10):
            pool.submit(work, number)
            wait_until(lambda n=number: len(turns._line) == n + 1)
    assert served == list(range(10))


def test_an_error_gives_the_turn_back() -> None:
    """Whatever happens inside."""
    turns = Turns(1, patience=60)
    with pytest.raises(RuntimeError), turns.turn():
        raise RuntimeError
    with turns.turn():
        assert turns._free == 0
    assert turns._free == 1


def test_who_takes_for_ever_does_not_hold_up_the_others() -> None:
    """They go on when their patience ends, and leave the count as it was."""
    turns = Turns(1, patience=0.05)
    done, through = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.turn():
            done.wait(30)

    with ThreadPoolExecutor(2) as pool:
        pool.submit(hold)
        wait_until(lambda: turns._free == 0)
        with turns.turn():
            through.set()
        assert turns._free == 0
        done.set()
    assert through.is_set()
    assert (turns._free, len(turns._line)) == (1, 0)
