"""The chat page: the conversation at the left, the article with the cited passages at the right.

The page keeps nothing between two requests. What an answer cited travels with its message, as the answer's JSON, and is
checked against the article when it comes back.
"""

import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot import Answer, ArticleBot, Turn
from index import Article, ArticleBotError
from ui.limits import QuestionLimit, too_many
from ui.quiet import SWITCHES
from ui.render import answer_markdown, article_html, escape_markdown, unescape_markdown

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

STARTERS = (
    "What is the article about?",
    "Who wrote the article?",
    "When was it published?",
    "Where was it published?",
    "What is the title of the article?",
)
APOLOGY = (
    "Something went wrong here, and the question could not be answered. Ask again; the server's log has the cause."
)

_AT_ONCE = 8  # questions answered at the same time: a slow one must not hold up another reader's
_WELCOME = "### Ask the article\nEvery sentence of an answer is the article's own, with its place."
_log = logging.getLogger(__name__)
_CITE_ID = re.compile(r"cite-([0-9]{1,6})-([0-9]{1,6})")

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the page shows for one question: the message, what travels with it, and the article (None: unchanged)."""

    markdown: str
    record: str = ""
    options: tuple[str, ...] = ()
    article: str | None = None


class Conversation:
    """Questions and messages in, replies and the marked article out; knows nothing of Gradio."""

    def __init__(self, bot: ArticleBot, article_id: str, limit: QuestionLimit | None = None) -> None:
        self._bot = bot
        self._article_id = article_id
        self._limit = limit or QuestionLimit(0)

    def reply(self, question: str, messages: Sequence[Message], client: str = "") -> Reply:
        """The reply to a question. Never raises: an exception here would leave the text box disabled for good."""
        try:
            if seconds := self._limit.wait(client):
                return Reply(escape_markdown(too_many(seconds)))
            return self._reply(question, messages)
        except ArticleBotError as error:
            return Reply(escape_markdown(str(error)))
        except Exception:  # noqa: BLE001  # the outer edge: logged, and the reader can go on
            _log.exception("a question could not be answered")
            return Reply(APOLOGY)

    def article(self) -> str:
        """The article without marks."""
        return article_html(self._bot.articles[self._article_id])

    def starters(self, most: int = 3) -> list[str]:
        """Questions to begin with: general ones that this article answers."""
        answered = (question for question in STARTERS if not self._bot.ask(question).abstained)
        return list(islice(answered, most))

    def cited(self, cite_id: object, messages: Sequence[Message]) -> str | None:
        """The article with the citations of an earlier answer; None where there is no such citation.

        The id and the messages come from the browser: nothing in them is trusted.
        """
        found = _CITE_ID.fullmatch(cite_id) if isinstance(cite_id, str) else None
        if not found:
            return None
        turn, number = int(found[1]), int(found[2])
        records = [message for message in messages if message.get("role") == "assistant"]
        articles = self._bot.articles
        answer = _recorded(records[turn], articles) if turn < len(records) else None
        if answer is None or not 1 <= number <= len(answer.citations):
            return None
        return _marked(answer, articles, turn, number)

    def _reply(self, question: str, messages: Sequence[Message]) -> Reply:
        articles = self._bot.articles
        answer = self._bot.ask(question, _history(messages, articles))
        turn = sum(message.get("role") == "assistant" for message in messages)
        return Reply(
            markdown=answer_markdown(answer, articles, turn),
            record=answer.model_dump_json(),
            options=answer.suggestions,
            article=self.article() if answer.abstained else _marked(answer, articles, turn, 1),
        )


def _marked(answer: Answer, articles: Mapping[str, Article], turn: int, number: int) -> str:
    return article_html(articles[answer.citations[number - 1].article], answer.citations, turn, number)


def _history(messages: Sequence[Message], articles: Mapping[str, Article]) -> list[Turn]:
    """What was asked and answered, as plain text. A question that got no answer is left out."""
    turns: list[Turn] = []
    asked = ""
    for message in messages:
        if message.get("role") == "user":
            asked = _text(message)
        elif answer := _recorded(message, articles):
            turns += [Turn(role="user", content=asked), Turn(role="assistant", content=answer.text)]
    return turns


def _text(message: Message) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(str(block.get("text") or "") for block in content if isinstance(block, Mapping))


def _recorded(message: Message, articles: Mapping[str, Article]) -> Answer | None:
    """The answer that travels with a message; None where there is none, or it is not true of the articles."""
    record = (message.get("metadata") or {}).get("log")
    if not isinstance(record, str) or not record:
        return None
    try:
        return Answer.read(record, articles)
    except ArticleBotError:  # the article has changed since, or the browser sent something else
        return None


def build_page(bot: ArticleBot, article_id: str, limit: QuestionLimit | None = None) -> "gr.Blocks":
    """The page as Gradio blocks; `mount_page` serves them."""
    os.environ.update(SWITCHES)  # Gradio reads its telemetry switches while it is imported
    import gradio as gr

    talk = Conversation(bot, article_id, limit)

    def answer(message: str, history: list[dict[str, Any]], request: gr.Request) -> tuple[gr.ChatMessage, Any]:
        reply = talk.reply(message, history, request.client.host if request.client else "")
        said = gr.ChatMessage(
            content=reply.markdown,
            metadata={"log": reply.record} if reply.record else {},
            options=[{"value": option} for option in reply.options],
        )
        return said, gr.skip() if reply.article is None else reply.article

    def cite(history: list[dict[str, Any]], event: gr.EventData) -> Any:
        article = talk.cited(getattr(event, "id", None), history)
        return gr.skip() if article is None else article

    page: gr.Blocks = gr.Blocks(title="article-bot", fill_width=True, fill_height=True, analytics_enabled=False)
    with page:
        article = gr.HTML(html_template="${value}", js_on_load=_file("page.js"), render=False)
        gr.HTML(_header(), js_on_load=None, elem_id="masthead")
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=5, min_width=340, elem_id="talk"):
                chat = _chat(answer, article, talk.starters())
            with gr.Column(scale=6, min_width=340, elem_id="source"):
                article.render()  # type: ignore[no-untyped-call]
        article.cite(cite, chat.chatbot, article, api_visibility="private", queue=False, show_progress="hidden")
        page.load(talk.article, None, article, api_visibility="private", queue=False, show_progress="hidden")
        for changed in (chat.chatbot.clear, chat.chatbot.undo):
            changed(talk.article, None, article, api_visibility="private", queue=False, show_progress="hidden")
    return page


def mount_page(app: "FastAPI", page: "gr.Blocks") -> None:
    """Put the page at the root of an application; routes that it has already go before.

    The page fetches nothing from elsewhere (the fonts are the reader's own) and records nothing.
    """
    import gradio as gr

    sans = ["ui-sans-serif", "system-ui", "sans-serif"]
    mono = ["ui-monospace", "monospace"]
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=gr.themes.Soft(primary_hue="teal", neutral_hue="stone", font=sans, font_mono=mono),
        css=_file("page.css"),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
    )


def _chat(answer: Any, article: "gr.HTML", starters: list[str]) -> "gr.ChatInterface":
    import gradio as gr

    chatbot = gr.Chatbot(
        label="Conversation",
        show_label=False,
        container=False,
        buttons=["copy"],
        layout="bubble",
        latex_delimiters=[],
        feedback_options=None,
        placeholder=_WELCOME,
        elem_id="chatbot",
    )
    _show_questions_as_text(chatbot)
    textbox = gr.Textbox(
        label="Your question", placeholder="Ask about the article", submit_btn="Ask", autofocus=True, elem_id="question"
    )
    return gr.ChatInterface(
        answer,
        chatbot=chatbot,
        textbox=textbox,
        additional_outputs=[article],
        examples=starters,
        cache_examples=False,
        flagging_mode="never",
        analytics_enabled=False,
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=_AT_ONCE,
    )


def _show_questions_as_text(chatbot: "gr.Chatbot") -> None:
    """Let a chatbot show what the reader wrote as text: Gradio would read it as Markdown and HTML.

    The methods are set on the one chatbot: beside the source of a subclass Gradio would write a stub file.
    """
    to_browser, from_browser = chatbot.postprocess, chatbot.preprocess

    def postprocess(value: Any) -> Any:
        return _questions(to_browser(value), escape_markdown)

    def preprocess(payload: Any) -> Any:
        return from_browser(_questions(payload, unescape_markdown) if payload else payload)

    chatbot.postprocess = postprocess  # type: ignore[method-assign]
    chatbot.preprocess = preprocess  # type: ignore[method-assign]


def _questions(data: Any, change: Callable[[str], str]) -> Any:
    """The conversation with the reader's texts changed."""
    root = []
    for message in data.root:
        if message.role == "user":
            content = [
                part.model_copy(update={"text": change(part.text)}) if part.type == "text" else part
                for part in message.content
            ]
            message = message.model_copy(update={"content": content})
        root.append(message)
    return data.model_copy(update={"root": root})


def _header() -> str:
    return "<header><h1>article-bot</h1><p>Ask an article. It answers with its own words.</p></header>"


def _file(name: str) -> str:
    return (files("ui") / name).read_text(encoding="utf-8")
