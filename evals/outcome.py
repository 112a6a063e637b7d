"""What a bot made of a case: the little that the metrics look at, whoever wrote it. Nothing in it is trusted."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.errors import EvalError


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Quote(_Value):
    """A quote as it was given: the text, and where it is said to stand."""

    article: str
    start: int
    end: int
    quote: str


class Place(_Value):
    """A span that was retrieved or scored."""

    start: int
    end: int
    score: float


class Prose(_Value):
    """What a chat model did for an answer: counts of its statements, of the numbers they named, and what it took."""

    shown: int
    marked: int
    dropped: int
    without_evidence: int
    statements: int
    numbers: int
    unknown_numbers: int
    calls: int
    tokens: int
    cost: float | None = None
    note: str | None = None


class Outcome(_Value):
    """The answer to one case. `error` is set where there is none: a crash, or a line that is missing.

    `confidence` is the probability that the article answers the question, whether or not it was answered. `chunks` and
    `sentences` are what was retrieved and how it was scored, best first; None where the program does not tell.
    `would_quote` are the spans that a refusal held back. All of these are known only of a bot that runs here.
    """

    id: str
    abstained: bool
    text: str = ""
    confidence: float = Field(default=0.0, ge=0, le=1)
    quotes: tuple[Quote, ...] = ()
    chunks: tuple[Place, ...] | None = None
    sentences: tuple[Place, ...] | None = None
    would_quote: tuple[tuple[int, int], ...] = ()
    latency_ms: float | None = Field(default=None, ge=0)
    prose: Prose | None = Field(default=None, exclude_if=lambda value: value is None)
    error: str | None = None

    @classmethod
    def failed(cls, identity: str, why: str) -> "Outcome":
        """No answer. It counts as a failure, and never as a refusal."""
        return cls(id=identity, abstained=False, error=why or "no reason given")


def outcome_from_line(data: Mapping[str, Any]) -> Outcome:
    """A line of a `batch` file: `{"id", "answer": {...}, "latency_ms"}` or `{"id", "error"}`. Raises `EvalError`."""
    identity = data.get("id")
    if not isinstance(identity, str):
        raise EvalError(f"an answer's id is text, not {identity!r}")
    if "error" in data:
        return Outcome.failed(identity, str(data["error"]))
    answer = data.get("answer")
    if not isinstance(answer, dict) or not isinstance(answer.get("abstained"), bool):
        return Outcome.failed(identity, "the line has no answer with abstained, true or false, in it")
    told = ("abstained", "text", "confidence")
    given = {name: answer[name] for name in told if answer.get(name) is not None}
    given |= {"id": identity, "quotes": answer.get("citations", ()), "latency_ms": data.get("latency_ms")}
    given.setdefault("confidence", 0.0 if answer["abstained"] else 1.0)
    try:
        return Outcome.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Outcome.failed(identity, f"{where}: {first['msg']}")
