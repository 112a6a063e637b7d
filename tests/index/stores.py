"""What the tests of the store share."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from index import Article, ArticleStore, StoreError
from index.chunks import chunk_documents, sentence_documents

Writer = Callable[[str, str], Article]
Opener = Callable[..., ArticleStore]
Worker = Callable[..., "subprocess.Popen[str]"]

CATS = "# Cats\n\nThe cat sat on the mat. It slept.\n\n## Food\n\nCats eat fish."
DOGS = "# Dogs\n\nThe dog ran to the park. It barked.\n\n## Food\n\nDogs eat bones."


def held(store: ArticleStore, article_id: str) -> tuple[list[Any], list[Any]]:
    view = store.snapshot()
    return view.documents("chunk", [article_id]), view.documents("sentence", [article_id])


def made(article: Article, model: Any) -> tuple[list[Any], list[Any]]:
    return chunk_documents(article, model.size, model.window), sentence_documents(article)


def one_line(call: Callable[[], object], *words: str) -> str:
    """The `StoreError` of a call: one line with the words in it."""
    with pytest.raises(StoreError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message
    return message
