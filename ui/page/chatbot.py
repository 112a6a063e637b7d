"""Gradio's chatbot, changed so that it shows what a reader wrote as text."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from ui.page import strings
from ui.render import escape_markdown, unescape_markdown


def make_chatbot() -> gr.Chatbot:
    """The conversation, empty."""
    chatbot = gr.Chatbot(
        label=strings.CONVERSATION,
        show_label=False,
        container=False,
        buttons=["copy"],
        layout="panel",
        editable="user",
        autoscroll=False,
        latex_delimiters=[],
        feedback_options=("Like", "Dislike"),
        elem_id="chatbot",
    )
    _show_questions_as_text(chatbot)
    return chatbot


def _show_questions_as_text(chatbot: gr.Chatbot) -> None:
    """Let a chatbot show what the reader wrote as text: Gradio would read it as Markdown and HTML.

    The methods are set on the one chatbot: beside the source of a subclass Gradio would write a stub file. A function
    may therefore give it messages, but no new properties, for which Gradio would make another chatbot.
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
