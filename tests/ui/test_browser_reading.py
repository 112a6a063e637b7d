"""Reading in a real browser: from quote to claim and back, a chosen passage, stop, edit, reload."""

import json
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import ArticleBot
from index import Article
from tests.ui.browsing import BROWSER, FIRST, SECOND, ask, finished, follow, opened

pytestmark = BROWSER

SELECTED = "() => getSelection().toString()"


def select(page: Page, text: str) -> None:
    """Select a text of the article as a reader does with the mouse."""
    page.evaluate(
        """text => {
          const walker = document.createTreeWalker(document.querySelector('#source article'), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(text);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + text.length);
            node.parentElement.scrollIntoView({ block: 'center' });
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
        }""",
        text,
    )
    expect(page.get_by_role("toolbar", name="The selected passage")).to_be_visible()


def tool(page: Page, name: str) -> None:
    """Use a tool for the selected passage."""
    page.get_by_role("toolbar").get_by_role("button", name=name).click()


def copied(page: Page) -> str:
    """What was just copied."""
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def some_sentence(article: Article) -> str:
    """A sentence of the body that nothing else in the article repeats."""
    sentences = [article.quote(sentence) for sentence in article.sentences if sentence.kind == "body"]
    return next(text for text in sentences[10:] if article.text.count(text) == 1 and 40 < len(text) < 200)


def test_a_quote_leads_back_to_its_claim(page: Page) -> None:
    """By its number in the article; the claim is in view and its link has the focus."""
    ask(page, FIRST)
    ask(page, SECOND)
    page.locator('#source a.ref[href="#cite-0-1"]').click()
    expect(page.locator('a.cite[href="#cite-0-1"]')).to_be_focused()
    expect(page.locator('a.cite[href="#cite-0-1"]')).to_be_in_viewport()
    assert page.evaluate("window.scrollY") == 0


def test_an_answer_is_read_from_its_beginning(page: Page) -> None:
    """However long it is, its question stands at the top."""
    for turn, question in enumerate((SECOND, "What do workers say about the tools?", FIRST), start=1):
        ask(page, question)
        asked = page.locator('[data-testid="user"]').last
        expect(asked).to_have_text(question)
        expect(asked).to_be_in_viewport(ratio=1)
        expect(page.locator(f'a.cite[href="#cite-{turn - 1}-1"]')).to_be_in_viewport()


def test_the_strip_shows_what_was_quoted(page: Page) -> None:
    """A tick a citation, where its quote stands, and a click goes there."""
    ask(page, FIRST)
    links, ticks = page.locator("a.cite"), page.locator("#source .strip a")
    assert ticks.count() == links.count() > 0
    expect(page.locator("#source .bar")).to_contain_text("quoted so far")
    ask(page, SECOND)
    assert ticks.count() == links.count()
    page.locator('#source .strip a[href="#cite-0-1"]').click()
    expect(page.locator("#cite-0-1")).to_be_focused()


def test_a_passage_is_asked_about(page: Page, article: Article) -> None:
    """The passage goes into the box, with the caret behind it."""
    passage = some_sentence(article)
    select(page, passage)
    tool(page, "Ask about this")
    box = page.get_by_label("Your question")
    expect(box).to_be_focused()
    expect(box).to_have_value(f"About “{passage}”: ")
    page.keyboard.type("who says it?")
    page.keyboard.press("Enter")
    expect(page.locator('[data-testid="bot"]')).to_have_count(1)
    finished(page)
    expect(page.get_by_role("toolbar")).to_be_hidden()


def test_who_says_a_passage_is_asked_at_once(page: Page, article: Article) -> None:
    """One click."""
    passage = some_sentence(article)
    select(page, passage)
    tool(page, "Who says this?")
    expect(page.locator('[data-testid="user"]')).to_have_text(f"Who says this? “{passage}”")
    finished(page)


def test_a_passage_and_a_citation_are_copied_with_their_source(page: Page, article: Article, bot: ArticleBot) -> None:
    """As text: the quote, where it stands, the article."""
    passage = some_sentence(article)
    select(page, passage)
    tool(page, "Copy with link")
    text = copied(page)
    assert text.startswith(f"“{passage}” (")
    assert article.title in text
    ask(page, FIRST)
    page.get_by_role("button", name="Copy with link").first.click()
    page.wait_for_function("async (old) => (await navigator.clipboard.readText()) !== old", arg=text)
    first = copied(page)
    quotes = [citation.quote for citation in bot.ask(FIRST).citations]
    assert quotes[0] in first
    page.locator("#chatbot .bot-row").get_by_role("button", name="Copy message").click()
    if len(quotes) > 1:
        page.wait_for_function("async (old) => (await navigator.clipboard.readText()) !== old", arg=first)
    whole = copied(page)
    assert all(quote in whole for quote in quotes)
    assert "<" not in whole


def test_a_passage_is_chosen_from_the_keyboard(page: Page, article: Article) -> None:
    """Sentence by sentence, more of them with Shift, then what to do with it; Escape lets it go."""
    page.locator("#source").focus()
    page.keyboard.press("ArrowRight")
    first, second = (article.quote(sentence) for sentence in article.sentences[:2])
    assert page.evaluate(SELECTED) == first
    page.keyboard.press("ArrowRight")
    assert page.evaluate(SELECTED) == second
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate(SELECTED).split() == f"{first} {second}".split()
    page.keyboard.press("Escape")
    assert page.evaluate(SELECTED) == ""
    expect(page.locator("#source")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("toolbar").get_by_role("button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_have_value(f"About “{first}”: ")


def test_all_of_it_works_from_the_keyboard(page: Page) -> None:
    """A starter, its citation, back, and the next question, without a mouse; the focus is never lost."""
    page.locator("#welcome button.ask").first.focus()
    page.keyboard.press("Enter")
    link = page.locator('a.cite[href="#cite-0-1"]')
    expect(link).to_be_visible()
    finished(page)
    expect(page.get_by_label("Your question")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#cite-0-1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator('a.ref[href="#cite-0-1"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(link).to_be_focused()


def test_a_reload_brings_the_conversation_back(page: Page, bot: ArticleBot) -> None:
    """Questions as written, and every citation leads to its passage as before."""
    ask(page, "How many <b>employees</b> were laid off?")
    ask(page, SECOND)
    ask(page, "Who is the queen of Mars?")
    page.reload()
    expect(page.locator('[data-testid="bot"]')).to_have_count(3)
    expect(page.locator('[data-testid="user"]').first).to_have_text("How many <b>employees</b> were laid off?")
    expect(page.locator("#chatbot .refusal")).to_be_visible()
    expect(page.locator("#welcome")).to_be_hidden()
    for number, citation in enumerate(bot.ask(SECOND).citations, start=1):
        assert follow(page, f"cite-1-{number}") == citation.quote
    ask(page, "Why?")
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.locator('[data-testid="bot"]')).to_have_count(0)
    page.wait_for_function("sessionStorage.getItem('article-bot') === null")
    page.reload()
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.locator('[data-testid="bot"]')).to_have_count(0)


def test_what_was_kept_is_not_believed(page: Page) -> None:
    """A forged answer in the browser's store is shown as one that no longer holds, and runs nothing."""
    ask(page, FIRST)
    kept = json.loads(page.evaluate("sessionStorage.getItem('article-bot')"))
    record = json.loads(kept["messages"][1]["record"])
    record["citations"][0]["quote"] = "<img src=x onerror=window.hacked=1>"
    kept["messages"][1]["record"] = json.dumps(record)
    page.evaluate("kept => sessionStorage.setItem('article-bot', kept)", json.dumps(kept))
    page.reload()
    expect(page.locator("#chatbot .failure")).to_contain_text("has changed since")
    assert page.evaluate("window.hacked") is None
    ask(page, SECOND)


def test_a_question_is_edited_as_it_was_written(page: Page) -> None:
    """What comes after it goes; the new question is answered in its place."""
    ask(page, "Who *wrote* the article?")
    ask(page, SECOND)
    page.get_by_role("button", name="Edit").first.click()
    field = page.locator("#chatbot textarea")
    expect(field).to_have_value("Who *wrote* the article?")
    field.fill(FIRST)
    page.locator("#chatbot").get_by_role("button", name="Submit").click()
    expect(page.locator('[data-testid="user"]')).to_have_text([FIRST])
    finished(page)
    expect(page.locator('[data-testid="bot"]')).to_have_count(1)
    assert follow(page, "cite-0-1")


@pytest.fixture
def shut(gate: threading.Event) -> Iterator[None]:
    """A question that says "wait" is not answered before the end of the test."""
    gate.clear()
    yield
    gate.set()


@pytest.mark.usefixtures("shut")
def test_a_slow_answer_is_stopped(browser: Browser, address: str) -> None:
    """The box was free all the time, another reader is answered meanwhile, and the next question is answered."""
    with opened(browser, address) as slow, opened(browser, address) as other:
        box = slow.get_by_label("Your question")
        box.fill("How long do they wait?")
        box.press("Enter")
        stop = slow.get_by_role("button", name="Stop")
        expect(stop).to_be_visible()
        expect(box).to_be_focused()
        ask(other, FIRST)
        stop.click()
        finished(slow)
        ask(slow, SECOND)
        expect(slow.locator("a.cite").first).to_be_visible()
