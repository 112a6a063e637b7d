"""Whether a model's statement follows from the sentences that it names, by words and numbers.

These checks need nothing but the texts and lists of words, so that `verify` repeats them on an answer's JSON alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer import Failure
from bot.bindings import moved_figures
from bot.claim_names import unfounded_names
from bot.figures import DATE_NAMES, unfounded_dates, unfounded_figures
from bot.plain import links
from bot.polarity import contradiction
from bot.shifts import shift
from bot.tokens import whole_words
from bot.words import FUNCTION_WORDS
from index import Article

FOREIGN = 0.4
"""A statement with a smaller share of words that are English's or the article's is held to be in another language."""

ALWAYS_DROPPED = frozenset({"links"})
"""Checks whose failures no mark makes good."""

_WORD = re.compile(r"[^\W\d_]+")
_ASSENT = frozenset(
    """
    yes yeah yep no nope ok okay sure right correct true false wrong so exactly precisely certainly definitely
    absolutely indeed course case happened happens confirmed stated one thing way not never it's that's you're
    """.split()
)
"""Words that say yes or no to what was asked, and nothing of their own."""

_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_NUMBERED = re.compile(r"\b(?P<name>[A-Z][\w’'-]+) \d[\w.,-]*\b")
_SAID = re.compile(
    r"(?P<who>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)\s+(?:also\s+)?(?:said|says|told|claimed|claims|argued|argues|insisted|"
    r"insists|believes|recalled|recalls|explained|added|admitted|warned)\b|(?:[Aa]ccording to|said|says)\s+"
    r"(?P<by>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)"
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a statement may rest on: the sentences it names, who says them, their headings, and what was asked.

    `article` is all text that may be told apart from it, `others` everybody who speaks there.
    """

    quotes: tuple[str, ...]
    speakers: tuple[str, ...]
    headings: tuple[str, ...]
    question: str
    article: str
    others: tuple[str, ...] = ()

    @property
    def evidence(self) -> list[str]:
        """All texts that a name may come from."""
        return [*self.told, self.question]

    @property
    def told(self) -> list[str]:
        """All texts that a number or a date may come from: of the question's, those alone that belong to a name."""
        return [*self.quotes, *self.speakers, *self.headings, *self._numbered_names()]

    def _numbered_names(self) -> list[str]:
        found = (match for match in _NUMBERED.finditer(self.question) if match["name"].casefold() not in DATE_NAMES)
        return [match.group() for match in found if _stands_in(match.group(), self.article)]


def word_failures(text: str, basis: Basis) -> list[Failure]:
    """The checks by words that a statement fails."""
    return list(_word_failures(text, basis))


def _word_failures(text: str, basis: Basis) -> Iterator[Failure]:
    evidence = basis.evidence
    if links(text, basis.quotes):
        yield Failure(check="links")
    if word := _mere_assent(text) or _asked(text):
        yield Failure(check="support", detail=_short(word))
    foreign = is_foreign(text, basis)
    told = basis.told
    yield from (Failure(check="numbers", detail=_short(one)) for one in unfounded_figures(text, told))
    yield from (Failure(check="numbers", detail=_short(one)) for one in moved_figures(text, basis.quotes))
    yield from (Failure(check="dates", detail=_short(one)) for one in unfounded_dates(text, told))
    if foreign:
        yield from _foreign_failures(text, basis)
        return
    yield from (Failure(check="names", detail=_short(one)) for one in unfounded_names(text, evidence, basis.article))
    if word := contradiction(text, basis.quotes) or shift(text, basis.quotes):
        yield Failure(check="negation", detail=_short(word))
    if who := _wrong_speaker(text, basis):
        yield Failure(check="speaker", detail=_short(who))


def _mere_assent(text: str) -> str:
    """The first word of a statement such as `That is right`, which says something only together with the question."""
    words = re.findall(r"[^\W_]+(?:[’'][^\W_]+)*", text)
    bare = all(word.replace("’", "'").casefold() in FUNCTION_WORDS | _ASSENT for word in words)
    return words[0] if words and bare else ""


def _asked(text: str) -> str:
    """The last word of a statement that is a question: `Nobody was hurt?` doubts what its sentences say."""
    return text.split()[-1].strip("?") or "?" if text.rstrip(" .!…").endswith(("?", "？", "؟")) else ""


def _foreign_failures(text: str, basis: Basis) -> Iterator[Failure]:
    """What can be told of a statement in another language: names that the article does not know, and no more."""
    for name in re.findall(r"(?<=[^\W\d_][ ,;])[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)+", text):
        if unfounded_names(name, [*basis.evidence, basis.article]):
            yield Failure(check="names", detail=_short(name))
    yield Failure(check="language")


def is_foreign(text: str, basis: Basis) -> bool:
    """Whether a statement is in another language than the article, so that its words cannot be compared."""
    words = [word for word in _WORD.findall(text) if word.islower()]
    if len(words) < 2:
        return bool(re.search(r"[^\W\d_]", text)) and not re.search(r"[A-Za-z]", text)
    known = (FUNCTION_WORDS, _words_of(basis.article), whole_words())
    return sum(any(word in some for some in known) for word in words) < FOREIGN * len(words)


@lru_cache(maxsize=64)
def _words_of(article: str) -> frozenset[str]:
    return frozenset(_WORD.findall(article.casefold()))


def _wrong_speaker(text: str, basis: Basis) -> str:
    """Somebody who a statement says speaks, while its sentences are said by others."""
    if not basis.speakers or not all(_NAME.search(speaker) for speaker in basis.speakers):
        return ""  # nobody is known, or somebody who is only described: it may be whoever the claim says
    told = " ".join(basis.speakers)
    for match in _SAID.finditer(text):
        who = (match["who"] or match["by"]).split()[-1]
        named = rf"(?<!\w){re.escape(who)}(?!\w)"
        speaks_elsewhere = any(re.search(named, name) for name in basis.others)
        if speaks_elsewhere and not re.search(named, told):
            return who
    return ""


def _short(text: str) -> str:
    return text[:40]


def basis_of(spans: Sequence[tuple[Article, int, int]], question: str, standalone: str = "") -> Basis:
    """What some spans of articles give a statement to rest on."""
    speakers = [_speaker(article, start) for article, start, _ in spans]
    places = [article.place(start)["section"] for article, start, _ in spans]
    texts = {article.id: article.text for article, *_ in spans}
    whole = " ".join(texts.values())
    asked = _NAME.sub(lambda name: name[0] if _stands_in(name[0], whole) else "", question)
    return Basis(
        quotes=tuple(article.text[start:end] for article, start, end in spans),
        speakers=tuple(dict.fromkeys(who for who in speakers if who)),
        headings=tuple(dict.fromkeys(place for place in places if place)),
        question=f"{asked} {' '.join(n for n in _NAME.findall(standalone) if _stands_in(n, whole))}".strip(),
        article=whole,
        others=tuple(speaker.name for article, *_ in spans for speaker in article.speakers),
    )


def _speaker(article: Article, start: int) -> str:
    sentence = article.sentence_at(start)
    speaker = article.speaker_named(sentence.speaker) if sentence else None
    return f"{speaker.name}, {speaker.role}" if speaker and speaker.role else speaker.name if speaker else ""


def _stands_in(name: str, article: str) -> bool:
    """Whether an article has a name: one that only the question has bears nothing out."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", article) is not None
