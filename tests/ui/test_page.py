"""The page without a browser: what it serves, what it says when something breaks, and what it believes of a browser."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot import Answer, ArticleBot, Settings
from index import Article
from tests.ui.conftest import app_of
from ui.limits import QuestionLimit
from ui.page import strings
from ui.page.conversation import Conversation, Reply
from ui.render import escape_markdown, one_line
from ui.server import ServerError, serve

ROOT = Path(__file__).parents[2]


def asked(question: str, reply: Reply) -> list[dict[str, Any]]:
    """A question and its reply as Gradio hands them back."""
    return [
        {"role": "user", "content": [{"type": "text", "text": question}], "metadata": None},
        {"role": "assistant", "content": [{"type": "text", "text": reply.html}], "metadata": {"log": reply.record}},
    ]


@pytest.fixture
def talk(bot: ArticleBot, article: Article) -> Conversation:
    """The conversation about the shipped article."""
    return Conversation(bot, article.id)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    """A client of the application."""
    return TestClient(app)


def test_healthz(client: TestClient) -> None:
    """The process lives."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readyz(client: TestClient) -> None:
    """The article can be asked."""
    assert client.get("/readyz").status_code == 200


def test_readyz_says_why_not(doomed_bot: ArticleBot, article: Article) -> None:
    """An article that is not in the index is a 503 with one line, while the process is healthy."""
    client = TestClient(app_of(doomed_bot))
    assert client.get("/readyz").status_code == 200
    doomed_bot.store.remove(article.id)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"]
    assert "\n" not in response.json()["reason"]
    assert client.get("/healthz").status_code == 200


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    """Scripts, styles, fonts and images are the server's own."""
    page = client.get("/")
    assert page.status_code == 200
    loaded = re.findall(r"<(?:script|img|iframe|source)[^>]*\ssrc=[\"']?([^\"'\s>]+)", page.text)
    loaded += re.findall(r"<link[^>]*\shref=[\"']?([^\"'\s>]+)", page.text)
    loaded += re.findall(r"url\([\"']?([^\"')]+)", page.text)
    assert loaded
    for address in loaded:
        assert not re.match(r"(https?:)?//(?!testserver)", address), address


def test_nothing_of_the_page_is_a_public_endpoint(client: TestClient) -> None:
    """What the page calls is for the page."""
    assert client.get("/gradio_api/info").json()["named_endpoints"] == {}


def test_gradio_writes_nothing_beside_our_source(client: TestClient) -> None:
    """It would, a stub file, for a component class of ours."""
    assert client.get("/").status_code == 200
    assert not list((ROOT / "ui").glob("*.pyi"))


def test_the_monitoring_page_is_shut(client: TestClient) -> None:
    """Gradio would show the figures of all readers to each."""
    assert client.get("/monitoring/summary").status_code in (403, 404)


def test_a_defect_becomes_an_apology(
    fragile_bot: ArticleBot, article: Article, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader gets no detail, the log gets all."""
    reply = Conversation(fragile_bot, article.id).reply("Did the office explode?", [])
    assert strings.APOLOGY in reply.html
    assert not reply.record
    assert "secret detail" in caplog.text


@pytest.mark.parametrize("question", ["", "   ", "x" * 5000])
def test_a_question_that_cannot_be_asked_is_told(talk: Conversation, question: str) -> None:
    """With the cause, as any error of ours."""
    reply = talk.reply(question, [])
    assert "question" in reply.html
    assert not reply.record


def test_an_answer_comes_with_the_marked_article(talk: Conversation) -> None:
    """And with its record, from which it is shown again."""
    question = "Who wrote the article?"
    reply = talk.reply(question, [])
    assert 'href="#cite-0-1"' in reply.html
    pane = talk.answered(asked(question, reply))
    assert 'id="cite-0-1"' in pane
    assert 'data-active="cite-0-1"' in pane


def test_a_refusal_offers_questions_that_are_answered(talk: Conversation, bot: ArticleBot) -> None:
    """As buttons; the article stands without marks."""
    question = "Who is the queen of Mars?"
    reply = talk.reply(question, [])
    assert talk.answered(asked(question, reply)) == talk.pane()
    offered = Answer.read(reply.record, bot.articles).suggestions
    assert len(offered) == 2
    for other in offered:
        assert 'href="#cite-0-1"' in talk.reply(other, []).html


def test_the_starters_are_answered(talk: Conversation, bot: ArticleBot) -> None:
    """They are buttons on the empty page, and none is refused."""
    starters = bot.starters()
    assert starters
    for question in starters:
        assert f">{one_line(question)}</button>" in talk.welcome()
        assert 'href="#cite-0-1"' in talk.reply(question, []).html


def test_an_answer_leads_on(talk: Conversation, bot: ArticleBot) -> None:
    """Follow-ups come when the answer is whole, and nothing is offered that was asked."""
    question = "How many employees were laid off?"
    first, *_, last = talk.replies(question, [])
    offered = bot.follow_ups(bot.ask(question), [question])
    assert offered
    assert "Ask next" not in first.html
    for other in offered:
        assert f">{one_line(other)}</button>" in last.html
    again = talk.reply(question, asked(offered[0], talk.reply(offered[0], [])))
    assert f">{one_line(offered[0])}</button>" not in again.html


def test_the_bot_hears_what_was_said_not_how_it_looked(bot: ArticleBot, article: Article) -> None:
    """History is the bare texts: a follow-up is answered as it is without the page."""
    talk = Conversation(bot, article.id)
    first = "Was Dina laid off?"
    messages = asked(first, talk.reply(first, []))
    reply = talk.reply("why?", messages)
    answer = bot.ask(first)
    history = [{"role": "user", "content": first}, {"role": "assistant", "content": answer.text}]
    assert Answer.read(reply.record, bot.articles) == bot.ask("why?", history)


def test_a_question_without_an_answer_is_not_history(bot: ArticleBot, article: Article) -> None:
    """An apology is no turn of the conversation, but it counts in the ids."""
    talk = Conversation(bot, article.id)
    reply = talk.reply("Who wrote the article?", asked("", Reply("sorry")))
    assert Answer.read(reply.record, bot.articles) == bot.ask("Who wrote the article?")
    assert 'href="#cite-1-1"' in reply.html


def test_all_answers_are_marked_at_once(talk: Conversation, article: Article) -> None:
    """Each citation of the conversation has its mark, and any of them can be the active one."""
    question = "What is the article about?"
    first = talk.reply(question, [])
    messages = asked(question, first) + asked("Who wrote it?", talk.reply("Who wrote it?", asked(question, first)))
    for cite in ("cite-0-1", "cite-1-1"):
        assert talk.article_of(cite, messages) == article.id
        html = talk.pane(messages, article.id, cite)
        assert 'id="cite-0-1"' in html
        assert 'id="cite-1-1"' in html
        assert f'data-active="{cite}"' in html


def saved(messages: list[dict[str, Any]], article_id: str = "") -> str:
    """A conversation as the browser keeps it."""
    kept = [
        {
            "role": message["role"],
            "text": message["content"][0]["text"] if message["role"] == "user" else "",
            "record": (message["metadata"] or {}).get("log", ""),
        }
        for message in messages
    ]
    return json.dumps({"article": article_id, "messages": kept})


def test_a_conversation_comes_back_after_a_reload(talk: Conversation, article: Article) -> None:
    """Questions as they were written, answers from their records, with the citations that they had."""
    question = "Who *wrote* the article?"
    reply = talk.reply(question, [])
    restored = talk.restored(saved(asked(escape_markdown(question), reply), article.id))
    assert restored.article == article.id
    *_, whole, _ = talk.replies(question, [])
    assert [message["content"] for message in restored.messages] == [question, whole.html]
    assert talk.pane(restored.messages, active="cite-0-1") == talk.answered(asked(question, reply))


def test_what_the_browser_kept_is_not_believed(talk: Conversation, article: Article) -> None:
    """A forged record is told, a made-up article is the one that is served, and what is no conversation is none."""
    reply = talk.reply("Who wrote the article?", [])
    forged = json.loads(reply.record)
    forged["citations"][0]["quote"] = "<script>"
    messages = asked("Who?", Reply("<script>", json.dumps(forged)))
    restored = talk.restored(saved(messages, "no-such-article"))
    assert restored.article == article.id
    assert strings.STALE in restored.messages[1]["content"]
    assert "<script>" not in restored.messages[1]["content"]
    for nothing in (None, "", "[]", "{", 5, "x" * 5_000_000, '{"messages": 1}'):
        assert talk.restored(nothing).messages == []


def test_an_index_that_is_gone_is_one_line(doomed_bot: ArticleBot, article: Article, settings: Settings) -> None:
    """In the conversation as in the pane, and both work again when it is back."""
    talk = Conversation(doomed_bot, article.id)
    messages = asked("Who wrote the article?", talk.reply("Who wrote the article?", []))
    doomed_bot.store.remove(article.id)
    assert "no article" in talk.reply("Who wrote the article?", messages).html
    assert "no article" in talk.pane(messages)
    assert "no article" in talk.answered(messages)
    assert talk.article_of("cite-0-1", messages) is None
    assert talk.saved(messages, "json") == ""
    assert talk.welcome()
    assert strings.STALE in talk.restored(saved(messages)).messages[1]["content"]
    doomed_bot.store.put(article, "again")
    assert talk.reply("Who wrote the article?", messages).record


@pytest.mark.parametrize(
    "cite_id", [None, 1, "", "cite-0-0", "cite-0-9", "cite-5-1", "cite-0-1 ", "cite-0--1", "cite-٠-١", ["cite-0-1"], {}]
)
def test_a_made_up_citation_is_nothing(talk: Conversation, cite_id: object) -> None:
    """The id comes from the browser."""
    messages = asked("Who wrote it?", talk.reply("Who wrote it?", []))
    assert talk.article_of(cite_id, messages) is None


@pytest.mark.parametrize("metadata", [None, {}, {"log": ""}, {"log": "{}"}, {"log": "no json"}, {"log": 5}])
def test_a_message_without_a_true_record_is_nothing(talk: Conversation, metadata: object) -> None:
    """Nor does it break anything."""
    messages: list[dict[str, Any]] = [{"role": "assistant", "content": "x", "metadata": metadata}]
    assert talk.article_of("cite-0-1", messages) is None
    assert talk.reply("Who wrote the article?", messages).record


def test_a_forged_quote_is_not_shown(talk: Conversation) -> None:
    """A record that does not hold against the article is as good as none."""
    reply = talk.reply("Who wrote the article?", [])
    record = json.loads(reply.record)
    record["citations"][0]["quote"] = "Something else."
    forged = Reply(reply.html, json.dumps(record))
    assert talk.article_of("cite-0-1", asked("Who wrote the article?", forged)) is None


def test_a_taken_port_is_one_line(bot: ArticleBot, article: Article) -> None:
    """Said before anything is loaded."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"127.0.0.1:{port}: .*in use") as caught:
            serve(bot, article.id, "127.0.0.1", port, False)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["no such host", "x" * 300, "192.0.2.1"])
def test_a_wrong_host_is_one_line(bot: ArticleBot, article: Article, host: str) -> None:
    """Whatever the resolver or the socket says of it."""
    with pytest.raises(ServerError, match="cannot listen at"):
        serve(bot, article.id, host, 0, False)


SERVE = """
import sys
from bot import ArticleBot, Settings
from pathlib import Path
from ui.server import serve
bot = ArticleBot.open(settings=Settings.load(home=Path(sys.argv[1])))
serve(bot, next(iter(bot.articles)), "127.0.0.1", 0, False)
"""


def test_an_interrupt_ends_it_cleanly(settings: Settings) -> None:
    """It says where it is, serves in spite of a proxy, and Ctrl-C is status 0 without a word, though a page is open."""
    environment = {"PATH": "", "PYTHONPATH": str(ROOT), "HTTP_PROXY": "http://127.0.0.1:9", "HOME": str(settings.home)}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(settings.home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{found[0]}readyz", timeout=60) as response:
            assert response.status == 200
        with opener.open(f"{found[0]}gradio_api/heartbeat/open-page", timeout=60):
            server.send_signal(signal.SIGINT)
            _, complaints = server.communicate(timeout=30)
    assert server.returncode == 0
    assert "Traceback" not in complaints
    assert "ERROR" not in complaints


def test_a_reader_who_asks_too_much_is_told_to_wait(bot: ArticleBot, article: Article) -> None:
    """On the page as in the API, each client by itself."""
    talk = Conversation(bot, article.id, QuestionLimit(1))
    assert talk.reply("Who wrote the article?", [], client="a").record
    assert "ask again in" in talk.reply("Who wrote the article?", [], client="a").html
    assert talk.reply("Who wrote the article?", [], client="b").record
