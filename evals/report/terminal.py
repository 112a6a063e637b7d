"""A run on a terminal: figures and gates, slices, then each failure with the command that runs it again."""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.compare import Comparison
from evals.report.verdict import Verdict, expected, got, interval, shown
from evals.runs import Result
from evals.summary import FEW, Slice

MOST_FAILURES = 60


def show(verdict: Verdict, console: Console) -> None:
    """Print the report."""
    console.print(Text(verdict.headline, style="bold red" if verdict.fallen else "bold green"))
    for part in (_figures(verdict), _slices(verdict.slices), _gates(verdict), *_failures(verdict)):
        console.print(part, soft_wrap=not isinstance(part, Table))


def show_case(result: Result, console: Console) -> None:
    """Print one case in full."""
    console.print(_failure(result))


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print what changed between two runs."""
    table = Table(title="second run against first", title_justify="left", box=None)
    for heading in ("", "first", "second", "difference", "95 % interval", "p"):
        table.add_column(heading, justify="left" if not heading else "right")
    for change in comparison.changes:
        found = change.interval
        between = f"{found.low:+.1%} – {found.high:+.1%}" if found else ""
        cells = f"{change.first:.1%}", f"{change.second:.1%}", f"{change.difference:+.1%}", between, f"{change.p:.3f}"
        table.add_row(change.name, *cells)
    console.print(table)
    lists = (
        ("fixed", comparison.fixed),
        ("regressed", comparison.regressed),
        ("still failing", comparison.still_failing),
    )
    for name, ids in lists:
        console.print(Text.assemble((f"{name} ({len(ids)}): ", "bold"), ", ".join(ids) or "none"))
    note = f"{len(comparison.still_passing)} pass in both; McNemar p = {comparison.p:.3f}"
    left = f"; {comparison.left_out} cases are in one run only, or changed" if comparison.left_out else ""
    console.print(Text(note + left, style="dim"))


def _figures(verdict: Verdict) -> Table:
    table = Table(title="figures", title_justify="left", box=None)
    for heading in ("", "value", "95 % interval", "n"):
        table.add_column(heading, justify="left" if not heading else "right")
    for figure in verdict.summary.figures.values():
        style = "dim" if figure.value is None else ""
        table.add_row(figure.name, shown(figure), interval(figure), str(figure.n), style=style)
    return table


def _slices(slices: Sequence[Slice]) -> Table:
    table = Table(title="slices", title_justify="left", box=None)
    for heading in ("", "n", "passed", "evidence", "refused wrongly", "answered wrongly"):
        table.add_column(heading, justify="left" if not heading else "right")
    for one in slices:
        recall = "" if one.evidence_recall is None else f"{one.evidence_recall:.1%}"
        refused = str(one.refused_wrongly) if one.answerable else ""
        answered = str(one.answered_wrongly) if one.answerable < one.n else ""
        cells = Text(one.name), str(one.n), f"{one.passed / one.n:.1%}", recall, refused, answered
        table.add_row(*cells, style="dim" if one.n < FEW else "")
    return table


def _gates(verdict: Verdict) -> Table:
    table = Table(title="gates", title_justify="left", box=None, show_header=False)
    for gate in verdict.gates:
        state = Text(gate.state, "green" if gate.holds else "bold red")
        table.add_row(state, Text(gate.name), Text(gate.detail))
    return table


def _failures(verdict: Verdict) -> Iterator[RenderableType]:
    failures = verdict.failures
    if not failures:
        return
    yield Text(f"\nfailures ({len(failures)})", style="italic")
    for result in failures[:MOST_FAILURES]:
        yield _failure(result, verdict.changes.get(result.case.id, ""), again=verdict.run.again(result.case.id))
    if len(failures) > MOST_FAILURES:
        yield Text(f"and {len(failures) - MOST_FAILURES} more: the HTML report has them all", style="dim")


def _failure(result: Result, change: str = "", again: str = "") -> RenderableType:
    case, outcome = result.case, result.outcome
    mark = ("regressed ", "bold red") if change == "regressed" else ""
    lines = [Text.assemble("\n", mark, (case.id, "bold"), f"  {', '.join(case.category)}")]
    lines += [Text(f"  before    {one.q} → {one.a}", style="dim") for one in case.history]
    lines.append(Text(f"  question  {case.question}"))
    lines += [Text(f"  expected  {line}", style="green") for line in expected(result)]
    lines += [Text(f"  got       {line}", style="yellow") for line in got(result)]
    lines += [Text(f"  reason    {reason}", style="red") for reason in result.score.reasons]
    if again:
        lines.append(Text(f"  again     {again}", style="dim"))
    else:
        lines.append(Text(f"  confidence {outcome.confidence:.3f}, {'failed' if result.score.reasons else 'passed'}"))
        lines += [Text(f"  note      {case.note}")] if case.note else []
    return Group(*lines)
