"""`ArticleRetriever`: LangChain's own contract, and what fusing two rankings gives."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from index import Article, ArticleNotFound, ArticleRetriever, ArticleStore
from index.chunks import chunk_documents
from index.retriever import RRF_K, fuse

Writer = Callable[[str, str], Article]

CATS = "# Cats\n\n## Mats\n\nThe cat sat on the mat.\n\n## Food\n\nCats eat fish.\n\n## Sleep\n\nThey sleep all day."
DOGS = "# Dogs\n\n## Parks\n\nThe dog ran to the park.\n\n## Food\n\nDogs eat bones.\n\n## Noise\n\nThey bark all day."


@pytest.mark.anyio
class TestContract(RetrieversIntegrationTests):
    """What every LangChain retriever must do, on the shipped article with the real model."""

    @pytest.fixture(autouse=True)
    def _indexed(self, seed_store: ArticleStore) -> None:
        self.store = seed_store

    @pytest.fixture
    def anyio_backend(self) -> str:
        """The loop that LangChain's asynchronous tests run on."""
        return "asyncio"

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        """Ours."""
        return ArticleRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        """The index as it stands."""
        return {"store": self.store, "view": self.store.snapshot()}

    @property
    def retriever_query_example(self) -> str:
        """A question of the article."""
        return "How does Amazon track the use of AI?"


@pytest.fixture
def store(scripted: Any, tmp_path: Any, write: Writer) -> ArticleStore:
    store = ArticleStore(scripted, home=tmp_path / "index")
    store.put(write("cats", CATS), "x")
    store.put(write("dogs", DOGS), "x")
    return store


def found(retriever: ArticleRetriever, question: str) -> list[tuple[str, str]]:
    return [(document.metadata["article"], document.page_content) for document in retriever.invoke(question)]


def test_the_best_chunk_is_first(store: ArticleStore) -> None:
    """Near in words and in meaning."""
    assert found(ArticleRetriever.of(store), "Where did the dog run? The park?")[0] == (
        "dogs",
        "The dog ran to the park.",
    )


def test_a_result_is_a_chunk_with_a_score(store: ArticleStore, scripted: Any, write: Writer) -> None:
    """Id, text and metadata are those of the index; the score falls; the chunks of the store are not touched."""
    results = ArticleRetriever.of(store).invoke("cats eat fish")
    known = {
        c.id: c for text in (("cats", CATS), ("dogs", DOGS)) for c in chunk_documents(write(*text), scripted.size, 20)
    }
    for result in results:
        metadata = dict(result.metadata)
        assert 0 < metadata.pop("score") <= round(2 / (RRF_K + 1), 6)
        assert (result.page_content, metadata) == (known[result.id].page_content, known[result.id].metadata)
    scores = [result.metadata["score"] for result in results]
    assert scores == sorted(scores, reverse=True)
    assert len({result.id for result in results}) == len(results) == len(known)


def test_a_search_can_be_limited_to_articles(store: ArticleStore) -> None:
    """To one, to both, to all; an unknown one is an error."""
    question = "The dog ran to the park."
    assert {article for article, _ in found(ArticleRetriever.of(store, ["cats"]), question)} == {"cats"}
    both = found(ArticleRetriever.of(store, ["cats", "dogs"]), question)
    assert {article for article, _ in both} == {"cats", "dogs"}
    assert both == found(ArticleRetriever.of(store), question)
    with pytest.raises(ArticleNotFound, match="cows"):
        ArticleRetriever.of(store, ["cows"]).invoke(question)


@pytest.mark.parametrize("question", ["the of and it", "?!…", "zebra quantum", "😀", "\x00", "“"])
def test_a_question_without_a_known_word_gives_the_nearest(store: ArticleStore, question: str) -> None:
    """Words say nothing, meaning still ranks."""
    assert len(ArticleRetriever.of(store, k=3).invoke(question)) == 3


@pytest.mark.parametrize("question", ["", " \n\t"])
def test_no_question_finds_nothing(store: ArticleStore, scripted: Any, question: str) -> None:
    """Nothing is embedded for it."""
    assert ArticleRetriever.of(store).invoke(question) == []


def test_an_empty_index_finds_nothing(scripted: Any, tmp_path: Any) -> None:
    """It is no error to have no article yet."""
    assert ArticleRetriever.of(ArticleStore(scripted, home=tmp_path / "empty")).invoke("cat") == []


def test_the_same_question_gives_the_same_chunks(
    seed_store: ArticleStore, seed_article: Article, tmp_path: Any
) -> None:
    """From one retriever twice, from another one, and from another index of the same article."""
    question = "What did Sarah say about training the AI?"
    first = ArticleRetriever.of(seed_store)
    again = ArticleStore(seed_store.embeddings, home=tmp_path / "again")
    again.put(seed_article, "elsewhere")
    results = first.invoke(question)
    assert results == first.invoke(question)
    assert results == ArticleRetriever.of(seed_store).invoke(question)
    assert results == ArticleRetriever.of(again).invoke(question)
    assert any("Sarah" in document.page_content for document in results[:3])


# Fusion


def test_ranks_are_fused_by_their_reciprocals() -> None:
    """Worked by hand: first and third is a little more than second twice."""
    scores = fuse([["a", "b", "c"], ["d", "b", "a"]])
    assert scores["b"] == pytest.approx(2 / 62)
    assert scores["a"] == pytest.approx(1 / 61 + 1 / 63)
    assert scores["d"] == pytest.approx(1 / 61)
    assert scores["c"] == pytest.approx(1 / 63)
    assert sorted(scores, key=lambda item: -scores[item]) == ["a", "b", "d", "c"]
    assert fuse([]) == {}


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=3), st.integers(0, 9))
def test_fusion_rewards_rank_and_agreement(rankings: list[list[int]], item: int) -> None:
    """All items are there; each ranking that has an item adds to its score; order of rankings does not matter."""
    scores = fuse(rankings)
    assert set(scores) == {one for ranking in rankings for one in ranking}
    more = fuse([*rankings, [item]])
    assert more[item] > scores.get(item, 0)
    assert fuse(rankings[::-1]) == pytest.approx(scores)
