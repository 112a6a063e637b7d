"""`article-bot eval`: what it runs, prints and writes. The exit status is 3 when a gate fell."""

import json
import shlex
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import Settings
from bot.library import open_store
from evals.cases import GoldSet, Split, read_gold_sets, shipped_gold
from evals.compare import Comparison, compare
from evals.errors import EvalError, require_extra
from evals.evaluate import Report, judge_answers, judge_bot, only
from evals.gates import baseline_of, baseline_path, read_baseline, write_baseline
from evals.report.markdown import markdown
from evals.report.page import write_page
from evals.report.terminal import show, show_case, show_comparison
from evals.report.verdict import Verdict
from evals.runs import Run, read, save
from evals.squad import read_squad
from index import Article

FELL = 3
"""Exit status when a gate fell: neither an error nor a wrong command."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to evaluate, and where the report goes. `split` None is both."""

    gold: tuple[Path, ...] = ()
    squad: Path | None = None
    most: int | None = None
    split: Split | None = "dev"
    answers: Path | None = None
    case: str = ""
    out: Path | None = None
    baseline: Path | None = None
    update_baseline: bool = False
    as_json: bool = False
    record: Path | None = None


def evaluate(request: Request, settings: Settings, progress: Report, console: Console) -> int:
    """Evaluate, report, and return the exit status. Raises `EvalError`."""
    require_extra()
    own = not (request.gold or request.squad or request.answers or request.case) and request.split == "dev"
    if request.update_baseline and not (own or request.baseline):
        raise EvalError(
            "only a whole run of the bot on the project's dev cases is its baseline: name another --baseline"
        )
    gold = _gold(request, settings)
    run = (
        judge_answers(gold, request.answers) if request.answers else judge_bot(gold, settings, progress, request.record)
    )
    run = replace(run, provenance=run.provenance.model_copy(update={"options": _options(request)}))
    if request.case:
        show_case(run.results[0], console)
        return 0 if run.results[0].score.passed else FELL
    path = request.baseline or (baseline_path() if own else None)
    if request.update_baseline and path:
        write_baseline(baseline_of(run), path)
        Console(stderr=True).print(Text(f"baseline of {len(run.results)} cases written to {path}"))
    verdict = Verdict.of(run, read_baseline(path) if path else None)
    folder = request.out or settings.home / "evals" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    _write(verdict, folder)
    if request.as_json:
        console.file.write(_json(verdict, folder) + "\n")
    else:
        show(verdict, console)
        console.print(Text(f"\nreport: {folder / 'report.html'}"))
    return FELL if verdict.fallen else 0


def compare_runs(first: Path, second: Path, as_json: bool, console: Console) -> None:
    """Print what changed between the runs in two folders. Raises `EvalError`."""
    comparison: Comparison = compare(read(first), read(second))
    if as_json:
        console.file.write(json.dumps(asdict(comparison)) + "\n")
    else:
        show_comparison(comparison, console)


def _gold(request: Request, settings: Settings) -> list[GoldSet]:
    if request.squad:
        gold = read_squad(request.squad, request.most)
    elif request.gold:

        def find(doc: str, sha256: str) -> Article | None:
            return _indexed(settings, doc, sha256)

        gold = [part for path in request.gold for part in read_gold_sets(path, find, request.split)]
    else:
        gold = shipped_gold(None if request.case else request.split)
    if not gold:
        raise EvalError(f"there are no cases of the split {request.split!r}: name another with --split")
    return only(gold, request.case) if request.case else gold


def _indexed(settings: Settings, doc: str, sha256: str) -> Article | None:
    """The article of the user's own index with that id and text."""
    view = open_store(settings).snapshot()
    record = view.records.get(doc)
    return view.article(doc) if record and record.sha256 == sha256 else None


def _options(request: Request) -> str:
    """The options that name the same cases and the same bot."""
    most = str(request.most) if request.most else None
    given = [("--squad", request.squad), ("--most", most), ("--answers", request.answers)]
    given += [("--gold", path) for path in request.gold]
    given += [] if request.split == "dev" else [("--split", request.split or "all")]
    return shlex.join(word for name, value in given if value for word in (name, str(value)))


def _write(verdict: Verdict, folder: Path) -> None:
    run: Run = verdict.run
    save(run, folder)
    write_page(verdict, folder / "report.html")
    try:
        (folder / "summary.md").write_text(markdown(verdict), encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{folder} cannot be written: {error.strerror or error}") from error


def _json(verdict: Verdict, folder: Path) -> str:
    figures = {key: asdict(figure) for key, figure in verdict.summary.figures.items()}
    return json.dumps(
        {
            "holds": not verdict.fallen,
            "folder": str(folder),
            "figures": figures,
            "gates": [asdict(gate) | {"holds": gate.holds} for gate in verdict.gates],
            "slices": [asdict(one) for one in verdict.slices],
            "failed": [result.case.id for result in verdict.failures],
        }
    )
