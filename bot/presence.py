"""Whether anybody still waits for an answer: who gives it as it grows says so, who asks a chat model looks."""

from contextvars import Context, ContextVar, copy_context
from threading import Event

_GONE: ContextVar[tuple[Event, ...]] = ContextVar("gone", default=())


def until_gone(gone: Event) -> Context:
    """A copy of this context, in which nobody waits any more once `gone` is set."""
    context = copy_context()
    context.run(_GONE.set, (*_GONE.get(), gone))
    return context


def nobody_waits() -> bool:
    """Whether the reader of what is made here has left."""
    return any(gone.is_set() for gone in _GONE.get())
