"""A citation as text that can be pasted anywhere: the quote, who says it, where it stands, and a link to it."""

from bot.wording import source_of
from index import Article
from ui.fragments import citation_link


def citation_text(article: Article, start: int, end: int) -> str:
    """`“quote” (speaker · place. Title, publisher, date) link`. Raises `CitationError` for a span that is none."""
    citation = article.cite(start, end)
    published = f"{article.published.day} {article.published:%B %Y}" if article.published else ""
    work = ", ".join(filter(None, (article.title, article.publisher, published)))
    source = f"{source_of(article, citation.speaker, start)}. {work}"
    link = citation_link(article, start, end)
    return f"“{_plain(citation.quote)}” ({source})" + (f" {link}" if link else "")


def _plain(quote: str) -> str:
    return quote.replace("\n\n", " ")
