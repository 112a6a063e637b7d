"""Which of an article's checked questions to offer: to begin with, after an answer, after a refusal. Pure functions."""

import re
from collections.abc import Iterable, Sequence

from bot.answer import Answer
from bot.starters.checked import StarterQuestion
from bot.starters.forms import Kind
from index import Article
from index.lexical import stems

_TURN: tuple[Kind, ...] = ("about", "fact", "said", "fact", "who", "said")
_NEAR = 3
"""In how many paragraphs around a passage a question is about the same part of the article."""


def to_begin_with(questions: Sequence[StarterQuestion], article: Article, most: int) -> tuple[str, ...]:
    """Questions of different kinds, out of different parts of the article."""
    left = sorted(questions, key=lambda one: one.start)
    chosen: list[StarterQuestion] = []
    for turn in range(most * len(_TURN)):
        kind = _TURN[turn % len(_TURN)] if turn < len(_TURN) else None
        ranked = [one for one in left if kind in (None, one.kind)]
        if not ranked or len(chosen) == most:
            continue
        best = min(ranked, key=lambda one: (_crowd(one, chosen, article), one.start))
        chosen.append(best)
        left.remove(best)
    return tuple(one.question for one in chosen)


def after_answer(
    questions: Sequence[StarterQuestion], article: Article, answer: Answer, asked: Iterable[str], most: int
) -> tuple[str, ...]:
    """Questions about what stands near the quotes of an answer, and about who says them; none that was asked.

    A refusal has no quotes: what counts is the passage that came nearest, and the words of the question.
    """
    near = [(one.start, one.end) for one in answer.citations if one.article == article.id]
    if answer.nearest and answer.nearest.article == article.id:
        near = [(answer.nearest.start, answer.nearest.end)]
    return near_to(questions, article, near, answer.question, [*asked, answer.question], most)


def near_to(
    questions: Sequence[StarterQuestion],
    article: Article,
    spans: Sequence[tuple[int, int]],
    text: str,
    asked: Iterable[str],
    most: int,
) -> tuple[str, ...]:
    """Questions about what stands near some spans and about what a text is about, the nearest first."""
    known = {_plain(question) for question in asked}
    answered = {start for start, _ in spans}
    words = set(stems(text))
    left = [one for one in questions if _plain(one.question) not in known and one.start not in answered]
    chosen: list[StarterQuestion] = []
    while left and len(chosen) < most:
        best = max(
            left, key=lambda one: (_nearness(one, article, spans, words) - _crowd(one, chosen, article), -one.start)
        )
        chosen.append(best)
        left.remove(best)
    return tuple(one.question for one in chosen)


def _nearness(one: StarterQuestion, article: Article, spans: Sequence[tuple[int, int]], words: set[str]) -> float:
    """How much a question has to do with some spans and words."""
    if one.kind == "about":
        return -100.0  # only where there is nothing else
    place = article.paragraph_at(one.start)
    points = 2.0 * len(words & set(stems(one.question)))
    for start, end in spans:
        other = article.paragraph_at(start)
        said, speaker = article.sentence_at(start), article.sentence_at(one.start)
        points += max(0, _NEAR - abs(other.index - place.index)) / len(spans)
        points += (other.section == place.section) / len(spans)
        if said and said.speaker and speaker and (said.speaker == speaker.speaker or said.speaker in one.question):
            points += 2.0 / len(spans)
        if one.kind == "who" and _name(one) in article.text[start:end]:
            points += 2.0 / len(spans)
    return points


def _crowd(one: StarterQuestion, chosen: Sequence[StarterQuestion], article: Article) -> int:
    """How much a question is like those that are chosen: same kind, same section, same words."""
    words = set(stems(one.question))
    section = article.paragraph_at(one.start).section
    alike = 0
    for other in chosen:
        alike += 2 * len(words & (set(stems(other.question)) - {"say", "articl"}))
        alike += (other.kind == one.kind) + (article.paragraph_at(other.start).section == section)
    return alike


def _name(one: StarterQuestion) -> str:
    return one.question.removeprefix("Who is ").rstrip("?")


def _plain(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))
