"""Questions about the article itself."""

import pytest

from bot.about import about_itself
from index import Article


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Who wrote the article?", ["byline"]),
        ("who is the author", ["byline"]),
        ("Who wrote this?", ["byline"]),
        ("When was it published?", ["byline"]),
        ("Which newspaper is this from?", ["byline"]),
        ("Where was this article published?", ["byline"]),
        ("Who wrote it and when?", ["byline"]),
        ("Which year was it published in?", ["byline"]),
        ("Who is the publisher?", ["byline"]),
        ("What is the title of the article?", ["title"]),
        ("what is the article's title?", ["title"]),
        ("What's the headline?", ["title"]),
        ("Title?", ["title"]),
        ("Can you summarise this article?", ["title", "deck"]),
        ("What are the key points?", ["title", "deck"]),
        ("What’s the article about?", ["title", "deck"]),
        ("Summarise this article.", ["title", "deck"]),
    ],
)
def test_it_is_answered_by_title_deck_or_byline(seed_article: Article, question: str, kinds: list[str]) -> None:
    """What the article says about itself stands in its front matter."""
    assert [sentence.kind for sentence in about_itself(question, seed_article)] == kinds


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the email?",
        "Who wrote The Quantified Worker?",
        "When was the petition published?",
        "What is AI about?",
        "What is the CEO's name?",
    ],
)
def test_questions_about_its_content_are_left_alone(seed_article: Article, question: str) -> None:
    """A rule for the article itself must not catch a question about something in it."""
    assert about_itself(question, seed_article) == []
