"""Check an answer against its articles from nothing but its JSON: every promise of the design, one by one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answer import Answer
from bot.checks import basis_of, word_failures
from bot.errors import AnswerError
from bot.wording import REFUSAL, REFUSAL_MANY, place_of, refusal
from index import Article, CitationError


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it. `failures` has a line each; none means that the answer passed."""

    failures: tuple[str, ...]
    citations: int

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    def __str__(self) -> str:
        if self.passed:
            return f"PASS: {self.citations} citation{'' if self.citations == 1 else 's'} verbatim at their spans"
        return "\n".join(f"FAIL: {line}" for line in self.failures)


def verify_json(text: str | bytes, articles: Mapping[str, Article]) -> Verification:
    """Verify an answer's JSON, or one line of a batch (`{"id", "answer"}`).

    Raises `AnswerError` when the text is not JSON, or not an answer's.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"this is not JSON: {error}") from error
    if isinstance(data, dict) and isinstance(data.get("answer"), dict):
        data = data["answer"]
    if not isinstance(data, dict) or not isinstance(data.get("abstained"), bool):
        raise AnswerError("this is JSON, but not an answer: there is no 'abstained' in it that is true or false")
    return _verify(data, articles)


def verify(answer: Answer, articles: Mapping[str, Article]) -> Verification:
    """Verify an answer by way of its JSON."""
    return verify_json(answer.model_dump_json(), articles)


def _verify(data: dict[str, Any], articles: Mapping[str, Article]) -> Verification:
    listed = data.get("citations")
    if not isinstance(listed, list):
        raise AnswerError("this is JSON, but not an answer: 'citations' is not a list")
    failures = [
        f"citation {number}: {why}"
        for number, citation in enumerate(listed, start=1)
        if (why := _citation_failure(citation, articles))
    ]
    if not failures:
        failures += _answer_failures(data, articles)
    return Verification(tuple(failures), len(listed))


def _citation_failure(citation: Any, articles: Mapping[str, Article]) -> str | None:
    """Why a citation is none; nothing when it is one."""
    if not isinstance(citation, dict):
        return "it is not an object"
    start, end, quote = (citation.get(name) for name in ("start", "end", "quote"))
    article = articles.get(str(citation.get("article")))
    if article is None:
        return f"article {citation.get('article')!r} is not at hand"
    if type(start) is not int or type(end) is not int or not isinstance(quote, str):
        return "it lacks start, end (whole numbers) or quote (text)"
    try:
        article.check(start, end, quote)
        made = article.cite(start, end).model_dump()
    except CitationError as error:
        return str(error)
    for name in ("section", "paragraph", "speaker"):
        if name in citation and citation[name] != made[name]:
            return f"its {name} is {made[name]!r}, not {citation[name]!r}"
    return None


def _answer_failures(data: dict[str, Any], articles: Mapping[str, Article]) -> list[str]:
    """What is wrong with an answer whose citations are right."""
    if "claims" not in data:  # the short form of a batch
        prose = data.get("mode", "extractive") != "extractive"
        return ["prose without its claims cannot be verified"] if prose else _short_failures(data)
    try:
        answer = Answer.read(json.dumps(data), articles)
    except (AnswerError, CitationError) as error:
        return [str(error)]
    except RecursionError:
        return ["it is nested too deeply to be an answer"]
    if answer.mode == "model" and not answer.abstained:
        return [line for number in range(len(answer.claims)) for line in _prose_failures(answer, number, articles)]
    return _refusal_failures(answer, articles) if answer.abstained else []


def _prose_failures(answer: Answer, number: int, articles: Mapping[str, Article]) -> list[str]:
    """The checks by words that a model's claim fails without saying so; the reader's support is not checked again."""
    claim = answer.claims[number]
    cited = [answer.citations[one - 1] for one in claim.citations]
    basis = basis_of([(articles[one.article], one.start, one.end) for one in cited], answer.question, answer.standalone)
    told = {(failure.check, failure.detail) for failure in claim.failed}
    found = [one for one in word_failures(claim.text, basis) if (one.check, one.detail) not in told]
    return [f"claim {number + 1}: {one.check} {one.detail!r} not in what it cites, and not marked" for one in found]


def _short_failures(data: dict[str, Any]) -> list[str]:
    """What is wrong with an answer that has a text and citations, and nothing between them."""
    quotes = [citation["quote"] for citation in data["citations"]]
    if data["abstained"]:
        refused = not quotes and data.get("text") in (REFUSAL, REFUSAL_MANY)
        return [] if refused else ["an abstention without its nearest passage says that it is one, and nothing else"]
    if not quotes:
        return ["an answer cites something"]
    return [] if data.get("text") == "\n".join(quotes) else ["the text of the answer is not its quotes"]


def _refusal_failures(answer: Answer, articles: Mapping[str, Article]) -> list[str]:
    """What is wrong with a refusal: the passage that it points at is checked like a citation."""
    nearest = answer.nearest
    if nearest is None:
        return [] if answer.text in (REFUSAL, REFUSAL_MANY) else ["a refusal says more than that it is one"]
    article = articles.get(nearest.article)
    if article is None:
        return [f"the nearest passage: article {nearest.article!r} is not at hand"]
    try:
        article.check(nearest.start, nearest.end, nearest.text)
    except CitationError as error:
        return [f"the nearest passage: {error}"]
    where = article.place(nearest.start)
    told = (nearest.section, nearest.paragraph, nearest.place)
    if told != (where["section"], where["paragraph"], place_of(article, nearest.start)):
        return ["the nearest passage does not stand where the refusal says"]
    texts = [refusal(count, nearest.text, nearest.place) for count in (1, 2)]
    return [] if answer.text in texts else ["the text of the refusal is not what it points at"]
