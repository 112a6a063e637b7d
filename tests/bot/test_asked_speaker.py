"""Whom a question asks about, whether it asks who, and which sentence has the name."""

import pytest

from bot.asked_speaker import asked_speaker, asks_who_said, naming_sentence
from index import Article
from index.canonical import build
from index.markdown import read_markdown

STORY = """# A bridge

The bridge was closed on Monday.

Mara Lind, an engineer, has watched it all her life. "It is rust," she said. "It will fall."

Jack Lind, her brother, said no. Tor Vik-Olsen, a farmer, said that it was old. A driver said nothing was wrong.

The port said it would be repaired.
"""


@pytest.fixture(scope="module")
def story() -> Article:
    """An article with two people of one last name."""
    return build(read_markdown(STORY), "story")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Mara Lind say about rust?", "Mara Lind"),
        ("what did mara say about rust", "Mara Lind"),
        ("According to Vik-Olsen, how old is it?", "Tor Vik-Olsen"),
        ("What's Tor's view of the bridge?", "Tor Vik-Olsen"),
        ("How does Tor Vik-Olsen account for it?", "Tor Vik-Olsen"),
        ("What did the driver say?", None),
        ("What did Lind say about rust?", None),
        ("What did Mara and Tor say about rust?", None),
        ("What did Anna say about rust?", None),
        ("Where does it say that?", None),
        ("Who is Mara Lind?", None),
    ],
)
def test_a_question_asks_about_one_speaker_or_none(story: Article, question: str, name: str | None) -> None:
    """By whole, first or last name; not where the name is shared, two are named, or no words are asked for."""
    asked = asked_speaker(question, story)
    assert (asked.speaker.name if asked else None) == name


def test_what_is_asked_is_left_without_the_name(story: Article) -> None:
    """For a reader that knows the speaker already."""
    asked = asked_speaker("What did Mara Lind say about rust?", story)
    assert asked is not None
    assert asked.about == "What did say about rust?"


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("Who said that it will fall?", True),
        ("who was it said it is rust", True),
        ("Whose view is it that it is old?", True),
        ("Which farmer thinks that it is old?", True),
        ("Who likened it to rust?", True),
        ("Who closed the bridge?", False),
        ("Who owns the bridge?", False),
        ("What did Mara say?", False),
        ("When was the bridge closed?", False),
    ],
)
def test_some_questions_ask_who_said_it(question: str, who: bool) -> None:
    """`Who said …`, `Whose view …`, and not every who."""
    assert asks_who_said(question) is who


def test_the_sentence_with_the_name_is_the_last_up_to_the_words(story: Article) -> None:
    """It may be the sentence itself; nobody known, none."""

    def naming(words: str) -> str | None:
        sentence = story.sentence_at(story.text.index(words))
        assert sentence is not None
        found = naming_sentence(story, sentence)
        return story.quote(found) if found else None

    assert naming("It will fall") == "Mara Lind, an engineer, has watched it all her life."
    assert naming("Jack Lind") == "Jack Lind, her brother, said no."
    assert naming("The bridge was closed") is None
