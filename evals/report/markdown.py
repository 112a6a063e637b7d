"""A run as a Markdown summary, for the page of a CI job."""

from collections.abc import Iterator

from evals.report.verdict import HEADLINES, Verdict, interval, shown

_MOST = 20


def markdown(verdict: Verdict) -> str:
    """The summary."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"## {'❌' if verdict.fallen else '✅'} {verdict.headline}"
    yield ""
    yield "| figure | value | 95 % interval | n |"
    yield "| --- | --- | --- | --- |"
    for key in HEADLINES:
        figure = verdict.summary.figures[key]
        yield f"| {figure.name} | {shown(figure)} | {interval(figure)} | {figure.n} |"
    for gate in verdict.fallen:
        yield f"\n- **{gate.name}** {gate.state}: {_plain(gate.detail)}"
    for change in ("regressed", "fixed"):
        ids = [identity for identity, what in verdict.changes.items() if what == change]
        if ids:
            more = f" and {len(ids) - _MOST} more" if len(ids) > _MOST else ""
            yield f"\n{change} ({len(ids)}): {', '.join(map(_plain, ids[:_MOST]))}{more}"
    made = verdict.run.provenance
    yield f"\n{_plain(made.bot)}, cases {made.dataset[:12]}, {made.scorer}, {made.git[:12] or 'no git'}"


def _plain(text: str) -> str:
    """Text in which nothing is Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in " ".join(text.split()))
