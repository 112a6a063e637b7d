"""Hybrid retrieval: the chunks of some articles nearest to a question in meaning and in words, ranks fused."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.lexical import LexicalIndex
from index.store import ArticleStore, Snapshot

RRF_K = 60
"""The constant of reciprocal rank fusion, as in Cormack, Clarke and Buettcher (SIGIR 2009)."""


class ArticleRetriever(BaseRetriever):
    """Finds chunks by dense and lexical search, fused by reciprocal rank, best first.

    `articles` limits the search to those ids; empty means every article of the snapshot. Each document carries its
    fused score as `metadata["score"]`. `invoke(question, k=3)` asks for another number of them.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, ignored_types=(cached_property,))

    store: ArticleStore
    view: Snapshot
    articles: tuple[str, ...] = ()
    k: int = 12

    @classmethod
    def of(cls, store: ArticleStore, articles: Sequence[str] = (), k: int = 12) -> "ArticleRetriever":
        """A retriever over the index as it stands now."""
        return cls(store=store, view=store.snapshot(), articles=tuple(articles), k=k)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        k = self.k if k is None else k
        if not self._chunks or not query.strip():
            return []
        vector = self.store.embeddings.embed_query(query)
        dense = self.view.search(vector, "chunk", self._ids, k)
        fused = fuse([[document.id or "" for document, _ in dense], self._lexical_ranking(query, k)])
        by_id = {document.id or "": document for document in self._chunks}
        best = sorted(fused.items(), key=lambda pair: (-pair[1], by_id[pair[0]].metadata["start"]))[:k]
        return [_scored(by_id[identity], score) for identity, score in best]

    def _lexical_ranking(self, query: str, k: int) -> list[str]:
        scores = self._lexical.scores(query)
        order = sorted(range(len(scores)), key=lambda i: (-float(scores[i]), i))[:k]
        return [self._chunks[i].id or "" for i in order if scores[i] > 0]

    @property
    def _ids(self) -> tuple[str, ...]:
        return self.articles or tuple(self.view.records)

    @cached_property
    def _chunks(self) -> list[Document]:
        return self.view.documents("chunk", self._ids)

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex([document.page_content for document in self._chunks])


def fuse(rankings: Sequence[Sequence[Any]]) -> dict[Any, float]:
    """Reciprocal rank fusion: the sum over the rankings of 1 / (RRF_K + rank), ranks from 1."""
    scores: dict[Any, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (RRF_K + rank)
    return scores


def _scored(document: Document, score: float) -> Document:
    metadata = {**document.metadata, "score": round(score, 6)}
    return Document(id=document.id, page_content=document.page_content, metadata=metadata)
