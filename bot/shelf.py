"""What a reader keeps in memory of some articles, and the sentences of retrieved chunks that it scores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document

from bot.features import words_of
from index import Snapshot
from index.chunks import sentence_spans_of, unit_id
from index.lexical import LexicalIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

ARTICLE_SETS = 32
"""How many sets of articles keep their vectors and BM25 index in memory."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence to be scored: where it stands, and the number of its chunk."""

    id: str
    article: str
    start: int
    end: int
    text: str
    chunk: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is kept in memory of some articles: vectors of their sentences, then of their chunks, by row."""

    rows: dict[str, int]
    vectors: "NDArray[Any]"
    lexicon: LexicalIndex
    words: frozenset[str]


def read_shelf(view: Snapshot, articles: frozenset[str]) -> Shelf:
    """The shelf of some articles of the index."""
    names = sorted(articles)
    sentences = view.documents("sentence", names)
    ids = [document.id or "" for document in [*sentences, *view.documents("chunk", names)]]
    return Shelf(
        rows={identity: row for row, identity in enumerate(ids)},
        vectors=view.vectors(ids),
        lexicon=LexicalIndex([sentence.page_content for sentence in sentences]),
        words=words_of_articles(view, names),
    )


def words_of_articles(view: Snapshot, names: Sequence[str]) -> frozenset[str]:
    """The words of some articles, for telling which names of a question they lack."""
    return words_of([view.article(name).text for name in names])


def in_order(chunks: Sequence[Document]) -> list[Document]:
    """Chunks in reading order, article by article."""
    return sorted(chunks, key=lambda chunk: (chunk.metadata["article"], chunk.metadata["start"]))


def candidates_of(view: Snapshot, ordered: Sequence[Document]) -> list[Candidate]:
    """The sentences of some chunks, without titles.

    A title resembles every question about its article and answers none (one of 4,143 marked sentences).
    """
    found = (candidate for number, chunk in enumerate(ordered) for candidate in _sentences(chunk, number))
    return [candidate for candidate in found if not _is_title(view, candidate)]


def _is_title(view: Snapshot, candidate: Candidate) -> bool:
    sentence = view.article(candidate.article).sentence_at(candidate.start)
    return sentence is not None and sentence.kind == "title"


def _sentences(chunk: Document, number: int) -> Iterator[Candidate]:
    article, sha256, first = (chunk.metadata[name] for name in ("article", "sha256", "start"))
    for start, end in sentence_spans_of(chunk):
        text = chunk.page_content[start - first : end - first]
        yield Candidate(unit_id("sentence", sha256, start, end), article, start, end, text, number)
