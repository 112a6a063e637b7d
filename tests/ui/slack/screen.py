"""What Slack would show of the messages that a workspace holds, as HTML and pictures, to look at.

`python -m tests.ui.slack.screen FOLDER` asks a relay a few questions beside a workspace of ours; pictures go there.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from bot import ArticleBot
from tests.ui.slack.conftest import running
from tests.ui.slack.workspace import BOT_ID, BOT_USER, Json, Workspace, event_of, open_workspace
from ui.slack.ledger import SqliteLedger

_STYLE = Path(__file__).with_suffix(".css")
_THUMB = (
    '<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="#616061" stroke-width="1.8"{}>'
    '<path d="M7 11v9H3v-9zM7 11l4-8c2 0 3 1 3 3l-1 4h6c1.5 0 2 1 1.8 2l-1.6 7c-.3 1-1 1-2 1H7"/></svg>'
)
_MENTION = '<span class="mention">@{}</span>'
LONG, SHORT = "What do workers say about AI tools?", "How many people has Amazon laid off?"
NONE = "What is the capital of France?"


def page(messages: Iterable[Json], status: str = "") -> str:
    """A page with messages, and the status under them."""
    shown = "".join(_message(message) for message in messages)
    below = f'<div class="status">article-bot {escape(status)}</div>' if status else ""
    style = _STYLE.read_text(encoding="utf-8")
    return f"<!doctype html><meta charset=utf-8><style>{style}</style><main>{shown}{below}</main>"


def _message(message: Json) -> str:
    own = message.get("bot_id") == BOT_ID or "response_type" in message
    note = '<div class="note">Only visible to you</div>' if message.get("response_type") == "ephemeral" else ""
    who = (
        '<span class="who">article-bot</span><span class="app">APP</span>'
        if own
        else '<span class="who">Ann Lee</span>'
    )
    body = "".join(f'<div class="block">{_block(block)}</div>' for block in message.get("blocks") or [])
    if not own:
        text = escape(message["text"]).replace(f"&lt;@{BOT_USER}&gt;", _MENTION.format("article-bot"))
        body = f'<div class="block">{text}</div>'
    face = "a" if own else "A"
    kind = "message" if own else "message person"
    return f'<div class="{kind}"><div class="face">{face}</div><div>{note}{who}{body}</div></div>'


def _block(block: Json) -> str:
    if block["type"] == "rich_text":
        return "".join(_rich(element) for element in block["elements"])
    inner = "".join(_element(element) for element in block["elements"])
    return inner if block["type"] == "context_actions" else f'<div class="{block["type"]}">{inner}</div>'


def _rich(element: Json) -> str:
    inner = "".join(_styled(part) for part in element["elements"])
    tag = "blockquote" if element["type"] == "rich_text_quote" else "div"
    return f"<{tag}>{inner}</{tag}>"


def _styled(part: Json) -> str:
    if part["type"] == "user":
        return _MENTION.format("Ann Lee")
    text = escape(part["text"])
    for style, tag in (("bold", "b"), ("italic", "i")):
        if (part.get("style") or {}).get(style):
            text = f"<{tag}>{text}</{tag}>"
    return text


def _element(element: Json) -> str:
    kind = element["type"]
    if kind == "plain_text":
        return f"<span>{escape(element['text'])}</span>"
    if kind == "mrkdwn":
        return re.sub(r"<([^|>]+)\|([^>]+)>", r'<a href="\1">\2</a>', element["text"])
    if kind == "feedback_buttons":
        return f'<div class="thumbs">{_THUMB.format("")}{_THUMB.format(" transform=rotate(180)")}</div>'
    if kind == "static_select":
        return f'<span class="button select">{escape(element["placeholder"]["text"])} ▾</span>'
    return f'<span class="button">{escape(element["text"]["text"])}</span>'


def captured(bot: ArticleBot, folder: Path) -> Iterator[tuple[str, str]]:
    """Names and pages of conversations that a relay has had."""
    with (
        open_workspace() as slack,
        running(bot, slack, SqliteLedger(folder / "a.sqlite"), page="https://x.example/") as relay,
    ):
        workspace = slack[0]
        for name, channel, texts in (
            ("channel", "C1", (f"<@{BOT_USER}> {LONG}",)),
            ("refusal", "C1", (f"<@{BOT_USER}> {NONE}",)),
            ("hello", "C1", (f"<@{BOT_USER}>",)),
            ("direct", "D1", (SHORT, "Who is Lisa?")),
        ):
            thread = ""
            for count, text in enumerate(texts, start=1):
                message = workspace.say(channel, text, thread=thread)
                thread = thread or message["ts"]
                relay.event(event_of(message, "app_mention" if channel == "C1" else "message"))
                workspace.answered(message, count)
            yield name, page(workspace.threads[channel, thread])
            if name == "channel":
                yield "streaming", page(_half(workspace.threads[channel, thread]), "is looking in the article…")
        yield from _private(workspace, relay.relay)


def _half(messages: list[Json]) -> list[Json]:
    return [*messages[:-1], {**messages[-1], "blocks": messages[-1]["blocks"][:4]}]


def _private(workspace: Workspace, relay: "object") -> Iterator[tuple[str, str]]:
    relay.take_private("command:1", SHORT, "U1", f"{workspace.url}/response/1")  # type: ignore[attr-defined]
    (private,) = workspace.wait(lambda: workspace.made("response"))
    yield "private", page([private.body])
    relay.share("share:1", SHORT, "U1", f"{workspace.url}/response/1")  # type: ignore[attr-defined]
    shared = workspace.wait(lambda: workspace.made("response")[1:])[0]
    yield "shared", page([shared.body])


def main(folder: Path) -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    pages = dict(captured(ArticleBot.open(), folder))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 760, "height": 200})
        for name, content in pages.items():
            view.set_content(content)
            view.screenshot(path=str(folder / f"{name}.png"), full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
