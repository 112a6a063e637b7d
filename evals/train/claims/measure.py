"""The threshold of the network, and what all checks together do to statements that were written to set it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.entailment import Entailment, Premise, Verdict, premise_of
from bot.plain import plain
from bot.verifier import Verifier
from evals.train.claims.pairs import Statement

MOST_THROUGH = 0.06
"""Share of lies, by words hard to tell from truths, that may come through all checks."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement, whether it passes the checks by words, and what the network says."""

    honest: bool
    passes: bool
    support: float


def seen(statements: Sequence[Statement], entailment: Entailment) -> list[Seen]:
    """The statements as the checks see them."""
    return [_seen(one, entailment) for one in statements]


def _seen(one: Statement, entailment: Entailment) -> Seen:
    listener = _Listener(entailment)
    checked = Verifier(listener).check(plain(one.claim), [(one.article, sentence) for sentence in one.sentences], "")
    if checked.failures:
        listener(checked.text, premise_of(checked.grounds))  # it is not asked where words have failed already
    return Seen(one.honest, not checked.failures, listener.heard)


class _Listener:
    """Lets everything pass, and keeps what the network said last."""

    threshold = 0.0

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment
        self.heard = 0.0

    def __call__(self, claim: str, premise: Premise) -> Verdict:
        verdict = self._entailment(claim, premise)
        self.heard = verdict.support
        return verdict

    def warm(self) -> None:
        """Nothing to load."""


def threshold_of(items: Sequence[Seen]) -> float:
    """The lowest support that lets no more lies through than is allowed."""
    lies = sorted((one.support for one in items if not one.honest and one.passes), reverse=True)
    allowed = int(MOST_THROUGH * sum(not one.honest for one in items))
    return round(lies[allowed] + 1e-4, 4) if allowed < len(lies) else 0.0


def figures(items: Sequence[Seen], threshold: float) -> dict[str, Any]:
    """What is kept and what comes through, by words, by the network and by both."""
    from sklearn.metrics import roc_auc_score

    honest, lies = ([one for one in items if one.honest is wanted] for wanted in (True, False))
    ways = {
        "words": lambda one: one.passes,
        "network": lambda one: one.support >= threshold,
        "both": lambda one: one.passes and one.support >= threshold,
    }
    return {
        "statements": len(items),
        "auroc": round(float(roc_auc_score([one.honest for one in items], [one.support for one in items])), 3),
        "honest_kept": {way: round(sum(map(test, honest)) / len(honest), 3) for way, test in ways.items()},
        "lies_through": {way: round(sum(map(test, lies)) / len(lies), 3) for way, test in ways.items()},
    }
