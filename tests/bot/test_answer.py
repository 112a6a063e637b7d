"""The values that every face shares."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot import Answer, AnswerError, Claim, Question, QuestionError
from index import Article, CitationError


def answer_of(article: Article, **changes: Any) -> Answer:
    citation = article.cite(article.sentences[3].start, article.sentences[3].end, score=0.5)
    fields: dict[str, Any] = {
        "question": "q",
        "standalone": "q",
        "text": citation.quote,
        "abstained": False,
        "confidence": 0.8,
        "claims": (Claim(text=citation.quote, citations=(1,)),),
        "citations": (citation,),
    }
    return Answer(**{**fields, **changes})


def test_an_answer_survives_its_json(seed_article: Article) -> None:
    """What is read back from the JSON is equal, citations checked on the way."""
    answer = answer_of(seed_article)
    assert Answer.read(answer.model_dump_json(), {seed_article.id: seed_article}) == answer


def test_an_altered_quote_cannot_be_read(seed_article: Article) -> None:
    """A JSON whose quote is not the article's text gives no Answer."""
    text = answer_of(seed_article).model_dump_json().replace("write code", "write prose")
    with pytest.raises(CitationError, match="not the text"):
        Answer.read(text, {seed_article.id: seed_article})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"claims": (), "citations": ()}, "at least one claim"),
        ({"abstained": True}, "abstention"),
        ({"text": "Something else."}, "not its claims"),
        ({"claims": (Claim(text="x", citations=(1,)),)}, "claim 1 is not the quote"),
        ({"claims": (Claim(text="x", citations=(2,)),)}, "cites number 2"),
        ({"claims": (Claim(text="x", citations=(1,)),) * 2, "suggestions": ("q?",)}, "suggests no other"),
    ],
)
def test_a_broken_promise_is_no_answer(seed_article: Article, changes: dict[str, Any], why: str) -> None:
    """No claim without a citation, no citation in an abstention, no number that points nowhere."""
    with pytest.raises(AnswerError, match=why):
        answer_of(seed_article, **changes)


def test_a_citation_of_no_claim_is_refused(seed_article: Article) -> None:
    """Every citation belongs to a claim."""
    answer = answer_of(seed_article)
    with pytest.raises(AnswerError, match="belongs to no claim"):
        answer_of(seed_article, citations=(*answer.citations, seed_article.cite(0, 5)))


@pytest.mark.parametrize("changes", [{"text": ""}, {"confidence": 1.5}, {"confidence": float("nan")}])
def test_impossible_fields_are_refused(seed_article: Article, changes: dict[str, Any]) -> None:
    """An answer is never an empty string, and a confidence is a probability."""
    with pytest.raises(ValidationError):
        answer_of(seed_article, **changes)


def test_a_claim_needs_a_citation() -> None:
    """A claim cannot be made without one."""
    with pytest.raises(ValidationError):
        Claim(text="x", citations=())


def test_timings_are_not_part_of_an_answer(seed_article: Article) -> None:
    """The same answer is the same, however long it took."""
    slow = answer_of(seed_article, timings={"total": 9.0})
    assert slow == answer_of(seed_article)
    assert "timings" not in slow.model_dump_json()


@pytest.mark.parametrize(
    "value",
    [{}, {"question": 5}, {"question": "q", "history": "x"}, {"question": "q", "history": [{"role": "judge"}]}, []],
)
def test_what_is_no_question_is_told_in_one_line(value: Any) -> None:
    """The wrong type gives a QuestionError of one line."""
    with pytest.raises(QuestionError) as caught:
        Question.of(value)
    assert "\n" not in str(caught.value)
