"""What chat models cost, and limits on it: for a question, and for the last hour over all programs of a data folder."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from bot.errors import ModelFault

HOUR = 3_600.0
_MILLION = 1_000_000


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

    def check(self, cost: float) -> None:
        """Raise `ModelFault` where spending `cost` more could go beyond the limit of the hour."""
        if self._most and self.spent() + cost > self._most:
            raise ModelFault("the spending limit of this hour is reached")

    def add(self, cost: float) -> None:
        """Note what was spent."""
        if not self._most or cost <= 0:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock"):
                rows = [*self._rows(), (self._now(), cost)]
                part = self._path.with_suffix(".part")
                part.write_text(json.dumps(rows), encoding="utf-8")
                part.replace(self._path)
        except OSError as error:
            raise ModelFault(f"what was spent cannot be noted: {error.strerror or error}") from error

    def spent(self) -> float:
        """What was spent in the last hour."""
        return sum(cost for _, cost in self._rows())

    def _rows(self) -> list[tuple[float, float]]:
        since = self._now() - HOUR
        with suppress(OSError, ValueError, TypeError):  # there is none yet, or it is damaged: it is begun anew
            rows = json.loads(self._path.read_text(encoding="utf-8"))
            return [(float(at), float(cost)) for at, cost in rows if float(at) > since]
        return []
