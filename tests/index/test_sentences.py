"""`sentence_spans`: where sentences begin and end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentence_spans
from index.text import clean


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(st.data())
def test_spans_are_in_order_disjoint_and_cover_every_visible_character(
    any_text: st.SearchStrategy[str], data: st.DataObject
) -> None:
    """Nothing visible lies outside a sentence, none begins or ends with white space, none is empty."""
    text = clean(data.draw(any_text))
    spans = sentence_spans(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


# A bar stands for the boundary.
@pytest.mark.parametrize(
    "marked",
    [
        "Dr. Smith met Mr. Jones at 5 p.m. on Friday.|They ate.",
        "He lives near the U.S. Army base.|It rained.",
        "She moved to the U.K.|The rest stayed.",
        "J. K. Rowling wrote it.|She left.",
        'It was paid by the U.S.|"We\'re grateful," she said.',
        "“I like books…”|He laughed.|“I never…” Maria said.|Then he left.",
        "It is by A. B. Lee, i.e. the boss.|Good.",
        "It cost $1.5bn.|Then it fell to £2.3m.|She sighed.",
        "Growth was 3.5%.|Version 2.0 shipped.",
        "He waited … then left.|“If we don’t pivot ... then we risk it.”",
        "Wait...|What?|Yes!",
        "“Why?” Maria asked.|“Because.”",
        "“Why?” I asked.|The man said nothing.",
        "“Stop!” cried Ann.|“No.”",
        "\"You look at it and go, 'Is this a problem?'\" she said.|Next.",
        "“‘Are you?’, ‘How often?’, or ‘Is AI a priority?’”.|Then it ended.",
        "By my manager who’d be like: ‘Why don’t you try this thing?’, and it was so.|Done.",
        "She said “go.”|He went.",
        "She said: ‘Never.’|“Again,” he said.",
        "She left (he stayed.)|Then it rained.",
        "(It was late.)|He slept.",
        "It was he and I.|We went.",
        "‘Half-baked’ tools.|“More work” came.",
    ],
)
def test_hard_cases(marked: str) -> None:
    """Abbreviations, initials, sums, dots and quoted questions end no sentence; a closing quote stays with its own."""
    assert split(marked.replace("|", " ")) == marked.split("|")


@pytest.mark.parametrize("unit", ["a", "A. ", "Mr. Smith ", "“", ".", "“Why?” ", "a. b ", "😀", "( ", "1.", "—", "'"])
def test_enormous_runs_take_no_more_than_seconds(unit: str) -> None:
    """Time does not explode with the length of a paragraph."""
    began = time.perf_counter()
    sentence_spans((unit * 20_000).strip())
    assert time.perf_counter() - began < 10
