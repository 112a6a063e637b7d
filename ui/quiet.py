"""Switches that keep the libraries underneath from talking to anyone; our programs set them before importing those.

Importing `bot` or `index` into another program changes none of its environment.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

SWITCHES = {
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING")
"""LangSmith sends only when the user has set one of these; we never do."""


def switch_off(*, hub: bool) -> None:
    """Turn telemetry off, and hub look-ups too unless the user has named a hub model (`hub`)."""
    os.environ.update(SWITCHES)
    if not hub:
        os.environ.update(OFFLINE)


def talking() -> list[str]:
    """The tracing switches that the user has turned on."""
    return [name for name in TRACING if os.environ.get(name, "").lower() in ("1", "true", "yes", "on")]


@contextmanager
def no_warnings() -> Iterator[None]:
    """Keep the libraries' warnings to their developers out of the user's terminal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
