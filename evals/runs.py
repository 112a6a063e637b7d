"""A run: every case with its outcome and score, and what made it. All reports are made from its files alone."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.cases import Case, GoldSet, dataset_sha256
from evals.errors import EvalError
from evals.outcome import Outcome
from evals.scoring import SCORER, Score, score
from index import Article

RUN_FILE, CASES_FILE, ARTICLES_FILE = "run.json", "cases.jsonl", "articles.jsonl"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(_Value):
    """What made a run."""

    bot: str
    """Name of the bot, or of the file of answers."""
    dataset: str
    """`dataset_sha256` of the cases."""
    scorer: str = SCORER
    made: str = ""
    """When, in UTC; no part of any comparison."""
    git: str = ""
    options: str = ""
    """Options of `article-bot eval` that name the same cases and bot."""
    models: dict[str, str] = {}
    settings: dict[str, str] = {}
    threshold: float | None = None
    platform: dict[str, str] = {}


class Result(_Value):
    """One case, what the bot made of it, and what that is worth."""

    case: Case
    outcome: Outcome
    score: Score


@dataclass(frozen=True, slots=True)
class Run:
    """The results of all cases, in the order of the gold files, with their articles."""

    provenance: Provenance
    results: tuple[Result, ...]
    articles: Mapping[str, Article] = field(default_factory=dict)

    def again(self, identity: str) -> str:
        """The command that runs one case again."""
        return " ".join(filter(None, ["article-bot eval", self.provenance.options, "--case", shlex.quote(identity)]))

    def by_id(self) -> dict[str, Result]:
        """The results by the id of their case."""
        return {result.case.id: result for result in self.results}


def check_ids(gold: Sequence[GoldSet]) -> None:
    """Raise `EvalError` unless there are cases, each with an id of its own."""
    ids = [case.id for part in gold for case in part.cases]
    if not ids:
        raise EvalError("there are no cases to judge")
    if repeated := len(ids) - len(set(ids)):
        raise EvalError(f"{repeated} cases have an id that another gold file uses too")


def scored(gold: Sequence[GoldSet], outcomes: Mapping[str, Outcome], provenance: Provenance) -> Run:
    """The run of some outcomes. A case without one failed: nothing is left out of a mean. Raises `EvalError`."""
    check_ids(gold)
    results = [
        Result(case=case, outcome=outcome, score=score(case, outcome, part.article))
        for part in gold
        for case in part.cases
        for outcome in [outcomes.get(case.id) or Outcome.failed(case.id, "there is no line for it")]
    ]
    found = provenance.model_copy(
        update={"dataset": dataset_sha256(result.case for result in results), "made": f"{datetime.now(UTC):%F %T}"}
    )
    return Run(found, tuple(results), {part.article.id: part.article for part in gold})


def save(run: Run, folder: Path) -> None:
    """Write the run's files. Raises `EvalError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / CASES_FILE, "".join(result.model_dump_json() + "\n" for result in run.results))
        _write(folder / ARTICLES_FILE, "".join(one.model_dump_json() + "\n" for one in run.articles.values()))
        _write(folder / RUN_FILE, run.provenance.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise EvalError(f"{folder} cannot be written: {error.strerror or error}") from error


def read(folder: Path) -> Run:
    """A run from its folder. Raises `EvalError`."""
    try:
        provenance = Provenance.model_validate_json(_text(folder / RUN_FILE))
        results = [Result.model_validate_json(line) for line in _lines(folder / CASES_FILE)]
        articles = [Article.model_validate_json(line) for line in _lines(folder / ARTICLES_FILE)]
    except OSError as error:
        raise EvalError(f"{folder} is no run ({error.strerror or error}): give the folder of a run") from error
    except (ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise EvalError(f"{folder} is no run of this version: {str(error).splitlines()[0]}") from error
    return Run(provenance, tuple(results), {article.id: article for article in articles})


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _lines(path: Path) -> list[str]:
    return [line for line in _text(path).split("\n") if line]  # not splitlines: a text may hold other line ends
