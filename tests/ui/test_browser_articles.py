"""The articles of the index, in a real browser: picked, added with progress, removed, and an index that is gone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import ArticleBot
from index import Article
from tests.ui.browsing import BROWSER, FIRST, ask, follow, opened
from tests.ui.conftest import app_of
from tests.ui.serving import served
from tests.ui.test_browser_access import violations

pytestmark = BROWSER

TEXT = """# The harbour of Sandwick

The harbour of Sandwick was closed for nine days because a ferry had sunk at its gate.

Tom Reed, the mayor, said that the ferry would be lifted by a crane from Hull in the spring.
"""


@pytest.fixture
def own_page(browser: Browser, doomed_bot: ArticleBot) -> Iterator[Page]:
    """The page on an index of its own."""
    with served(app_of(doomed_bot)) as url, opened(browser, url) as page:
        yield page


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """An article that is not indexed."""
    path = tmp_path / "harbour.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def open_dialog(page: Page) -> None:
    """Open the list of articles."""
    page.get_by_role("button", name="Articles", exact=True).click()
    expect(page.locator("#articles li").first).to_be_visible()


def send(page: Page, path: Path) -> None:
    """Choose a file in the dialog."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Or choose a file").click()
    chooser.value.set_files(path)


def test_an_article_is_added_asked_and_removed(
    own_page: Page, harbour: Path, doomed_bot: ArticleBot, article: Article
) -> None:
    """It is picked at once, its citations and those of the article before it lead to their passages, and it goes."""
    page = own_page
    ask(page, FIRST)
    open_dialog(page)
    expect(page.locator("#articles li")).to_contain_text("sentences · found with")
    assert violations(page) == []
    send(page, harbour)
    expect(page.locator("#articles progress")).to_be_visible()
    done = page.get_by_role("status").filter(has_text="The harbour of Sandwick")
    expect(done).to_be_visible(timeout=120_000)
    assert violations(page) == []
    page.get_by_role("button", name="Close").click()
    picker = page.get_by_role("combobox", name="Article")
    expect(picker).to_have_value("harbour")
    expect(page.locator("#source article")).to_contain_text("a crane from Hull")
    ask(page, "Why was the harbour closed?")
    assert "ferry had sunk" in follow(page, "cite-1-1")
    assert follow(page, "cite-0-1") in article.text
    expect(page.locator("#source article h2")).to_have_text(article.title)
    expect(picker).to_have_value(article.id)
    picker.select_option(label="The harbour of Sandwick")
    expect(page.locator("#source article h2")).to_have_text("The harbour of Sandwick")
    open_dialog(page)
    remove = page.get_by_role("button", name="Remove “The harbour of Sandwick”")
    remove.click()
    page.get_by_role("button", name="Really remove?").click()
    expect(page.locator("#articles li")).to_have_count(1)
    expect(page.locator("#source article h2")).to_have_text(article.title)
    assert list(doomed_bot.store.snapshot().records) == [article.id]
    page.keyboard.press("Escape")
    expect(page.locator("#articles")).to_be_hidden()
    ask(page, "Who wrote the article?")


def test_what_cannot_be_added_is_one_line(own_page: Page, tmp_path: Path) -> None:
    """An address that is none, and files of nothing and of bytes; then all is as before."""
    page = own_page
    open_dialog(page)
    expect(page.get_by_label("Address of an article")).to_be_focused()
    for wrong in ("harbour", "file:///etc/passwd", "http://127.0.0.1:1/"):
        page.get_by_label("Address of an article").fill(wrong)
        page.keyboard.press("Enter")
        expect(page.locator("#articles progress")).to_have_count(0)
        expect(page.locator("#articles").get_by_role("alert")).to_be_visible()
    for name, content in (("empty.md", b""), ("bytes.pdf", b"\0\1\2")):
        (tmp_path / name).write_bytes(content)
        send(page, tmp_path / name)
        expect(page.locator("#articles").get_by_role("alert")).to_contain_text(name)
        expect(page.locator("#articles")).not_to_contain_text(str(tmp_path.parent))
    page.keyboard.press("Escape")
    ask(page, FIRST)


def test_an_index_that_is_killed_is_one_line(browser: Browser, doomed_bot: ArticleBot) -> None:
    """In the conversation, in the pane and after a reload; the page lives, and the box is free."""
    home = doomed_bot.settings.home
    with served(app_of(doomed_bot)) as url, opened(browser, url) as page:
        ask(page, FIRST)
        shutil.rmtree(home / "index")
        ask(page, "Who wrote the article?")
        expect(page.locator("#chatbot .failure")).to_be_visible()
        assert "Traceback" not in page.content()
        page.reload()
        expect(page.locator("#source .none")).to_be_visible()
        ask(page, "Who wrote the article?")
        expect(page.locator("#chatbot .failure").last).to_be_visible()
