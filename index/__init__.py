"""From a file to passages that can be found: article, sentences, chunks, Chroma, retriever. Knows nothing of chat."""

from index.article import Article, Citation, Paragraph, Section, Sentence, Speaker
from index.chroma import ArticleRecord, Progress
from index.embeddings import SentenceEmbeddings
from index.errors import ArticleBotError, ArticleNotFound, CitationError, ModelError, SourceError, StoreError
from index.load import load
from index.retriever import ArticleRetriever
from index.store import ArticleStore, Snapshot

__all__ = [
    "Article",
    "ArticleBotError",
    "ArticleNotFound",
    "ArticleRecord",
    "ArticleRetriever",
    "ArticleStore",
    "Citation",
    "CitationError",
    "ModelError",
    "Paragraph",
    "Progress",
    "Section",
    "Sentence",
    "SentenceEmbeddings",
    "Snapshot",
    "SourceError",
    "Speaker",
    "StoreError",
    "load",
]
