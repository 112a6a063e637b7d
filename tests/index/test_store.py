"""`ArticleStore`: one contract, embedded and on a server."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, ArticleNotFound, ArticleStore, SentenceEmbeddings, SourceError, StoreError
from index.canonical import build
from index.chunks import sentence_documents
from index.markdown import read_markdown
from tests.index.stores import CATS, DOGS, Opener, Writer, held, made, one_line

# The contract


def test_an_article_comes_back_as_it_went_in(store: ArticleStore, scripted: Any, write: Writer) -> None:
    """Article, chunks, sentences, metadata and vectors."""
    article = write("cats", CATS)
    record = store.put(article, "cats.md", source_hash="h")
    assert (record.id, record.title, record.source, record.source_hash) == ("cats", "Cats", "cats.md", "h")
    assert (record.sentences, record.chunks) == tuple(map(len, reversed(made(article, scripted))))
    view = store.snapshot()
    assert view.article("cats") == article
    assert held(store, "cats") == made(article, scripted)
    sentences = sentence_documents(article)
    vectors = view.vectors([document.id or "" for document in reversed(sentences)])
    assert vectors[0].tolist() == pytest.approx(scripted.embed_query(sentences[-1].page_content))
    assert store.check() == []


def test_an_empty_index_has_nothing(store: ArticleStore) -> None:
    """Nothing to list, nothing wrong, and an unknown article is named with what there is."""
    assert store.snapshot().records == {}
    assert store.check() == []
    assert store.snapshot().documents("chunk", []) == []
    with pytest.raises(ArticleNotFound, match=r"no article 'cats' in the index \(there: none\)"):
        store.snapshot().article("cats")


def test_an_unknown_article_is_named_with_the_known(store: ArticleStore, write: Writer) -> None:
    """Whether it is read, searched or removed."""
    store.put(write("cats", CATS), "x")
    store.put(write("ants", DOGS), "x")
    for call in (
        lambda: store.snapshot().article("cows"),
        lambda: store.snapshot().documents("chunk", ["cows"]),
        lambda: store.snapshot().search([0.1] * 64, "chunk", ["cats", "cows"], 3),
        lambda: store.remove("cows"),
    ):
        with pytest.raises(ArticleNotFound, match=r"'cows' .*\(there: ants, cats\)"):
            call()


def test_adding_again_embeds_nothing(store_at: Opener, scripted: Any, write: Writer) -> None:
    """The same content is left alone: under its id, under another, and by another process."""
    first = store_at(scripted).put(write("cats", CATS), "x")
    scripted.calls.clear()
    assert store_at(scripted).put(write("cats", CATS), "elsewhere") == first
    assert store_at(scripted).put(write("copy", CATS), "elsewhere") == first
    assert scripted.calls == []
    assert list(store_at(scripted).snapshot().records) == ["cats"]


def test_two_articles_with_one_text_are_one(store: ArticleStore, write: Writer) -> None:
    """Units belong to a text: an article with the same text and other metadata does not take them from the first."""
    article = write("cats", CATS)
    store.put(article, "x")
    same = article.model_copy(update={"id": "copy", "url": "http://elsewhere.example"})
    assert store.put(same, "y").id == "cats"
    assert store.check() == []
    assert held(store, "cats")[0] != []


def test_an_article_is_replaced_under_its_id(store: ArticleStore, scripted: Any, write: Writer) -> None:
    """The new text is there whole, nothing of the old is found."""
    store.put(write("a", CATS), "x")
    article = write("a", DOGS)
    store.put(article, "x")
    assert store.snapshot().article("a") == article
    assert held(store, "a") == made(article, scripted)
    found = store.snapshot().search(scripted.embed_query("cat mat fish"), "sentence", ["a"], 50)
    assert all("at" not in document.page_content.split() for document, _ in found)
    assert len(found) == len(article.sentences)
    assert store.check() == []


def test_the_same_text_with_another_structure_is_replaced_whole(
    store: ArticleStore, scripted: Any, write: Writer
) -> None:
    """A line that became a heading is no sentence any more, though not one character of the text changed."""
    before = write("a", "# T\n\nLine\n\n- item\n\nThe body ends here. It does.")
    after = write("a", "# T\n\n## Line\n\n- item\n\nThe body ends here. It does.")
    assert before.text == after.text
    store.put(before, "x")
    store.put(after, "x")
    assert held(store, "a") == made(after, scripted)
    assert store.check() == []


def test_a_removed_article_is_gone(store: ArticleStore, write: Writer) -> None:
    """Its units too; the others stay; it can be added again."""
    store.put(write("cats", CATS), "x")
    store.put(write("dogs", DOGS), "x")
    store.remove("cats")
    assert list(store.snapshot().records) == ["dogs"]
    with pytest.raises(ArticleNotFound):
        store.snapshot().documents("chunk", ["cats"])
    assert store.check() == []
    store.put(write("cats", CATS), "x")
    assert store.snapshot().article("cats").title == "Cats"
    store.remove("cats")
    store.remove("dogs")
    assert (store.snapshot().records, store.check()) == ({}, [])


def test_a_search_stays_within_its_articles(store: ArticleStore, scripted: Any, write: Writer) -> None:
    """Best first, by cosine, and only from the articles named."""
    store.put(write("cats", CATS), "x")
    store.put(write("dogs", DOGS), "x")
    view = store.snapshot()
    question = scripted.embed_query("the dog ran to the park")
    assert {document.metadata["article"] for document, _ in view.search(question, "sentence", ["cats"], 50)} == {"cats"}
    both = view.search(question, "sentence", ["cats", "dogs"], 50)
    assert both[0][0].page_content == "The dog ran to the park."
    assert both[0][1] == pytest.approx(1, abs=1e-4)
    assert [score for _, score in both] == sorted((score for _, score in both), reverse=True)
    assert len(view.search(question, "sentence", ["cats", "dogs"], 2)) == 2


def test_a_missing_vector_is_named(store: ArticleStore, write: Writer) -> None:
    """Asked for a sentence that is not there, the index says so."""
    store.put(write("cats", CATS), "x")
    one_line(lambda: store.snapshot().vectors(["sentence:none:0-1"]), "1 sentences are missing", "add it again")


def test_another_model_rebuilds_and_never_mixes(
    store_at: Opener, scripted: Any, model_of: Any, write: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    """Opened with another fingerprint the index warns, keeps the articles, and embeds them all again."""
    for article_id, text in (("cats", CATS), ("dogs", DOGS)):
        store_at(scripted).put(write(article_id, text), f"{article_id}.md")
    other = model_of("scripted@2", window=8)
    with caplog.at_level(logging.WARNING):
        store = store_at(other)
        records = store.snapshot().records
    assert "rebuilding" in caplog.text
    assert {record.id: record.source for record in records.values()} == {"cats": "cats.md", "dogs": "dogs.md"}
    for article_id, text in (("cats", CATS), ("dogs", DOGS)):
        article = write(article_id, text)
        assert store.snapshot().article(article_id) == article
        assert held(store, article_id) == made(article, other)
    assert sum(other.calls) == sum(record.sentences + record.chunks for record in records.values())
    assert store.check() == []
    caplog.clear()
    assert list(store_at(other).snapshot().records) == ["cats", "dogs"]
    assert caplog.text == ""


def test_other_speaker_rules_rebuild(
    store_at: Opener, scripted: Any, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that was made before an article knew who speaks is read with its speakers, text and spans unchanged."""
    article = write("talk", "# Talk\n\nAnn Lee, a nurse, said that it rained. It was wet.")
    silent = tuple(sentence.model_copy(update={"speaker": None}) for sentence in article.sentences)
    with monkeypatch.context() as older:
        older.setattr("index.store.SPEAKERS", "speakers/0")
        store_at(scripted).put(article.model_copy(update={"sentences": silent, "speakers": ()}), "talk.md")
    assert [speaker.name for speaker in article.speakers] == ["Ann Lee"]
    assert store_at(scripted).snapshot().article("talk") == article


def test_progress_counts_units(store: ArticleStore, write: Writer) -> None:
    """From the first batch to the last."""
    seen: list[tuple[int, int]] = []
    article = write("long", "# T\n\n" + "\n\n".join(f"Sentence number {i} is here." for i in range(90)))
    record = store.put(article, "x", progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (record.sentences + record.chunks,) * 2
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_an_article_that_another_process_adds_is_seen(store_at: Opener, scripted: Any, write: Writer) -> None:
    """A store that is open follows the index."""
    reader = store_at(scripted)
    assert reader.snapshot().records == {}
    store_at(scripted).put(write("cats", CATS), "x")
    assert list(reader.snapshot().records) == ["cats"]
    store_at(scripted).remove("cats")
    assert reader.snapshot().records == {}


def damage(store: ArticleStore, scripted: Any) -> Iterator[Any]:
    """The collections underneath, to damage them as a disk or a stranger may."""
    from index.chroma import Collections

    with store._backend.write() as client:
        yield Collections(client, store.manifest, scripted)


@pytest.mark.parametrize("unit", [0, 1], ids=["chunk", "sentence"])
def test_check_finds_a_missing_unit(store_at: Opener, scripted: Any, write: Writer, unit: int) -> None:
    """By its number, with the article's id and what to do; removing and adding it mends it."""
    store = store_at(scripted)
    store.put(write("cats", CATS), "x")
    for collections in damage(store, scripted):
        collections._units.delete(ids=[made(write("cats", CATS), scripted)[unit][0].id])
    (line,) = store_at(scripted).check()
    assert line.startswith("cats: ")
    assert "add it again" in line
    store_at(scripted).remove("cats")
    store_at(scripted).put(write("cats", CATS), "x")
    assert store_at(scripted).check() == []


def test_check_finds_an_altered_unit(store_at: Opener, scripted: Any, write: Writer) -> None:
    """A sentence whose text is not the article's at its span."""
    store = store_at(scripted)
    store.put(write("cats", CATS), "x")
    document = sentence_documents(write("cats", CATS))[1]
    for collections in damage(store, scripted):
        collections._client.get_collection(collections._units._collection.name, embedding_function=None).update(
            ids=[document.id], documents=["The cat flew."], embeddings=[scripted.embed_query("x")]
        )
    (line,) = store_at(scripted).check()
    assert f"the sentence at {document.metadata['start']}" in line


@pytest.mark.parametrize("how", ["altered", "missing"])
def test_check_finds_a_lost_article(store_at: Opener, scripted: Any, write: Writer, how: str) -> None:
    """A text that is gone or does not match its hash is a line of `check`, and a `StoreError` when read."""
    store = store_at(scripted)
    store.put(write("cats", CATS), "x")
    for collections in damage(store, scripted):
        (identity,) = (one for one in collections._records.get(include=[])["ids"] if one.startswith("article:"))
        if how == "missing":
            collections._records.delete(ids=[identity])
        else:
            text = json.dumps(json.loads(write("cats", CATS).model_dump_json()) | {"text": "Forged."})
            collections._records.update(ids=[identity], embeddings=[[0.0]], metadatas=[{"json": text}])
    (line,) = store_at(scripted).check()
    assert line.startswith("cats: ")
    one_line(lambda: store_at(scripted).snapshot().article("cats"), "'cats'", "remove the article and add it again")


def test_articles_are_read_when_they_are_asked_for(store_at: Opener, scripted: Any, write: Writer) -> None:
    """One damaged article is no obstacle to the others; an unknown id is a KeyError, as of any mapping."""
    store = store_at(scripted)
    store.put(write("cats", CATS), "x")
    store.put(write("dogs", DOGS), "x")
    for collections in damage(store, scripted):
        (identity,) = (one for one in collections._records.get(include=[])["ids"] if one.startswith("article:cats"))
        collections._records.delete(ids=[identity])
    articles = store_at(scripted).snapshot().articles()
    assert list(articles) == ["cats", "dogs"]
    assert articles["dogs"] == write("dogs", DOGS)
    assert articles.get("birds") is None
    with pytest.raises(StoreError):
        articles["cats"]


# Any article


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_article_comes_back_from_chroma(
    any_text: st.SearchStrategy[str], model_of: Any, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Through the embedded Chroma and back, nothing of article, chunks, sentences or metadata changes."""
    try:
        article = build(read_markdown(data.draw(any_text)), data.draw(any_text) or "id")
    except SourceError:
        return
    model = model_of()
    store = ArticleStore(model, home=tmp_path_factory.mktemp("any"))
    store.put(article, data.draw(any_text))
    assert store.snapshot().article(article.id) == article
    assert held(store, article.id) == made(article, model)
    assert store.check() == []


def test_the_shipped_article_with_the_real_model(
    seed_store: ArticleStore, seed_article: Article, embeddings: SentenceEmbeddings
) -> None:
    """A question finds its sentence."""
    vector = embeddings.embed_query("How many workers has Amazon laid off in the last four months?")
    found = seed_store.snapshot().search(vector, "sentence", [seed_article.id], 3)
    assert any("30,000" in document.page_content for document, _ in found)
    assert seed_store.check() == []


def test_two_sources_of_one_name_are_two_articles(store_at: Opener, scripted: Any, write: Writer) -> None:
    """Also when both looked at the index before either had written: the id is chosen when it is written."""
    first, second = store_at(scripted), store_at(scripted)
    assert first.snapshot().records == second.snapshot().records == {}
    one = first.put(write("story", CATS), "a/story.md")
    other = second.put(write("story", DOGS), "b/story.md")
    assert one.id == "story"
    assert other.id.startswith("story-")
    assert store_at(scripted).snapshot().records.keys() == {one.id, other.id}
    assert second.put(write("story", CATS + " More."), "a/story.md").id == "story"


def test_a_text_is_kept_with_its_article(store: ArticleStore, store_at: Opener, scripted: Any, write: Writer) -> None:
    """Other processes see it; it goes with the article, and when that changes; others keep theirs."""
    store.put(write("cats", CATS), "c")
    store.put(write("dogs", DOGS), "d")
    for name in ("cats", "dogs"):
        store.attach(name, "note", f"about {name}")
    assert store.snapshot().attached("cats", "note") == "about cats"
    assert store.snapshot().attached("cats", "other") is None
    store_at(scripted).put(write("cats", CATS + "\n\nMore."), "c")
    assert store.snapshot().attached("cats", "note") is None
    assert store.snapshot().attached("dogs", "note") == "about dogs"
    store.remove("dogs")
    store.put(write("dogs", DOGS), "d")
    assert store.snapshot().attached("dogs", "note") is None
    assert store.check() == []
    with pytest.raises(ArticleNotFound):
        store.attach("cows", "note", "x")
