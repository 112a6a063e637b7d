"""`find_front`: title, deck and byline."""

from datetime import date

import pytest

from index.blocks import Source
from index.canonical import build
from index.front import Front, find_front, is_same
from index.markdown import read_markdown
from index.metadata import Metadata


def front(markdown: str, metadata: Metadata | None = None) -> Front:
    return find_front(read_markdown(markdown).blocks, metadata or Metadata())


def kinds(found: Front) -> list[tuple[str, str]]:
    return [(kind, block.text) for kind, block in found.pieces]


def test_a_title_by_its_mark() -> None:
    """A heading at the top is the title, however it ends."""
    found = front("# Who pays?\n\nThe city paid for it.")
    assert (found.title, found.used, kinds(found)) == ("Who pays?", 1, [("title", "Who pays?")])


def test_a_title_by_its_place() -> None:
    """A short first line without an end is the title."""
    assert kinds(front("Who paid the city\n\nThe city paid for it.")) == [("title", "Who paid the city")]


def test_no_title_is_made_of_a_first_sentence() -> None:
    """A first paragraph that is a sentence stays in the body; the article is named by its first words."""
    found = front("It was the best of times, it was the worst of times.\n\nMore.")
    assert (found.used, found.pieces) == (0, ())
    assert found.title == "It was the best of times, it was…"


def test_a_title_that_only_the_metadata_knows_can_be_cited() -> None:
    """It is put in front of the text."""
    source = read_markdown("The city paid for it. It did.")
    article = build(Source(source.blocks, Metadata(title="Who paid")), "x")
    assert article.text.startswith("Who paid\n\nThe city")
    assert article.cite(0, 8).quote == "Who paid"


def test_metadata_goes_before_looks() -> None:
    """Where the metadata names the title, deck and byline, blocks are told apart by it."""
    markdown = "Who paid\n\nA long look at money.\n\nStaff of the paper\n\nThe city did."
    metadata = Metadata(title="WHO  paid", deck="a long look at money.", byline="Staff of the paper", publisher="P")
    found = front(markdown, metadata)
    assert [kind for kind, _ in found.pieces] == ["title", "deck", "byline"]
    assert (found.title, found.byline, found.publisher) == ("WHO  paid", "Staff of the paper", "P")


@pytest.mark.parametrize(
    ("line", "who", "day"),
    [
        ("By Ann Lee", "Ann Lee", None),
        ("By Ann Lee and Bob Ray in London", "Ann Lee and Bob Ray in London", None),
        ("Words by Ann Lee", "Ann Lee", None),
        ("By Ann Lee, science correspondent", "Ann Lee", None),
        ("Ann Lee, The Courier, Sat 14 Jun 2025.", "Ann Lee", date(2025, 6, 14)),
        ("Ann Lee | 14 June 2025", "Ann Lee", date(2025, 6, 14)),
    ],
)
def test_a_byline_is_known_by_its_looks(line: str, who: str, day: date | None) -> None:
    """`By` and a name, or a name with a date, is the byline; what stands above it is the deck."""
    found = front(f"# The title\n\nWhat it is about.\n\n{line}\n\nIt began. It went on.")
    assert [kind for kind, _ in found.pieces] == ["title", "deck", "byline"]
    assert (found.byline, found.published) == (who, day)


@pytest.mark.parametrize(
    "sentence",
    [
        "By Monday the strike had spread to Leeds.",
        "By the time she arrived, it was over.",
        "Words are cheap in this town, he said.",
        "Text messages poured in on Friday.",
        "“By all means go,” she said.",
        "Reports of a strike came from Leeds.",
        "Amazon said in 2026 that it would not pay.",
    ],
)
def test_a_sentence_is_no_byline(sentence: str) -> None:
    """A body sentence that begins like a byline stays in the body, and so does all above it."""
    found = front(f"# The title\n\nThe man came in.\n\n{sentence}\n\nIt ended.")
    assert [kind for kind, _ in found.pieces] == ["title"]
    assert found.byline == ""


def test_an_emphasised_line_under_the_title_is_the_deck() -> None:
    """Wholly emphasised, in front of the body."""
    found = front("# The title\n\n*What it is all about.*\n\nIt *began*.")
    assert (found.deck, found.used) == ("What it is all about.", 2)


def test_the_publisher_is_read_from_the_byline() -> None:
    """`The …` after a name is the paper."""
    assert front("# T\n\nAnn Lee, The Courier, Sat 14 Jun 2025.\n\nIt began.").publisher == "The Courier"


def test_empty_is_the_same_as_none() -> None:
    """Metadata that says nothing agrees with no block."""
    assert is_same("A  b", "a B")
    assert not is_same("", "")


def test_a_byline_that_only_the_metadata_knows_can_be_cited() -> None:
    """A web page's writer, paper and day stand in a line of their own under title and deck."""
    found = front("# Boats\n\nThey came.", Metadata(byline="Ann Lee", publisher="The Post", published=date(2025, 6, 4)))
    assert kinds(found) == [("title", "Boats"), ("byline", "Ann Lee, The Post, 4 June 2025.")]
    assert kinds(front("# Boats\n\nBy Ann Lee\n\nThey came.", Metadata(byline="Ann Lee")))[1:] == [
        ("byline", "By Ann Lee")
    ]
