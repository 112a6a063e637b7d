"""The bot as a whole, on the shipped article and on others."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from bot import Answer, AnswerError, ArticleBot, Evidence, HybridReader, QuestionError, Reading, Settings
from bot.chain import Input
from bot.steps import Steps
from bot.wording import REFUSAL
from index import Article, ArticleNotFound, ArticleRetriever, SourceError

FACT = "How many people has Amazon laid off?"
NOT_THERE = "What is the capital of France?"


def test_a_fact_is_answered_with_its_sentence(bot: ArticleBot) -> None:
    """The answer quotes the sentence that holds the number, verbatim at its span."""
    answer = bot.ask(FACT)
    article = bot.articles[answer.citations[0].article]
    assert any("30,000" in citation.quote for citation in answer.citations)
    assert all(article.text[c.start : c.end] == c.quote for c in answer.citations)
    assert [c.start for c in answer.citations] == sorted(c.start for c in answer.citations)


def test_who_wrote_it_is_answered_by_the_byline(bot: ArticleBot) -> None:
    """A question about the article itself finds its byline."""
    assert "Varsha Bansal" in bot.ask("Who wrote the article?").text


def test_a_refusal_offers_what_it_can(bot: ArticleBot) -> None:
    """A refusal says so, names the closest passage with its place, and offers two questions that are answered."""
    answer = bot.ask(NOT_THERE)
    assert answer.abstained
    assert answer.nearest is not None
    assert "byline" not in answer.nearest.place
    assert answer.text.startswith(REFUSAL)
    assert answer.nearest.place in answer.text
    article = bot.articles[answer.nearest.article]
    assert article.text[answer.nearest.start : answer.nearest.end] == answer.nearest.text
    assert len(answer.suggestions) == 2
    assert not any(bot.ask(question).abstained for question in answer.suggestions)


def test_the_same_question_gives_the_same_bytes(bot: ArticleBot) -> None:
    """Extractive answers are deterministic, also from a bot that is opened again on the same index."""
    again = ArticleBot.open(settings=bot.settings)
    for question in (FACT, NOT_THERE):
        assert bot.ask(question).model_dump_json() == again.ask(question).model_dump_json()


def test_a_follow_up_is_answered_with_its_history(bot: ArticleBot) -> None:
    """The history is part of the question."""
    history = [{"role": "user", "content": "Who is Dina?"}, {"role": "assistant", "content": "Dina was laid off."}]
    assert "Dina" in bot.ask("When did she join?", history).standalone


def test_every_way_to_run_it_gives_the_same(bot: ArticleBot) -> None:
    """invoke, batch, stream, ainvoke and astream agree; the last value of a stream is the answer."""
    answer = bot.invoke(FACT)
    asked: list[Input] = [FACT, {"question": FACT, "history": []}]
    assert bot.batch(asked) == [answer, answer]
    assert list(bot.stream(FACT))[-1] == answer
    assert asyncio.run(bot.ainvoke(FACT)) == answer

    async def streamed() -> list[Answer]:
        return [value async for value in bot.astream(FACT)]

    assert asyncio.run(streamed()) == list(bot.stream(FACT))


def test_a_stream_grows_claim_by_claim(bot: ArticleBot) -> None:
    """Each value of a stream is a whole answer that begins the next one."""
    values = list(bot.stream("What did workers say about surveillance and dashboards?"))
    assert [len(value.claims) for value in values] == list(range(1, len(values[-1].claims) + 1))
    assert all(values[-1].text.startswith(value.text) for value in values)


def test_it_stands_in_a_larger_chain(bot: ArticleBot) -> None:
    """The bot is a Runnable like any other."""
    chain = RunnableLambda(lambda text: {"question": text}) | bot | (lambda answer: answer.abstained)
    assert chain.invoke(NOT_THERE) is True


@pytest.mark.parametrize("question", ["", "   ", "\u200b\x00"])
def test_an_empty_question_is_told(bot: ArticleBot, question: str) -> None:
    """A question without a visible character is an error of one line."""
    with pytest.raises(QuestionError, match="empty"):
        bot.ask(question)


def test_a_question_that_is_too_long_is_told(bot: ArticleBot) -> None:
    """The limit holds, and the error says what it is."""
    with pytest.raises(QuestionError, match="100000 characters; at most 2000"):
        bot.ask("x" * 100_000)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(min_size=1, max_size=200), said=st.lists(st.text(max_size=80), max_size=4))
def test_any_question_gets_an_answer_that_holds(bot: ArticleBot, question: str, said: list[str]) -> None:
    """Whatever is asked, after whatever was said: a verified answer, a refusal, or an error of one line."""
    history = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(said)]
    try:
        answer = bot.ask(question, history)
    except QuestionError as error:
        assert "\n" not in str(error)
        return
    articles = bot.articles
    assert answer.text
    assert all(articles[c.article].text[c.start : c.end] == c.quote for c in answer.citations)


def test_another_article_by_its_path(tmp_path: Path) -> None:
    """A path is indexed when it is new, found again by content and by id, and asked alone."""
    path = tmp_path / "tides.md"
    path.write_text("# Tides\n\nThe moon raises the tides. A harbour in Fundy sees sixteen metres of them.\n")
    own = Settings.load(home=tmp_path / "home")
    bot = ArticleBot.open(str(path), settings=own)
    assert list(bot.articles) == ["tides"]
    assert "sixteen metres" in bot.ask("How high are the tides in Fundy?").text
    assert list(ArticleBot.open("tides", settings=own).articles) == ["tides"]
    assert list(ArticleBot(bot.store, settings=own).articles) == ["tides"]


def test_two_files_of_one_name_are_two_articles(tmp_path: Path) -> None:
    """A second file with the same name does not replace the first."""
    own = Settings.load(home=tmp_path / "home")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.txt").write_text(f"The note in folder {folder} is short. It ends here.")
    first = ArticleBot.open(str(tmp_path / "a" / "note.txt"), settings=own)
    second = ArticleBot.open(str(tmp_path / "b" / "note.txt"), settings=own)
    assert len(second.store.snapshot().records) == 2
    assert list(first.articles) != list(second.articles)


def test_a_changed_file_replaces_its_article(tmp_path: Path) -> None:
    """The same path with another text is the same article, anew; a bot that was open sees it."""
    path = tmp_path / "note.txt"
    own = Settings.load(home=tmp_path / "home")
    path.write_text("The gate opens at nine in the morning. Dogs are welcome there.")
    bot = ArticleBot.open(str(path), settings=own)
    assert "nine" in bot.ask("When does the gate open?").text
    path.write_text("The gate opens at noon every day. Dogs are welcome there.")
    ArticleBot.open(str(path), settings=own)
    assert "noon" in bot.ask("When does the gate open?").text


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """Neither an id nor a file, or a file without text: one line."""
    own = Settings.load(home=tmp_path / "home")
    (tmp_path / "empty.md").write_text("")
    with pytest.raises(ArticleNotFound, match="neither an article"):
        ArticleBot.open("no-such-thing", settings=own)
    with pytest.raises(SourceError):
        ArticleBot.open(str(tmp_path / "empty.md"), settings=own)


class _FirstSentence:
    """A reader that believes the first sentence it is shown."""

    threshold = 0.5

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        first = min(chunks, key=lambda chunk: chunk.metadata["start"])
        start, end = map(int, str(first.metadata["sentences"]).split()[0].split("-"))
        return Reading((Evidence(first.metadata["article"], start, end, 1.0),), 1.0)


def test_another_reader_can_take_its_place(bot: ArticleBot) -> None:
    """Any object with the `Reader` protocol decides what is quoted."""
    other = ArticleBot(bot.store, settings=bot.settings, reader=lambda view, store: _FirstSentence())
    answer = other.ask("anything at all")
    assert len(answer.citations) == 1
    assert answer.confidence == 1.0


class _Byline:
    """A reader that finds the byline nearest, and then the first sentence of the body, and trusts neither."""

    threshold = 0.5
    fingerprint = "byline"

    def __init__(self, article: Article) -> None:
        first = [next(s for s in article.sentences if s.kind == kind) for kind in ("byline", "body")]
        self._evidence = tuple(Evidence(article.id, s.start, s.end, 0.2 - n / 10) for n, s in enumerate(first))

    def read(self, question: str, chunks: Sequence[Document]) -> Reading:
        return Reading(self._evidence, 0.1)


def test_a_refusal_points_at_what_the_article_tells(bot: ArticleBot) -> None:
    """A byline may come nearest by its words; the passage that is named is one of the text."""
    (article,) = bot.articles.values()
    answer = ArticleBot(bot.store, settings=bot.settings, reader=lambda *_: _Byline(article)).ask("Who sails?")
    assert answer.nearest is not None
    assert answer.nearest.start == next(s.start for s in article.sentences if s.kind == "body")


def test_an_answer_that_does_not_verify_is_not_given(bot: ArticleBot) -> None:
    """The last step stops an answer that says what its quotes do not, however it came about."""
    view = bot.store.snapshot()
    steps = Steps(
        ArticleRetriever.of(bot.store),
        HybridReader(view, bot.store.embeddings),
        view,
        tuple(view.records),
        bot.settings,
    )
    with pytest.raises(AnswerError, match="did not verify"):
        steps.verify(bot.ask(FACT).model_copy(update={"text": "Amazon laid off nobody."}))


def test_the_threshold_is_a_setting(bot: ArticleBot) -> None:
    """At 1 everything is refused, at 0 nothing is."""
    strict, lax = (ArticleBot(bot.store, settings=Settings.load(home=bot.settings.home, threshold=t)) for t in (1, 0))
    assert strict.ask(FACT).abstained
    assert not lax.ask(NOT_THERE).abstained
