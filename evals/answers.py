"""Answers that another program wrote, in the format of `article-bot batch`."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from evals.errors import EvalError
from evals.outcome import Outcome, outcome_from_line


def read_answers(path: Path) -> dict[str, Outcome]:
    """The outcomes of a file by id. Raises `EvalError` for what is no file of answers."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as error:
        raise EvalError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    outcomes = [_outcome(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
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
        return outcome_from_line(_encodable(data))
    except (ValueError, RecursionError, EvalError) as error:
        raise EvalError(f"{path}:{number}: {error}") from error


def _encodable(value: Any) -> Any:
    """JSON data with halves of surrogate pairs, which no file can hold, as question marks."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return value
