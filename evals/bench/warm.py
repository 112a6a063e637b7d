"""Warm calls in one process: `python -m evals.bench.warm ours|plain FOLDER`. Prints milliseconds a call as JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Literal

import typer

from bot.library import SHIPPED
from evals.cases import shipped_gold

ROUNDS = 2
EVERY = 4
"""Each fourth question is asked: answered and refused ones, as they come."""


def main(which: Literal["ours", "plain"], folder: Path) -> None:
    """Ask dev questions about the shipped article, `ROUNDS` times, after one round that is not counted."""
    shipped = next(gold for gold in shipped_gold() if gold.article.id == SHIPPED)
    questions = [case.question for case in shipped.cases[::EVERY]]
    ask = _ours(folder) if which == "ours" else _plain(folder)
    times = [_milliseconds(ask, question) for _ in range(ROUNDS + 1) for question in questions]
    typer.echo(json.dumps(times[len(questions) :]))


def _ours(folder: Path) -> Callable[[str], object]:
    from bot import ArticleBot, Settings

    return ArticleBot.open(settings=Settings.load(home=folder)).ask


def _plain(folder: Path) -> Callable[[str], object]:
    from evals.bench.plain import open_store

    store = open_store(folder)
    return lambda question: store.similarity_search(question, k=4)


def _milliseconds(ask: Callable[[str], object], question: str) -> float:
    begun = perf_counter()
    ask(question)
    return round((perf_counter() - begun) * 1000, 3)


if __name__ == "__main__":
    typer.run(main)
