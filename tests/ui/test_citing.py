"""A citation as text: what stands in it, and the link that opens the article at the quote."""

import pytest

from index import Article, CitationError
from ui.fragments import citation_link
from ui.page.citing import citation_text


def test_it_has_quote_source_and_link(article: Article) -> None:
    """Where the article has an address, the link opens it at the passage; without one there is none."""
    sentence = next(one for one in article.sentences if one.speaker)
    quote = article.quote(sentence)
    plain = citation_text(article, sentence.start, sentence.end)
    assert plain.startswith(f"“{quote}” ({sentence.speaker}")
    assert article.title in plain
    assert plain.endswith(")")
    there = article.model_copy(update={"url": "https://news.example/story?id=1"})
    link = citation_link(there, sentence.start, sentence.end)
    assert link.startswith("https://news.example/story?id=1#:~:text=")
    assert citation_text(there, sentence.start, sentence.end) == f"{plain} {link}"


@pytest.mark.parametrize("span", [(0, 0), (5, 2), (-1, 4), (0, 10**9)])
def test_a_span_that_is_none_is_an_error(article: Article, span: tuple[int, int]) -> None:
    """The page turns it into nothing copied."""
    with pytest.raises(CitationError):
        citation_text(article, *span)
