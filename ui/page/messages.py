"""What the browser hands back of a conversation: read with care, for nothing in it can be trusted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import Answer, Turn
from index import Article, ArticleBotError

Message = Mapping[str, Any]

_CITE_ID = re.compile(r"cite-([0-9]{1,6})-([0-9]{1,6})")
_MOST_SAVED = 4_000_000


class SavedMessage(BaseModel):
    """One message as the browser keeps it over a reload: what was written, and an answer's JSON."""

    model_config = ConfigDict(extra="ignore")

    role: str
    text: str = ""
    record: str = ""


class Saved(BaseModel):
    """A conversation as the browser keeps it over a reload."""

    model_config = ConfigDict(extra="ignore")

    article: str = ""
    messages: list[SavedMessage] = Field(default_factory=list, max_length=2_000)

    @classmethod
    def read(cls, data: object) -> "Saved":
        """What the browser has kept; nothing where it is not of this form."""
        if not isinstance(data, str) or not data or len(data) > _MOST_SAVED:
            return cls()
        try:
            return cls.model_validate_json(data)
        except ValidationError:
            return cls()


def cite_id(turn: int, number: int) -> str:
    """The id of a citation on the page: answer `turn` (from 0), citation `number` (from 1)."""
    return f"cite-{turn}-{number}"


def read_cite_id(value: object) -> tuple[int, int] | None:
    """Turn and number of such an id; None for anything else."""
    found = _CITE_ID.fullmatch(value) if isinstance(value, str) else None
    return (int(found[1]), int(found[2])) if found else None


def text_of(message: Message) -> str:
    """What a message says."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(str(block.get("text") or "") for block in content if isinstance(block, Mapping))


def answer_of(record: object, articles: Mapping[str, Article]) -> Answer | None:
    """The answer of a record; None where there is none, or it is not true of the articles."""
    if not isinstance(record, str) or not record:
        return None
    try:
        return Answer.read(record, articles)
    except ArticleBotError:  # the article has changed since, or the browser sent something else
        return None


def record_of(message: Message) -> object:
    """The answer's JSON that travels with a message."""
    return (message.get("metadata") or {}).get("log")


def exchanges(messages: Sequence[Message], articles: Mapping[str, Article]) -> Iterator[tuple[str, Answer | None]]:
    """Each reply of a conversation with the question before it; None where it was no answer, or no longer holds."""
    asked = ""
    for message in messages:
        if message.get("role") == "user":
            asked = text_of(message)
        elif message.get("role") == "assistant":
            yield asked, answer_of(record_of(message), articles)


def history_of(messages: Sequence[Message], articles: Mapping[str, Article]) -> list[Turn]:
    """What was asked and answered, as plain text. A question that got no answer is left out."""
    turns: list[Turn] = []
    for asked, answer in exchanges(messages, articles):
        if answer:
            turns += [Turn(role="user", content=asked), Turn(role="assistant", content=answer.text)]
    return turns
