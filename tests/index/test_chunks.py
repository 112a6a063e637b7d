"""Chunks: consecutive sentences of one section, within the model's window."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index import Article, SentenceEmbeddings, SourceError
from index.canonical import build
from index.chunks import chunk_documents, sentence_documents, sentence_spans_of
from index.markdown import read_markdown


def words(text: str) -> int:
    return len(text.split())


def check_chunks(article: Article, size: object, window: int) -> None:
    """What holds for the chunks of every article."""
    assert callable(size)
    chunks = chunk_documents(article, size, window)
    spans = [span for chunk in chunks for span in sentence_spans_of(chunk)]
    assert spans == [(sentence.start, sentence.end) for sentence in article.sentences]
    sections = {(sentence.start, sentence.end): sentence.section for sentence in article.sentences}
    for chunk in chunks:
        start, end = chunk.metadata["start"], chunk.metadata["end"]
        assert chunk.page_content == article.text[start:end]
        inside = sentence_spans_of(chunk)
        assert (inside[0][0], inside[-1][1]) == (start, end)
        assert len({sections[span] for span in inside}) == 1
        assert chunk.metadata["section"] == (article.section_title(sections[inside[0]]) or "")
        assert size(chunk.page_content) <= window or len(inside) == 1
        assert (chunk.metadata["article"], chunk.metadata["sha256"]) == (article.id, article.sha256)
    units = [*chunks, *sentence_documents(article)]
    assert len({unit.id for unit in units}) == len(units)


@given(st.data())
def test_chunks_of_any_article(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Every sentence in exactly one chunk, in order; none crosses a section or exceeds the window; ids are unique."""
    try:
        article = build(read_markdown(data.draw(any_text)), "any")
    except SourceError:
        return
    check_chunks(article, words, data.draw(st.integers(1, 40)))


def test_chunks_of_the_shipped_article_fit_the_real_model(
    seed_article: Article, embeddings: SentenceEmbeddings
) -> None:
    """Measured by the model's own tokenizer, no chunk loses its end."""
    check_chunks(seed_article, embeddings.size, embeddings.window)


def test_a_paragraph_that_fits_is_kept_whole(seed_article: Article) -> None:
    """A chunk ends inside a paragraph only where the next sentence would not have fitted."""
    window = 60
    chunks = chunk_documents(seed_article, words, window)
    for one, two in pairwise(chunks):
        before, after = (
            seed_article.sentence_at(one.metadata["end"] - 1),
            seed_article.sentence_at(two.metadata["start"]),
        )
        assert before is not None
        assert after is not None
        if before.paragraph == after.paragraph:
            paragraph = seed_article.paragraphs[before.paragraph]
            assert words(seed_article.quote(paragraph)) > window
            assert words(one.page_content) + words(seed_article.quote(after)) > window


def test_a_sentence_longer_than_the_window_is_a_chunk_of_its_own() -> None:
    """It is not cut, and nothing is added to it."""
    article = build(read_markdown("Short one. Long " + "word " * 29 + "end. Short two.\n"), "x")
    chunks = chunk_documents(article, words, 10)
    assert [words(chunk.page_content) for chunk in chunks] == [2, 31, 2]


def test_ids_follow_from_text_and_span(seed_article: Article) -> None:
    """The same text gives the same ids under any article id; another text other ids."""
    renamed = seed_article.model_copy(update={"id": "other"})
    assert [d.id for d in sentence_documents(renamed)] == [d.id for d in sentence_documents(seed_article)]
    other = build(read_markdown("Another text."), seed_article.id)
    assert not {d.id for d in sentence_documents(other)} & {d.id for d in sentence_documents(seed_article)}
