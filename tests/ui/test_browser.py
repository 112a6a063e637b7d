"""The page in a real browser: citations lead to their passages, nothing runs that should not, nothing goes out."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from bot import ArticleBot
from index import Article
from tests.ui.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting"),  # Gradio asks pandas for it
]

HOW = (
    "no Chromium: apt-get install chromium, or python -m playwright install chromium, or name one in CHROMIUM; "
    "ARTICLE_BOT_REQUIRE_BROWSER=1 makes this a failure"
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FIRST = "How many employees were laid off?"
SECOND = "What is the article about?"

MARKED = (
    "id => [...document.querySelectorAll('mark')].filter(m => m.dataset.cite === id).map(m => m.textContent).join('')"
)
IN_VIEW = """id => {
  const mark = document.getElementById(id).getClientRects()[0];
  const pane = document.querySelector('#source').getBoundingClientRect();
  return mark.top >= Math.max(0, pane.top) && mark.bottom <= Math.min(innerHeight, pane.bottom);
}"""


def launched(playwright: Playwright) -> Browser:
    """Chromium: Playwright's own, or the machine's."""
    own = Path(playwright.chromium.executable_path)
    installed = [os.environ.get("CHROMIUM"), shutil.which("chromium"), shutil.which("chromium-browser")]
    path = next((name for name in installed if name), str(own) if own.is_file() else None)
    if path is None:
        if os.environ.get("ARTICLE_BOT_REQUIRE_BROWSER") == "1":
            pytest.fail(HOW)
        pytest.skip(HOW)
    return playwright.chromium.launch(executable_path=path, args=QUIET)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of this file."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(browser: Browser, fragile_app: FastAPI) -> Iterator[str]:
    """Where the page on the shipped article is."""
    with served(fragile_app) as url:
        yield url


@pytest.fixture(scope="module")
def hostile_address(browser: Browser, hostile_app: FastAPI) -> Iterator[str]:
    """Where the page on the article is that is made of markup."""
    with served(hostile_app) as url:
        yield url


@contextmanager
def opened(browser: Browser, url: str, width: int = 1440, height: int = 900) -> Iterator[Page]:
    """The page; at the end, nothing may have been asked of another host and nothing may have failed."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    hosts: set[str] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    try:
        page.goto(url)
        page.wait_for_selector("#source article")
        yield page
    finally:
        context.close()
    assert hosts <= {"127.0.0.1", ""}
    assert errors == []


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page on the shipped article, at the width of a desk."""
    with opened(browser, address) as page:
        yield page


def ask(page: Page, question: str) -> None:
    """Type a question and wait until it is answered and the box is free again."""
    answers = page.locator('[data-testid="bot"]')
    before = answers.count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(before + 1)
    expect(box).to_be_enabled()
    expect(box).to_have_value("")


def follow(page: Page, cite_id: str) -> str:
    """Click a citation; the text that is then marked, which must be in view."""
    page.locator(f'a[href="#{cite_id}"]').click()
    page.wait_for_function("id => document.getElementById(id)?.classList.contains('on')", arg=cite_id)
    page.wait_for_function(IN_VIEW, arg=cite_id)
    return str(page.evaluate(MARKED, cite_id))


def test_each_citation_leads_to_its_passage(page: Page, bot: ArticleBot) -> None:
    """The marked text is the quote, it is in view, it has the focus, and the page itself has not moved."""
    answer = bot.ask(FIRST)
    ask(page, FIRST)
    assert answer.citations
    for number, citation in enumerate(answer.citations, start=1):
        assert follow(page, f"cite-0-{number}") == citation.quote
        assert page.evaluate("document.activeElement.id") == f"cite-0-{number}"
        assert page.evaluate("window.scrollY") == 0
        assert urlsplit(page.url).fragment == ""


def test_a_new_answer_shows_its_first_passage(page: Page) -> None:
    """Without a click, and without taking the focus out of the text box."""
    ask(page, FIRST)
    page.wait_for_function(IN_VIEW, arg="cite-0-1")
    assert page.locator("mark.on").first.get_attribute("data-cite") == "cite-0-1"


def test_the_citation_of_an_older_answer_works(page: Page, bot: ArticleBot) -> None:
    """The pane goes back to that answer's marks, and forth again."""
    ask(page, FIRST)
    ask(page, SECOND)
    assert page.locator('mark[data-cite^="cite-0-"]').count() == 0
    assert follow(page, "cite-0-1") == bot.ask(FIRST).citations[0].quote
    assert page.locator('mark[data-cite^="cite-1-"]').count() == 0
    assert follow(page, "cite-1-1") == bot.ask(SECOND).citations[0].quote
    assert page.evaluate("window.scrollY") == 0


def test_a_citation_works_from_the_keyboard(page: Page) -> None:
    """Enter follows the link, Escape goes back to it."""
    ask(page, FIRST)
    link = page.locator('a[href="#cite-0-1"]')
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'cite-0-1'")
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_the_box_is_usable_after_a_defect(page: Page) -> None:
    """An exception is an apology, and the next question is answered."""
    ask(page, "Did the office explode?")
    expect(page.locator('[data-testid="bot"]').last).to_contain_text("Something went wrong")
    assert "secret detail" not in page.content()
    ask(page, "Who wrote the article?")
    expect(page.locator('a[href="#cite-1-1"]')).to_be_visible()


def test_a_starter_is_asked_with_one_click(page: Page) -> None:
    """And the box can be used after it."""
    page.get_by_text("Who wrote the article?").click()
    expect(page.locator('a[href="#cite-0-1"]')).to_be_visible()
    ask(page, SECOND)


def test_a_refusal_offers_two_questions(page: Page) -> None:
    """They are buttons, and a click asks; the list in the text takes over when they are gone."""
    ask(page, "Who is the queen of Mars?")
    assert page.locator("mark").count() == 0
    options = page.locator("#chatbot .options button")
    expect(options).to_have_count(2)
    expect(page.locator("#chatbot .message li").first).to_be_hidden()
    options.first.click()
    expect(page.locator('a[href^="#cite-1-"]').first).to_be_visible()
    expect(page.locator("#chatbot .message li").first).to_be_visible()
    ask(page, SECOND)


def test_retry_undo_and_clear(page: Page) -> None:
    """The same answer again, the question back in the box as it was written, and a fresh start."""
    ask(page, "Who *wrote* the <b>article</b>?")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator('[data-testid="bot"]')).to_have_count(1)
    expect(page.get_by_label("Your question")).to_be_enabled()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Your question")).to_have_value("Who *wrote* the <b>article</b>?")
    ask(page, FIRST)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("mark")).to_have_count(0)
    ask(page, FIRST)
    assert follow(page, "cite-0-1")


def test_an_article_of_markup_is_text(browser: Browser, hostile_address: str, hostile: Article) -> None:
    """Scripts, tags, templates and Markdown of the article are shown, in the pane and in the answers."""
    questions = {
        "Why was the harbour of Sandwick closed on Monday?": "`${window.hacked = 4}` and {{constructor}} were found",
        "What did the picture of the harbour cost?": "$$x^2$$ and *nothing* | at | all.",
        "When does the ferry sail to Sandwick?": '<iframe src="javascript:window.hacked=5"></iframe> A ferry',
    }
    with opened(browser, hostile_address) as page:
        assert page.locator("#source article").evaluate("element => element.textContent") == hostile.text
        for turn, (question, words) in enumerate(questions.items()):
            ask(page, question)
            expect(page.locator('[data-testid="bot"]').last).to_contain_text(words)
            count = page.locator(f'a[href^="#cite-{turn}-"]').count()
            quotes = [follow(page, f"cite-{turn}-{number}") for number in range(1, count + 1)]
            assert any(words in quote for quote in quotes)
        assert page.evaluate("window.hacked") is None
        assert (
            page.locator("#source :is(script, img, iframe, b), #chatbot .message :is(script, img, iframe, b)").count()
            == 0
        )


def test_a_question_of_markup_is_text(page: Page) -> None:
    """What the reader writes is shown as written, and runs nothing."""
    question = (
        '<img src="http://elsewhere.example/x.png" onerror="window.hacked=1"> ![a](http://elsewhere.example/y) *b*?'
    )
    ask(page, question)
    expect(page.locator('[data-testid="user"]')).to_have_text(question)
    assert page.locator("#chatbot .message :is(img, em em)").count() == 0
    assert page.evaluate("window.hacked") is None


def test_on_a_phone_the_article_is_below(browser: Browser, address: str, bot: ArticleBot) -> None:
    """A citation goes down to the passage, the button back up to the link; nothing is wider than the screen."""
    with opened(browser, address, 390, 844) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        talk, source = page.locator("#talk").bounding_box(), page.locator("#source").bounding_box()
        assert talk is not None
        assert source is not None
        assert source["y"] >= talk["y"] + talk["height"]
        ask(page, FIRST)
        assert page.evaluate("window.scrollY") == 0
        assert follow(page, "cite-0-1") == bot.ask(FIRST).citations[0].quote
        page.get_by_role("button", name="Back to the answer").click()
        expect(page.locator('a[href="#cite-0-1"]')).to_be_focused()
        expect(page.locator('a[href="#cite-0-1"]')).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_marked_and_linked_text_can_be_read(browser: Browser, address: str, theme: str, size: tuple[int, int]) -> None:
    """The contrast of text to its ground is 4.5 or more, in light and dark."""
    with opened(browser, f"{address}?__theme={theme}", *size) as page:
        ask(page, FIRST)
        follow(page, "cite-0-1")
        for selector in ("mark.on", 'a[href="#cite-0-1"]', ".pane article p.deck", "#chatbot .message em"):
            ratio = page.locator(selector).first.evaluate(CONTRAST)
            assert ratio >= 4.5, f"{selector}: {ratio:.2f}"


CONTRAST = """element => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (colors) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const grounds = [];
  for (let at = element; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
  const ground = light(paint(['white', ...grounds]));
  const text = light(paint(['white', ...grounds, getComputedStyle(element).color]));
  return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
}"""


def test_without_a_browser_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A skip with the way out; a failure where a browser is required."""

    class Nothing:
        class chromium:
            executable_path = "/nowhere/chromium"

    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("ARTICLE_BOT_REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        launched(Nothing())  # type: ignore[arg-type]
    monkeypatch.setenv("ARTICLE_BOT_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        launched(Nothing())  # type: ignore[arg-type]
