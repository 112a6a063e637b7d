"""A cross-encoder of the user's choice as reader: it scores the sentences that come nearest, each with the one before.

For who is online, or has a larger model on disk. Its scores are taken as they are; no threshold was fitted for it.
"""

from collections.abc import Sequence

from langchain_core.documents import Document

from bot.reader import DIGITS, Evidence, HybridReader, Reading
from index import SentenceEmbeddings, Snapshot
from index.embeddings import cross_encoder_scores

NEAREST = 24
"""How many sentences the cross-encoder scores for one question."""


class CrossReader:
    """Scores sentences with a sentence-transformers cross-encoder: a folder, or a model of the hub."""

    threshold = 0.5

    def __init__(self, view: Snapshot, embeddings: SentenceEmbeddings, model: str) -> None:
        self._view = view
        self._model = model
        self._nearest = HybridReader(view, embeddings)

    @property
    def fingerprint(self) -> str:
        """See `Reader.fingerprint`; of a model that is not ours only the name is known."""
        return f"cross@{self._model}"

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        """See `Reader.read`. The confidence is the best sentence's score."""
        near = self._nearest.read(question, chunks).evidence[:NEAREST]
        if not near:
            return Reading((), 0.0)
        scores = cross_encoder_scores(self._model, question, [self._text(item) for item in near])
        scored = [
            Evidence(item.article, item.start, item.end, round(score, DIGITS))
            for item, score in zip(near, scores, strict=True)
        ]
        ranked = sorted(scored, key=lambda item: (-item.score, item.article, item.start))
        return Reading(tuple(ranked), ranked[0].score)

    def _text(self, item: Evidence) -> str:
        """A sentence with the one before it."""
        article = self._view.article(item.article)
        sentence = article.sentence_at(item.start)
        at = sentence.index if sentence else 0
        before = article.quote(article.sentences[at - 1]) if at else ""
        return f"{before} {article.text[item.start : item.end]}".strip()
