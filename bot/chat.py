"""The chat model: made from its name, asked within limits, its faults told in one line. No key is ever written out."""

import os
import re
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from bot.deadline import until
from bot.errors import ModelFault, SettingsError
from bot.presence import nobody_waits
from bot.prompts import Prompt
from bot.settings import Settings
from bot.sheet import tokens_of
from bot.spending import Ledger, Price

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

    from bot.recorded import Recorder

TRIES = 3
"""How often a question is put to a model that is busy, or cannot be reached."""

MOST_WRITTEN = 1_000
"""Tokens of one answer at most."""

WINDOW = 8_192
"""Tokens that a model is held to take in where nobody says how many."""

_MOST_WAIT = 4.0
_SPENDING_FILE = "spending.json"
_ENDS = ("finish_reason", "stop_reason", "done_reason")
_CUT = ("length", "max_tokens")
_OVERFLOW = re.compile(r"context.{0,12}(?:length|window|size)|too long|too many tokens|maximum.{0,30}tokens", re.I)

PROVIDERS = {
    "openai": ("langchain_openai", "OPENAI_API_KEY"),
    "anthropic": ("langchain_anthropic", "ANTHROPIC_API_KEY"),
    "ollama": ("langchain_ollama", ""),
}
"""Of each provider that is an extra: the package, and the variable with its key."""

_FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "openai": lambda schema: {
        "response_format": {"type": "json_schema", "json_schema": {"name": "claims", "schema": schema, "strict": True}}
    },
    "anthropic": lambda schema: {"output_config": {"format": {"type": "json_schema", "schema": schema}}},
    "ollama": lambda schema: {"format": schema},
}
"""How a schema is asked for. LangChain's `with_structured_output` says the same, and does not stream."""


@dataclass(slots=True)
class Tally:
    """What the model was asked for one question so far, and when its answer must be there."""

    deadline: float
    calls: int = 0
    read: int = 0
    written: int = 0
    cost: float | None = None
    cut: bool = False
    answer: str = field(default="", repr=False)


class Chat:
    """A chat model within its limits of time and money."""

    def __init__(
        self,
        model: "BaseChatModel",
        name: str,
        settings: Settings,
        *,
        recorder: "Recorder | None" = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self._model = model
        self._settings = settings
        self._price = Price.of(settings.model_price)
        self._ledger = Ledger(settings.home / _SPENDING_FILE, settings.spend_per_hour)
        self._recorder = recorder
        self._now = now
        self._sleep = sleep
        profile = getattr(model, "profile", None) or {}
        self.window = settings.model_window or int(profile.get("max_input_tokens") or WINDOW)
        provider = provider_of(name)
        self.as_json = provider == "ollama" or (provider in _FORMS and bool(profile.get("structured_output")))
        self.keeps = provider == "anthropic"

    @classmethod
    def open(cls, settings: Settings, recorder: "Recorder | None" = None) -> "Chat":
        """The model that the settings name. Raises `SettingsError` with the way out."""
        return cls(_model(settings), settings.model, settings, recorder=recorder)

    def begin(self) -> Tally:
        """The tally of a question that is begun now."""
        return Tally(self._now() + self._settings.model_timeout)

    def stream(self, prompt: Prompt, tally: Tally) -> Generator[str, None, None]:
        """What the model writes, piece by piece. Raises `ModelFault`; before the first piece after several tries."""
        tally.answer, tally.cut = "", False
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self._sleep,
            retry=retry_if_exception(lambda error: self._may_try_again(error, tally)),
            reraise=True,
        )
        for attempt in tries:
            with attempt:
                yield from self._once(prompt, tally)

    def _may_try_again(self, error: BaseException, tally: Tally) -> bool:
        waited = self._now() + (getattr(error, "wait", None) or 0.0)
        return isinstance(error, ModelFault) and error.again and not tally.answer.strip() and waited < tally.deadline

    def _once(self, prompt: Prompt, tally: Tally) -> Iterator[str]:
        self._left(tally)
        reading = tokens_of(prompt.text)
        most = self._reserve(tally, reading)
        tally.calls += 1
        asked = _Asked()
        try:
            for message in self._messages(prompt, tally):
                if piece := asked.take(message):
                    tally.answer += piece
                    yield piece
                if len(tally.answer) > 8 * MOST_WRITTEN:
                    tally.cut = True
                    break
        except ModelFault as fault:
            asked.rejected = fault.rejected
            raise
        finally:
            self._note(tally, asked, reading, most)
        tally.cut = tally.cut or asked.was_cut(self.name)
        if not tally.answer.strip():
            raise ModelFault("it refused" if asked.refused else "it wrote nothing", again=not asked.refused)
        if self._recorder:
            self._recorder.write(prompt.messages, tally.answer, asked.read or reading, asked.written)

    def _messages(self, prompt: Prompt, tally: Tally) -> "Iterator[AIMessageChunk]":
        """The model's messages. Whatever its client raises becomes a `ModelFault`."""
        try:
            form = _FORMS[provider_of(self.name)](prompt.schema) if prompt.schema else {}
            asked = self._model.bind(**form)
            stream = lambda: asked.stream(list(prompt.messages))  # noqa: E731
            late = ModelFault(f"it did not finish within {self._settings.model_timeout:g} seconds")
            yield from until(stream, lambda: self._left(tally), late)  # type: ignore[misc]  # chunks
        except ModelFault:
            raise
        except Exception as error:  # noqa: BLE001  # any provider's client, with errors of its own, stands behind this
            raise fault_of(
                error, self._settings.model_timeout, begun=bool(tally.answer)
            ) from None  # its text may hold a key

    def _left(self, tally: Tally) -> float:
        """Seconds until the answer must be there. Raises `ModelFault` where nobody waits for it any more."""
        if nobody_waits():
            raise ModelFault("nobody waits for it any more")
        return tally.deadline - self._now()

    def _reserve(self, tally: Tally, reading: int) -> float:
        """The most that a call may cost, noted as spent. Raises `ModelFault` where that is over a limit."""
        if self._price is None:
            return 0.0
        most = self._price.cost(reading, MOST_WRITTEN)
        limit = self._settings.spend_per_question
        if limit and (tally.cost or 0.0) + most > limit:
            raise ModelFault("it could cost more than ARTICLE_BOT_SPEND_PER_QUESTION allows")
        self._ledger.reserve(most)
        return most

    def _note(self, tally: Tally, asked: "_Asked", reading: int, reserved: float) -> None:
        """Count what a call took; what its provider rejected took nothing."""
        read, written = asked.read or reading, asked.written or tokens_of(tally.answer)
        if asked.rejected:
            read = written = 0
        tally.read += read
        tally.written += written
        if self._price:
            cost = self._price.cost(read, written)
            tally.cost = (tally.cost or 0.0) + cost
            self._ledger.settle(reserved, cost)


class _Asked:
    """What is known of one call while its messages come in."""

    def __init__(self) -> None:
        self.read = self.written = 0
        self.refused = self.rejected = False
        self._end = ""

    def take(self, message: "AIMessageChunk") -> str:
        """The text of one message; what it says beside is kept."""
        usage = message.usage_metadata
        if usage:
            self.read = max(self.read, usage["input_tokens"])
            self.written = max(self.written, usage["output_tokens"])
        for name in _ENDS:
            self._end = str(message.response_metadata.get(name) or self._end)
        self.refused = self.refused or bool(message.additional_kwargs.get("refusal"))
        self.refused = self.refused or self._end in ("refusal", "content_filter")
        return str(message.text)

    def was_cut(self, name: str) -> bool:
        """Whether the answer ended before its end: at the limit of tokens, or because the connection broke."""
        return self._end in _CUT or (not self._end and provider_of(name) in PROVIDERS)


def provider_of(name: str) -> str:
    """The provider that a model's name begins with; empty where it has none."""
    return name.partition(":")[0].replace("-", "_").lower() if ":" in name else ""


def missing(name: str) -> str:
    """The pip command that a model's name needs; empty where all is there, or the provider is not one of the extras."""
    provider = provider_of(name)
    package, _ = PROVIDERS.get(provider, ("", ""))
    if not find_spec("langchain") or (package and not find_spec(package)):
        return f"pip install 'article-bot[{provider if package else 'openai'}]'"
    return ""


def fault_of(error: Exception, timeout: float, *, begun: bool = False) -> ModelFault:
    """A client's error in our words. Nothing of its text is taken over: it may hold a key, or the prompt."""
    kinds = " ".join(kind.__name__ for one in (error, error.__cause__) for kind in type(one).__mro__)
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if "NotRecorded" in kinds:
        return ModelFault("this was not asked when its answers were recorded")
    if isinstance(status, int) and status >= 400:
        fault = _status_fault(status, str(error), getattr(response, "headers", None) or {})
        fault.rejected = not begun
        return fault
    if "Timeout" in kinds:
        return ModelFault(f"it was silent for {timeout:g} seconds")
    if "ProtocolError" in kinds or "ReadError" in kinds or (begun and "Connect" in kinds):
        return ModelFault("the connection broke off", again=True)
    if "Connect" in kinds:
        return ModelFault("it cannot be reached", again=True)
    if "Refusal" in kinds or "ContentFilter" in kinds:
        return ModelFault("it refused")
    if "LengthFinish" in kinds:
        return ModelFault("it did not come to an end")
    return ModelFault(f"what it sent cannot be read ({type(error).__name__})", again=True)


def _status_fault(status: int, text: str, headers: Any) -> ModelFault:
    if status in (401, 403):
        return ModelFault(f"the provider does not accept the key ({status})")
    if status == 404:
        return ModelFault("the provider has no model of that name (404)")
    if status == 429:
        return ModelFault("the provider takes no more questions now (429)", again=True, wait=_seconds(headers))
    if status >= 500 or status in (408, 409):
        return ModelFault(f"the provider has a fault ({status})", again=True, wait=_seconds(headers))
    if status == 413 or _OVERFLOW.search(text):
        return TooLong()
    return Rejected(status)


class TooLong(ModelFault):
    """The prompt is longer than the model's window."""

    def __init__(self) -> None:
        super().__init__("the sentences do not fit its window: set ARTICLE_BOT_MODEL_WINDOW")


class Rejected(ModelFault):
    """The provider does not take a request of this form."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the provider rejects the request ({status})")


def _seconds(headers: Any) -> float | None:
    """What a `Retry-After` says, within reason."""
    try:
        return min(max(float(headers.get("retry-after")), 0.0), _MOST_WAIT)
    except (TypeError, ValueError):
        return None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    wait = getattr(error, "wait", None)
    return float(wait if wait is not None else min(0.5 * 2 ** (state.attempt_number - 1), _MOST_WAIT))


def _model(settings: Settings) -> "BaseChatModel":
    """The model of LangChain. Raises `SettingsError`."""
    name = settings.model
    if name.startswith("replay:"):
        from bot.recorded import Replayed

        return Replayed.read(name.partition(":")[2])
    if command := missing(name):
        raise SettingsError(f"ARTICLE_BOT_MODEL={name} needs a package that is missing: {command}")
    from langchain.chat_models import init_chat_model

    key = PROVIDERS.get(provider_of(name), ("", ""))[1]
    if key and not os.environ.get(key):
        raise SettingsError(f"ARTICLE_BOT_MODEL={name} needs a key: set {key}")
    try:
        made: BaseChatModel = init_chat_model(name, **_options(settings))
        return made
    except ImportError as error:
        raise SettingsError(f"ARTICLE_BOT_MODEL={name} needs a package that is missing: {error.name}") from error
    except Exception as error:  # noqa: BLE001  # as many errors as providers; most say that there is no key
        hint = f"is it PROVIDER:NAME, and its key set? ({type(error).__name__})"
        raise SettingsError(f"ARTICLE_BOT_MODEL={name} cannot be used: {hint}") from None


def _options(settings: Settings) -> dict[str, Any]:
    """How each provider's client is told of our limits. It does not try again itself: we do, and count it."""
    timeout, provider = settings.model_timeout, provider_of(settings.model)
    if provider == "ollama":
        window = settings.model_window or WINDOW
        limits = {"num_ctx": window, "num_predict": MOST_WRITTEN, "client_kwargs": {"timeout": timeout}}
        return {"temperature": 0.0, **limits}
    if provider in PROVIDERS:
        more = {"stream_usage": True, "temperature": None} if provider == "openai" else {}
        return {"max_tokens": MOST_WRITTEN, "timeout": timeout, "max_retries": 0, **more}
    return {"max_tokens": MOST_WRITTEN}
