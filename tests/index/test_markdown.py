"""`read_markdown`: blocks as a reader sees them, and what front matter says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.markdown import read_markdown
from index.metadata import metadata_from, parse_date
from index.text import clean


def shown(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_markdown(text).blocks]


@given(st.data())
def test_any_text_gives_clean_blocks(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Whatever the text, each block is clean and none is empty."""
    for block in read_markdown(data.draw(any_text)).blocks:
        assert block.text
        assert block.text == clean(block.text)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (
            "A [label](http://x.example) and *one* **two** `three` ~~four~~.",
            [("paragraph", "A label and one two three four.")],
        ),
        (r"It cost \$50bn, or \\$60bn, or \*.", [("paragraph", "It cost $50bn, or $60bn, or *.")]),
        ("Seen ![a picture](x.png) there.", [("paragraph", "Seen there.")]),
        ("one\ntwo  \nthree<br>four", [("paragraph", "one two three four")]),
        ("# One\n\n### Three ###", [("heading", "One"), ("heading", "Three")]),
        ("- one\n- two\n\n  more", [("item", "one"), ("item", "two"), ("item", "more")]),
        ("|a|b|\n|-|-|\n|1|*2*|", [("item", "a | b"), ("item", "1 | 2")]),
        ("```\ncode  here\n```", [("item", "code here")]),
        ("<div>A <b>b</b></div>\n\n<script>hack()</script>\n\n<!-- note -->", [("paragraph", "A b")]),
        ("<?xml version='1.0' encoding='utf-8'?>\n\nHi.", [("paragraph", "Hi.")]),
        ("> quoted\n>\n> > deeper", [("paragraph", "quoted"), ("paragraph", "deeper")]),
        ("x &amp; y &lt;z&gt;", [("paragraph", "x & y <z>")]),
        (">" * 40 + " deep", [("paragraph", "deep")]),
    ],
)
def test_markup_goes_and_words_stay(text: str, blocks: list[tuple[str, str]]) -> None:
    """Links keep their label, escapes are resolved, marks and hidden markup go, words stay in order."""
    assert shown(text) == blocks


def test_levels_and_emphasis_are_noted() -> None:
    """A heading knows its level, a wholly emphasised paragraph that it is one."""
    heading, deck, body = read_markdown("## H\n\n*All **of** it*\n\n*Part* of it").blocks
    assert (heading.level, deck.emphasised, body.emphasised) == (2, True, False)


def test_front_matter_gives_metadata_under_its_usual_names() -> None:
    """`description` is the deck, `author` the byline, `date` the day; the block itself is no text."""
    source = read_markdown("---\ntitle: T\ndescription: D\nauthor: A\ndate: 2026-03-11\n---\n\nBody.")
    assert [block.text for block in source.blocks] == ["Body."]
    metadata = source.metadata
    assert (metadata.title, metadata.deck, metadata.byline, metadata.published) == ("T", "D", "A", date(2026, 3, 11))


@pytest.mark.parametrize("matter", ["date: 2026-13-45", "title: [a", "? {}", "- a list", "just words", "[" * 2000])
def test_bad_front_matter_is_no_reason_to_fail(matter: str) -> None:
    """Front matter that is no mapping says nothing, and the text below it is read."""
    source = read_markdown(f"---\n{matter}\n---\n\nBody.")
    assert source.blocks[-1].text == "Body."
    assert source.metadata.title == ""


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-03-11", date(2026, 3, 11)),
        ("2026-03-11T10:00:00Z", date(2026, 3, 11)),
        ("Wed 11 Mar 2026", date(2026, 3, 11)),
        ("March 11, 2026", date(2026, 3, 11)),
        ("March 2026", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_full_date_is_a_date(value: object, day: date | None) -> None:
    """Nothing that the text does not say is filled in."""
    assert parse_date(value) == day


def test_metadata_is_clean_text() -> None:
    """Values are strings, cleaned; what is missing stays empty."""
    assert metadata_from({"title": " a\n b ", "byline": 7}).title == "a b"
    assert metadata_from({"byline": 7}).byline == "7"
    assert metadata_from({}).url == ""
