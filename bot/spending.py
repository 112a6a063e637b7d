"""What chat models cost, and limits on it: for a question, and for the last hour over all programs of a data folder."""

import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from bot.errors import ModelFault

HOUR = 3_600.0
_MILLION = 1_000_000
_MOST_LOCKED = 10.0


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, read and written, in whatever currency the user thinks in."""

    read: float
    written: float

    @classmethod
    def of(cls, text: str) -> "Price | None":
        """From a setting such as `0.25/2`; None where it is empty. Raises `ValueError`."""
        if not text:
            return None
        read, slash, written = text.partition("/")
        price = cls(float(read), float(written)) if slash else None
        if price is None or not (0 <= price.read < _MILLION and 0 <= price.written < _MILLION):
            raise ValueError("a price is two numbers, for a million tokens read and written, such as 0.25/2")
        return price

    def cost(self, read: int, written: int) -> float:
        """What so many tokens cost."""
        return (read * self.read + written * self.written) / _MILLION


class Ledger:
    """What was spent in the last hour, in a small file that all programs of a data folder share."""

    def __init__(self, path: Path, most: float, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._most = most
        self._now = now

    def reserve(self, cost: float) -> None:
        """Note `cost` before it is spent, so that what runs beside counts it.

        Raise `ModelFault` over the limit, and where nobody can know whether it is kept.
        """
        if not self._most or cost <= 0:
            return
        with self._locked() as rows:
            if sum(spent for _, spent in rows) + cost > self._most:
                raise ModelFault("the spending limit of this hour is reached")
            rows.append((self._now(), cost))

    def settle(self, reserved: float, cost: float) -> None:
        """Put what was spent in the place of what was reserved; that stays where this cannot be noted."""
        if not self._most or reserved <= 0:
            return
        with suppress(ModelFault), self._locked() as rows:
            at = next((n for n in range(len(rows) - 1, -1, -1) if rows[n][1] == reserved), None)
            if at is not None:
                rows.pop(at)
            if cost > 0:
                rows.append((self._now(), cost))

    def spent(self) -> float:
        """What was spent in the last hour."""
        return sum(cost for _, cost in self._rows())

    @contextmanager
    def _locked(self) -> Iterator[list[tuple[float, float]]]:
        """The rows, to be changed: written back unless something is raised."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock", timeout=_MOST_LOCKED):
                rows = self._rows()
                yield rows
                part = self._path.with_suffix(".part")
                part.write_text(json.dumps(rows), encoding="utf-8")
                part.replace(self._path)
        except OSError as error:
            raise ModelFault(f"what was spent cannot be noted: {error.strerror or error}") from error

    def _rows(self) -> list[tuple[float, float]]:
        """What was spent in the last hour, and when; what a clock set back leaves ahead, for an hour at most.

        Nothing where there is no file. Raise `ModelFault` where there is one that cannot be read, or is damaged.
        """
        try:
            rows = _read(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, OverflowError, RecursionError) as error:
            why = (isinstance(error, OSError) and error.strerror) or "it is damaged"
            raise ModelFault(
                f"what this hour's questions cost cannot be read from {self._path.name} in the data folder ({why}): "
                "delete it to count from nothing"
            ) from error
        now = self._now()
        return [(at, cost) for at, cost in rows if abs(now - at) < HOUR]


def _read(text: str) -> list[tuple[float, float]]:
    """Times and costs. Raises `ValueError` and its like for anything that a ledger does not write."""
    held = json.loads(text)
    rows = [(float(at), float(cost)) for at, cost in held]
    if not isinstance(held, list) or not all(math.isfinite(at) and 0 < cost < math.inf for at, cost in rows):
        raise ValueError("these are not times and costs")
    return rows
