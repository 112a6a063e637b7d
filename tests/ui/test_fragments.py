"""Links to a passage of a page: a browser that follows one comes to that passage and to no other."""

import io
import re
from collections.abc import Iterator
from html import escape
from urllib.parse import unquote

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser

from index import Article, load
from tests.conftest import ROOT
from tests.ui.serving import served
from ui.fragments import LONGEST, Directive, citation_link, quote_link, text_directive

URL = "https://news.example/story"


def directive(text: str, quote: str, nth: int = 0) -> str:
    """The directive of the nth occurrence of a quote."""
    start = [found.start() for found in re.finditer(re.escape(quote), text)][nth]
    return str(text_directive(text, start, start + len(quote)))


def parsed(value: str) -> Directive:
    """A directive read by the rules of the specification: `[prefix-,]start[,end][,-suffix]`."""
    tokens = value.removeprefix(":~:text=").split(",")
    prefix = unquote(tokens.pop(0)[:-1]) if tokens[0].endswith("-") else ""
    suffix = unquote(tokens.pop()[1:]) if tokens[-1].startswith("-") else ""
    start, end = [*map(unquote, tokens), ""][:2]
    return Directive(start, end, prefix, suffix)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("plain words", "plain%20words"),
        ("a well-known fact", "a%20well%2Dknown%20fact"),
        ("one, two & three", "one%2C%20two%20%26%20three"),
        ("“né à Köln”", "%E2%80%9Cn%C3%A9%20%C3%A0%20K%C3%B6ln%E2%80%9D"),
        ("50%?", "50%25%3F"),
    ],
)
def test_what_parts_a_directive_is_encoded(quote: str, expected: str) -> None:
    """Hyphen, comma and ampersand mean something in a directive, and so are never left as they are."""
    assert directive(f"Before it {quote} and after.", quote) == f":~:text={expected}"


def test_a_quote_that_is_not_unique_gets_its_surroundings() -> None:
    """No more of them than it takes; case, accents and the style of quotation marks make no difference to a browser."""
    text = "The mayor said no. The clerk said No. The clérk wrote “no”."
    assert directive(text, "no") == ":~:text=no"
    assert directive(text, "No") == ":~:text=clerk%20said-,No"
    assert directive(text, "“no”") == ":~:text=%E2%80%9Cno%E2%80%9D"
    assert directive(text, "The", 0) == ":~:text=The"
    assert directive(text, "The", 1) == ":~:text=no.-,The"


def test_words_are_not_cut() -> None:
    """A span inside a word is widened to it; a browser matches whole words only."""
    text = "Unhappy readers read on.\n\nThey were happy."
    assert directive(text, "happy readers r") == ":~:text=Unhappy%20readers%20read"
    assert directive(text, "happy", 1) == ":~:text=happy"


def test_a_long_quote_is_named_by_its_ends() -> None:
    """By whole words; so is one that crosses paragraphs, which a plain match cannot."""
    long = " ".join(f"word{number}" for number in range(200))
    assert (
        directive(f"Begin. {long}", long)
        == ":~:text=word0%20word1%20word2%20word3,word196%20word197%20word198%20word199"
    )
    assert (
        directive("One two three.\n\nFour five six.", "two three.\n\nFour five") == ":~:text=two%20three.,Four%20five"
    )
    twice = f"{long} end. {long} end."
    assert directive(twice, f"{long} end.", 1).startswith(":~:text=end.-,word0")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x?y=1&z=2", "https://a.example/x?y=1&z=2#:~:text=two"),
        ("http://a.example/x#part", "http://a.example/x#part:~:text=two"),
        ("https://a.example/x#:~:text=old", "https://a.example/x#:~:text=two"),
        ("https://ann:secret@a.example/", "https://a.example/#:~:text=two"),
        ('https://a.example/x">(y)', "https://a.example/x%22%3E%28y%29#:~:text=two"),
        ("https://a.example/caf%C3%A9/é", "https://a.example/caf%C3%A9/%C3%A9#:~:text=two"),
        ("", ""),
        ("javascript:alert(1)//https://a.example", ""),
        ("file:///etc/passwd", ""),
        ("data:text/html,x", ""),
        ("//a.example/x", ""),
        ("https://", ""),
        ("https://a b.example/", ""),
        ("https://[bad/", ""),
        ("https://a.example:port/", ""),
    ],
)
def test_only_web_addresses_are_links(url: str, link: str) -> None:
    """And nothing in one ends a link in Markdown or HTML, or gives a password away."""
    assert quote_link(url, "one two three", 4, 7) == link


def test_an_article_from_a_file_has_no_links(seed_article: Article) -> None:
    """And an empty span is the page itself."""
    from_file = seed_article.model_copy(update={"url": ""})
    from_web = seed_article.model_copy(update={"url": URL})
    assert citation_link(from_file, 0, 10) == ""
    assert citation_link(from_web, 5, 5) == URL
    assert citation_link(from_web, 0, 10).startswith(f"{URL}#:~:text=")


@given(st.text(alphabet="ab -,.“\n", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_any_span_of_any_text_has_a_directive_of_its_words(text: str, start: int, end: int) -> None:
    """Its parts stand in the text, and are found again in it as the specification has it."""
    found = text_directive(text, start, end)
    if found is None:
        assert not text[start:end].strip()
        return
    flat = " ".join(text.split())
    for part in (found.start, found.end, found.prefix, found.suffix):
        assert " ".join(part.split()) in flat
        assert len(part) <= max(LONGEST, len(text))
    assert parsed(str(found)) == found


# In a browser

PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; font: 16px/20px sans-serif } p, h2 { margin: 0 0 900px }
::target-text { background: #f00; color: #f00 }
</style>"""

REPEATED = """Harbour to close

The harbour will close. The mayor said no.

The harbour will close, said the clerk. The mayor said no, and the ferries — all well-known — sail on, on May 1 & after.

The harbour will close. The mayor said no.

The end of it, the mayor said no."""

RECT = """([start, end]) => {
  const nodes = [...document.querySelectorAll('p')].map(p => p.firstChild);
  const at = offset => {
    for (const node of nodes) {
      if (offset <= node.length) return [node, offset];
      offset -= node.length + 2;
    }
  };
  const range = document.createRange();
  range.setStart(...at(start)); range.setEnd(...at(end));
  const box = range.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
}"""


@pytest.fixture(scope="module")
def pages() -> Iterator[str]:
    """The address of a server with two pages, one of which says the same thing again and again."""
    app = FastAPI()
    texts = {"repeated": REPEATED, "seed": load(ROOT / "seeds" / "amazon-ai-everything.md").text}

    @app.get("/pages/{name}")
    def page(name: str) -> HTMLResponse:
        return HTMLResponse(PAGE + "".join(f"<p>{escape(block)}</p>" for block in texts[name].split("\n\n")))

    with served(app) as url:
        yield url


@pytest.mark.browser
def test_a_browser_comes_to_the_passage(browser: Browser, pages: str) -> None:
    """What Chromium highlights is the span, wherever it stands and however often its words stand elsewhere."""
    wanted = [
        found.span() for found in re.finditer(r"[Tt]he mayor said no|The harbour will close|well-known", REPEATED)
    ]
    wanted += [found.span() for found in re.finditer(r"sail on, on May 1 & after|said no\.\n\nThe end of it", REPEATED)]
    assert len(wanted) == 10
    for start, end in wanted:
        assert_highlighted(browser, f"{pages}pages/repeated", REPEATED, start, end)


@pytest.mark.browser
def test_a_browser_comes_to_long_quotes(browser: Browser, pages: str, seed_article: Article) -> None:
    """A sentence too long to be written out, one that is short, and two paragraphs, all in the shipped article."""
    text = seed_article.text
    sentences = sorted(
        (one for one in seed_article.sentences if one.kind == "body"), key=lambda one: one.end - one.start
    )
    assert sentences[-1].end - sentences[-1].start > LONGEST
    body = [one for one in seed_article.paragraphs if one.kind == "body"]
    spans = [(one.start, one.end) for one in (sentences[0], sentences[-1])] + [(body[3].start, body[4].end)]
    for start, end in spans:
        assert_highlighted(browser, f"{pages}pages/seed", text, start, end)


def assert_highlighted(browser: Browser, url: str, text: str, start: int, end: int) -> None:
    """What the browser paints as the link's target is the span, as far as it is in view."""
    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    page.goto(quote_link(url, text, start, end))
    page.wait_for_function("scrollY > 0 || document.body.scrollHeight <= innerHeight || performance.now() > 3000")
    directive = text_directive(text, start, end)
    stop = directive is not None and directive.start == text[start : end + 1]  # taken in where it makes the span unique
    wanted = page.evaluate(RECT, [start, end + stop])
    painted = box_of_red(page.screenshot())
    page.close()
    assert painted, f"nothing is highlighted for {text[start:end]!r}"
    in_view = [wanted[0], max(wanted[1], 0), wanted[2], wanted[3]]
    if "\n\n" in text[start:end]:  # whose first block alone is in view
        painted, in_view = painted[1:2], in_view[1:2]
    off = [abs(mine - its) for mine, its in zip(painted, in_view, strict=True)]
    assert max(off) <= 4, (text[start:end], quote_link(url, text, start, end), painted, in_view)


def box_of_red(png: bytes) -> tuple[int, int, int, int] | None:
    """The box of a picture's red pixels: left, top, right, bottom."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    red = (pixels[..., 0] > 200) & (pixels[..., 1] < 60)
    if not red.any():
        return None
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
