"""The two charts of the report, by matplotlib, as SVG that takes its colours from the page."""

import io
import re
from typing import Any

from evals.abstention import RiskCoverage
from evals.summary import Summary

_COLOURS = {"#010101": "var(--text)", "#020202": "var(--muted)", "#030303": "var(--good)", "#040404": "var(--bad)"}
_TEXT, _MUTED, _GOOD, _BAD = _COLOURS
_BINS = 20


def risk_coverage_chart(curve: RiskCoverage, threshold: float | None) -> str:
    """Risk over coverage, with the point at which the bot now refuses."""
    figure, axes = _axes("share of cases answered", "share of those that are wrong")
    coverage = [k / len(curve.risk) for k in range(1, len(curve.risk) + 1)]
    axes.plot(coverage, curve.risk, color=_GOOD, linewidth=2)
    wrong = round(curve.risk[-1] * len(curve.risk))
    best = [max(0.0, 1 - (len(curve.risk) - wrong) / k) for k in range(1, len(curve.risk) + 1)]
    axes.plot(coverage, best, color=_MUTED, linewidth=1, linestyle="--")
    axes.text(0.99, best[-1], "best order", color=_MUTED, ha="right", va="bottom", fontsize=8)
    answered = sum(confidence >= threshold for confidence in curve.confidence) if threshold is not None else 0
    if answered:
        at = (answered / len(curve.risk), curve.risk[answered - 1])
        axes.plot(*at, "o", color=_BAD)
        axes.annotate(
            "present threshold", at, xytext=(6, -14), textcoords="offset points", color=_BAD, fontsize=8, ha="center"
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(0.05, *curve.risk) * 1.1)
    return _svg(figure)


def confidence_chart(summary: Summary, threshold: float | None) -> str:
    """How the confidences of answerable and of unanswerable cases lie."""
    figure, axes = _axes("confidence", "cases")
    kinds = ((True, _GOOD, "answerable"), (False, _BAD, "unanswerable"))
    for answerable, colour, label in kinds:
        values = [r.outcome.confidence for r in summary.results if r.case.answerable == answerable]
        axes.hist(values, bins=_BINS, range=(0, 1), color=colour, alpha=0.55, label=label)
    if threshold is not None:
        axes.axvline(threshold, color=_TEXT, linewidth=1, linestyle="--")
        axes.text(
            threshold, 1.01, "threshold", transform=axes.get_xaxis_transform(), color=_TEXT, fontsize=8, ha="center"
        )
    axes.legend(frameon=False, labelcolor=_TEXT, fontsize=8)
    axes.set_xlim(0, 1)
    return _svg(figure)


def _axes(across: str, up: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.set_xlabel(across, color=_TEXT)
    axes.set_ylabel(up, color=_TEXT)
    axes.tick_params(colors=_MUTED, labelsize=8)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(_MUTED)
    return figure, axes


def _svg(figure: Any) -> str:
    """The figure as an SVG element; its fonts and colours are the page's."""
    from matplotlib import rc_context

    stream = io.StringIO()
    with rc_context({"svg.fonttype": "none", "font.family": "sans-serif", "svg.hashsalt": "article-bot"}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    for colour, variable in _COLOURS.items():
        text = text.replace(colour, variable)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return text[text.index("<svg") :]
