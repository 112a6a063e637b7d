"""Evidence and who says it."""

import pytest

from bot.reader import Evidence, Reading
from bot.spoken_evidence import prefer_speaker, with_speaker_named
from index import Article
from index.canonical import build
from index.markdown import read_markdown

STORY = """# A bridge

The bridge was closed on Monday.

Mara Lind, an engineer, has watched it all her life. "It is rust," she said. "It will fall."

Tor Vik, a farmer, said that it will not fall.
"""


@pytest.fixture(scope="module")
def story() -> Article:
    """Two people who disagree."""
    return build(read_markdown(STORY), "story")


def evidence(story: Article, words: str, score: float) -> Evidence:
    """The sentence with some words."""
    sentence = story.sentence_at(story.text.index(words))
    assert sentence is not None
    return Evidence(story.id, sentence.start, sentence.end, score)


def test_the_speaker_who_is_asked_about_goes_first(story: Article) -> None:
    """Their sentences gain; the others keep their scores, and so does the confidence."""
    hers, his = evidence(story, "It will fall", 0.5), evidence(story, "Tor Vik", 0.6)
    reading = Reading((his, hers), 0.7)
    preferred = prefer_speaker("What did Mara say about falling?", reading, {story.id: story})
    assert [item.start for item in preferred.evidence] == [hers.start, his.start]
    assert preferred.evidence[1] == his
    assert 0.6 < preferred.evidence[0].score < 1
    assert preferred.confidence == reading.confidence


@pytest.mark.parametrize("question", ["Will it fall?", "What did Anna say about falling?"])
def test_nobody_asked_about_changes_nothing(story: Article, question: str) -> None:
    """The reading is what it was."""
    reading = Reading((evidence(story, "Tor Vik", 0.6), evidence(story, "It will fall", 0.5)), 0.7)
    assert prefer_speaker(question, reading, {story.id: story}) is reading


def test_who_said_it_is_answered_with_the_name(story: Article) -> None:
    """The sentence that names the speaker goes in, in article order, where the quotation has no name in it."""
    chosen = [evidence(story, "It will fall", 0.8)]
    named = with_speaker_named("Who said it will fall?", chosen, {story.id: story}, 5)
    quotes = [story.text[item.start : item.end] for item in named]
    assert quotes == ["Mara Lind, an engineer, has watched it all her life.", '"It will fall."']
    assert {item.score for item in named} == {0.8}


def test_a_name_that_is_there_is_not_added_again(story: Article) -> None:
    """Nor where another question is asked, there is no room, or nothing was found."""
    articles = {story.id: story}
    his, hers = [evidence(story, "Tor Vik", 0.8)], [evidence(story, "It will fall", 0.8)]
    assert with_speaker_named("Who said it will not fall?", his, articles, 5) == his
    assert with_speaker_named("Will it fall?", hers, articles, 5) == hers
    assert with_speaker_named("Who said it will fall?", hers, articles, 1) == hers
    assert with_speaker_named("Who said it will fall?", [], articles, 5) == []
