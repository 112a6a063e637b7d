"""What readers think of answers: carried by the buttons as a few numbers, kept as eval cases like the page's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from bot import Answer, ArticleBot, Claim, Turn
from bot.wording import refusal
from index import Article, ArticleBotError
from ui.feedback import FeedbackFile, Opinion, feedback_case

THANKS = "Thank you, noted."
CHANGED = "The article has changed since this answer was given, so nothing was noted."
_VERSION = 8
"""Digits of an article's hash that a button carries."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, as its buttons carry it: its spans, and its question or, in a thread, the ts of that.

    `version` tells whether the article is still the one that the spans are of.
    """

    article: str
    spans: tuple[tuple[int, int], ...]
    question: str = ""
    ts: str = ""
    version: str = ""

    @classmethod
    def of(cls, answer: Answer, articles: Mapping[str, Article], question: str = "", ts: str = "") -> Self:
        """What is to be carried of an answer."""
        name = answer.citations[0].article if answer.citations else answer.nearest.article if answer.nearest else ""
        version = articles[name].sha256[:_VERSION] if name else ""
        return cls(name, tuple((cited.start, cited.end) for cited in answer.citations), question, ts, version)

    def asking(self, question: str) -> Self:
        """The same with its question."""
        return replace(self, question=question)

    def dumped(self) -> str:
        """As a button's value."""
        value = {"a": self.article, "s": self.spans, "q": self.question, "t": self.ts, "v": self.version}
        return json.dumps(
            {name: part for name, part in value.items() if part}, ensure_ascii=False, separators=(",", ":")
        )

    @classmethod
    def read(cls, value: str) -> Self:
        """From a button's value. Raises `ArticleBotError` for what is none."""
        try:
            read = json.loads(value)
            spans = tuple((int(start), int(end)) for start, end in read.get("s", ()))
            article, question, ts, version = (str(read.get(name, "")) for name in "aqtv")
            return cls(article, spans, question, ts, version)
        except (ValueError, TypeError, AttributeError) as error:
            raise ArticleBotError("this button is from another version of the relay") from error


class Opinions:
    """Keeps opinions in the file that the settings name."""

    def __init__(self, bot: ArticleBot) -> None:
        self._bot = bot
        self._file = FeedbackFile.of(bot.settings)

    @property
    def kept(self) -> bool:
        """Whether opinions are kept at all."""
        return self._file is not None

    def keep(self, given: Given, verdict: str, turns: Sequence[Turn]) -> str:
        """Keep an opinion: `+`, `-`, or the number of a wrong passage; what to say to it. Raises `ArticleBotError`."""
        if self._file is None:
            return "No feedback is kept here."
        articles = self._bot.articles
        article = articles.get(given.article) if given.article else next(iter(articles.values()))
        if article is None or (given.article and article.sha256[:_VERSION] != given.version):
            return CHANGED
        opinion = Opinion(liked=verdict == "+", reason=_reason(given, verdict))
        self._file.add(feedback_case(article, _answer(article, given), opinion, turns))
        return THANKS


def _reason(given: Given, verdict: str) -> str:
    if not verdict.isdecimal() or not 1 <= int(verdict) <= len(given.spans):
        return ""
    start, end = given.spans[int(verdict) - 1]
    return f"wrong passage: [{start}, {end})"


def _answer(article: Article, given: Given) -> Answer:
    """The answer again, from its spans."""
    citations = tuple(article.cite(start, end) for start, end in given.spans)
    claims = tuple(Claim(text=cited.quote, citations=(number,)) for number, cited in enumerate(citations, start=1))
    return Answer(
        question=given.question,
        standalone=given.question,
        text="\n".join(claim.text for claim in claims) or refusal(1, "", ""),
        abstained=not claims,
        confidence=0.0,
        claims=claims,
        citations=citations,
    )
