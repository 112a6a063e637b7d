"""Whether the reader, looking for what a statement says, finds the sentences that the statement names."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.checks import Basis, content_words, supported_share
from bot.reader import Reader
from index import Article, ArticleRetriever

FIRST, FULL_SHARE = 3, 0.75
"""Where its sentences have this share of its content words, one must be among the reader's best three for it."""

LIKELY, SHARE, SHORT_SHARE = 0.5, 0.3, 0.6
"""Where they have less, it must be the very best and likelier than not: the statement says it in other words. The
larger share is for statements of less than `SHORT` content words, in which one word can be the lie."""

SHORT = 5


@dataclass(frozen=True, slots=True)
class Found:
    """How a statement's sentences stand among all, for the reader: the best rank (from 0) and score of one of them.

    `share` of its `words`, those with content, are in its sentences.
    """

    rank: int
    score: float
    share: float
    words: int

    @property
    def supports(self) -> bool:
        """Whether the statement is held to be supported."""
        if self.share >= FULL_SHARE:
            return self.rank < FIRST
        least = SHORT_SHARE if self.words < SHORT else SHARE
        return self.rank == 0 and self.score >= LIKELY and self.share >= least


class Support(Protocol):
    """Anything that tells how a statement is supported by the spans that it names."""

    def __call__(self, text: str, spans: Collection[tuple[Article, int, int]], basis: Basis) -> Found:
        """How the spans stand for the statement."""
        ...


class ReaderSupport:
    """Asks the retriever and the reader for the statement, as if it were a question."""

    def __init__(self, retriever: ArticleRetriever, reader: Reader) -> None:
        self._retriever = retriever
        self._reader = reader

    def __call__(self, text: str, spans: Collection[tuple[Article, int, int]], basis: Basis) -> Found:
        """See `Support`."""
        reading = self._reader.read(text, self._retriever.invoke(text))
        wanted = {(article.id, start) for article, start, _ in spans}
        share, words = supported_share(text, basis), len(content_words(text))
        for rank, item in enumerate(reading.evidence):
            if (item.article, item.start) in wanted:
                return Found(rank, item.score, share, words)
        return Found(len(reading.evidence), 0.0, share, words)
