"""What readers think of answers, as eval cases in one growing file: thumbs up or down, why, and what should be quoted.

Each opinion is about one question on one text, and so is one line; a later opinion takes the place of an earlier one.

- Thumbs up on an answer: its citations are the evidence, or the passages that the reader marked.
- Thumbs up on a refusal, or "the article does not say": the question is unanswerable.
- Thumbs down with passages: these are the evidence.
- Thumbs down with nothing: nobody knows what would be right. The case says `needs_review` and is not asked.

Nothing about the reader is kept: no name, no address, no time. A case that somebody has reviewed (`reviewed_by`) is
never altered: what readers say against it waits for review beside it.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Self

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import Answer, Settings, Turn
from bot.standalone import MOST_TURNS
from evals.cases import Case, Exchange, GoldSpan, asked
from index import Article, ArticleBotError, CitationError
from index.text import clean

MOST_REASON = 1_000
MOST_PASSAGES = 10
MOST_BYTES = 20_000_000
"""Of the file: with more, somebody fills the disk."""

MOST_NOTE = 5_000
MOST_CASE = 100_000
"""Characters of one case: a browser may send a question of any length as one that was answered."""

_LOCK_SECONDS = 20
_THEN = "; then "
_NOT_SAID = "a reader says that the article does not say"


class FeedbackError(ArticleBotError):
    """Feedback contradicts itself, or cannot be kept."""


class Opinion(BaseModel):
    """What a reader says of an answer. `passages` are spans `[start, end)` of the article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    liked: bool
    reason: str = Field(default="", max_length=MOST_REASON)
    passages: tuple[tuple[int, int], ...] = Field(default=(), max_length=MOST_PASSAGES)
    not_said: bool = Field(default=False, description="the reader holds that the article does not say")

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """An opinion from a browser or a message. Raises `FeedbackError`."""
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise FeedbackError(f"{'.'.join(map(str, first['loc'])) or 'feedback'}: {first['msg']}") from error


class FeedbackFile:
    """The file of cases. Each change replaces it as a whole, so that it is never half written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The file that the settings name; None where feedback is switched off."""
        return cls(settings.feedback_file) if settings.feedback_file else None

    def add(self, case: Case) -> Case:
        """Keep a case, and return it as it is kept. Raises `FeedbackError`."""
        path = self.path.resolve()
        if len(_dumped(case)) > MOST_CASE:
            raise FeedbackError("the question and what was said before it are too long to be kept")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.with_name(f"{path.name}.lock"), timeout=_LOCK_SECONDS):
                lines = _lines(path)
                kept = _placed(lines, case)
                _replace(path, "".join(f"{line}\n" for line in lines))
        except Timeout as error:
            raise FeedbackError(f"{self.path} is being written by somebody else: try again") from error
        except OSError as error:
            raise FeedbackError(f"feedback cannot be kept in {self.path}: {error.strerror or error}") from error
        return kept


def feedback_case(article: Article, answer: Answer, opinion: Opinion, history: Sequence[Turn] = ()) -> Case:
    """The case that an opinion on an answer makes. Raises `FeedbackError` where the opinion contradicts itself."""
    not_said = opinion.not_said or (opinion.liked and answer.abstained)
    if not_said and opinion.passages:
        raise FeedbackError("the article cannot both say it in a passage and not say it: leave one of them out")
    if opinion.not_said and opinion.liked and not answer.abstained:
        raise FeedbackError("an answer cannot be right where the article does not say: give a thumbs down")
    cited = tuple(_span(article, one.start, one.end) for one in answer.citations if one.article == article.id)
    marked = tuple(_span(article, start, end) for start, end in opinion.passages)
    evidence = marked or (cited if opinion.liked else ())
    said = f"thumbs {'up' if opinion.liked else 'down'}: {clean(opinion.reason)}".rstrip(": ")
    exchanges = _exchanges(history)
    case = Case(
        id="reader",
        doc=article.id,
        doc_sha256=article.sha256,
        category=("follow_up", "feedback") if exchanges else ("feedback",),
        history=exchanges,
        question=answer.question,
        answerable=bool(evidence),
        evidence=tuple((span,) for span in evidence),
        acceptable=tuple(span for span in cited if span not in marked) if marked and opinion.liked else (),
        why_unanswerable=(clean(opinion.reason) or _NOT_SAID) if not_said else None,
        author="reader",
        note=said,
        needs_review=not (evidence or not_said),
    )
    return case.model_copy(update={"id": f"reader-{_key(case)}"})


def _key(case: Case) -> str:
    """The same for the same question on the same text."""
    return hashlib.sha256(f"{case.doc_sha256}\n{asked(case)}".encode()).hexdigest()[:12]


def _span(article: Article, start: int, end: int) -> GoldSpan:
    """A span of the article without white space around it."""
    try:
        quote = article.cite(start, end).quote
    except CitationError as error:
        raise FeedbackError(str(error)) from error
    start += len(quote) - len(quote.lstrip())
    return GoldSpan(start=start, end=start + len(quote.strip()), text=quote.strip())


def _exchanges(history: Sequence[Turn]) -> tuple[Exchange, ...]:
    """What was asked before with what was answered, as far back as a follow-up may lean."""
    found: list[Exchange] = []
    for turn in history[-MOST_TURNS:]:
        content = clean(turn.content)
        if turn.role == "user":
            found.append(Exchange(q=content, a=""))
        elif found:
            found[-1] = Exchange(q=found[-1].q, a=content)
    return tuple(found)


def _lines(path: Path) -> list[str]:
    """The lines of the file, whatever is in them."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FeedbackError(f"{path} is full: move it away, and a new one is begun")
        text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except FileNotFoundError:
        return []
    return [line for line in text.split("\n") if line.strip()]


def _placed(lines: list[str], case: Case) -> Case:
    """Put a case among the lines: in the place of the one on the same question, or at the end."""
    at = next((number for number, line in enumerate(lines) if _case(line, case.id)), None)
    old = _case(lines[at], case.id) if at is not None else None
    if at is None or old is None:
        lines.append(_dumped(case))
        return case
    if old.reviewed_by:
        if case.evidence == old.evidence and case.answerable == old.answerable and not case.needs_review:
            return old
        return _placed(lines, case.model_copy(update={"id": f"{case.id}-against", "needs_review": True}))
    if case.needs_review:  # what was marked before is not lost, and not trusted any more
        note = old.note if case.note in old.note.split(_THEN) else f"{old.note}{_THEN}{case.note}"[:MOST_NOTE]
        case = old.model_copy(update={"needs_review": True, "note": note})
    case = case.model_copy(update={"v": old.v})
    if case != old:
        case = case.model_copy(update={"v": old.v + 1})
    lines[at] = _dumped(case)
    return case


def _case(line: str, identity: str) -> Case | None:
    """The case of a line if it has that id. What is no case is somebody's own, and left alone."""
    if f'"{identity}"' not in line:
        return None
    with suppress(ValidationError):
        case = Case.model_validate_json(line)
        return case if case.id == identity else None
    return None


def _dumped(case: Case) -> str:
    return json.dumps(case.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    """Replace a file as a whole, or leave it as it was."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", errors="surrogateescape", newline="\n", dir=path.parent, delete=False
    ) as out:
        part = Path(out.name)
        try:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
            part.chmod(path.stat().st_mode if path.exists() else 0o600)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
