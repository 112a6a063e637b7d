"""The page in a real browser: citations lead to their passages, nothing runs that should not, nothing goes out."""

import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import ArticleBot
from index import Article
from tests.ui.browsing import BROWSER, FIRST, IN_VIEW, SECOND, ask, finished, follow, launched, opened

pytestmark = BROWSER


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
    for cite_id, question in (("cite-0-1", FIRST), ("cite-1-1", SECOND)):
        assert follow(page, cite_id) == bot.ask(question).citations[0].quote
        others = page.locator(f'mark.old:not([data-cite^="{cite_id[:-1]}"])')
        assert others.count() == page.locator(f'mark:not([data-cite^="{cite_id[:-1]}"])').count() > 0
    assert page.evaluate("window.scrollY") == 0


def test_a_citation_works_from_the_keyboard(page: Page) -> None:
    """Enter follows the link, Escape goes back to it."""
    ask(page, FIRST)
    link = page.locator('a.cite[href="#cite-0-1"]')
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
    expect(page.locator('a.cite[href="#cite-1-1"]')).to_be_visible()


def test_a_starter_is_asked_with_one_click(page: Page) -> None:
    """And the box can be used after it."""
    page.locator("#welcome button.ask").first.click()
    expect(page.locator('a.cite[href="#cite-0-1"]')).to_be_visible()
    ask(page, SECOND)


def test_a_refusal_offers_two_questions(page: Page) -> None:
    """They are buttons, and a click asks, also when other things have been said since."""
    ask(page, "Who is the queen of Mars?")
    assert page.locator("mark").count() == 0
    offered = page.locator("#chatbot .refusal button.ask")
    expect(offered).to_have_count(2)
    ask(page, SECOND)
    offered.first.click()
    expect(page.locator('a.cite[href^="#cite-2-"]').first).to_be_visible()
    finished(page)
    ask(page, SECOND)


def test_retry_undo_and_clear(page: Page) -> None:
    """The same answer again, the question back in the box as it was written, and a fresh start."""
    ask(page, "Who *wrote* the <b>article</b>?")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator('[data-testid="bot"]')).to_have_count(1)
    finished(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Your question")).to_have_value("Who *wrote* the <b>article</b>?")
    ask(page, FIRST)
    page.get_by_role("button", name="New", exact=True).click()
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
            count = page.locator(f'a.cite[href^="#cite-{turn}-"]').count()
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


def test_on_a_phone_the_article_is_a_drawer(browser: Browser, address: str, bot: ArticleBot) -> None:
    """A citation opens it at the passage, button and Escape go back to the link; nothing is wider than the screen."""
    with opened(browser, address, 390, 844) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        expect(page.locator("#source")).not_to_be_visible()
        ask(page, FIRST)
        expect(page.locator("#source")).not_to_be_visible()
        link = page.locator('a.cite[href="#cite-0-1"]')
        for leave in (
            lambda: page.get_by_role("button", name="Back to the chat").click(),
            lambda: page.keyboard.press("Escape"),
        ):
            assert follow(page, "cite-0-1") == bot.ask(FIRST).citations[0].quote
            assert page.evaluate("window.scrollY") == 0
            assert page.evaluate("document.activeElement.id") == "cite-0-1"
            expect(page.get_by_role("dialog", name="The article")).to_be_visible()
            leave()
            expect(page.locator("#source")).not_to_be_visible()
            expect(link).to_be_focused()
            expect(link).to_be_in_viewport()
        page.get_by_role("button", name="Read", exact=True).click()
        expect(page.locator("#source")).to_be_focused()
        page.mouse.click(200, 20)
        expect(page.locator("#source")).not_to_be_visible()
        ask(page, SECOND)


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
