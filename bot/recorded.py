"""Chat models whose answers are written down, and given again without a network: `ARTICLE_BOT_MODEL=replay:FILE`.

A file has a line for each answer: `{"prompt": hash, "text": ..., "input_tokens": ..., "output_tokens": ...}`. The hash
is of what was asked without the rules, so that better rules can be tried against the same answers.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from bot.errors import SettingsError
from index import ArticleBotError

_PIECE = 16


class Replayed(BaseChatModel):
    """A chat model that says again what was recorded. A question that was not asked then is an error."""

    answers: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, path: str) -> "Replayed":
        """From a file of recorded answers. Raises `SettingsError`."""
        try:
            lines = Path(path).expanduser().read_text(encoding="utf-8").split("\n")
            rows = [json.loads(line) for line in lines if line.strip()]
            return cls(answers={str(row["prompt"]): row for row in rows})
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise SettingsError(f"ARTICLE_BOT_MODEL=replay:{path}: no recorded answers there ({reason})") from error

    @property
    def _llm_type(self) -> str:
        return "replay"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        row = self.answers.get(prompt_hash(messages))
        if row is None:
            raise NotRecorded("this was not asked when the answers were recorded")
        text = str(row["text"])
        for at in range(0, len(text), _PIECE):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[at : at + _PIECE]))
        read, written = int(row.get("input_tokens", 0)), int(row.get("output_tokens", 0))
        usage = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}
        end = {"finish_reason": "stop"}
        yield ChatGenerationChunk(
            message=AIMessageChunk(content="", usage_metadata=usage, response_metadata=end)  # type: ignore[arg-type]
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.text) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])


class NotRecorded(ArticleBotError):
    """A replayed model is asked what it was not asked before."""


class Recorder:
    """Keeps what a chat model answers, for `Replayed`: each answer is a line of a file once it is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, messages: Sequence[BaseMessage], text: str, read: int, written: int) -> None:
        """Write one answer down. Raises `SettingsError`."""
        row: Mapping[str, Any] = {
            "prompt": prompt_hash(messages),
            "text": text,
            "input_tokens": read,
            "output_tokens": written,
        }
        try:
            with self._path.open("a", encoding="utf-8", newline="\n") as out:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            raise SettingsError(f"{self._path} cannot be written: {error.strerror or error}") from error


def prompt_hash(messages: Sequence[BaseMessage]) -> str:
    """A hash of what is asked, without the rules."""
    told = "\n".join(str(message.text) for message in messages if not isinstance(message, SystemMessage))
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:32]


__all__ = ["NotRecorded", "Recorder", "Replayed", "prompt_hash"]
