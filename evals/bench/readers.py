"""`python -m evals.bench.readers`: many readers at once beside one, on the served API, in one table.

One server process, and readers that each ask the next question as soon as they have an answer. Compared are, in one
run, latencies of many readers with those of one, how many answers a second come out, how even the readers fare, and
whether the server answers anything else in the meantime.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median, quantiles
from time import perf_counter, sleep

import httpx
import typer
from rich.console import Console
from rich.table import Table

from bot.library import SHIPPED
from evals.bench.speed import QUIET
from evals.cases import shipped_gold

READERS = 20
QUESTIONS = 12
"""What each of the many readers asks; the one reader asks as many in all as two of them."""

_START_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds of each answer, by reader, and of the whole."""

    readers: list[list[float]]
    seconds: float
    others: list[float]

    @property
    def all(self) -> list[float]:
        """Every answer's seconds."""
        return [taken for reader in self.readers for taken in reader]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.all) / self.seconds

    @property
    def evenness(self) -> float:
        """The slowest reader's mean over the fastest one's."""
        means = [mean(reader) for reader in self.readers]
        return max(means) / min(means)


def main(readers: int = READERS, questions: int = QUESTIONS) -> None:
    """Measure and print."""
    asked = [case.question for case in next(g for g in shipped_gold() if g.article.id == SHIPPED).cases]
    with tempfile.TemporaryDirectory() as home, _server(Path(home)) as url:
        _load(url, asked, 1, len(asked) // 2)  # not counted: what is kept in memory is made
        one = _load(url, asked, 1, 2 * questions)
        many = _load(url, asked, readers, questions)
    Console().print(_table(one, many))


def _load(url: str, asked: list[str], readers: int, questions: int) -> Load:
    """Readers at once, each with questions of its own."""
    with httpx.Client(base_url=url, timeout=600, limits=httpx.Limits(max_connections=None)) as client:
        done = threading.Event()

        def read(number: int) -> list[float]:
            own = islice(cycle(asked), number * 7, number * 7 + questions)
            return [_seconds(client, "POST", "/api/ask", {"question": question}) for question in own]

        def look() -> list[float]:
            found = []
            while not done.is_set():
                found.append(_seconds(client, "GET", "/healthz"))
                sleep(0.05)
            return found

        with ThreadPoolExecutor(readers + 1) as pool:
            others = pool.submit(look)
            begun = perf_counter()
            times = list(pool.map(read, range(readers)))
            seconds = perf_counter() - begun
            done.set()
            return Load(times, seconds, others.result())


def _seconds(client: httpx.Client, method: str, path: str, body: dict[str, str] | None = None) -> float:
    begun = perf_counter()
    client.request(method, path, json=body).raise_for_status()
    return perf_counter() - begun


@contextmanager
def _server(home: Path) -> Iterator[str]:
    """The address of a server of its own process."""
    port = 20_000 + os.getpid() % 20_000
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "ui.cli", "ui", "--port", str(port)]
    env = {**os.environ, **QUIET, "ARTICLE_BOT_HOME": str(home)}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as server:
        try:
            _wait(url, server)
            yield url
        finally:
            server.terminate()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = perf_counter() + _START_SECONDS
    while perf_counter() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            sleep(0.2)
    raise SystemExit(f"the server at {url} did not start")


def _table(one: Load, many: Load) -> Table:
    table = Table(title=f"{len(many.readers)} readers at once beside one")
    for heading in ("figure", "one", "many", "ratio"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")

    def row(what: str, first: float, second: float, unit: str) -> None:
        table.add_row(what, f"{first:.3g} {unit}", f"{second:.3g} {unit}", f"{second / first:.2f}")

    row("answers a second", one.rate, many.rate, "")
    row("an answer, p50", 1000 * median(one.all), 1000 * median(many.all), "ms")
    row("an answer, p95", 1000 * _p95(one.all), 1000 * _p95(many.all), "ms")
    row("p95 over p50", _p95(one.all) / median(one.all), _p95(many.all) / median(many.all), "")
    table.add_row("slowest reader's mean over the fastest's", "", f"{many.evenness:.2f}", "")
    row("/healthz in the meantime, p95", 1000 * _p95(one.others), 1000 * _p95(many.others), "ms")
    return table


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


if __name__ == "__main__":
    typer.run(main)
