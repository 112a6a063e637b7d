"""The error tree. Every error a user can cause is an `ArticleBotError` whose text names the cause and the way out.

    ArticleBotError
    ├── SourceError      a file or address cannot become an article
    ├── CitationError    a span or quote does not belong to the article
    ├── ModelError       a model is missing, unreadable or not the one expected
    └── StoreError       the index cannot be opened, read or written
        └── ArticleNotFound

Errors of the libraries underneath stop at the module that uses the library and continue as one of these.
"""


class ArticleBotError(Exception):
    """Base of every error that has a one-line explanation for the user."""


class SourceError(ArticleBotError):
    """A file or address cannot be read as an article."""


class CitationError(ArticleBotError):
    """A span lies outside the article, or a quote is not the text at its span."""


class ModelError(ArticleBotError):
    """A model is missing, unreadable, or not the one whose hash was expected."""


class StoreError(ArticleBotError):
    """The index cannot be opened, read or written."""


class ArticleNotFound(StoreError):
    """No article with that id is in the index."""
