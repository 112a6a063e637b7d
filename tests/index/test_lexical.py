"""`LexicalIndex`: BM25 over stemmed words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import LexicalIndex

TEXTS = ["The workers were tracked by dashboards.", "Amazon’s layoffs hit 30,000 people.", "‘slop’ is what she said."]


def best(question: str) -> int:
    return int(np.argmax(LexicalIndex(TEXTS).scores(question)))


@pytest.mark.parametrize(
    ("question", "text"),
    [("Who tracks a worker?", 0), ("dashboard", 0), ("How many people did Amazon lay off?", 1), ("slop", 2)],
)
def test_a_shared_word_in_any_form_scores(question: str, text: int) -> None:
    """Words are stemmed, stop words left out."""
    assert best(question) == text


@pytest.mark.parametrize("question", ["Amazon", "Amazon's", "Amazon’s", "AMAZON"])
def test_spellings_of_a_possessive_are_one_word(question: str) -> None:
    """Straight, curly or none."""
    assert best(question) == 1


def test_an_opening_quote_in_front_of_an_s_is_no_possessive() -> None:
    """`'slop'` in straight quotes is the word slop."""
    assert LexicalIndex(["nothing at all here", "She called it 'slop' aloud."]).scores("slop")[1] > 0


@pytest.mark.parametrize("question", ["", "the of and", "?!…", "zebra", "“”"])
def test_a_question_without_a_known_word_scores_nothing(question: str) -> None:
    """Zeros, one a text."""
    assert LexicalIndex(TEXTS).scores(question).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("texts", [[], [""], ["the"], ["?"], ["the of", "…"]])
def test_texts_without_words_can_be_indexed(texts: list[str]) -> None:
    """Nothing to find, nothing to fail."""
    assert LexicalIndex(texts).scores("the zebra").tolist() == [0.0] * len(texts)


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_any_texts_and_any_question(texts: list[str], question: str) -> None:
    """One finite score a text, none below zero, the same every time."""
    index = LexicalIndex(texts)
    scores = index.scores(question)
    assert scores.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert scores.tolist() == index.scores(question).tolist()
