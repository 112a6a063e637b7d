"""The page's components and what moves between them. The conversation itself knows nothing of this."""

import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread

from bot import ArticleBot
from index import ArticleBotError
from ui.limits import QuestionLimit
from ui.page import strings
from ui.page.chatbot import make_chatbot
from ui.page.citing import citation_text
from ui.page.conversation import Conversation
from ui.page.feedback import Feedback
from ui.page.header import header_html
from ui.page.messages import text_of
from ui.page.shelf import Shelf
from ui.quiet import SWITCHES
from ui.render import unescape_markdown

os.environ.update(SWITCHES)  # Gradio asks at import time
import gradio as gr

if TYPE_CHECKING:
    from fastapi import FastAPI

Messages = list[dict[str, Any]]
Shown = tuple[Any, ...]  # of the conversation, the text box and the pane, as Gradio takes it

_AT_ONCE = 8  # questions answered at the same time: a slow one must not hold up another reader's
_THREADS = 32  # of ours, for questions: one that was stopped keeps its thread until the bot gives it back
_QUIET: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}
_ANSWERING: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": _AT_ONCE,
    "concurrency_id": "answers",
}


def build_page(bot: ArticleBot, article_id: str, limit: QuestionLimit | None = None) -> gr.Blocks:
    """The page about the indexed articles; `article_id` is the one that it opens with."""
    page: gr.Blocks = gr.Blocks(title=strings.NAME, fill_width=True, fill_height=True, analytics_enabled=False)
    with page:
        _Page(Conversation(bot, article_id, limit), bot).wire(page)
    return page


def mount_page(app: "FastAPI", page: gr.Blocks, most_bytes: int) -> None:
    """Put the page at the root of an application; routes that it has already go before.

    The page fetches nothing from elsewhere (the fonts are the reader's own) and records nothing. `most_bytes` of a file
    can be sent to it, and it reads no file but those that were sent.
    """
    sans = ["ui-sans-serif", "system-ui", "sans-serif"]
    mono = ["ui-monospace", "monospace"]
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=gr.themes.Soft(primary_hue="teal", neutral_hue="stone", font=sans, font_mono=mono),
        css=_file("style.css"),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        max_file_size=most_bytes,
    )
    # Unless it holds itself launched, Gradio lets a request name any file of this machine as one that was sent.
    page.has_launched = True


class _Page:
    """The components, and the functions that Gradio calls."""

    def __init__(self, talk: Conversation, bot: ArticleBot) -> None:
        self._talk = talk
        self._bot = bot
        self._threads = CapacityLimiter(_THREADS)
        self._feedback = Feedback(bot.settings)
        self._shelf = Shelf(bot, talk.article_id)
        self.file = gr.Textbox(visible=False)
        self.chosen = gr.Textbox(talk.article_id, visible=False)
        self.kept = gr.Textbox(visible=False)
        self.header = gr.HTML(
            html_template="${value}", js_on_load=_file("header.js"), elem_id="masthead", padding=False
        )
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=5, min_width=320, elem_id="talk"):
                self.welcome = gr.HTML(html_template="${value}", js_on_load=None, elem_id="welcome", padding=False)
                self.chat = make_chatbot()
                self.feedback = gr.HTML(
                    html_template="${value}", js_on_load=_file("feedback.js"), elem_id="feedback", padding=False
                )
                self.box = gr.Textbox(
                    label=strings.QUESTION,
                    show_label=False,
                    placeholder=strings.QUESTION_HINT,
                    submit_btn=strings.ASK,
                    autofocus=True,
                    lines=1,
                    max_lines=6,
                    elem_id="question",
                )
            with gr.Column(scale=6, min_width=320, elem_id="source"):
                self.pane = gr.HTML(
                    html_template="${value}",
                    js_on_load="\n".join(map(_file, ("passage.js", "chat.js", "pane.js"))),
                    padding=False,
                    server_functions=[self._server_function()],
                )

        with gr.Column(elem_id="articles"):
            self.shelf = gr.HTML(html_template="${value}", js_on_load=_file("shelf.js"), padding=False)
            with gr.Row():
                self.address = gr.Textbox(label=strings.ADDRESS, placeholder=strings.ADDRESS_HINT, max_lines=1, scale=4)
                self.add = gr.Button(strings.ADD, scale=1, min_width=80)
            self.upload = gr.UploadButton(strings.FILE)

    def wire(self, page: gr.Blocks) -> None:
        """Join the components to the functions."""
        self._wire_questions()
        self._wire_pane()
        self._wire_feedback()
        self._wire_shelf()
        opened = [self.header, self.welcome, self.chat, self.pane, self.chosen]
        page.load(self._open, self.kept, opened, js=_file("restore.js"), **_QUIET)
        keep = _file("keep.js")
        kept = [self.chat, self.chosen]
        self.chat.change(None, kept, None, js=f"(said, article) => said?.length && ({keep})(said, article)", **_QUIET)
        for event in (self.undone, self.cleared):
            event.then(None, kept, None, js=keep, **_QUIET)

    def _wire_questions(self) -> None:
        talk, box, chat = [self.chat, self.chosen], self.box, self.chat
        shown = [chat, box, self.pane]
        asking = [
            box.submit(self._submit, [box, *talk], shown, **_ANSWERING),
            self.pane.ask(self._ask_from_page, talk, shown, **_ANSWERING),
            chat.retry(self._again, talk, shown, **_ANSWERING),
            chat.edit(self._edit, talk, shown, **_ANSWERING),
        ]
        for event in asking:
            event.failure(_idle, None, box, **_QUIET)
        box.stop(_idle, None, box, cancels=asking, **_QUIET)
        self.undone = chat.undo(self._undo, talk, shown, **_QUIET)
        self.cleared = self.header.fresh(self._clear, self.chosen, [*shown, self.feedback], cancels=asking, **_QUIET)

    def _wire_pane(self) -> None:
        self.pane.cite(self._cite, [self.chat, self.chosen], [self.pane, self.chosen], **_QUIET)
        self.header.article(self._choose, self.chat, [self.pane, self.chosen, self.welcome], **_QUIET)

        saved = self.header.save(self._save, self.chat, self.file, **_QUIET)
        saved.then(
            None, self.file, None, js=_file("save.js").replace("NOTHING", json.dumps(strings.NOTHING_TO_SAVE)), **_QUIET
        )

    def _wire_feedback(self) -> None:
        if self._feedback.place:
            self.chat.like(self._like, self.chat, self.feedback, **_QUIET)
        self.feedback.opinion(self._opinion, [self.chat, self.chosen], self.feedback, **_QUIET)

    def _wire_shelf(self) -> None:
        opened = [self.shelf, self.header, self.welcome, self.pane, self.chosen]
        adding: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_id": "adding"}
        for event in (self.add.click, self.address.submit):
            event(self._add_address, [self.address, self.chat], [*opened, self.address], concurrency_limit=2, **adding)
        self.upload.upload(self._add_file, [self.upload, self.chat], opened, concurrency_limit=2, **adding)
        self.shelf.list(self._shelf.html, None, self.shelf, **_QUIET)
        self.shelf.remove(self._remove, [self.chat, self.chosen], opened, **_QUIET)

    async def _submit(
        self, question: str, messages: Messages, article: str, request: gr.Request
    ) -> AsyncIterator[Shown]:
        async for shown in self._answer(question, messages, article, request):
            yield shown

    async def _ask_from_page(
        self, messages: Messages, article: str, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[Shown]:
        async for shown in self._answer(str(_sent(event).get("text", "")), messages, article, request):
            yield shown

    async def _again(
        self, messages: Messages, article: str, event: gr.RetryData, request: gr.Request
    ) -> AsyncIterator[Shown]:
        before, question = messages[: _index(event)], _question_at(messages, _index(event))
        async for shown in self._answer(question, before, article, request):
            yield shown

    async def _edit(
        self, messages: Messages, article: str, event: gr.EditData, request: gr.Request
    ) -> AsyncIterator[Shown]:
        value = event.value[-1] if isinstance(event.value, list) and event.value else event.value
        question = unescape_markdown(str(value))
        async for shown in self._answer(question, messages[: _index(event)], article, request):
            yield shown

    async def _answer(
        self, question: str, messages: Messages, article: str, request: gr.Request
    ) -> AsyncIterator[Shown]:
        """The question, the answer as it grows, and the article with its marks. Stopped, it waits for nothing."""
        client = request.client.host if request and request.client else ""
        said = asked = [*messages, {"role": "user", "content": question}]
        yield asked, gr.Textbox("", submit_btn=False, stop_btn=strings.STOP), gr.skip()
        replies = self._talk.replies(question, messages, article, client)
        while reply := await to_thread.run_sync(next, replies, None, abandon_on_cancel=True, limiter=self._threads):
            said = [*asked, reply.message()]
            yield said, gr.skip(), gr.skip()
        pane = await to_thread.run_sync(self._talk.answered, said, article)
        yield said, _idle(), pane

    def _undo(self, messages: Messages, article: str, event: gr.UndoData) -> tuple[Any, ...]:
        left = messages[: _index(event)]
        return left, gr.Textbox(_question_at(messages, _index(event))), self._talk.answered(left, article)

    def _clear(self, article: str) -> tuple[Any, ...]:
        return [], _idle(), self._talk.pane((), article), ""

    def _cite(self, messages: Messages, article: str, event: gr.EventData) -> tuple[Any, Any]:
        wanted = _sent(event).get("id")
        found = self._talk.article_of(wanted, messages)
        if found is None:
            return gr.skip(), gr.skip()
        return self._talk.pane(messages, found, str(wanted)), found

    def _choose(self, messages: Messages, event: gr.EventData) -> tuple[Any, ...]:
        article = str(_sent(event).get("id", ""))
        return self._talk.pane(messages, article), article, self._talk.welcome(article)

    def _save(self, messages: Messages, event: gr.EventData) -> str:
        return self._talk.saved(messages, str(_sent(event).get("as", "")))

    def _like(self, messages: Messages, event: gr.LikeData) -> str:
        return self._feedback.form(messages, _index(event), event.liked)

    def _opinion(self, messages: Messages, article: str, event: gr.EventData) -> str:
        sent = {"article": article, **_sent(event)}
        return self._talk.opinion(self._feedback, messages, sent)

    def _open(self, kept: str) -> tuple[Any, ...]:
        restored = self._talk.restored(kept)
        return (
            header_html(self._shelf.titles(), restored.article, self._feedback.place),
            self._talk.welcome(restored.article),
            restored.messages,
            self._talk.pane(restored.messages, restored.article),
            restored.article,
        )

    def _add_address(self, address: str | None, messages: Messages) -> Iterator[tuple[Any, ...]]:
        done = False
        for shown, added in self._shelf.add(address=address or ""):
            done = bool(added)
            yield *self._shelved(shown, messages, added), gr.skip()
        if done:
            yield *(gr.skip() for _ in range(5)), ""

    def _add_file(self, file: str, messages: Messages) -> Iterator[tuple[Any, ...]]:
        for shown, added in self._shelf.add(file=file):
            yield self._shelved(shown, messages, added)

    def _remove(self, messages: Messages, article: str, event: gr.EventData) -> tuple[Any, ...]:
        gone = str(_sent(event).get("id", ""))
        shown = self._shelf.remove(gone)
        return self._shelved(shown, messages, self._talk.article_id if gone == article else article)

    def _shelved(self, shown: str, messages: Messages, article: str) -> tuple[Any, ...]:
        """The dialog's contents, and where an article is named, the page with that one chosen."""
        if not article:
            return shown, *(gr.skip() for _ in range(4))
        head = header_html(self._shelf.titles(), article, self._feedback.place)
        return shown, head, self._talk.welcome(article), self._talk.pane(messages, article), article

    def _server_function(self) -> Callable[[Any], str]:
        store = self._bot.store

        def citation(place: Any) -> str:
            """The text to copy for a passage; empty where there is none."""
            try:
                start, end, article = str(place).split(":", 2)
                return citation_text(store.snapshot().article(article), int(start), int(end))
            except (ArticleBotError, ValueError):
                return ""

        return citation


def _idle() -> Any:
    """The text box when nothing is being answered."""
    return gr.Textbox(submit_btn=strings.ASK, stop_btn=False)


def _sent(event: gr.EventData) -> dict[str, Any]:
    """What a script of the page sent along: nothing in it is trusted."""
    return event._data if isinstance(event._data, dict) else {}


def _index(event: Any) -> int:
    return event.index[0] if isinstance(event.index, (list, tuple)) else int(event.index)


def _question_at(messages: Messages, index: int) -> str:
    return text_of(messages[index]) if 0 <= index < len(messages) else ""


def _file(name: str) -> str:
    return (files("ui.page") / name).read_text(encoding="utf-8")
