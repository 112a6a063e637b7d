"""Bots that a scripted model writes for, over one index and one reader."""

from typing import Any

from bot import Answer, ArticleBot
from bot.chat import Chat
from bot.readers import reader_of
from bot.settings import Settings
from index import Article
from tests.bot.model_server import ModelServer, Request, Script

KEY = "sk-very-secret-0123456789"
LINES = "openai:some-model"
"""A model of which nothing is known: it is asked for lines."""

EVERY_CLIENT = (LINES, "openai:gpt-4o-mini", "anthropic:some-model", "anthropic:claude-sonnet-4-6", "ollama:some-model")


class Writers:
    """Makes such bots."""

    def __init__(self, plain: ArticleBot, server: ModelServer) -> None:
        self.plain = plain
        self.server = server
        (self.article,) = plain.articles.values()
        self._models: dict[tuple[Any, ...], Any] = {}
        self._quotes: dict[str, Answer] = {}
        self._reader = reader_of(plain.settings.reader_model, plain.store.snapshot(), plain.store.embeddings)

    def bot(self, script: Script, model: str = LINES, **settings: Any) -> ArticleBot:
        """A bot whose model says what the script says. It waits for nothing between tries."""
        self.server.script = script
        given = Settings.load(**{"home": self.plain.settings.home, "model": model, **settings})
        key = (model, given.model_timeout, given.model_window)
        if key not in self._models:
            self._models[key] = Chat.open(given)._model
        chat = Chat(self._models[key], model, given, sleep=lambda _: None)
        return ArticleBot(
            self.plain.store, [self.article.id], settings=given, chat=chat, reader=lambda *_: self._reader
        )

    def quotes(self, question: str) -> Answer:
        """The extractive answer to a question."""
        if question not in self._quotes:
            self._quotes[question] = self.plain.ask(question)
        return self._quotes[question]

    def ask(self, question: str, script: Script, model: str = LINES, **settings: Any) -> Answer:
        """The answer to one question."""
        return self.bot(script, model, **settings).ask(question)


def number_of(request: Request, words: str) -> int:
    """The number of the sentence with some words, as the model is shown it."""
    return next(number for number, text in request.sentences.items() if words in text)


def quotes_are_the_articles(answer: Answer, article: Article) -> bool:
    """Whether every citation is the article's text at its span, and of that article."""
    return all(one.article == article.id and article.text[one.start : one.end] == one.quote for one in answer.citations)
