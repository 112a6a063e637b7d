"""The figures of a run: each with its number of cases and its interval, over all cases and over slices of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median, quantiles
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evals.abstention import AT_RISK, RiskCoverage, auroc, risk_coverage
from evals.cases import CATEGORIES, Case
from evals.retrieval import MEASURES, Ranking, found_by, rank_values
from evals.runs import Result, Run
from evals.scoring import Score
from evals.statistics import Interval, Resampler, wilson
from evals.text import shared_stems
from index import Article

Better = Literal["higher", "lower", "neither"]
LOW_OVERLAP = 1
"""A question with at most this many content words of the sentences that answer it, names aside, is a paraphrase."""
TOP = 5
"""How many units a ranking is judged by; their length is reported, since one unit of everything would find all."""
FEW = 15
"""A slice with fewer cases is shown, and not relied on."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `value` is None where there is nothing to measure it on; `n` counts what it is a share or mean of."""

    key: str
    name: str
    value: float | None
    n: int
    interval: Interval | None = None
    better: Better = "higher"


@dataclass(frozen=True, slots=True)
class Slice:
    """Some cases of a run and the figures that tell slices apart."""

    name: str
    n: int
    passed: int
    answerable: int
    evidence_recall: float | None
    refused_wrongly: int
    answered_wrongly: int


class Summary:
    """The figures of some results."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = tuple(sorted(results, key=lambda result: result.case.id))  # order must not matter
        self._scores = [result.score for result in self.results]
        self._resampler = Resampler([result.case.doc for result in self.results])

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure by its key, in the order in which a report shows them."""
        parts = (self._invariants(), self._answers(), self._refusals(), self._rankings(), self._times(), self._prose())
        return {figure.key: figure for part in parts for figure in part}

    @cached_property
    def curve(self) -> RiskCoverage | None:
        """The risk-coverage curve; a case that failed outright has no confidence and is a wrong one."""
        if not self.results:
            return None
        return risk_coverage(self._confidence.tolist(), [score.withheld_hit for score in self._scores])

    # Which figures there are

    def _invariants(self) -> Iterable[Figure]:
        quotes = self._sum("quotes")
        yield self._share("verbatim", "quotes verbatim at their offsets", self._sum("verbatim"), quotes)
        yield self._share("in_bounds", "quotes inside their article", self._sum("in_bounds"), quotes)
        yield self._share("same_words", "quotes verbatim but for typography", self._sum("same_words"), quotes)
        yield self._count("fabricated", "quotes that the article does not say", self._sum("fabricated"), quotes)
        errors = sum(result.outcome.error is not None for result in self.results)
        yield self._count("errors", "cases without an answer", errors, len(self.results))

    def _answers(self) -> Iterable[Figure]:
        passed = sum(score.passed for score in self._scores)
        yield self._share("passed", "cases passed", passed, len(self._scores))
        gained = self._column(lambda score: score.passed) * self._answerable - self._of("wrong")
        fine = self._answerable.astype(float)
        yield self._ratio("net", "net score: rightly less wrongly answered", gained, fine)
        recall = self._column(lambda score: score.groups_hit / score.groups if score.groups else 0.0)
        yield self._ratio("evidence_recall", "evidence quoted", recall, fine)
        whole = sum(score.groups_hit == score.groups for score in self._scores if score.groups)
        yield self._share("all_groups", "cases with all of their evidence quoted", whole, int(self._answerable.sum()))
        right, wrong = self._of("right_quotes"), self._of("wrong_quotes")
        yield self._ratio("quote_precision", "quotes to the point", right, right + wrong)
        answered = self._column(lambda score: score.answered)
        yield self._ratio("quotes_each", "quotes an answer", self._of("quotes"), answered, "neither")
        hit, over, missed = (self._of(f"words_{kind}") for kind in ("right", "wrong", "missed"))
        yield self._ratio("word_f1", "word F1", 2 * hit, 2 * hit + over + missed)
        yield self._ratio(
            "over_quote", "words quoted for a word of evidence", self._of("words_quoted"), hit + missed, "lower"
        )
        asked = [score.terms_ok for score in self._scores if score.terms_ok is not None]
        yield self._share("terms", "texts with the words they need and none they must not", sum(asked), len(asked))
        yield self._count("unsupported", "texts beyond their quotes", self._sum("unsupported"), len(self._scores))

    def _refusals(self) -> Iterable[Figure]:
        answered = np.asarray([score.answered for score in self._scores], dtype=bool)
        refused = np.asarray([result.outcome.abstained for result in self.results], dtype=bool)
        fine, easy = self._answerable, self._easy
        kinds = (("", "", ~fine), ("_hard", ", misleading ones", ~fine & ~easy), ("_easy", ", off topic", easy))
        for key, which, of in kinds:
            name = f"unanswerable answered{which}"
            yield self._share(f"false_answers{key}", name, int((answered & of).sum()), int(of.sum()), "lower")
        wrongly = int((refused & fine).sum())
        yield self._share("false_refusals", "answerable refused", wrongly, int(fine.sum()), "lower")
        yield self._ratio("refusal_f1", "refusal F1", 2.0 * (refused & ~fine), 1.0 * refused + ~fine)
        for key, which, of in kinds:
            yield self._auroc(f"auroc{key}", f"answerable told from unanswerable{which} (AUROC)", of)
        yield self._curve_figure("aurc", "area under the risk-coverage curve", lambda curve: curve.aurc, "lower")
        yield self._curve_figure("e_aurc", "that area above the best possible", lambda curve: curve.excess, "lower")
        yield self._curve_figure("coverage", f"coverage at {AT_RISK:.0%} risk", lambda curve: curve.coverage)

    def _rankings(self) -> Iterable[Figure]:
        names = ("hit@1", "hit@3", "recall@5", "MRR", "nDCG@10")
        for kind in ("chunks", "sentences"):
            rankings = self._ranked(kind)
            values = rank_values(rankings) if rankings else {}
            for name, measure in zip(names, MEASURES, strict=True):
                yield self._mean(f"{kind}_{name}", f"{kind}: {name}", values.get(measure, {}))
            letters = {r.case.id: float(sum(unit.end - unit.start for unit in r.units[:TOP])) for r in rankings}
            yield self._mean(f"{kind}_read", f"{kind}: characters in the first {TOP}", letters, "neither")
        for k in (1, 3):
            found = {ranking.case.id: found_by(ranking, k) for ranking in self._ranked("sentences")}
            yield self._mean(f"evidence_at_{k}", f"evidence in the best {k} sentence{'s' if k > 1 else ''}", found)

    def _times(self) -> Iterable[Figure]:
        times = [result.outcome.latency_ms for result in self.results if result.outcome.latency_ms is not None]
        middle = median(times) if times else None
        last = quantiles(times, n=20)[-1] if len(times) > 1 else None
        yield Figure("latency_p50", "milliseconds an answer, median", middle, len(times), better="lower")
        yield Figure("latency_p95", "milliseconds an answer, 95 of 100", last, len(times), better="lower")

    def _prose(self) -> Iterable[Figure]:
        """Of a chat model's answers; nothing where none was asked."""
        told = [result.outcome.prose for result in self.results if result.outcome.prose]
        if not told:
            return
        numbers, statements = sum(one.numbers for one in told), sum(one.statements for one in told)
        known = numbers - sum(one.unknown_numbers for one in told)
        cited = statements - sum(one.without_evidence for one in told)
        failed = sum(one.dropped + one.marked for one in told)
        yield self._share("prose", "answers that the model wrote", sum(one.shown > 0 for one in told), len(told))
        yield self._share("markers_valid", "numbers that stand for a sentence", known, numbers)
        yield self._share("cited", "statements that name a sentence", cited, statements)
        yield self._share("unverified", "statements left out or marked", failed, statements, "lower")
        tokens = sum(one.tokens for one in told) / len(told)
        yield Figure("tokens_each", "tokens a question", tokens, len(told), better="lower")
        costs = [one.cost for one in told if one.cost is not None]
        yield Figure(
            "cost_each", "cost a question", sum(costs) / len(costs) if costs else None, len(costs), better="lower"
        )

    # How each kind of figure is made

    @cached_property
    def _answerable(self) -> NDArray[Any]:
        return np.asarray([result.case.answerable for result in self.results], dtype=bool)

    @cached_property
    def _easy(self) -> NDArray[Any]:
        return np.asarray([result.case.easy for result in self.results], dtype=bool)

    @cached_property
    def _confidence(self) -> NDArray[Any]:
        return np.asarray([round(result.outcome.confidence, 6) for result in self.results])

    def _column(self, of: Callable[[Score], float]) -> NDArray[Any]:
        return np.asarray([of(score) for score in self._scores], dtype=float)

    def _of(self, field: str) -> NDArray[Any]:
        return self._column(lambda score: getattr(score, field))

    def _sum(self, field: str) -> int:
        return int(self._of(field).sum())

    def _share(self, key: str, name: str, count: int, of: int, better: Better = "higher") -> Figure:
        return Figure(key, name, count / of if of else None, of, wilson(count, of), better)

    def _count(self, key: str, name: str, count: int, of: int) -> Figure:
        return Figure(key, name, float(count), of, None, "lower")

    def _ratio(self, key: str, name: str, over: NDArray[Any], under: NDArray[Any], better: Better = "higher") -> Figure:
        total = float(under.sum())
        value = float(over.sum()) / total if total else None
        return Figure(key, name, value, int(np.count_nonzero(under)), self._resampler.ratio(over, under), better)

    def _mean(self, key: str, name: str, values: Mapping[str, float], better: Better = "higher") -> Figure:
        given = np.asarray([result.case.id in values for result in self.results], dtype=float)
        return self._ratio(key, name, np.asarray([values.get(r.case.id, 0.0) for r in self.results]), given, better)

    def _auroc(self, key: str, name: str, negatives: NDArray[Any]) -> Figure:
        kept = self._answerable | negatives
        confidence, positive = self._confidence[kept], self._answerable[kept]
        value = auroc(confidence, positive)
        clusters = [result.case.doc for result, keep in zip(self.results, kept, strict=True) if keep]
        interval = None if value is None else Resampler(clusters).auroc(confidence, positive)
        return Figure(key, name, value, len(positive), interval)

    def _curve_figure(
        self, key: str, name: str, of: Callable[[RiskCoverage], float], better: Better = "higher"
    ) -> Figure:
        right = np.asarray([score.withheld_hit for score in self._scores], dtype=bool)

        def drawn(numbers: NDArray[Any]) -> float | None:
            if not len(numbers):
                return None
            return of(risk_coverage(self._confidence[numbers].tolist(), right[numbers].tolist()))

        value = of(self.curve) if self.curve else None
        return Figure(key, name, value, len(right), self._resampler.each(drawn), better)

    def _ranked(self, kind: Literal["chunks", "sentences"]) -> list[Ranking]:
        """The rankings of the answerable cases, where the program tells them."""
        found = ((result.case, getattr(result.outcome, kind)) for result in self.results if result.case.answerable)
        return [Ranking(case, units) for case, units in found if units is not None]


# Slices


def slices(run: Run) -> list[Slice]:
    """The run by category, by word overlap, by article and by who asks; empty slices are left out."""
    found = [_slice(name, [r for r in run.results if name in r.case.category]) for name in CATEGORIES]
    answerable = [result for result in run.results if result.case.answerable]
    low = {r.case.id for r in answerable if is_low_overlap(r.case, run.articles[r.case.doc])}
    found.append(_slice("low word overlap", [r for r in answerable if r.case.id in low]))
    found.append(_slice("higher word overlap", [r for r in answerable if r.case.id not in low]))
    found += [_slice(f"article: {doc}", [r for r in run.results if r.case.doc == doc]) for doc in run.articles]
    authors = sorted({result.case.author for result in run.results} - {""})
    found += [_slice(f"asked by: {who}", [r for r in run.results if r.case.author == who]) for who in authors]
    return [one for one in found if one.n]


def is_low_overlap(case: Case, article: Article) -> bool:
    """Whether an answerable question shares hardly a content word with any sentence that answers it."""
    spans = [span for group in case.evidence for span in group]
    texts = {article.quote(s) for s in article.sentences for span in spans if s.start < span.end and span.start < s.end}
    return all(shared_stems(case.question, text) <= LOW_OVERLAP for text in texts)


def _slice(name: str, results: Sequence[Result]) -> Slice:
    recalls = [r.score.groups_hit / r.score.groups for r in results if r.case.answerable]
    return Slice(
        name=name,
        n=len(results),
        passed=sum(r.score.passed for r in results),
        answerable=len(recalls),
        evidence_recall=float(np.mean(recalls)) if recalls else None,
        refused_wrongly=sum(r.outcome.abstained for r in results if r.case.answerable),
        answered_wrongly=sum(r.score.answered for r in results if not r.case.answerable),
    )
