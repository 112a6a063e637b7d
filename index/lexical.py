"""Lexical scores of units for a question: BM25 over stemmed words, by bm25s and PyStemmer."""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


_POSSESSIVE = re.compile(r"(?<=\w)'s\b")


class LexicalIndex:
    """A BM25 index in memory over some texts. Building one takes milliseconds an article, so none is stored."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        self._count = len(texts)
        words = _tokens(list(texts))
        self._bm25: Any = None
        if words.vocab and any(words.ids):
            self._bm25 = bm25s.BM25()
            self._bm25.index(words, show_progress=False)

    def scores(self, question: str) -> "NDArray[Any]":
        """BM25 score of every text for the question, `(number of texts,)`; zero where no word is shared."""
        import numpy as np

        words = stems(question)
        known = [word for word in words if self._bm25 is not None and word in self._bm25.vocab_dict]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)


def stems(text: str) -> list[str]:
    """The stems of a text's content words: lower case, without English stop words."""
    import bm25s

    (words,) = bm25s.tokenize([_plain(text)], stopwords="en", stemmer=_stemmer(), return_ids=False, show_progress=False)
    return list(words)


def _tokens(texts: list[str]) -> Any:
    import bm25s

    plain = [_plain(text) for text in texts]
    return bm25s.tokenize(plain, stopwords="en", stemmer=_stemmer(), show_progress=False)


def _plain(text: str) -> str:
    """Curly apostrophes as straight ones and no `'s`, so that all spellings of a word are one word."""
    return _POSSESSIVE.sub("", text.replace("’", "'"))


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
