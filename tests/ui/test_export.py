"""A conversation that was kept can be read, and can be checked: every quote, place and link of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot import Answer, AnswerError, ArticleBot, Turn
from index import Article
from tests.ui.test_cli import fails_in_one_line, run
from ui.export import conversation_json, conversation_markdown, verify_export

URL = "https://news.example/a-story?x=1"


@pytest.fixture(scope="module")
def answers(bot: ArticleBot) -> list[Answer]:
    """Two answers, the second to a follow-up, and a refusal."""
    first = bot.ask("Who is Dina?")
    turns = [Turn(role="user", content=first.question), Turn(role="assistant", content=first.text)]
    answers = [first, bot.ask("Was she laid off?", turns), bot.ask("What is the capital of Mongolia?")]
    assert [one.abstained for one in answers] == [False, False, True]
    return answers


@pytest.fixture(scope="module")
def articles(article: Article) -> dict[str, Article]:
    """The shipped article as if it had come from an address."""
    return {article.id: article.model_copy(update={"url": URL})}


def test_the_markdown_has_every_quote_with_its_place_and_link(
    answers: list[Answer], articles: dict[str, Article]
) -> None:
    """Rendered, each quote is there letter for letter, and so is where it stands, and what a refusal points at."""
    text = conversation_markdown(answers, articles)
    shown = re.sub(r"<[^>]+>", "", MarkdownIt().render(text)).replace("&quot;", '"').replace("&amp;", "&")
    cited = [citation for answer in answers for citation in answer.citations]
    for citation in cited:
        assert citation.quote in shown
        assert f"characters {citation.start} to {citation.end}" in shown
        assert not citation.section or f"under “{citation.section}”" in shown
        assert not citation.speaker or citation.speaker in shown
    assert len(re.findall(r"<https://news\.example/a-story\?x=1#:~:text=[^> ]+>", text)) == len(cited)
    assert answers[-1].nearest is not None
    assert answers[-1].nearest.text in shown
    assert [line for line in text.splitlines() if line.startswith("## ")] == [f"## {one.question}" for one in answers]


def test_the_json_passes_and_is_the_answers(answers: list[Answer], articles: dict[str, Article]) -> None:
    """The answers in it are those of every face; it tells of its article, and of a link for each citation."""
    text = conversation_json(answers, articles)
    data = json.loads(text)
    assert [Answer.read(json.dumps(turn["answer"]), articles) for turn in data["conversation"]] == answers
    assert [len(turn["links"]) for turn in data["conversation"]] == [len(one.citations) for one in answers]
    assert [one["id"] for one in data["articles"]] == list(articles)
    verification = verify_export(text, articles)
    assert verification.passed
    assert verification.citations == sum(len(one.citations) for one in answers)
    assert verify_export(answers[0].model_dump_json(), articles).passed  # an answer alone, as before


def shift(data: Any) -> None:
    data["conversation"][1]["answer"]["citations"][0]["start"] += 1


def reword(data: Any) -> None:
    data["conversation"][0]["answer"]["text"] += " not"


def relink(data: Any) -> None:
    data["conversation"][0]["links"][0] = "https://elsewhere.example/"


def ask_other(data: Any) -> None:
    data["conversation"][0]["question"] = "Who is guilty?"


def point_elsewhere(data: Any) -> None:
    data["conversation"][2]["answer"]["nearest"]["text"] = "Nothing of the kind."


def retitle(data: Any) -> None:
    data["articles"][0]["title"] = "Another title"


def retext(data: Any) -> None:
    data["articles"][0]["sha256"] = "0"


def add_article(data: Any) -> None:
    data["articles"].append({"id": "none"})


def take_answer(data: Any) -> None:
    data["conversation"][0] = {"question": "q"}


@pytest.mark.parametrize(
    ("alter", "what"),
    [
        (shift, r"answer 2: citation 1: the quote is not the text"),
        (reword, r"answer 1: .*the text of the answer is not its claims"),
        (relink, r"answer 1: its links are not those of its citations"),
        (ask_other, r"answer 1: it is the answer to another question"),
        (point_elsewhere, r"answer 3: the nearest passage"),
        (retitle, "what it tells of article"),
        (retext, "has another text now"),
        (add_article, "not at hand"),
        (take_answer, "answer 1: there is none"),
    ],
)
def test_whatever_is_altered_is_told(
    answers: list[Answer], articles: dict[str, Article], alter: Callable[[Any], None], what: str
) -> None:
    """Which answer, and why; a line each."""
    data = json.loads(conversation_json(answers, articles))
    alter(data)
    verification = verify_export(json.dumps(data), articles)
    assert not verification.passed
    assert re.search(what, verification.failures[0])
    assert not any("\n" in line for line in verification.failures)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "5",
        '{"conversation": 5}',
        '{"conversation": []}',
        '{"conversation": {}}',
        '{"conversation": null}',
        '{"conversation": ' + "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "1" * 10_000,
    ],
    ids=range(11),
)
def test_what_is_no_conversation_is_told(text: str, articles: dict[str, Article]) -> None:
    """In one line."""
    with pytest.raises(AnswerError) as caught:
        verify_export(text, articles)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "turn",
    [
        5,
        None,
        [],
        {"answer": 5},
        {"answer": {}},
        {"answer": {"abstained": True, "citations": [], "claims": [[[]]]}},
        {"answer": {"abstained": False, "citations": [5]}},
        {"answer": {"abstained": False, "citations": "x"}},
    ],
)
def test_hostile_turns_are_failures(turn: object, articles: dict[str, Article]) -> None:
    """Each is told of with its number; none is a crash."""
    verification = verify_export(json.dumps({"conversation": [turn], "articles": 7}), articles)
    assert len(verification.failures) == 2
    assert verification.failures[1].startswith("answer 1: ")


def test_nothing_of_a_question_or_article_is_markup(hostile_bot: ArticleBot) -> None:
    """Titles, questions and quotes made of markup are shown as text."""
    asked = hostile_bot.ask('Why was <img src=x onerror="alert(1)"> the **harbour** closed? [a](javascript:alert(1))')
    html = MarkdownIt("commonmark", {"html": True}).render(conversation_markdown([asked], hostile_bot.articles))
    tags = set(re.findall(r"<(/?[a-z0-9]+)", html))
    assert tags <= {*("h1", "h2", "p", "em", "blockquote"), *("/h1", "/h2", "/p", "/em", "/blockquote")}


def test_the_command_takes_it(answers: list[Answer], bot: ArticleBot, tmp_path: Path) -> None:
    """`article-bot verify` on a conversation: PASS and 0; FAIL, which answer, and 1; a hostile file one line."""
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    text = conversation_json(answers, bot.articles)
    good.write_text(text, encoding="utf-8")
    data = json.loads(text)
    shift(data)
    bad.write_text(json.dumps(data), encoding="utf-8")
    home = bot.settings.home
    passed = run(home, "verify", str(good))
    assert (passed.returncode, passed.stdout.split(":")[0]) == (0, "PASS")
    failed = run(home, "verify", str(bad))
    assert (failed.returncode, failed.stdout.split(" citation")[0]) == (1, "FAIL: answer 2:")
    bad.write_text('{"conversation": ' + "[" * 100_000, encoding="utf-8")
    assert "not JSON" in fails_in_one_line(run(home, "verify", str(bad)))
