"""`read_plain`: blank lines part blocks, and nothing else about the text is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.blocks import Block
from index.plain import read_plain
from index.text import clean


def shown(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_plain(text).blocks]


def test_blank_lines_part_blocks() -> None:
    """Any number of blank lines, with or without spaces on them, parts two blocks; the lines of one are joined."""
    assert shown("One\ntwo.\n\nThree.\n \t\n\n\nFour.") == [
        ("paragraph", "One two."),
        ("paragraph", "Three."),
        ("paragraph", "Four."),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(newline: str) -> None:
    """Unix, Windows and old Macintosh line ends read the same."""
    assert shown(newline.join(["One", "two.", "", "Three."])) == [("paragraph", "One two."), ("paragraph", "Three.")]


def test_a_form_feed_ends_a_block() -> None:
    """A page break parts two blocks, as a blank line does."""
    assert [text for _, text in shown("One.\fTwo.")] == ["One.", "Two."]


def test_a_hyphen_at_a_line_end_stays() -> None:
    """Plain text does not say whether a hyphen is the writer's, so a word that ends a line with one is left alone."""
    assert shown("an inter-\nnational affair") == [("paragraph", "an inter- national affair")]


def test_long_lines_without_blank_lines_are_paragraphs() -> None:
    """A text with no blank line whose lines are long was written one paragraph a line, its short heading included."""
    long = ["A sentence that goes on and on. " * 4, "Short heading", "Another one that goes on just as long. " * 4]
    assert [text for _, text in shown("\n".join(long))] == [clean(line) for line in long]


def test_short_lines_without_blank_lines_are_one_paragraph() -> None:
    """A text with no blank line whose lines are short was wrapped: it is one paragraph."""
    assert len(shown("\n".join(["A line that was wrapped at sixty characters, as in a letter."] * 9))) == 1


def test_one_blank_line_means_that_long_lines_are_joined() -> None:
    """Where blank lines part the blocks, a long line does not: only they do."""
    line = "word " * 30
    assert len(shown(f"{line}\n{line}\n\n{line}")) == 2


@pytest.mark.parametrize("marks", ["--", "**", "12", "••"])
def test_list_lines_are_items(marks: str) -> None:
    """Each list line is an item without its mark, and takes the lines that go on from it along."""
    first, second = (f"{mark}." if mark.isdigit() else mark for mark in marks)
    assert shown(f"{first} One\n  and more\n{second} Two") == [("item", "One and more"), ("item", "Two")]


def test_a_colon_announces_a_list() -> None:
    """A list may follow its announcement without a blank line."""
    assert shown("They bought:\n- bread\n- milk") == [
        ("paragraph", "They bought:"),
        ("item", "bread"),
        ("item", "milk"),
    ]


def test_a_dash_that_begins_a_wrapped_line_is_no_item() -> None:
    """A dash or a number at the start of a line inside a paragraph is part of its sentence."""
    assert shown("She left the town\n- for good - in\n12. It was over.") == [
        ("paragraph", "She left the town - for good - in 12. It was over.")
    ]


@pytest.mark.parametrize("text", ["", " \n\t\n ", "\ufeff", "\u200b\n\n\u200b"])
def test_nothing_visible_gives_no_blocks(text: str) -> None:
    """A text without a visible character has no blocks."""
    assert read_plain(text).blocks == ()


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1), min_size=1))
def test_no_word_is_lost_or_moved(words: list[str]) -> None:
    """However words are laid out over lines, they come back in their order."""
    text = "".join(word + "\n" * (i % 3) + " " for i, word in enumerate(words))
    assert clean(" ".join(block.text for block in read_plain(text).blocks)).split() == clean(" ".join(words)).split()


@given(st.text())
def test_every_text_can_be_read(text: str) -> None:
    """Any text gives clean, visible blocks."""
    for block in read_plain(text).blocks:
        assert block == Block(block.kind, clean(block.text)) and block.text
