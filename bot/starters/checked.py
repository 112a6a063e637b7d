"""Which of the questions that could be asked the bot answers, with the very sentence that each was made of.

They are made once, when an article is indexed, and kept with it; whoever shows them only reads them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answer import Answer
from bot.starters.forms import Candidate, Forms, Kind
from index import Article, Progress, Sentence

FORMS = "forms/1"
"""What makes the questions; part of what they are kept under."""

NOTE = "starters"
"""The name under which they are kept with their article."""

LEAST = 0.75
"""Confidence from which an answer "probably" answers; a question with less is not offered."""

_MOST_CHECKED = 80
_MOST_OF_SPEAKER = 3
_ORDER: tuple[Kind, ...] = ("about", "fact", "who", "said")

Ask = Callable[[str], Answer | None]
"""From a question to its answer; None where it is refused."""


class StarterQuestion(BaseModel):
    """A question and the span of the sentence that answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    kind: Kind
    start: int
    end: int


class Starters(BaseModel):
    """The questions of an article, and what found them: a bot with another reader asks again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_by: str
    questions: tuple[StarterQuestion, ...]

    @classmethod
    def read(cls, text: str | None, made_by: str) -> "Starters | None":
        """What was kept; None where nothing was, or something else made it."""
        try:
            found = cls.model_validate_json(text) if text else None
        except ValidationError:  # of another version
            return None
        return found if found and found.made_by == made_by else None


def checked_starters(article: Article, ask: Ask, made_by: str, progress: Progress | None = None) -> Starters:
    """The questions of an article that `ask` answers as it should, no two with the same sentence."""
    candidates = list(_worth_asking(Forms(article).candidates()))
    found: dict[int, StarterQuestion] = {}
    for number, candidate in enumerate(candidates, start=1):
        rests_on = _answered_by(candidate, ask(candidate.question), article)
        if rests_on and rests_on.start not in found:
            found[rests_on.start] = StarterQuestion(
                question=candidate.question, kind=candidate.kind, start=rests_on.start, end=rests_on.end
            )
        if progress:
            progress(number, len(candidates))
    return Starters(made_by=made_by, questions=tuple(sorted(found.values(), key=lambda one: one.start)))


def _worth_asking(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Candidates worth the time of a check: each question once, few of one speaker, facts before opinions."""
    by_kind = sorted(candidates, key=lambda one: (_ORDER.index(one.kind), one.sentence.start))
    once = {one.question.casefold(): one for one in reversed(by_kind)}
    of_speaker: Counter[str | None] = Counter()
    kept = 0
    for candidate in by_kind:
        if once[candidate.question.casefold()] is not candidate or kept == _MOST_CHECKED:
            continue
        if candidate.kind == "said":
            of_speaker[candidate.sentence.speaker] += 1
            if of_speaker[candidate.sentence.speaker] > _MOST_OF_SPEAKER:
                continue
        kept += 1
        yield candidate


def _answered_by(candidate: Candidate, answer: Answer | None, article: Article) -> Sentence | None:
    """The sentence that a good answer rests on most: the candidate's, or its speaker's on the topic; else None."""
    if answer is None or answer.confidence < LEAST:
        return None
    if candidate.kind == "about":
        cited = {citation.start for citation in answer.citations}
        return candidate.sentence if candidate.sentence.start in cited else None
    best = max(answer.citations, key=lambda one: (one.score or 0.0, -one.start))
    sentence = article.sentence_at(best.start)
    if sentence is None or best.start != sentence.start:
        return None
    told = candidate.kind == "said" and sentence.speaker == candidate.sentence.speaker
    return sentence if sentence == candidate.sentence or (told and candidate.topic in best.quote) else None
