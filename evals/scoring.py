"""One case scored: quotes against the article, quotes against the gold spans, the decision against the truth.

Only a quote that is the article's text at its offsets counts as evidence. Spans are compared as sets of offsets of
visible characters. The measures follow the acl-verbatim protocol (word F1), SQuAD 2.0 (abstention) and ERASER
(coverage of evidence groups); a change here raises `SCORER`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from evals.cases import Case, GoldSpan
from evals.outcome import Outcome, Quote
from evals.text import bare, normalised, words_in
from index import Article

SCORER = "scorer/1"
COVERED = 0.8
"""Share of an alternative's characters that the quotes must hold for its group to be found."""
PRECISE = 0.5
"""Share of a quote's characters that must be gold for the quote to be right, and of quotes that a pass needs right."""

Span = tuple[int, int]


class Score(BaseModel):
    """Counts for one case; every figure is a sum or a share of these over cases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answered: bool
    quotes: int
    in_bounds: int
    verbatim: int
    same_words: int
    """Quotes that stand at their offsets once typography is taken out: curly quotes made straight, say."""
    fabricated: int
    """Quotes that the article nowhere says, typography aside."""
    groups: int
    groups_hit: int
    right_quotes: int
    wrong_quotes: int
    words_right: int
    words_wrong: int
    words_missed: int
    words_quoted: int
    terms_ok: bool | None
    passed: bool
    wrong: bool
    """Answered, and what was said is not what the article says: worse than a refusal."""
    withheld_hit: bool
    """What was quoted, or held back by a refusal, holds all of the evidence."""
    reasons: tuple[str, ...]


def score(case: Case, outcome: Outcome, article: Article) -> Score:
    """The score of an outcome. `article` is the case's."""
    quotes = tuple(dict.fromkeys(outcome.quotes)) if not outcome.abstained or outcome.quotes else ()
    sound = [(quote.start, quote.end) for quote in quotes if _is_verbatim(quote, article)]
    hit = groups_covered(case, sound)
    right, wrong_quotes = _judged(case, quotes, sound, article)
    words = _words(case, sound, article)
    terms = _terms_ok(case, outcome)
    answered = not outcome.abstained and outcome.error is None
    reasons = tuple(_reasons(case, outcome, quotes, len(sound), hit, (right, wrong_quotes), terms))
    false = len(sound) < len(quotes) or (case.evidence and not any(hit)) or _says_forbidden(case, outcome)
    held_back = sound or ([] if answered else outcome.would_quote)
    return Score(
        answered=answered,
        quotes=len(quotes),
        in_bounds=sum(_is_inside(quote, article) for quote in quotes),
        verbatim=len(sound),
        same_words=sum(_has_same_words(quote, article) for quote in quotes),
        fabricated=sum(bare(quote.quote) not in normalised(article.text) for quote in quotes),
        groups=len(case.evidence),
        groups_hit=sum(hit),
        right_quotes=right,
        wrong_quotes=wrong_quotes,
        words_right=words[0],
        words_wrong=words[1],
        words_missed=words[2],
        words_quoted=words[3],
        terms_ok=terms,
        passed=not reasons,
        wrong=answered and bool(not case.answerable or false),
        withheld_hit=case.answerable and all(groups_covered(case, held_back)),
        reasons=reasons,
    )


def characters(text: str, spans: Iterable[Span]) -> frozenset[int]:
    """Offsets of the visible characters of some spans."""
    return frozenset(at for start, end in spans for at in range(start, end) if not text[at].isspace())


def groups_covered(case: Case, spans: Iterable[Span]) -> list[bool]:
    """For each group of evidence whether the spans together hold one of its alternatives."""
    held = {at for start, end in spans for at in range(start, end)}
    return [any(_share(alternative, held) >= COVERED for alternative in group) for group in case.evidence]


def sentence_bounds(article: Article, spans: Iterable[GoldSpan]) -> list[Span]:
    """The sentences in which gold spans stand: quoting the whole sentence of a short gold span is right."""
    return [
        (sentence.start, sentence.end)
        for span in spans
        for sentence in article.sentences
        if sentence.start < span.end and span.start < sentence.end
    ] + [(span.start, span.end) for span in spans]


def _share(span: GoldSpan, held: set[int]) -> float:
    visible = [span.start + at for at, letter in enumerate(span.text) if not letter.isspace()]
    return sum(at in held for at in visible) / len(visible)


# Quotes against the article


def _is_inside(quote: Quote, article: Article) -> bool:
    return quote.article == article.id and 0 <= quote.start < quote.end <= len(article.text)


def _is_verbatim(quote: Quote, article: Article) -> bool:
    there = article.text[quote.start : quote.end] if _is_inside(quote, article) else ""
    return bool(there.strip()) and there == quote.quote


def _has_same_words(quote: Quote, article: Article) -> bool:
    return _is_inside(quote, article) and normalised(article.text[quote.start : quote.end]) == normalised(quote.quote)


# Quotes against the gold


def _judged(case: Case, quotes: Sequence[Quote], sound: Sequence[Span], article: Article) -> tuple[int, int]:
    """How many quotes are right and how many wrong; one that is mostly acceptable is neither, a broken one wrong."""
    gold = characters(article.text, sentence_bounds(article, [span for group in case.evidence for span in group]))
    neutral = characters(article.text, sentence_bounds(article, case.acceptable))
    right, wrong = 0, len(quotes) - len(sound)
    for span in sound:
        shown = characters(article.text, [span])
        if len(shown & gold) >= PRECISE * len(shown):
            right += 1
        elif len(shown & (gold | neutral)) < PRECISE * len(shown):
            wrong += 1
    return right, wrong


def _words(case: Case, sound: Sequence[Span], article: Article) -> tuple[int, int, int, int]:
    """Words quoted rightly, wrongly, missed, and quoted at all, over the best alternative of each group.

    Words of the sentence around a gold span, of other alternatives and of acceptable spans count neither way.
    """
    quoted = _word_numbers(article, sound)
    wanted: set[int] = set()
    for group in case.evidence:
        options = [_word_numbers(article, [(span.start, span.end)]) for span in group]
        wanted |= max(options, key=lambda words: len(words & quoted) / max(1, len(words)))
    spans = [*case.acceptable, *(span for group in case.evidence for span in group)]
    free = _word_numbers(article, sentence_bounds(article, spans)) - wanted
    right = len(quoted & wanted)
    return right, len(quoted - wanted - free), len(wanted) - right, len(quoted)


def _word_numbers(article: Article, spans: Iterable[Span]) -> set[int]:
    return {number for start, end in spans for number in words_in(article.text, start, end)}


# The answer as a whole


def _terms_ok(case: Case, outcome: Outcome) -> bool | None:
    """Whether the answer says what it must and nothing that it must not; None where the case asks for neither."""
    if not case.must_contain and not case.must_not_contain:
        return None
    said = normalised(outcome.text)
    return all(any(_says(said, term) for term in terms) for terms in case.must_contain) and not _says_forbidden(
        case, outcome
    )


def _says_forbidden(case: Case, outcome: Outcome) -> bool:
    return any(_says(normalised(outcome.text), term) for term in case.must_not_contain)


def _says(said: str, term: str) -> bool:
    """Whether a term is said as a whole: 12 is neither in 2012 nor in 12.5."""
    return bool(re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(normalised(term))}(?!\w)(?![.,]\d)", said))


def _reasons(
    case: Case,
    outcome: Outcome,
    quotes: Sequence[Quote],
    sound: int,
    hit: Sequence[bool],
    judged: tuple[int, int],
    terms: bool | None,
) -> Iterator[str]:
    """Why the case did not pass, a line each."""
    if outcome.error is not None:
        yield f"no answer: {outcome.error}"
        return
    if sound < len(quotes):
        yield f"{len(quotes) - sound} of {len(quotes)} quotes are not the article's text at their offsets"
    if not case.answerable:
        if not outcome.abstained:
            yield f"answered, and the article does not say: {case.why_unanswerable}"
        elif quotes:
            yield "a refusal that quotes"
        return
    if outcome.abstained:
        yield "refused, and the article does say"
        return
    if missing := [number for number, found in enumerate(hit, start=1) if not found]:
        yield f"evidence {', '.join(map(str, missing))} of {len(hit)} is not quoted"
    right, wrong = judged
    if right < PRECISE * (right + wrong):
        yield f"{wrong} of {right + wrong} quotes are beside the point"
    if terms is False:
        yield "the answer lacks a word that it needs, or has one that is wrong"
