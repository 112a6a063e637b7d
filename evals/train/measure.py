"""Fit what weighs the signals on questions set apart for it, and measure it on each article by the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track

from bot.support import Fusion
from evals.train.asked import Case, indexed, news_cases, put, squad_cases, with_strangers
from evals.train.diagram import diagram
from evals.train.figures import (
    auroc,
    calibration_error,
    false_answers,
    false_refusals,
    quoted,
    recall,
    reliability,
    threshold,
)
from evals.train.fit import Seen, fit_question, fit_sentence, folds, profile_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTS = (
    ("stock",),
    ("stock", "bm25"),
    ("tuned",),
    ("tuned", "stock", "bm25"),
    ("tags",),
    ("tuned", "tags"),
    ("tuned", "tags", "stock", "bm25"),
)
KINDS = ("news", "written", "squad")
STRANGERS = 12
EVERY = 4
"""Of the questions of SQuAD one in so many is put."""
CURVE = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Thresholds of which the figures say how many wrong answers and wrong refusals they give."""

MOST = 4
"""Quotes in one answer."""


@dataclass(frozen=True)
class Judged:
    """A question with the supports and the confidence that models fitted on other articles give it."""

    seen: Seen
    logits: "NDArray[Any]"
    confidence: float


def fit_all(dev: Path, written: Path, squad: Path, out: Path) -> list[Judged]:
    """Fit on all three, write `reader.json` into `out` with the figures; every question as others' models judge it."""
    of_news = [*news_cases(dev), *news_cases(written, "written")]
    return fit_on(look_at([*with_strangers(of_news, STRANGERS, 0), *squad_cases(squad, EVERY)], out), out)


def fit_on(seen: Sequence[Seen], out: Path) -> list[Judged]:
    """See `fit_all`, from what the reader saw."""
    judged = cross_fitted(seen)
    of_kind = {kind: [item for item in judged if item.seen.kind == kind] for kind in KINDS}
    own = [item for item in (*of_kind["news"], *of_kind["written"]) if item.seen.ask.category != "foreign"]
    at = threshold([item.seen.ask.answerable for item in own], [item.confidence for item in own])
    figures = {**{kind: figures_of(items, at) for kind, items in of_kind.items()}, "parts": ablations(seen)}
    models = Fusion.read(out / "reader.json").models
    replace(fit_both(seen, at), models=models).write(out / "reader.json", figures=figures)
    both = [*of_kind["news"], *of_kind["written"]]
    title = f"Confidence, {len({item.seen.article for item in both})} articles"
    (out / "reliability.svg").write_text(diagram(figures_of(both, at)["reliability"], title), "utf-8")
    Console().print_json(data=figures)
    return judged


def ablations(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """The figures with some of the signals only, everything fitted anew."""
    rows = []
    for parts in PARTS:
        judged = cross_fitted([item.with_only(parts) for item in seen])
        row: dict[str, Any] = {"parts": " + ".join(parts)}
        for kind in KINDS:
            figures = figures_of([item for item in judged if item.seen.kind == kind], 0.5)
            row |= {f"{kind}_{name}": figures[name] for name in ("recall_at_1", "recall_at_3", "auroc")}
        rows.append(row)
    return rows


def look_at(cases: Sequence[Case], models: Path) -> list[Seen]:
    """What the reader with the models of a folder sees of every question."""
    with indexed(cases) as store:
        total = sum(len(case.asks) for case in cases)
        return list(track(put(cases, store, models), "asking", total, console=Console(stderr=True)))


def fit_both(seen: Sequence[Seen], at: float = 0.5) -> Fusion:
    """All numbers but the threshold, fitted on what was seen."""
    sentence = fit_sentence(seen)
    return Fusion(sentence, *fit_question(seen, sentence), at, {})


def cross_fitted(seen: Sequence[Seen]) -> list[Judged]:
    """Every question judged by models that were fitted on the other articles."""
    judged: list[Judged] = []
    for others, own in folds(sorted({item.article for item in seen}), seen):
        fitted = fit_both(others)
        for item in own:
            logits = fitted.sentence.logits(item.signals.features())
            confidence = float(fitted.confidence(profile_of(item, fitted.sentence)[None])[0])
            judged.append(Judged(item, logits, confidence))
    return judged


def figures_of(judged: Sequence[Judged], at: float) -> dict[str, Any]:
    """The figures of some questions at a threshold."""
    own = [item for item in judged if item.seen.ask.category != "foreign"]
    seen, logits = [item.seen for item in own], [item.logits for item in own]
    has, confidence = [item.seen.ask.answerable for item in own], [item.confidence for item in own]
    strange = [item for item in judged if item.seen.ask.category == "foreign" or item.seen.ask.answerable]
    answered = [item for item in own if item.confidence >= at]
    recalled, precise, shown = quoted([item.seen for item in answered], [item.logits for item in answered], MOST)
    return {
        "questions": len(own),
        "recall_at_1": recall(seen, logits, 1),
        "recall_at_3": recall(seen, logits, 3),
        "quoted_recall": recalled,
        "quoted_precision": precise,
        "quotes": shown,
        "auroc": auroc(has, confidence),
        "auroc_foreign": auroc([i.seen.ask.answerable for i in strange], [i.confidence for i in strange])
        if len(strange) > sum(has)
        else None,
        "threshold": at,
        "false_answers": false_answers(has, confidence, at),
        "false_refusals": false_refusals(has, confidence, at),
        "curve": [(x, false_answers(has, confidence, x), false_refusals(has, confidence, x)) for x in CURVE],
        "calibration_error": calibration_error([j.seen.ask.answerable for j in judged], [j.confidence for j in judged]),
        "reliability": reliability([j.seen.ask.answerable for j in judged], [j.confidence for j in judged]),
    }
