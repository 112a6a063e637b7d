"""One case scored: quotes against the article and the gold spans, the text against the quotes, the decision.

Only a quote that is the article's text at its offsets counts as evidence. Spans are compared as sets of offsets of
visible characters. The measures follow the acl-verbatim protocol (word F1), SQuAD 2.0 (abstention) and ERASER
(coverage of evidence groups); a change here raises `SCORER`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from evals.cases import Case, GoldSpan
from evals.outcome import Outcome, Quote
from evals.text import bare, normalised, supported_share, unsaid, words_in
from index import Article

SCORER = "scorer/2"
COVERED = 0.8
"""Share of an alternative's characters that the quotes must hold for its group to be found."""
PRECISE = 0.5
"""Share of a quote's characters that must be gold for the quote to be right, and of quotes that a pass needs right."""
SUPPORTED = 0.5
"""Share of the content words of an answer's text that its quotes or the question must have."""

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
    unsupported: bool
    """The answer's own text says a number, a name, or mostly words that stand in nothing it quotes."""
    passed: bool
    wrong: bool
    """Answered, and what was said is not what the article says: worse than a refusal."""
    withheld_hit: bool
    """What was quoted, or held back by a refusal, is all of the evidence and to the point."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """The parts of a score that the verdict rests on."""

    quotes: int
    sound: tuple[Span, ...]
    hit: tuple[bool, ...]
    right: int
    wrong: int
    terms_ok: bool | None
    forbidden: bool
    unsupported: bool

    @property
    def to_the_point(self) -> bool:
        """Whether enough of the quotes are right."""
        return self.right >= PRECISE * (self.right + self.wrong)


def score(case: Case, outcome: Outcome, article: Article) -> Score:
    """The score of an outcome. `article` is the case's."""
    quotes = tuple(dict.fromkeys(outcome.quotes))
    judged = _judged(case, outcome, quotes, article)
    right, over, missed, quoted = _words(case, judged.sound, article)
    answered = not outcome.abstained and outcome.error is None
    reasons = tuple(_reasons(case, outcome, judged))
    broken = [quote for quote in quotes if not _is_verbatim(quote, article)]
    return Score(
        answered=answered,
        quotes=len(quotes),
        in_bounds=sum(_is_inside(quote, article) for quote in quotes),
        verbatim=len(quotes) - len(broken),
        same_words=len(quotes) - sum(not _has_same_words(quote, article) for quote in broken),
        fabricated=sum(bare(quote.quote) not in normalised(article.text) for quote in broken),
        groups=len(case.evidence),
        groups_hit=sum(judged.hit),
        right_quotes=judged.right,
        wrong_quotes=judged.wrong,
        words_right=right,
        words_wrong=over,
        words_missed=missed,
        words_quoted=quoted,
        terms_ok=judged.terms_ok,
        unsupported=judged.unsupported,
        passed=not reasons,
        wrong=answered and _is_wrong(case, judged),
        withheld_hit=_would_be_right(case, judged, outcome, article),
        reasons=reasons,
    )


def groups_covered(case: Case, spans: Iterable[Span]) -> tuple[bool, ...]:
    """For each group of evidence whether the spans together hold one of its alternatives."""
    found = list(spans)
    return tuple(any(_share(alternative, found) >= COVERED for alternative in group) for group in case.evidence)


def sentence_bounds(article: Article, spans: Iterable[GoldSpan]) -> list[Span]:
    """The sentences in which gold spans stand: quoting the whole sentence of a short gold span is right."""
    return [
        (sentence.start, sentence.end)
        for span in spans
        for sentence in article.sentences
        if sentence.start < span.end and span.start < sentence.end
    ]


def _judged(case: Case, outcome: Outcome, quotes: Sequence[Quote], article: Article) -> _Judged:
    sound = tuple((quote.start, quote.end) for quote in quotes if _is_verbatim(quote, article))
    right, wrong = _right_and_wrong(case, sound, article)
    forbidden = any(_says(normalised(outcome.text), term) for term in case.must_not_contain)
    return _Judged(
        quotes=len(quotes),
        sound=sound,
        hit=groups_covered(case, sound),
        right=right,
        wrong=wrong + len(quotes) - len(sound),
        terms_ok=_terms_ok(case, outcome, forbidden),
        forbidden=forbidden,
        unsupported=_is_unsupported(case, outcome, sound, article),
    )


def _is_wrong(case: Case, judged: _Judged) -> bool:
    """Whether what was answered is not so: nothing of it is evidence, a quote is no quote, a word must not be said."""
    if not case.answerable or judged.forbidden or judged.unsupported:
        return True
    return len(judged.sound) < judged.quotes or not any(judged.hit)


def _would_be_right(case: Case, judged: _Judged, outcome: Outcome, article: Article) -> bool:
    """Whether what was quoted, or held back by a refusal, is all of the evidence and to the point."""
    spans = outcome.would_quote if outcome.abstained else judged.sound
    right, wrong = _right_and_wrong(case, spans, article)
    return case.answerable and all(groups_covered(case, spans)) and right >= PRECISE * (right + wrong)


# Quotes against the article


def _is_inside(quote: Quote, article: Article) -> bool:
    return quote.article == article.id and 0 <= quote.start < quote.end <= len(article.text)


def _is_verbatim(quote: Quote, article: Article) -> bool:
    there = article.text[quote.start : quote.end] if _is_inside(quote, article) else ""
    return bool(there.strip()) and there == quote.quote


def _has_same_words(quote: Quote, article: Article) -> bool:
    return _is_inside(quote, article) and normalised(article.text[quote.start : quote.end]) == normalised(quote.quote)


# Quotes against the gold


def _share(span: GoldSpan, spans: Iterable[Span]) -> float:
    """Share of a gold span's visible characters that some spans hold."""
    visible = {span.start + at for at, letter in enumerate(span.text) if not letter.isspace()}
    held = {at for start, end in spans for at in range(max(start, span.start), min(end, span.end))}
    return len(visible & held) / len(visible)


def _characters(text: str, spans: Iterable[Span]) -> set[int]:
    """Offsets of the visible characters of some spans."""
    return {at for start, end in spans for at in range(start, end) if not text[at].isspace()}


def _right_and_wrong(case: Case, spans: Sequence[Span], article: Article) -> tuple[int, int]:
    """How many quotes are right and how many wrong; one that is mostly acceptable is neither.

    Quotes that overlap are one: cutting the right sentence into slices makes no more of it.
    """
    gold = [span for group in case.evidence for span in group]
    evidence = _characters(article.text, [*sentence_bounds(article, gold), *_spans(gold)])
    neutral = _characters(article.text, [*sentence_bounds(article, case.acceptable), *_spans(case.acceptable)])
    right = wrong = 0
    for span in _merged(spans):
        shown = _characters(article.text, [span])
        if len(shown & evidence) >= PRECISE * len(shown):
            right += 1
        elif len(shown & (evidence | neutral)) < PRECISE * len(shown):
            wrong += 1
    return right, wrong


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


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
    free = _word_numbers(article, [*sentence_bounds(article, spans), *_spans(spans)]) - wanted
    right = len(quoted & wanted)
    return right, len(quoted - wanted - free), len(wanted) - right, len(quoted)


def _word_numbers(article: Article, spans: Iterable[Span]) -> set[int]:
    return {number for start, end in spans for number in words_in(article.text, start, end)}


def _spans(gold: Iterable[GoldSpan]) -> list[Span]:
    return [(span.start, span.end) for span in gold]


# The answer's text


def _terms_ok(case: Case, outcome: Outcome, forbidden: bool) -> bool | None:
    """Whether the text says what it must and nothing that it must not; None where the case asks for neither."""
    if not case.must_contain and not case.must_not_contain:
        return None
    said = normalised(outcome.text)
    return not forbidden and all(any(_says(said, term) for term in terms) for terms in case.must_contain)


def _says(said: str, term: str) -> bool:
    """Whether a term is said as a whole: 12 is neither in 2012 nor in 12.5."""
    return bool(re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(normalised(term))}(?!\w)(?![.,]\d)", said))


def _is_unsupported(case: Case, outcome: Outcome, sound: Sequence[Span], article: Article) -> bool:
    """Whether an answer's text goes beyond its quotes: numbers, names and words tell much of that without a model.

    Numbers must stand in the quotes or the question, names in those or the article, and half of the content words in
    quotes or question. A refusal may name only what article or question name.
    """
    asked = [case.question, *(text for one in case.history for text in (one.q, one.a))]
    numbers, names = unsaid(outcome.text, [article.text[start:end] for start, end in sound] + asked)
    foreign = set(names) & set(unsaid(outcome.text, [article.text, *asked])[1])
    if outcome.abstained or outcome.error is not None:
        return bool(foreign)
    quoted = [article.text[start:end] for start, end in sound]
    return bool(numbers or foreign) or supported_share(outcome.text, [*quoted, *asked]) < SUPPORTED


def _reasons(case: Case, outcome: Outcome, judged: _Judged) -> Iterator[str]:
    """Why the case did not pass, a line each."""
    if outcome.error is not None:
        yield f"no answer: {outcome.error}"
        return
    if len(judged.sound) < judged.quotes:
        broken = judged.quotes - len(judged.sound)
        yield f"{broken} of {judged.quotes} quotes are not the article's text at their offsets"
    if judged.unsupported:
        yield "the text says what no quote says"
    if judged.forbidden:
        yield "the text has a word that it must not have"
    elif judged.terms_ok is False and not outcome.abstained:
        yield "the text lacks a word that it needs"
    yield from _wrong_answer(case, judged) if not outcome.abstained else _wrong_refusal(case, judged)


def _wrong_answer(case: Case, judged: _Judged) -> Iterator[str]:
    if not case.answerable:
        yield f"answered, and the article does not say: {case.why_unanswerable}"
        return
    if missing := [number for number, found in enumerate(judged.hit, start=1) if not found]:
        yield f"evidence {', '.join(map(str, missing))} of {len(judged.hit)} is not quoted"
    if not judged.to_the_point:
        yield f"{judged.wrong} of {judged.right + judged.wrong} quotes are beside the point"


def _wrong_refusal(case: Case, judged: _Judged) -> Iterator[str]:
    if case.answerable:
        yield "refused, and the article does say"
    if judged.quotes:
        yield "a refusal that quotes"
