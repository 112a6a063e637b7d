"""Answers that another program wrote, in the format of `article-bot batch`."""

import json
from collections import Counter
from pathlib import Path

from evals.errors import EvalError
from evals.outcome import Outcome, outcome_from_line


def read_answers(path: Path) -> dict[str, Outcome]:
    """The outcomes of a file by id. Raises `EvalError` for what is no file of answers."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise EvalError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    outcomes = [_outcome(path, number, line) for number, line in enumerate(lines, start=1)]
    if not outcomes:
        raise EvalError(f"{path} has no answers in it")
    twice = [identity for identity, count in Counter(outcome.id for outcome in outcomes).items() if count > 1]
    if twice:
        raise EvalError(f"{path} answers {twice[0]} more than once")
    return {outcome.id: outcome for outcome in outcomes}


def _outcome(path: Path, number: int, line: str) -> Outcome:
    try:
        data = json.loads(line)
        if not isinstance(data, dict):
            raise EvalError("the line is no object")
        return outcome_from_line(data)
    except (ValueError, RecursionError, EvalError) as error:
        raise EvalError(f"{path}:{number}: {error}") from error
