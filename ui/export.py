"""A conversation to keep: as Markdown to read, and as JSON to check with `article-bot verify`. Pure functions.

The JSON is `{"made_by", "articles": [{"id", "title", "byline", "published", "url", "sha256"}], "conversation":
[{"question", "answer", "links"}]}`. An answer is the same JSON as everywhere; `links` has one address a citation, which
opens the article's page at the quote (empty where the article has none).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from itertools import starmap
from typing import Any

from bot import Answer, AnswerError, Citation, Verification, verify_json
from bot.wording import REFUSAL, confidence_words, marked, refusal, source_of
from index import Article
from index.text import clean
from ui.fragments import citation_link, quote_link
from ui.render import escape_markdown

_ABOUT = ("id", "title", "byline", "published", "url", "sha256")


def conversation_json(answers: Sequence[Answer], articles: Mapping[str, Article]) -> str:
    """The conversation as JSON, questions in order."""
    told = _told_of(answers, articles)
    document = {
        "made_by": f"article-bot {metadata.version('article-bot')}",
        "articles": [article.model_dump(mode="json", include=set(_ABOUT)) for article in told],
        "conversation": [
            {
                "question": answer.question,
                "answer": answer.model_dump(mode="json"),
                "links": [_link(citation, articles) for citation in answer.citations],
            }
            for answer in answers
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def conversation_markdown(answers: Sequence[Answer], articles: Mapping[str, Article]) -> str:
    """The conversation as Markdown: each quote with who says it, where it stands, its offsets and a link to it."""
    heads = [_head(article) for article in _told_of(answers, articles)]
    return "\n\n".join([*heads, *(_exchange(answer, articles) for answer in answers)]) + "\n"


def verify_export(text: str | bytes, articles: Mapping[str, Article]) -> Verification:
    """Check a conversation's JSON, or that of a single answer. Raises `AnswerError` for what is neither."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"this is not JSON: {error}") from error
    turns = data.get("conversation") if isinstance(data, dict) else None
    if turns is None:
        return verify_json(text, articles)
    if not isinstance(turns, list) or not turns:
        raise AnswerError("this is JSON, but not a conversation: 'conversation' is no list of answers")
    checked = list(starmap(lambda number, turn: _verify_turn(number, turn, articles), enumerate(turns, start=1)))
    failures = [*_altered(data, articles), *(line for one in checked for line in one.failures)]
    return Verification(tuple(failures), sum(one.citations for one in checked))


def _told_of(answers: Sequence[Answer], articles: Mapping[str, Article]) -> list[Article]:
    """The articles that a conversation is about, in the order in which it comes to them."""
    named = [citation.article for answer in answers for citation in answer.citations]
    named += [answer.nearest.article for answer in answers if answer.nearest]
    return [articles[name] for name in dict.fromkeys(named or articles) if name in articles]


def _link(citation: Citation, articles: Mapping[str, Article]) -> str:
    return citation_link(articles[citation.article], citation.start, citation.end)


# Markdown


def _head(article: Article) -> str:
    published = article.published.isoformat() if article.published else ""
    known = [_line(part) for part in (article.byline, article.publisher, published) if part]
    address = quote_link(article.url, "", 0, 0)
    lines = [f"# {_line(article.title) or 'Conversation'}", " · ".join(known), f"<{address}>" if address else ""]
    return "\n\n".join(filter(None, lines))


def _exchange(answer: Answer, articles: Mapping[str, Article]) -> str:
    return "\n\n".join([f"## {_line(answer.question)}", *_blocks(answer, articles)])


def _blocks(answer: Answer, articles: Mapping[str, Article]) -> Iterator[str]:
    if answer.abstained:
        yield f"**{refusal(1 if answer.text.startswith(REFUSAL) else 2, '', '')}**"
        if answer.nearest:
            yield f"The closest passage, {_line(answer.nearest.place)}:"
            yield f"> {_line(answer.nearest.text)}"
        return
    if answer.mode != "extractive":  # or else the claims are the quotes
        for claim in answer.claims:
            said = marked(claim.text, (one.check for one in claim.failed))
            yield f"{_line(said)} " + "".join(f"\\[{number}\\]" for number in claim.citations)
    for number, citation in enumerate(answer.citations, start=1):
        yield f"> {_line(citation.quote)}\n>\n> {_source(number, citation, articles)}"
    if answer.note:
        yield f"*{_line(answer.note)}*"
    yield f"*{_line(confidence_words(answer.confidence))}*"


def _source(number: int, citation: Citation, articles: Mapping[str, Article]) -> str:
    """Where a quote is from: `[1] Ann Lee, a nurse · paragraph 2 of 9 · characters 812 to 860 · <https://…>`."""
    place = _line(source_of(articles[citation.article], citation.speaker, citation.start))
    link = _link(citation, articles)
    parts = [f"\\[{number}\\] {place}", f"characters {citation.start} to {citation.end}", f"<{link}>" if link else ""]
    return " · ".join(filter(None, parts))


def _line(text: str) -> str:
    """A text on one line, in which nothing is markup."""
    return escape_markdown(clean(text))


# Checking


def _verify_turn(number: int, turn: Any, articles: Mapping[str, Article]) -> Verification:
    """One exchange: its answer as ever, and that question and links are the answer's."""
    answer = turn.get("answer") if isinstance(turn, dict) else None
    if not isinstance(answer, dict):
        return Verification((f"answer {number}: there is none",), 0)
    try:
        found = verify_json(json.dumps(answer), articles)
    except (AnswerError, RecursionError) as error:
        return Verification((f"answer {number}: {error}",), 0)
    failures = list(found.failures) or _turn_failures(turn, answer, articles)
    return Verification(tuple(f"answer {number}: {line}" for line in failures), found.citations)


def _turn_failures(turn: dict[str, Any], answer: dict[str, Any], articles: Mapping[str, Article]) -> list[str]:
    """What is wrong with an exchange whose answer is right."""
    spans = [(articles[str(one["article"])], one["start"], one["end"]) for one in answer["citations"]]
    failures = [] if turn.get("question") == answer.get("question") else ["it is the answer to another question"]
    if turn.get("links", []) not in ([], list(starmap(citation_link, spans))):
        failures.append("its links are not those of its citations")
    return failures


def _altered(data: dict[str, Any], articles: Mapping[str, Article]) -> Iterator[str]:
    """Articles that the file tells of otherwise than they are."""
    told = data.get("articles", [])
    for one in told if isinstance(told, list) else [told]:
        article = articles.get(str(one.get("id"))) if isinstance(one, dict) else None
        if article is None:
            yield "it tells of an article that is not at hand"
        elif one.get("sha256") != article.sha256:
            yield f"article {article.id!r} has another text now than when the conversation was kept"
        elif one != article.model_dump(mode="json", include=set(_ABOUT)):
            yield f"what it tells of article {article.id!r} is not what is known of it"
