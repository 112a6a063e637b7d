"""A run as one HTML file that needs nothing else: no network, no other file. Everything in it is escaped."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from evals.errors import EvalError
from evals.report.charts import confidence_chart, risk_coverage_chart
from evals.report.verdict import CHANGES, HEADLINES, PERCENT, Verdict, expected, interval, shown
from evals.runs import Result
from evals.scoring import sentence_bounds
from evals.summary import FEW, Figure
from index import Article


def write_page(verdict: Verdict, path: Path) -> None:
    """Write the report. Raises `EvalError`."""
    try:
        path.write_text(page(verdict), encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{path} cannot be written: {error.strerror or error}") from error


def page(verdict: Verdict) -> str:
    """The report as HTML."""
    run = verdict.run
    curve = verdict.summary.curve
    threshold = run.provenance.threshold
    return str(
        _template().render(
            verdict=verdict,
            figures=[_row(figure) for figure in verdict.summary.figures.values()],
            headlines=[_row(verdict.summary.figures[key]) for key in HEADLINES],
            few=FEW,
            risk_coverage=risk_coverage_chart(curve, threshold) if curve else "",
            histogram=confidence_chart(verdict.summary, threshold),
            buckets=_buckets(verdict.changes),
            provenance=_provenance(verdict),
            data={
                "articles": {one.id: {"title": one.title, "text": one.text} for one in run.articles.values()},
                "cases": [_case(r, run.articles[r.case.doc]) | _context(verdict, r) for r in run.results],
            },
        )
    )


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((files("evals.report") / "page.html.j2").read_text(encoding="utf-8"))


def _row(figure: Figure) -> dict[str, Any]:
    """A figure for the table; the bar shows value and interval where these lie between 0 and 1."""
    found = figure.interval
    on_scale = figure.value is not None and (
        figure.key in PERCENT or figure.key.startswith(("auroc", "word_f1", "net", "chunks", "sentences"))
    )
    bar = None
    if on_scale and figure.value is not None and found and 0 <= found.low <= found.high <= 1.0001:
        bar = {"low": 100 * found.low, "width": 100 * (found.high - found.low), "at": 100 * figure.value}
    return {"name": figure.name, "value": shown(figure), "interval": interval(figure), "n": figure.n, "bar": bar}


def _buckets(changes: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    return [(what, [i for i, changed in changes.items() if changed == what]) for what in CHANGES] if changes else []


def _provenance(verdict: Verdict) -> list[tuple[str, str]]:
    made = verdict.run.provenance
    rows = [
        ("bot", made.bot),
        ("made (UTC)", made.made),
        ("git", made.git),
        ("cases (sha256)", made.dataset),
        ("scorer", made.scorer),
        ("threshold", "" if made.threshold is None else f"{made.threshold:g}"),
    ]
    rows += [(f"model: {name}", value) for name, value in made.models.items()]
    rows += [(f"setting: {name}", value) for name, value in made.settings.items()]
    rows += list(made.platform.items())
    return [(name, value) for name, value in rows if value]


def _context(verdict: Verdict, result: Result) -> dict[str, str]:
    identity = result.case.id
    return {"change": verdict.changes.get(identity, ""), "again": verdict.run.again(identity)}


def _case(result: Result, article: Article) -> dict[str, Any]:
    """What the page's script shows of a case."""
    case, outcome = result.case, result.outcome
    return {
        "id": case.id,
        "doc": case.doc,
        "question": case.question,
        "history": [[one.q, one.a] for one in case.history],
        "category": list(case.category),
        "answerable": case.answerable,
        "why": case.why_unanswerable or "",
        "note": case.note,
        "gold": [sorted(set(sentence_bounds(article, group))) for group in case.evidence],
        "told": [[span.start, span.end] for group in case.evidence for span in group],
        "acceptable": sorted(set(sentence_bounds(article, case.acceptable))),
        "expected": expected(result),
        "quotes": [[q.start, q.end, q.quote] for q in outcome.quotes],
        "chunks": [[unit.start, unit.end] for unit in outcome.chunks or ()],
        "abstained": outcome.abstained,
        "text": outcome.text,
        "error": outcome.error or "",
        "confidence": round(outcome.confidence, 3),
        "ms": outcome.latency_ms,
        "passed": result.score.passed,
        "reasons": list(result.score.reasons),
    }
