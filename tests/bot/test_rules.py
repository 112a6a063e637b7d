"""Questions that a rule answers: about the article itself, and who or what a name is."""

import pytest

from bot.rules import about_itself, introduces
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


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Who is Ifeoma Ajunwa?", "Forcing employees"),
        ("what is kiro", "The internal AI tool"),
        ("Who's Jassy?", "At the same time, Andy Jassy"),
        ("Who is Jack Dorsey?", "Jack Dorsey, the Block CEO"),
        ("Who is Jack?", "“There’s a lot of talk"),
    ],
)
def test_a_name_is_introduced_where_it_first_stands(seed_article: Article, question: str, begins: str) -> None:
    """Who or what a name is, is said in the first sentence that has it; another's longer name is not it."""
    (sentence,) = introduces(question, seed_article)
    assert seed_article.quote(sentence).startswith(begins)


@pytest.mark.parametrize(
    "question",
    ["Who is Jeff Bezos?", "What is surveillance?", "Who is right?", "What is the CEO's name?", "Who was Ann(?"],
)
def test_what_is_no_name_of_the_article_is_left_alone(seed_article: Article, question: str) -> None:
    """A word that the article does not write as a name, or does not have, is for the reader to find."""
    assert introduces(question, seed_article) == []
