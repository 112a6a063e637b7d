"""A model's statement, checked: its quotation marks put right, what it rests on, which checks it fails."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Failure
from bot.checks import Basis, basis_of, word_failures
from bot.follow import Support
from bot.plain import with_true_quotations
from index import Article, Sentence

BACK = 2
"""How many sentences before one with a pronoun may bear the name that it stands for."""

_LEANS = re.compile(
    r"\b(?:he|she|him|her|his|hers|it|its|they|them|their|theirs|I|me|my|we|us|our|this|that|these|those|the)\b",
    re.IGNORECASE,
)
_UNTOLD = ("language", "links")
"""Where one of these fails, the reader is not asked: it cannot tell."""

Ground = tuple[Article, Sentence]


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement that may be shown if nothing failed, and the sentences that it rests on."""

    text: str
    grounds: tuple[Ground, ...]
    failures: tuple[Failure, ...]


class Verifier:
    """Checks statements by words, and by the reader."""

    def __init__(self, support: Support) -> None:
        self._support = support

    def check(self, text: str, grounds: Sequence[Ground], question: str, standalone: str = "") -> Checked:
        """Check a statement against the sentences that it names. One that a name comes from is added to them."""
        held = tuple(grounds)
        basis = _basis(held, question, standalone)
        failures = word_failures(text, basis)
        if missing := [one.detail for one in failures if one.check == "names"]:
            wider = _with_names(held, missing)
            found = word_failures(text, _basis(wider, question, standalone))
            if len(found) < len(failures):
                held, basis, failures = wider, _basis(wider, question, standalone), found
        text = with_true_quotations(text, basis.quotes)
        if all(one.check not in _UNTOLD for one in failures):
            spans = [(article, sentence.start, sentence.end) for article, sentence in held]
            if not self._support(text, spans, basis).supports:
                failures = [*failures, Failure(check="support")]
        return Checked(text, held, tuple(failures))


def _basis(grounds: Sequence[Ground], question: str, standalone: str) -> Basis:
    return basis_of([(article, one.start, one.end) for article, one in grounds], question, standalone)


def _with_names(grounds: Sequence[Ground], names: Sequence[str]) -> tuple[Ground, ...]:
    """The sentences with those just before that have one of the names, where a pronoun may stand for it."""
    wider: list[Ground] = []
    for article, sentence in grounds:
        before = article.sentences[max(0, sentence.index - BACK) : sentence.index]
        for one in before if _LEANS.search(article.quote(sentence)) else ():
            named = any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", article.quote(one)) for name in names)
            if named and one.section == sentence.section and (article, one) not in wider:
                wider.append((article, one))
        if (article, sentence) not in wider:
            wider.append((article, sentence))
    return tuple(wider)
