"""Questions from a JSONL file, answers to another: the same order, a line for a line, whatever the lines hold."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NoReturn

from bot import ArticleBot, QuestionError


@dataclass(frozen=True, slots=True)
class Line:
    """One line to write, and whether it is an error's."""

    text: str
    failed: bool


def answer_lines(bot: ArticleBot, lines: Iterable[bytes]) -> Iterator[Line]:
    """A line for each line. One that holds no question gives `{"id", "error"}` and the next is read."""
    for raw in lines:
        begun = perf_counter()
        identity: Any = None
        try:
            data = _parse(raw)
            identity = data.get("id")
            answer = bot.invoke(data)
        except QuestionError as error:
            yield Line(_dumped({"id": identity, "error": str(error)}), failed=True)
            continue
        latency = round((perf_counter() - begun) * 1000, 1)
        yield Line(
            _dumped({"id": identity, "answer": answer.model_dump(mode="json"), "latency_ms": latency}), failed=False
        )


def _dumped(row: dict[str, Any]) -> str:
    """A row as JSON that can be written as UTF-8: half a surrogate pair, which an id may hold, stays escaped."""
    text = json.dumps(row, ensure_ascii=False)
    return text if _encodes(text) else json.dumps(row)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parse(raw: bytes) -> dict[str, Any]:
    """The object on a line. Raises `QuestionError`."""
    try:
        data = json.loads(raw.decode("utf-8").strip("\r\n"), parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise QuestionError("the line is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"the line is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise QuestionError('the line is not an object {"id", "question", "history"}')
    if "question" not in data:
        raise QuestionError('the line has no "question"')
    return data


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    """JSON has no NaN and no infinity, though Python's reader lets them in."""
    raise ValueError(f"{text} is no number")
