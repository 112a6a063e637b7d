"""A statement that is not verified says so in every face, whole or shortened; its neighbour does not."""

import io
import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from bot import Answer, ArticleBot, Settings
from bot.answer import NOT_VERIFIED
from bot.wording import not_verified
from tests.bot.model_server import ModelServer, Request, lines
from tests.bot.model_writers import LINES
from tests.ui.conftest import app_of
from tests.ui.serving import awaited, served
from tests.ui.slack.workspace import texts_of
from ui.export import conversation_json, conversation_markdown
from ui.page.answer import answer_html
from ui.render import unescape_markdown
from ui.slack.message import answer_message
from ui.terminal import show

QUESTION = "How many people has Amazon laid off?"
LAID_OFF = "laid off"
LIE = "Amazon has laid off 77 people."
WHY = f"({not_verified(['numbers'])})"


def _script(request: Request) -> str:
    number, sentence = next((n, text) for n, text in request.sentences.items() if LAID_OFF in text)
    return lines((LIE, [number]), (sentence, [number]))


@pytest.fixture(scope="module")
def lying(bot: ArticleBot) -> Iterator[ArticleBot]:
    """A bot whose model says one thing that its sentence does not bear out, and one that it does; both are shown."""
    server = ModelServer()
    server.script = _script
    settings = Settings.load(home=bot.settings.home, model=LINES, unverified="mark")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.variables.items():
            patch.setenv(name, value)
        yield ArticleBot(bot.store, list(bot.articles), settings=settings)
    server.close()


@pytest.fixture(scope="module")
def answer(lying: ArticleBot) -> Answer:
    """Its answer: the first statement has failed a check, the second none."""
    given = lying.ask(QUESTION)
    assert [(claim.text == LIE, [one.check for one in claim.failed]) for claim in given.claims] == [
        (True, ["numbers"]),
        (False, []),
    ]
    return given


def _is_marked(text: str, mark: str) -> bool:
    """Whether the lie has its mark beside it, before or after, and nothing else has one."""
    words = " ".join(text.split())
    return (f"{LIE} {mark}" in words or f"{mark} {LIE}" in words) and words.count("not verified") == 1


def test_the_page_marks_it(lying: ArticleBot, answer: Answer) -> None:
    """With the reason, in the paragraph of the statement."""
    assert _is_marked(answer_html(answer, lying.articles, 0), WHY)


@pytest.mark.parametrize("width", [200, 40, 12])
def test_the_terminal_marks_it(lying: ArticleBot, answer: Answer, width: int) -> None:
    """Lines break on a narrow one; nothing is cut off."""
    console = Console(file=io.StringIO(), width=width)
    console.print(show(answer, lying.articles))
    assert isinstance(console.file, io.StringIO)
    assert _is_marked(console.file.getvalue(), WHY)


def test_what_is_saved_marks_it(lying: ArticleBot, answer: Answer) -> None:
    """The Markdown with the reason, the JSON in the text and with the check."""
    assert _is_marked(unescape_markdown(conversation_markdown([answer], lying.articles)), WHY)
    (turn,) = json.loads(conversation_json([answer], lying.articles))["conversation"]
    assert _says_so(turn["answer"])


def test_slack_marks_it(lying: ArticleBot, answer: Answer) -> None:
    """In the blocks and in the text for notifications."""
    message = answer_message(answer, lying.articles)
    assert _is_marked(texts_of({"blocks": message.blocks}), WHY)
    assert _is_marked(message.text, WHY)


def test_programs_are_told(lying: ArticleBot) -> None:
    """The API's answer, each event of its stream, and what the MCP tool gives."""
    app = app_of(lying)
    client = TestClient(app)
    assert _says_so(client.post("/api/ask", json={"question": QUESTION}).json())
    with client.stream("POST", "/api/ask/stream", json={"question": QUESTION}) as reply:
        told = [line.removeprefix("data: ") for line in reply.iter_lines() if line.startswith('data: {"')]
    assert len(told) > 1
    assert all(_says_so(json.loads(event)) for event in told)

    async def talk(url: str) -> str:
        from mcp import Client

        async with Client(f"{url}mcp/") as tools:
            given = await tools.call_tool("ask_article", {"question": QUESTION})
            return str(given.content[0].text)  # type: ignore[union-attr]

    with served(app) as url:
        assert _says_so(json.loads(awaited(talk(url))))


def _says_so(told: dict[str, object]) -> bool:
    """Whether an answer's JSON marks the lie in its text and names the check that it failed."""
    claims = told["claims"]
    assert isinstance(claims, list)
    failed = [[one["check"] for one in claim.get("failed", ())] for claim in claims]
    return _is_marked(str(told["text"]), NOT_VERIFIED) and failed == [["numbers"], []][: len(claims)]
