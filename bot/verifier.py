"""A model's statement, checked: its quotation marks put right, what it rests on, which checks it fails.

First by words, then by a network that was trained to tell what follows from a sentence and what does not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Failure
from bot.bearing import bearing
from bot.checks import Basis, basis_of, word_failures
from bot.entailment import Entailment, Verdict, premise_of
from bot.figure_forms import as_told
from bot.plain import with_true_quotations
from index import Article, Sentence

NEAR, FAR = 2, 40
"""How many sentences before one with a pronoun may bear the name that it stands for; the second where the network is
`SURE` of the statement."""

SURE = 0.75

_LEANS = re.compile(
    r"\b(?:he|she|him|her|his|hers|it|its|they|them|their|theirs|I|me|my|we|us|our|this|that|these|those|the)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\"“”„«»]")
"""Quotation marks, which the network need not see: what stands in them has been compared to the letter."""

_WHO = ("names", "speaker")
"""What only the sentences that bear a statement can bear out."""

_UNTOLD = ("language", "links")
"""Where one of these fails, the network is not asked: it cannot tell."""

Ground = tuple[Article, Sentence]


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement that may be shown if nothing failed, and the sentences that it rests on."""

    text: str
    grounds: tuple[Ground, ...]
    failures: tuple[Failure, ...]


class Verifier:
    """Checks statements by words, and those that pass by the network."""

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment

    def check(self, text: str, grounds: Sequence[Ground], question: str, standalone: str = "") -> Checked:
        """Check a statement against the sentences that it names. One that a name comes from is added to them."""
        held, failures = self._by_words(text, grounds, question, standalone)
        text = with_true_quotations(text, _basis(held, question, standalone).quotes)
        bear = [grounds[at] for at in bearing(text, [article.quote(one) for article, one in grounds])]
        if not failures and len(bear) < len(grounds):
            failures = [one for one in self._by_words(text, bear, question, standalone)[1] if one.check in _WHO]
        if not failures:
            verdict = self._verdict(text, held)
            if verdict.support < self._entailment.threshold:
                failures = [Failure(check="support", detail=verdict.doubtful)]
        return Checked(text, held, tuple(failures))

    def _by_words(
        self, text: str, grounds: Sequence[Ground], question: str, standalone: str
    ) -> tuple[tuple[Ground, ...], list[Failure]]:
        """What fails by words, and the sentences, with those that a name comes from."""
        held, failures = tuple(grounds), word_failures(text, _basis(grounds, question, standalone))
        told = all(one.check not in _UNTOLD for one in failures)
        for reach in (NEAR, FAR):
            missing = [one.detail for one in failures if one.check == "names"]
            if not missing or (reach == FAR and not (told and self._verdict(text, held).support >= SURE)):
                break
            wider = _with_names(held, missing, reach)
            found = word_failures(text, _basis(wider, question, standalone))
            if len(found) < len(failures):
                held, failures = wider, found
        return held, failures

    def warm(self) -> None:
        """Load the network now, so that the first statement does not wait for it. Raises `ModelError`."""
        self._entailment.warm()

    def _verdict(self, text: str, grounds: Sequence[Ground]) -> Verdict:
        quotes = [article.quote(sentence) for article, sentence in grounds]
        return self._entailment(_MARKS.sub("", as_told(text, quotes)), premise_of(grounds))


def _basis(grounds: Sequence[Ground], question: str, standalone: str) -> Basis:
    return basis_of([(article, one.start, one.end) for article, one in grounds], question, standalone)


def _with_names(grounds: Sequence[Ground], names: Sequence[str], reach: int) -> tuple[Ground, ...]:
    """The sentences with those before that have one of the names, where a pronoun may stand for it.

    Of the two just before all that have one, of those further away the nearest.
    """
    wider: list[Ground] = []
    for article, sentence in grounds:
        before = article.sentences[max(0, sentence.index - reach) : sentence.index]
        naming = [one for one in before if _names_one(article.quote(one), names) and one.kind != "title"]
        if reach == NEAR:
            naming = [one for one in naming if one.section == sentence.section]
        leans = _LEANS.search(article.quote(sentence))
        wider += [(article, one) for one in (naming if reach == NEAR else naming[-1:]) if leans]
        wider.append((article, sentence))
    return tuple(_once(wider))


def _names_one(text: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)


def _once(grounds: Sequence[Ground]) -> Iterator[Ground]:
    seen = set()
    for article, sentence in grounds:
        if (article.id, sentence.index) not in seen:
            seen.add((article.id, sentence.index))
            yield article, sentence
