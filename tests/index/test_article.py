"""`Article` and `Citation`: a quote is the text at its span, or there is no citation."""

import copy
import pickle
from collections.abc import Callable
from operator import methodcaller
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index import Article, Citation, CitationError, SourceError, Speaker
from index.canonical import build
from index.markdown import read_markdown

MARKDOWN = "# The title\n\nBy Ann Lee\n\nFirst one. “Second” 😀 one.\n\n## Part\n\nThird one.\n\n## Empty"


@pytest.fixture(scope="module")
def article(write: Callable[[str, str], Article]) -> Article:
    return write("a", MARKDOWN)


# Citing


@given(st.data())
def test_a_citation_quotes_the_text_at_its_span(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Whatever the article and the span: the very characters, or `CitationError`."""
    try:
        article = build(read_markdown(data.draw(any_text)), "any")
    except SourceError:
        return
    size = len(article.text)
    start, end = data.draw(st.integers(-2, size + 2)), data.draw(st.integers(-2, size + 2))
    if 0 <= start < end <= size and article.text[start:end].strip():
        citation = article.cite(start, end)
        assert article.text[citation.start : citation.end] == citation.quote
        assert (citation.start, citation.end) == (start, end)
        assert 0 <= citation.paragraph < len(article.paragraphs)
    else:
        with pytest.raises(CitationError):
            article.cite(start, end)


@given(st.data())
def test_every_part_of_any_article_can_be_cited(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Each sentence's citation names the sentence's own paragraph and section."""
    try:
        article = build(read_markdown(data.draw(any_text)), "any")
    except SourceError:
        return
    for sentence in article.sentences:
        citation = article.cite(sentence.start, sentence.end)
        assert citation.quote == article.quote(sentence)
        assert citation.paragraph == sentence.paragraph
        assert citation.section == article.section_title(sentence.section)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (-3, 2), (-3, -1), (0, 10_000), (10_000, 10_001)])
def test_a_span_must_lie_in_the_text(article: Article, start: int, end: int) -> None:
    """Empty, backward and outlying spans are refused in words that name the article."""
    with pytest.raises(CitationError, match="article 'a'"):
        article.cite(start, end)


def test_white_space_is_no_quote(article: Article) -> None:
    """The blank line between two paragraphs says nothing."""
    end = article.paragraphs[0].end
    assert article.text[end : end + 2] == "\n\n"
    with pytest.raises(CitationError, match="white space"):
        article.cite(end, end + 2)


def test_a_heading_belongs_to_what_follows(article: Article) -> None:
    """A citation of a heading names its own section; the last heading, with nothing below, the paragraph before."""
    start = article.text.index("Part")
    assert article.cite(start, start + 4).section == "Part"
    last = article.text.index("Empty")
    assert article.cite(last, last + 5).paragraph == article.paragraphs[-1].index


def test_places(article: Article) -> None:
    """`sentence_at` finds the sentence that covers an offset, and only that."""
    third = article.text.index("Third")
    sentence = article.sentence_at(third + 3)
    assert sentence is not None
    assert article.quote(sentence) == "Third one."
    assert article.sentence_at(article.text.index("Part")) is None
    assert article.paragraph_at(0).kind == "title"
    assert article.paragraph_at(len(article.text) + 5) == article.paragraphs[-1]


# No other way to a citation


def forgeries(citation: Citation) -> list[Callable[[], Any]]:
    """Every public way of pydantic's and Python's to a citation with another quote."""
    values = {**citation.model_dump(), "quote": "We never said this."}
    return [
        lambda: Citation(**values),
        lambda: Citation.model_validate(values),
        lambda: Citation.model_validate_json(citation.model_dump_json()),
        lambda: Citation.model_construct(**values),
        lambda: citation.model_copy(update={"quote": "x"}),
        lambda: citation.copy(update={"quote": "x"}),  # pydantic's old way
        lambda: methodcaller("__replace__", quote="x")(citation),  # what copy.replace calls from Python 3.13
    ]


@pytest.mark.parametrize("way", range(7))
def test_only_an_article_makes_citations(article: Article, way: int) -> None:
    """Each other way ends in `CitationError`, with a true quote too."""
    with pytest.raises(CitationError):
        forgeries(article.cite(0, 3))[way]()


def test_a_citation_cannot_be_altered(article: Article) -> None:
    """It is frozen."""
    citation = article.cite(0, 3)
    with pytest.raises(ValidationError, match="frozen"):
        citation.quote = "x"


@pytest.mark.parametrize(
    "lie",
    [
        {"quote": "Tha"},
        {"start": 1},
        {"end": 4},
        {"end": 10_000},
        {"section": "Part"},
        {"paragraph": 2},
        {"speaker": "Ann"},
        {"article": "another"},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_citation_read_from_outside_is_compared_with_the_article(article: Article, lie: dict[str, Any]) -> None:
    """With the article at hand a true citation is read back as it was, and any lie in it is found."""
    citation = article.cite(0, 3, score=0.5)
    context = {"articles": {"a": article}}
    assert Citation.model_validate_json(citation.model_dump_json(), context=context) == citation
    with pytest.raises(CitationError):
        Citation.model_validate({**citation.model_dump(), **lie}, context=context)


def test_copies_and_pickles_are_the_citation_itself(article: Article) -> None:
    """Copying is allowed, for it alters nothing. A pickle is trusted, as the class says."""
    citation = article.cite(0, 3)
    assert copy.copy(citation) == copy.deepcopy(citation) == citation.model_copy(deep=True) == citation
    assert pickle.loads(pickle.dumps(citation)) == citation  # noqa: S301 - made in the line itself
    assert "pickle is trusted" in (Citation.__doc__ or "")


# Articles


def test_an_article_is_its_hash(article: Article) -> None:
    """A text that does not match its hash is no article, from JSON or as an altered copy."""
    forged = article.model_dump() | {"text": article.text.replace("First", "Worst")}
    with pytest.raises(ValidationError, match="sha256"):
        Article.model_validate(forged)
    with pytest.raises(ValidationError, match="sha256"):
        article.model_copy(update={"text": "x"})


def test_a_copy_works_out_its_own_places(article: Article) -> None:
    """What an article has worked out for look-ups is not carried over to a copy with other sentences."""
    at = article.text.index("Third")
    assert article.sentence_at(at) is not None
    shorter = article.model_copy(update={"sentences": article.sentences[:1]})
    assert shorter.sentence_at(at) is None


def test_an_article_without_paragraphs_cannot_be_cited(article: Article) -> None:
    """It says so."""
    bare = article.model_copy(update={"paragraphs": (), "sentences": ()})
    with pytest.raises(CitationError, match="no text to cite"):
        bare.cite(0, 3)


def test_who_speaks_is_a_speaker_of_the_article(article: Article) -> None:
    """A sentence cannot have a speaker whom the article does not know; one whom it knows is found by name."""
    known = Speaker(name="Ann", role="", start=0, end=3)
    sentence = article.sentences[0].model_copy(update={"speaker": "Ann"})
    with pytest.raises(ValidationError, match="'Ann' speaks"):
        article.model_copy(update={"sentences": (sentence, *article.sentences[1:])})
    told = article.model_copy(update={"sentences": (sentence, *article.sentences[1:]), "speakers": (known,)})
    assert told.speaker_named("Ann") == known
    assert told.speaker_named("Ben") is told.speaker_named(None) is None
    assert told.cite(sentence.start, sentence.end).speaker == "Ann"
