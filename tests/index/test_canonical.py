"""`build`: blocks to an article. The shipped article first, then what must not be invented."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.blocks import Block, Source
from index.canonical import build, mark_headings, mend_page_breaks, resplit
from index.errors import SourceError
from index.markdown import read_markdown
from index.metadata import Metadata


def body(article: Article) -> list[str]:
    return [article.quote(paragraph) for paragraph in article.paragraphs if paragraph.kind == "body"]


def headings(article: Article) -> list[str]:
    return [section.title for section in article.sections if section.title]


def story(*paragraphs: str) -> Article:
    """A titled article of plain paragraphs."""
    return build(read_markdown("\n\n".join(["# The title", "It began on a Monday.", *paragraphs])), "story")


# Any text


@given(st.data())
def test_structure_holds_for_any_text(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Spans lie in the text and are disjoint; every visible character is in a heading or in exactly one sentence."""
    try:
        article = build(read_markdown(data.draw(any_text)), "any")
    except SourceError:
        return
    text = article.text
    assert text == text.strip()
    assert [p.index for p in article.paragraphs] == list(range(len(article.paragraphs)))
    assert [s.index for s in article.sentences] == list(range(len(article.sentences)))
    last = 0
    for paragraph in article.paragraphs:
        assert last <= paragraph.start < paragraph.end <= len(text)
        last = paragraph.end
        inside = [s for s in article.sentences if s.paragraph == paragraph.index]
        shown = list(text[paragraph.start : paragraph.end])
        for sentence in inside:
            assert paragraph.start <= sentence.start < sentence.end <= paragraph.end
            assert (sentence.section, sentence.kind) == (paragraph.section, paragraph.kind)
            shown[sentence.start - paragraph.start : sentence.end - paragraph.start] = " " * (
                sentence.end - sentence.start
            )
        assert not "".join(shown).strip()
    for one, two in zip(article.sentences, article.sentences[1:], strict=False):
        assert one.end <= two.start
    for section, following in zip(article.sections, article.sections[1:], strict=False):
        assert section.end <= following.start
    for section in article.sections:
        assert text[section.start : section.end].startswith(section.title)


@given(st.data())
def test_any_article_survives_json(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    """`model_validate_json(model_dump_json())` gives an equal article, which splits into the same sentences."""
    try:
        article = build(read_markdown(data.draw(any_text)), data.draw(any_text) or "id")
    except SourceError:
        return
    assert Article.model_validate_json(article.model_dump_json()) == article
    assert resplit(article) == article


@given(st.lists(st.lists(st.characters() | st.sampled_from("\ud800\udfff\x00 “"), min_size=1).map("".join), max_size=8))
def test_every_reader_s_blocks_can_be_laid_out(texts: list[str]) -> None:
    """Blocks from any reader, half surrogate pairs cleaned away, become the text joined by blank lines."""
    from index.text import clean

    blocks = tuple(Block("item", shown) for text in texts if (shown := clean(text)))
    if blocks:
        assert build(Source(blocks), "x").text == "\n\n".join(block.text for block in blocks)


# The shipped article


def test_the_shipped_article_s_headings(seed_article: Article) -> None:
    """Three headings, nothing else; what stands above the first has a section without a title."""
    assert headings(seed_article) == [
        "‘Half-baked’ tools and ‘more work for everyone’",
        "An AI-fueled shift to surveillance",
        "The unspoken math",
    ]
    assert seed_article.sections[0].title == ""


def test_the_shipped_article_s_front_matter_can_be_cited(seed_article: Article) -> None:
    """Title, deck and byline are sentences of the text, and known by name."""
    kinds = {
        sentence.kind: seed_article.quote(sentence) for sentence in seed_article.sentences if sentence.kind != "body"
    }
    assert kinds == {
        "title": seed_article.title,
        "deck": seed_article.deck,
        "byline": "Varsha Bansal, The Guardian, Wed 11 Mar 2026.",
    }
    assert (seed_article.byline, seed_article.publisher) == ("Varsha Bansal", "The Guardian")
    assert str(seed_article.published) == "2026-03-11"


def test_the_shipped_article_s_page_break_is_mended(seed_article: Article) -> None:
    """The sentence that the page break cut in two is one sentence of one paragraph."""
    words = "“We have to write out detailed procedures so that the AI can understand it and give better output,”"
    assert f"{words} said Sarah." in [seed_article.quote(one) for one in seed_article.sentences]


def test_no_markup_is_left_in_the_shipped_article(seed_article: Article) -> None:
    """No link, escape or emphasis mark; sums and brackets of the author stay."""
    assert not re.search(r"\]\(|\\|\*|_\w|#", seed_article.text)
    assert "some $200bn this year on AI infrastructure and announced a $50bn investment" in seed_article.text
    assert "predictors of AI adoption and whether employees" in seed_article.text
    assert "[could] even be potentially longer" in seed_article.text


def test_the_shipped_article_s_sentences_begin_and_end_as_sentences(seed_article: Article) -> None:
    """Each body sentence begins with a capital, figure or opening mark and ends with an end."""
    for sentence in seed_article.sentences:
        shown = seed_article.quote(sentence)
        assert re.match(r"[A-Z0-9“‘\"'(\[]", shown), shown
        if sentence.kind == "body":
            assert re.search(r"[.!?][”’\"')]*$|[.!?][”’\"')]*\.$|:$|”\.$|’”\.$", shown), shown


# Headings


def test_a_plain_line_in_front_of_a_paragraph_is_a_heading() -> None:
    """Where a source marks no heading, a short line without an end is one."""
    article = story("The unspoken math", "Months later, over 1,000 workers signed it.")
    assert headings(article) == ["The unspoken math"]
    assert body(article) == ["It began on a Monday.", "Months later, over 1,000 workers signed it."]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("“No,” she said.", "He left the room and the house."),
        ("“Why?”", "He left the room and the house."),
        ("“I don’t know”", "That is what she said to the man at the door."),
        ("- milk\n- bread and butter", "Those were the things that she bought."),
        ("They bought:", "Those were the things that she had bought."),
        ("so it goes", "That is what he always said of it."),
        (
            "The woods are lovely and deep",
            "But I have promises to keep",
            "And miles to go before I sleep",
            "That is what the poet wrote in the winter of 1922.",
        ),
        ("The woods are lovely and deep\nBut I have promises to keep\n\nThat is what he wrote then.",),
        ("He went home at last.", "Yours, Ann"),
        ("He went home at last.", "Ann Lee"),
        ("* * *", "He went home at last and slept."),
        ("12 345", "He went home at last and slept."),
    ],
    ids=lambda paragraphs: paragraphs[0][:20],
)
def test_a_heading_is_not_invented(paragraphs: tuple[str, ...]) -> None:
    """Speech, lists, verse, a sign-off or a line of figures is no heading: every word of it can be cited."""
    article = story(*paragraphs)
    assert headings(article) == []


def test_marked_headings_are_taken_at_their_word() -> None:
    """Where the source marks headings, none is guessed beside them."""
    article = story("## Marked", "A short line", "He went home at last and slept.")
    assert headings(article) == ["Marked"]
    assert "A short line" in body(article)


def test_no_blocks_have_no_headings() -> None:
    """An article that is all front matter has an empty body."""
    assert mark_headings([]) == []


# Page breaks


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("We have to write out detailed", "procedures so that it works.", True),
        ("The council, which met on Monday in the old hall of the", "City, left.", True),
        ("They sold apples, pears and", "Plums at the market.", True),
        ("In the long and cold winter of that year the council of the city met in", "Leeds again.", True),
        ("The world we live in", "Along with the rest, it is big.", False),
        ("It ended.", "then it began.", False),
        ("“It ended.”", "then it began.", False),
        ("He said:", "then it began.", False),
        ("The unspoken math", "Months later, they signed it.", False),
    ],
)
def test_a_paragraph_cut_by_a_page_break_is_one_again(first: str, second: str, joined: bool) -> None:
    """Joined where the first part has not ended and the second goes on; a heading is not swallowed."""
    mended = mend_page_breaks([Block("paragraph", first), Block("paragraph", second)])
    assert [block.text for block in mended] == ([f"{first} {second}"] if joined else [first, second])


def test_a_break_can_cut_twice_but_not_through_a_list() -> None:
    """Three parts are one; an item is never part of a paragraph."""
    parts = [Block("paragraph", text) for text in ("He went to", "the shop and", "then home.")]
    assert [block.text for block in mend_page_breaks(parts)] == ["He went to the shop and then home."]
    assert len(mend_page_breaks([Block("paragraph", "He bought the"), Block("item", "milk")])) == 2


def test_a_known_title_is_not_joined_to_what_follows() -> None:
    """A title has no full stop, and a deck may begin in lower case."""
    blocks = (Block("paragraph", "Sales slump"), Block("paragraph", "iPhone buyers stay away. They wait."))
    article = build(Source(blocks, Metadata(title="Sales slump")), "x")
    assert (article.title, body(article)) == ("Sales slump", ["iPhone buyers stay away. They wait."])


# What is no article


@pytest.mark.parametrize("markdown", ["", " \n\n ", "<!-- nothing -->", "# "])
def test_no_text_is_no_article(markdown: str) -> None:
    """A source without text is refused in words."""
    with pytest.raises(SourceError, match="no text"):
        build(read_markdown(markdown), "x")


def test_headings_alone_are_no_article() -> None:
    """There must be a sentence to cite."""
    with pytest.raises(SourceError, match="no sentence"):
        build(Source((Block("heading", "A " * 40 + "long heading", 2),)), "x")


def test_the_same_source_gives_the_same_article(write: Callable[[str, str], Article]) -> None:
    """Nothing in an article depends on when or where it was made."""
    markdown = "# T\n\nOne. Two.\n\n## H\n\nThree."
    assert write("a", markdown) == write("a", markdown)
