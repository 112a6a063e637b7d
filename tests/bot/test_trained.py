"""The trained reader on the shipped article and on questions that have nothing to do with it."""

from pathlib import Path

import pytest

from bot import ArticleBot, Settings
from bot.cross import CrossReader
from bot.reader import HybridReader
from bot.readers import SIMILARITY, reader_of
from bot.trained import TrainedReader, shipped_models
from index import ModelError


@pytest.fixture(scope="module")
def reader(bot: ArticleBot) -> TrainedReader:
    """Over the index of the bot."""
    return TrainedReader(bot.store.snapshot(), bot.store.embeddings)


def test_it_is_the_one_that_is_used(bot: ArticleBot) -> None:
    """Unless a setting names another."""
    view, embeddings = bot.store.snapshot(), bot.store.embeddings
    assert isinstance(reader_of(Settings.load().reader_model, view, embeddings), TrainedReader)
    assert isinstance(reader_of(str(shipped_models()), view, embeddings), TrainedReader)
    assert isinstance(reader_of(SIMILARITY, view, embeddings), HybridReader)
    assert isinstance(reader_of("some/cross-encoder", view, embeddings), CrossReader)


def test_no_chunks_no_evidence(reader: TrainedReader) -> None:
    """Nothing to read gives no evidence and no confidence."""
    reading = reader.read("Who?", [])
    assert (reading.evidence, reading.confidence) == ((), 0.0)


def test_evidence_is_ranked_and_holds_no_title(bot: ArticleBot, reader: TrainedReader) -> None:
    """Best first, each sentence once, scores between 0 and 1, the title left out."""
    (article,) = bot.articles.values()
    chunks = bot.store.snapshot().documents("chunk", [article.id])
    evidence = reader.read("Is Amazon determined to use AI for everything?", chunks).evidence
    scores = [item.score for item in evidence]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= min(scores) <= max(scores) <= 1
    assert {item.start for item in evidence} == {s.start for s in article.sentences if s.kind != "title"}


def test_the_same_question_gives_the_same_reading(bot: ArticleBot, reader: TrainedReader) -> None:
    """From another reader too, and in whatever order the chunks come."""
    (article,) = bot.articles.values()
    chunks = bot.store.snapshot().documents("chunk", [article.id])
    question = "What do the engineers think of the tools?"
    other = TrainedReader(bot.store.snapshot(), bot.store.embeddings)
    other.read("Who was laid off?", chunks[:3])
    assert other.read(question, chunks[::-1]) == reader.read(question, chunks)


@pytest.mark.parametrize("question", ["How do I bake bread?", "What is the capital of Peru?", "zzz qqq"])
def test_what_is_not_there_is_refused(bot: ArticleBot, question: str) -> None:
    """Questions about something else."""
    assert bot.ask(question).abstained


def test_a_cross_encoder_that_cannot_be_had_is_named(bot: ArticleBot, tmp_path: Path) -> None:
    """One line says which setting to change."""
    settings = bot.settings.model_copy(update={"reader_model": str(tmp_path)})
    with pytest.raises(ModelError, match="ARTICLE_BOT_READER_MODEL"):
        ArticleBot(bot.store, settings=settings).ask("Who wrote about the tools of the engineers?")
