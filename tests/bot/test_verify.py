"""Verification from the JSON alone: each kind of damage is found and named."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot import AnswerError, ArticleBot, verify, verify_json
from bot.wording import REFUSAL
from index import Article

ASKED = "How many people has Amazon laid off?"


@pytest.fixture(scope="module")
def good(bot: ArticleBot) -> dict[str, Any]:
    answer = bot.ask(ASKED)
    assert not answer.abstained
    return dict(json.loads(answer.model_dump_json()))


def test_a_true_answer_passes(bot: ArticleBot) -> None:
    """What the bot says verifies, answers and refusals alike."""
    for question in (ASKED, "What is the capital of France?"):
        assert verify(bot.ask(question), bot.articles).passed


def test_a_line_of_a_batch_passes(bot: ArticleBot, good: dict[str, Any]) -> None:
    """The `answer` of a batch line is verified, also in the short form without claims."""
    short = {name: good[name] for name in ("text", "abstained", "confidence", "mode", "citations")}
    for answer in (good, short):
        assert verify_json(json.dumps({"id": 1, "answer": answer}), bot.articles).passed


def _shift(answer: dict[str, Any]) -> None:
    answer["citations"][0]["start"] += 1


def _early_end(answer: dict[str, Any]) -> None:
    answer["citations"][0]["end"] -= 1


def _one_word(answer: dict[str, Any]) -> None:
    answer["citations"][0]["quote"] = answer["citations"][0]["quote"].replace("30,000", "3,000")


def _straight_quotes(answer: dict[str, Any]) -> None:
    answer["citations"][0]["quote"] = answer["citations"][0]["quote"].replace("–", "-")


def _other_article(answer: dict[str, Any]) -> None:
    answer["citations"][0]["article"] = "elsewhere"


def _other_section(answer: dict[str, Any]) -> None:
    answer["citations"][0]["section"] = "The unspoken math"


def _other_paragraph(answer: dict[str, Any]) -> None:
    answer["citations"][0]["paragraph"] = 1


def _text_offsets(answer: dict[str, Any]) -> None:
    answer["citations"][0]["start"] = "0"


def _outside(answer: dict[str, Any]) -> None:
    answer["citations"][0]["end"] = 10**9


def _claim_reworded(answer: dict[str, Any]) -> None:
    answer["claims"][0]["text"] = "Amazon laid off nobody."


def _text_reworded(answer: dict[str, Any]) -> None:
    answer["text"] += " And more."


def _claim_uncited(answer: dict[str, Any]) -> None:
    answer["claims"][0]["citations"] = [7]


def _abstained(answer: dict[str, Any]) -> None:
    answer["abstained"] = True


def _no_citations(answer: dict[str, Any]) -> None:
    answer["citations"] = []


def _prose(answer: dict[str, Any]) -> None:
    answer["mode"] = "model"
    answer["claims"][0]["text"] = "Amazon laid off nobody."
    answer["text"] = "\n".join(claim["text"] for claim in answer["claims"])


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_shift, "citation 1: the quote is not the text"),
        (_early_end, "citation 1: the quote is not the text"),
        (_one_word, "citation 1: the quote is not the text"),
        (_straight_quotes, "citation 1: the quote is not the text"),
        (_other_article, "'elsewhere' is not at hand"),
        (_other_section, "its section is"),
        (_other_paragraph, "its paragraph is"),
        (_text_offsets, "it lacks start, end"),
        (_outside, "outside article"),
        (_claim_reworded, "claim 1 is not the quote"),
        (_text_reworded, "the text of the answer is not its claims"),
        (_claim_uncited, "cites number 7"),
        (_abstained, "abstention"),
        (_no_citations, "cites number 1"),
        (_prose, "claim 1: negation 'nobody'"),
    ],
)
def test_damage_is_found_and_named(
    bot: ArticleBot, good: dict[str, Any], damage: Callable[[dict[str, Any]], None], named: str
) -> None:
    """Each way to alter an answer fails, and the failure says which citation and why."""
    answer = json.loads(json.dumps(good))
    damage(answer)
    verification = verify_json(json.dumps(answer), bot.articles)
    assert not verification.passed
    assert named in str(verification)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "The article says so."},
        {"nearest": None},
        {"citations": [1]},
        {"nearest": {"text": "Amazon is closing."}},
        {"nearest": {"start": 1}},
        {"nearest": {"paragraph": 900}},
        {"nearest": {"place": "in the title"}},
        {"nearest": {"article": "elsewhere"}},
    ],
    ids=str,
)
def test_a_damaged_refusal_is_found(bot: ArticleBot, change: dict[str, Any]) -> None:
    """A refusal refuses, and the passage that it points at stands where it says."""
    refusal = json.loads(bot.ask("What is the capital of France?").model_dump_json())
    for name, value in change.items():
        refusal[name] = {**refusal[name], **value} if isinstance(value, dict) else value
    assert not verify_json(json.dumps(refusal), bot.articles).passed


def test_a_short_form_says_its_quotes(bot: ArticleBot, good: dict[str, Any]) -> None:
    """Without claims, the text still has to be the quotes, and a refusal a refusal."""
    said = {**{name: good[name] for name in ("abstained", "citations")}, "text": "Amazon is closing."}
    refused = {"abstained": True, "citations": [], "text": "Amazon is closing."}
    for answer in (said, refused):
        assert not verify_json(json.dumps(answer), bot.articles).passed


def test_every_wrong_citation_is_listed(bot: ArticleBot, good: dict[str, Any]) -> None:
    """Not only the first failure is reported."""
    answer = json.loads(json.dumps(good))
    answer["citations"] = answer["citations"] * 2
    for citation in answer["citations"]:
        citation["start"] += 1
    verification = verify_json(json.dumps(answer), bot.articles)
    assert len(verification.failures) == len(answer["citations"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"a": 1}',
        '{"abstained": false, "citations": 5}',
        '{"abstained": "no", "citations": []}',
        "[" * 10**5,
    ],
)
def test_what_is_no_answer_is_told_in_one_line(text: str, seed_article: Article) -> None:
    """Anything but an answer's JSON is an AnswerError of one line."""
    with pytest.raises(AnswerError) as caught:
        verify_json(text, {seed_article.id: seed_article})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("score", [99, -0.1, float("nan"), "0.5"])
def test_a_score_is_a_share(bot: ArticleBot, good: dict[str, Any], score: object) -> None:
    """Anything else is no answer of ours."""
    good["citations"][0]["score"] = score
    assert not verify_json(json.dumps(good), bot.articles).passed


def test_a_short_refusal_says_nothing_else(bot: ArticleBot) -> None:
    """Leaving out the claims is no way around the check of what a refusal says."""
    short: dict[str, Any] = {"abstained": True, "citations": [], "text": REFUSAL}
    assert verify_json(json.dumps(short), bot.articles).passed
    short["text"] += " But somebody is a crook."
    assert not verify_json(json.dumps(short), bot.articles).passed


def test_what_is_nested_too_deeply_is_told(bot: ArticleBot, good: dict[str, Any]) -> None:
    """No traceback."""
    text = json.dumps(good)[:-1] + ', "more": ' + "[" * 900 + "]" * 900 + "}"
    assert not verify_json(text, bot.articles).passed
