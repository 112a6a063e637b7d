"""`clean`: canonical inline text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import clean

ODD = st.sampled_from(
    "\ud800\udfff\x00\x07\x1c\x7f\x85\u200b\ufeff\u2028\u00ad \n“😀"
)  # halves of surrogate pairs, too
WILD = st.lists(st.characters() | ODD, max_size=40).map("".join)


@given(WILD)
def test_clean_text_is_one_line_that_utf8_can_hold(text: str) -> None:
    """No control character, no half of a surrogate pair, no two spaces, no space at an end; cleaning twice is once."""
    shown = clean(text)
    shown.encode()
    assert shown == " ".join(shown.split())
    assert not any(ord(character) < 32 or ord(character) == 127 for character in shown)
    assert clean(shown) == shown


@given(WILD)
def test_no_visible_character_is_lost(text: str) -> None:
    """What is neither white space, control nor invisible stays, in order."""
    gone = {"\u200b", "\u2060", "\ufeff", "\u00ad", "\x7f"}

    def visible(one: str) -> list[str]:
        return [c for c in one if not (c.isspace() or c in gone or ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF)]

    assert visible(clean(text)) == visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“Curly” ‘quotes’ – and — dashes…", "“Curly” ‘quotes’ – and — dashes…"),
        ("👩‍👩‍👧 is one family", "👩‍👩‍👧 is one family"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("a\u00a0b\u2003c\x85d\x1ee", "a b c d e"),
        ("שלום \u200fעולם", "שלום \u200fעולם"),
    ],
)
def test_characters_a_reader_sees_stay(text: str, shown: str) -> None:
    """Quotes stay curly, emoji stay joined, marks of direction stay; every white space is one space."""
    assert clean(text) == shown
