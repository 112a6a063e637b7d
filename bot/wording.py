"""The bot's own words: every fixed phrase that a reader sees from the pipeline, in one place."""

from collections.abc import Iterable

from index import Article

# The bot can be wrong about what is not there, so it says no more than that it sees no answer.
REFUSAL = "The article does not seem to answer this."
REFUSAL_MANY = "The articles do not seem to answer this."

GENERAL = ("What is the article about?", "Who wrote the article?", "When was it published?", "Where was it published?")
"""Questions to begin with about any article."""


def refusal(articles: int, nearest: str, place: str) -> str:
    """What a refusal says: that it is one, and what comes closest, with its place."""
    opening = REFUSAL if articles == 1 else REFUSAL_MANY
    return f"{opening} The closest passage, {place}: {nearest}" if nearest else opening


def place_of(article: Article, offset: int) -> str:
    """Where an offset of an article stands, in words; paragraphs are counted from 1 over the body."""
    paragraph = article.paragraph_at(offset)
    if paragraph.kind != "body":
        return {"title": "in the title", "deck": "in the standfirst", "byline": "in the byline"}[paragraph.kind]
    body = [other.index for other in article.paragraphs if other.kind == "body"]
    section = article.section_title(paragraph.section)
    inside = f"under “{section}”" if section else "before the first heading"
    return f"paragraph {body.index(paragraph.index) + 1} of {len(body)}, {inside}"


def source_of(article: Article, speaker: str | None, offset: int) -> str:
    """Who says what stands at an offset, if that is known, and where it is: `Ann Lee, a nurse · paragraph 2 of 9`."""
    place = place_of(article, offset)
    known = article.speaker_named(speaker)
    if known is None:
        return place
    return f"{known.name}, {known.role} · {place}" if known.role else f"{known.name} · {place}"


def confidence_words(confidence: float) -> str:
    """A confidence as a reader understands it."""
    for least, words in ((0.9, "very likely answers this"), (0.75, "probably answers this")):
        if confidence >= least:
            return f"The article {words}."
    return "The article may answer this: check the passage."


NOT_VERIFIED = {
    "links": "it holds a link",
    "numbers": "a number is not in the passages",
    "dates": "a date is not in the passages",
    "names": "a name is not in the passages",
    "negation": "it may say the opposite",
    "speaker": "somebody else says it",
    "support": "the passages may not support it",
    "language": "its language cannot be checked",
}
"""Why a statement is not verified, by the check that it fails."""


def not_verified(checks: Iterable[str]) -> str:
    """The mark of a statement that failed some checks: `not verified: a number is not in the passages`."""
    return f"not verified: {', '.join(dict.fromkeys(NOT_VERIFIED[check] for check in checks))}"


def marked(text: str, checks: Iterable[str]) -> str:
    """A statement with its mark, where it failed checks."""
    failed = tuple(checks)
    return f"{text} ({not_verified(failed)})" if failed else text


def question_about(topic: str) -> str:
    """A question that a sentence on `topic` answers."""
    return f"What does the article say about “{topic}”?"
