"""Questions and messages in, replies and the marked article out; knows nothing of Gradio.

It keeps nothing between two requests. What an answer cited travels with its message, as the answer's JSON, and is
checked against the article when it comes back.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from bot import Answer, ArticleBot
from index import Article, ArticleBotError
from ui.export import conversation_json, conversation_markdown
from ui.limits import QuestionLimit, too_many
from ui.page import strings
from ui.page.answer import answer_html, failure_html, welcome_html
from ui.page.article import marks_of, no_article_html, pane_html
from ui.page.feedback import Feedback
from ui.page.messages import (
    Message,
    Saved,
    SavedMessage,
    answer_of,
    cite_id,
    exchanges,
    history_of,
    read_cite_id,
    text_of,
)
from ui.render import unescape_markdown

_FILES = {
    "md": ("conversation.md", "text/markdown", conversation_markdown),
    "json": ("conversation.json", "application/json", conversation_json),
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the page shows for one question: the message, and the answer's JSON that travels with it."""

    html: str
    record: str = ""

    def message(self) -> dict[str, Any]:
        """The reply as a message of the conversation."""
        return {"role": "assistant", "content": self.html, "metadata": {"log": self.record} if self.record else {}}


@dataclass(frozen=True, slots=True)
class Restored:
    """A conversation that the browser had kept: its messages, and the article that was asked."""

    messages: list[dict[str, Any]]
    article: str


class Conversation:
    """The conversations of all readers: each request brings its own messages and article."""

    def __init__(self, bot: ArticleBot, article_id: str, limit: QuestionLimit | None = None) -> None:
        self._bot = bot
        self.article_id = article_id
        self._limit = limit or QuestionLimit(0)
        self._bots = lru_cache(maxsize=32)(self._bot_of)

    def replies(
        self, question: str, messages: Sequence[Message], article_id: str = "", client: str = ""
    ) -> Iterator[Reply]:
        """The reply to a question as it grows. Never raises: the reader must be able to go on."""
        try:
            if seconds := self._limit.wait(client):
                yield Reply(failure_html(too_many(seconds)))
                return
            yield from self._replies(question, messages, article_id or self.article_id)
        except ArticleBotError as error:
            yield Reply(failure_html(str(error)))
        except Exception:  # noqa: BLE001  # the outer edge: logged, and the reader can go on
            _log.exception("a question could not be answered")
            yield Reply(failure_html(strings.APOLOGY))

    def reply(self, question: str, messages: Sequence[Message], article_id: str = "", client: str = "") -> Reply:
        """The whole reply."""
        *_, last = self.replies(question, messages, article_id, client)
        return last

    def pane(self, messages: Sequence[Message] = (), article_id: str = "", active: str = "") -> str:
        """The article with what the conversation cites; `active` is a citation's id, or empty. Never raises."""
        try:
            article = self._bot.store.snapshot().article(article_id or self.article_id)
            found = read_cite_id(active)
            return pane_html(article, marks_of(article, self._answers(messages)), found[0] if found else None, active)
        except ArticleBotError as error:
            return no_article_html(str(error))

    def answered(self, messages: Sequence[Message], article_id: str = "") -> str:
        """The article after an answer: its first citation is the active one. Never raises."""
        try:
            last = len(answers := self._answers(messages)) - 1
        except ArticleBotError as error:
            return no_article_html(str(error))
        cites = bool(answers and (answer := answers[last]) and answer.citations)
        return self.pane(messages, article_id, cite_id(last, 1) if cites else "")

    def article_of(self, cite: object, messages: Sequence[Message]) -> str | None:
        """The id of the article that a citation of the conversation is from; None where there is no such citation.

        The id and the messages come from the browser: nothing in them is trusted.
        """
        found = read_cite_id(cite)
        if found is None:
            return None
        turn, number = found
        try:
            answer = dict(enumerate(self._answers(messages))).get(turn)
        except ArticleBotError:
            return None
        return answer.citations[number - 1].article if answer and 1 <= number <= len(answer.citations) else None

    def welcome(self, article_id: str = "") -> str:
        """What stands where no conversation is yet. Never raises."""
        try:
            return welcome_html(self._bots(article_id or self.article_id).starters())
        except ArticleBotError:  # the pane says what is wrong
            return welcome_html(())

    def restored(self, saved: object) -> Restored:
        """A conversation that the browser had kept, each answer checked against its article and shown anew."""
        kept = Saved.read(saved)
        try:
            articles = self._articles
        except ArticleBotError:
            return Restored([], self.article_id)
        article = kept.article if kept.article in articles else self.article_id
        return Restored(list(_shown_again(kept.messages, articles)), article)

    def saved(self, messages: Sequence[Message], kind: str) -> str:
        """The conversation as a file to keep: JSON of its name, type and text. Empty where there is nothing to save."""
        try:
            answers = [answer for answer in self._answers(messages) if answer]
            if not answers or kind not in _FILES:
                return ""
            name, content_type, write = _FILES[kind]
            return json.dumps({"name": name, "type": content_type, "text": write(answers, self._articles)})
        except ArticleBotError:
            return ""

    def opinion(self, feedback: Feedback, messages: Sequence[Message], sent: Mapping[str, Any]) -> str:
        """What becomes of feedback that the form sent."""
        try:
            return feedback.keep(sent, messages, self._articles)
        except ArticleBotError as error:
            return f'<p role="alert">{escape(str(error))}</p>'

    @property
    def _articles(self) -> Mapping[str, Article]:
        return self._bot.store.snapshot().articles()

    def _answers(self, messages: Sequence[Message]) -> list[Answer | None]:
        return [answer for _, answer in exchanges(messages, self._articles)]

    def _bot_of(self, article_id: str) -> ArticleBot:
        if list(self._bot.articles) == [article_id]:
            return self._bot
        self._bot.store.snapshot().record(article_id)
        return ArticleBot(self._bot.store, [article_id], settings=self._bot.settings)

    def _replies(self, question: str, messages: Sequence[Message], article_id: str) -> Iterator[Reply]:
        articles, bot = self._articles, self._bots(article_id)
        turn = sum(message.get("role") == "assistant" for message in messages)
        for answer in bot.stream({"question": question, "history": history_of(messages, articles)}):
            yield Reply(answer_html(answer, articles, turn), answer.model_dump_json())
        if not answer.abstained:
            asked = [*(text_of(message) for message in messages if message.get("role") == "user"), question]
            yield Reply(answer_html(answer, articles, turn, bot.follow_ups(answer, asked)), answer.model_dump_json())


def _shown_again(messages: Sequence[SavedMessage], articles: Mapping[str, Article]) -> Iterator[dict[str, Any]]:
    turn = 0
    for message in messages:
        if message.role == "user":
            yield {"role": "user", "content": unescape_markdown(message.text)}
        elif message.role == "assistant":
            yield _answered_again(message.record, articles, turn).message()
            turn += 1


def _answered_again(record: str, articles: Mapping[str, Article], turn: int) -> Reply:
    if answer := answer_of(record, articles):
        return Reply(answer_html(answer, articles, turn), record)
    return Reply(failure_html(strings.STALE if record else ""))
