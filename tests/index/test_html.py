"""`read_html`: the article of a page as a reader sees it, in reading order, and nothing around it."""

import logging
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.blocks import Source, title_first
from index.errors import SourceError
from index.html import decode_page, read_html
from index.text import clean

LOREM = "The council met on Monday and spoke for an hour about the bridge, the ferry and the price of both. "
HEAD = """<title>The bridge opens | The Courier</title>
<meta property="og:title" content="The bridge opens">
<meta name="author" content="Ann Lee">
<meta property="og:site_name" content="The Courier">
<meta name="description" content="After ten years the town has a bridge.">
<meta property="article:published_time" content="2025-06-14T10:00:00Z">
<link rel="canonical" href="https://courier.example/bridge">"""
BODY = f"""<h1>The bridge opens</h1>
<p>{LOREM * 2}</p>
<h2>The ferry</h2>
<p>A <a href="/ferry">ferry</a> cost <b>two</b> pounds.<br>It ran <i>daily</i>. {LOREM}</p>
<ul><li>First boat at six</li><li>Last boat at ten</li></ul>
<blockquote><p>We shall miss it, said the captain of the ferry.</p></blockquote>
<table><tr><th>Year</th><th>Boats</th></tr><tr><td>1999</td><td><a href="#">12</a> boats</td></tr></table>
<p>{LOREM}</p>"""


def page(body: str = BODY, head: str = HEAD) -> str:
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def texts(source: Source) -> list[str]:
    return [block.text for block in source.blocks]


def test_blocks_stand_in_reading_order() -> None:
    """Headings, paragraphs, list items, quotations and table rows come in the order of the page, with their kinds."""
    blocks = read_html(page(f"<article>{BODY}</article>")).blocks
    assert [(block.kind, block.level, block.text) for block in blocks] == [
        ("heading", 1, "The bridge opens"),
        ("paragraph", 0, clean(LOREM * 2)),
        ("heading", 2, "The ferry"),
        ("paragraph", 0, clean(f"A ferry cost two pounds. It ran daily. {LOREM}")),
        ("item", 0, "First boat at six"),
        ("item", 0, "Last boat at ten"),
        ("paragraph", 0, "We shall miss it, said the captain of the ferry."),
        ("item", 0, "Year | Boats"),
        ("item", 0, "1999 | 12 boats"),
        ("paragraph", 0, clean(LOREM)),
    ]


def test_metadata_comes_from_the_head() -> None:
    """Title, deck, byline, publisher, day and canonical address are what the head of the page says."""
    said = read_html(page(), "https://courier.example/bridge?from=mail").metadata
    assert (said.title, said.deck) == ("The bridge opens", "After ten years the town has a bridge.")
    assert (said.byline, said.publisher, said.published) == ("Ann Lee", "The Courier", date(2025, 6, 14))
    assert said.url == "https://courier.example/bridge"


def test_the_address_stands_in_for_a_canonical_one() -> None:
    """A page that names no address of its own has the one it came from."""
    assert read_html(page(head=""), "https://courier.example/a").metadata.url == "https://courier.example/a"


def test_several_writers_make_one_byline() -> None:
    """Writers are listed as a newspaper lists them."""
    written = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The bridge opens"}
    names = '[{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bob Roe"}]'
    json = str(written).replace("'", '"')[:-1] + f', "author": {names}}}'
    assert read_html(page(head=f'<script type="application/ld+json">{json}</script>')).metadata.byline == (
        "Ann Lee and Bob Roe"
    )


@pytest.mark.parametrize(
    "head",
    [HEAD, "", "<title>The Bridge Opens - Courier</title>", '<meta property="og:title" content="Why the town has it">'],
)
@pytest.mark.parametrize("before", ["", "<p>The long read, as every Saturday in our paper.</p>"])
def test_the_title_stands_once_and_first(head: str, before: str) -> None:
    """The headline that a reader sees is the title, whatever the head calls it, and is not repeated."""
    source = read_html(page(f"<article>{before}{BODY}</article>", head))
    assert source.metadata.title == "The bridge opens"
    assert [text for text in texts(source) if text.casefold() == "the bridge opens"] == texts(source)[:1]


def test_title_first_takes_only_the_title() -> None:
    """Without a block that is the title, the blocks stay as they are."""
    blocks = read_html(page()).blocks
    assert title_first(blocks, "Another title") == blocks and title_first(blocks, "") == blocks


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>SECRET words in here</p>",
        '<div style="color: red; DISPLAY : none"><p>SECRET words in here</p></div>',
        '<p style="visibility:hidden">SECRET words in here</p>',
        '<p aria-hidden="true">SECRET words in here</p>',
        "<script>var SECRET = 1</script>",
        "<style>.SECRET {}</style>",
        "<template><p>SECRET words in here</p></template>",
        "<noscript><p>SECRET words in here</p></noscript>",
        "<!-- SECRET -->",
        "<p>seen <span hidden>SECRET</span>too</p>",
    ],
)
@pytest.mark.parametrize("around", [BODY, "<p>One short line.</p>"])
def test_hidden_text_never_appears(hidden: str, around: str) -> None:
    """What a browser does not show is not read, on long pages and on those too short for trafilatura."""
    shown = " ".join(texts(read_html(page(f"{around}{hidden}<p>After it all. {LOREM}</p>"))))
    assert "SECRET" not in shown and "After it all." in shown


def test_boilerplate_is_left_out() -> None:
    """Menus, footers and readers' comments are not the article."""
    around = (
        "<nav><ul><li><a href=/>MENU home</a></li><li><a href=/n>MENU news</a></li></ul></nav>"
        f"<article>{BODY}</article>"
        f'<section id="comments" class="comments"><h3>READERS</h3><p>READERS say: {LOREM}</p></section>'
        "<footer><p>COPYRIGHT 2025 by the paper</p></footer>"
    )
    shown = " ".join(texts(read_html(page(around))))
    assert not [word for word in ("MENU", "READERS", "COPYRIGHT") if word in shown]


def test_a_short_page_keeps_its_structure() -> None:
    """A page in which trafilatura finds too little is walked whole, without menus."""
    source = read_html(page("<nav>Home</nav><h1>Note</h1><p>One <q>two</q>.<br><br>Three.</p><ul><li>Four</ul>", ""))
    assert [(block.kind, block.text) for block in source.blocks] == [
        ("heading", "Note"),
        ("paragraph", "One “two”."),
        ("paragraph", "Three."),
        ("item", "Four"),
    ]


def test_a_table_that_lays_out_the_page_is_no_data() -> None:
    """Cells that hold headings or lists are places on the page, not data."""
    source = read_html(page("<table><tr><td><h2>News</h2><p>One.</p></td><td><p>Two.</p></td></tr></table>", ""))
    assert texts(source) == ["News", "One.", "Two."]


def test_a_paragraph_set_in_bold_is_emphasised() -> None:
    """A paragraph is emphasised when all of it is, not when a part of it is."""
    source = read_html(page("<h1>T</h1><p><b>All <i>of</i></b> <em>it.</em></p><p><b>Some</b> of it.</p>", ""))
    assert [block.emphasised for block in source.blocks] == [False, True, False]


@pytest.mark.parametrize(
    ("codec", "declared", "mark"),
    [
        ("utf-8", "", b""),
        ("utf-8", '<meta charset="iso-8859-1">', b""),
        ("utf-8", '<meta charset="utf-16">', b""),
        ("utf-8", '<meta charset="nonsense">', b"\xef\xbb\xbf"),
        ("cp1252", '<meta charset="iso-8859-1">', b""),
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', b""),
        ("cp1252", "", b""),
        ("mac-roman", '<meta charset="macintosh">', b""),
        ("utf-16-le", "", b"\xff\xfe"),
        ("utf-16-be", '<meta charset="utf-8">', b"\xfe\xff"),
    ],
)
def test_bytes_are_decoded_as_a_browser_does(codec: str, declared: str, mark: bytes) -> None:
    """The byte order mark goes before UTF-8, UTF-8 before what the page declares; a Latin page is a Windows one."""
    text = f"<html><head>{declared}</head><body><p>“Zoë’s café” – 5</p></body></html>"
    assert texts(read_html(mark + text.encode(codec))) == ["“Zoë’s café” – 5"]


def test_seven_bit_encodings_are_told_by_their_declaration() -> None:
    """A page all of ASCII bytes may still be Japanese: its declaration counts. So does that of the server."""
    text = '<meta charset="iso-2022-jp"><p>橋'
    assert decode_page(text.encode("iso-2022-jp")) == text
    assert decode_page("<p>橋".encode("iso-2022-jp"), "ISO-2022-JP") == "<p>橋"


@pytest.mark.parametrize("markup", ["", "  \n", "<!-- only this -->", "<html></html>", b"", "<script>1</script>"])
def test_a_page_without_text_has_no_blocks(markup: str | bytes) -> None:
    """Nothing to see gives no blocks, and no error of a library."""
    assert read_html(markup).blocks == ()


def test_an_xhtml_declaration_is_no_obstacle() -> None:
    """XHTML that declares its encoding in the XML manner can be read from text."""
    markup = '<?xml version="1.0" encoding="iso-8859-1"?><html xmlns="http://www.w3.org/1999/xhtml"><p>Zoë</p></html>'
    assert texts(read_html(markup)) == ["Zoë"]


@pytest.mark.parametrize("around", ["", LOREM * 5])
def test_control_characters_do_no_harm(around: str) -> None:
    """A stray control character, also one that the page names by number, costs neither the page nor its words."""
    source = read_html(page(f"<h1>A&#1;B</h1><p>one&#2;<i hidden>x</i>&#3;two\x04 three</p><p>{around}</p>", ""))
    assert "onetwo three" in texts(source) and source.metadata.title == "AB"


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What trafilatura thinks of a page is not the user's business, and its loggers are as they were."""
    before = logging.getLogger("trafilatura").level
    with caplog.at_level(logging.DEBUG):
        read_html("<p>short")
    assert not caplog.records and logging.getLogger("trafilatura").level == before


def test_a_missing_extra_names_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without trafilatura the error says what to install."""
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(SourceError, match=r"pip install 'article-bot\[html\]'"):
        read_html("<p>x")


_TAGS = st.sampled_from(["html", "body", "h1", "p", "div", "span", "table", "tr", "td", "ul", "q", "b", "pre", "meta"])
_SOUP = st.lists(
    st.one_of(
        _TAGS.map("<{}>".format),
        _TAGS.map("</{}>".format),
        st.text(max_size=8),
        st.sampled_from(["<!--", "-->", "\x00", "&#0;", "&#xD800;", "<?xml encoding='x'?>", "<p hidden>", "]]>"]),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(st.one_of(_SOUP, st.binary(max_size=300)))
def test_every_page_can_be_read_or_is_refused(markup: str | bytes) -> None:
    """Broken markup and random bytes give clean blocks or a `SourceError`, never the error of a library."""
    try:
        source = read_html(markup)
    except SourceError:
        return
    assert all(block.text and block.text == clean(block.text) for block in source.blocks)
