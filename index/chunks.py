"""Chunks: consecutive sentences of one section, as LangChain `Document`s.

Sizes are in the embedding model's tokens. A chunk is never larger than the model's window unless one sentence is;
a paragraph is kept whole where it fits.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal

from langchain_core.documents import Document

from index.article import Article, Sentence

CHUNKER = "chunks/1"
"""What made the chunks; part of the index manifest."""

Unit = Literal["chunk", "sentence"]


def chunk_documents(article: Article, size: Callable[[str], int], window: int) -> list[Document]:
    """The chunks of an article. Every sentence is in exactly one, in order; none crosses a section.

    `size(text)` is a text's length in tokens, `window` the most tokens that the embedding model reads.
    """
    sizes = [size(article.quote(sentence)) for sentence in article.sentences]
    return [
        unit_document(article, "chunk", group)
        for _, in_section in groupby(article.sentences, key=lambda sentence: sentence.section)
        for group in _pack(list(in_section), sizes, window)
    ]


def sentence_documents(article: Article) -> list[Document]:
    """One `Document` a sentence, with the same metadata as a chunk of that one sentence."""
    return [unit_document(article, "sentence", [sentence]) for sentence in article.sentences]


def unit_document(article: Article, unit: Unit, sentences: Sequence[Sentence]) -> Document:
    """The `Document` of consecutive sentences. Its id is unit, article hash and span; no two texts share one."""
    start, end = sentences[0].start, sentences[-1].end
    metadata: dict[str, Any] = {
        "unit": unit,
        "article": article.id,
        "sha256": article.sha256,
        "start": start,
        "end": end,
        "section": article.section_title(sentences[0].section) or "",
        "sentences": " ".join(f"{sentence.start}-{sentence.end}" for sentence in sentences),
    }
    identity = unit_id(unit, article.sha256, start, end)
    return Document(id=identity, page_content=article.text[start:end], metadata=metadata)


def unit_id(unit: Unit, sha256: str, start: int, end: int) -> str:
    """The id of a chunk or sentence: it follows from the text and the span, so adding twice stores once."""
    return f"{unit}:{sha256}:{start}-{end}"


def sentence_spans_of(chunk: Document) -> list[tuple[int, int]]:
    """Spans of the sentences of a chunk, in the article's text."""
    spans = (span.split("-") for span in str(chunk.metadata["sentences"]).split())
    return [(int(start), int(end)) for start, end in spans]


def _pack(sentences: list[Sentence], sizes: list[int], window: int) -> Iterator[list[Sentence]]:
    """Fill chunks paragraph by paragraph; break a paragraph only where it does not fit into what is left."""
    chunk: list[Sentence] = []
    used = 0
    for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph):
        paragraph = list(group)
        if chunk and used + sum(sizes[sentence.index] for sentence in paragraph) > window:
            yield chunk
            chunk, used = [], 0
        for sentence in paragraph:
            if chunk and used + sizes[sentence.index] > window:
                yield chunk
                chunk, used = [], 0
            chunk.append(sentence)
            used += sizes[sentence.index]
    if chunk:
        yield chunk
