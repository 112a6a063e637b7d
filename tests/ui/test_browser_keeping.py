"""What leaves the page, in a real browser: feedback as eval cases, the conversation as a file, what is said of both."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot import ArticleBot, Settings
from evals.cases import read_cases
from index import Article
from tests.ui.browsing import BROWSER, FIRST, ask
from tests.ui.test_browser_reading import select, some_sentence, tool
from ui.export import verify_export

pytestmark = BROWSER


@pytest.fixture
def file(settings: Settings) -> Path:
    """Where feedback goes."""
    path = settings.feedback_file
    assert path is not None
    path.unlink(missing_ok=True)
    return path


def test_a_thumb_down_with_the_passage_is_an_eval_case(page: Page, article: Article, file: Path) -> None:
    """The reader's reason and the passage that was selected in the article, ready for the evals."""
    passage = some_sentence(article)
    ask(page, FIRST)
    page.get_by_role("button", name="Dislike").click()
    expect(page.get_by_label("Why? If you like")).to_be_focused()
    page.keyboard.type("it says more")
    select(page, passage)
    tool(page, "Should have been quoted")
    expect(page.locator("#feedback .meant li")).to_contain_text(passage)
    page.get_by_role("button", name="Keep this").click()
    expect(page.locator("#feedback")).to_contain_text("It is kept")
    (case,) = read_cases(file)
    assert case.question == FIRST
    assert [span.text for group in case.evidence for span in group] == [passage]
    assert "it says more" in case.note


def test_a_thumb_up_keeps_what_was_cited(page: Page, bot: ArticleBot, file: Path) -> None:
    """One click more, no typing."""
    ask(page, FIRST)
    page.get_by_role("button", name="Like", exact=True).click()
    page.get_by_role("button", name="Keep this").click()
    expect(page.locator("#feedback")).to_contain_text("It is kept")
    (case,) = read_cases(file)
    assert [span.text for group in case.evidence for span in group] == [one.quote for one in bot.ask(FIRST).citations]


def test_feedback_that_contradicts_itself_is_told(page: Page, article: Article, file: Path) -> None:
    """In the form, with what was typed still there; cancelled, nothing is kept."""
    ask(page, FIRST)
    page.get_by_role("button", name="Dislike").click()
    page.get_by_label("Why? If you like").fill("hm <b>")
    page.get_by_label("The article does not say this").check()
    select(page, some_sentence(article))
    tool(page, "Should have been quoted")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot both say it")
    expect(page.get_by_label("Why? If you like")).to_have_value("hm <b>")
    page.get_by_role("button", name="Remove this passage").click()
    expect(page.locator("#feedback .meant li")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#feedback form")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()
    assert not file.exists()


def test_a_selected_passage_is_only_for_feedback_where_a_form_is_open(page: Page, article: Article) -> None:
    """No tool that does nothing."""
    select(page, some_sentence(article))
    expect(page.get_by_role("button", name="Should have been quoted")).to_be_hidden()


def test_the_page_says_what_is_kept(page: Page, file: Path) -> None:
    """What, where, and how to switch it off."""
    page.get_by_role("button", name="Privacy").click()
    about = page.get_by_role("dialog", name="What is kept")
    expect(about).to_contain_text(str(file))
    expect(about).to_contain_text("ARTICLE_BOT_FEEDBACK=off")


def test_the_conversation_is_saved(page: Page, bot: ArticleBot) -> None:
    """As JSON that `verify` takes, and as Markdown to read; an empty one is told."""
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="As JSON").click()
    expect(page.get_by_role("status").filter(has_text="nothing to save")).to_be_visible()
    ask(page, FIRST)
    ask(page, "Who is the queen of Mars?")
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="As JSON").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert verify_export(text, bot.articles).passed
    assert [turn["question"] for turn in json.loads(text)["conversation"]] == [FIRST, "Who is the queen of Mars?"]
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="As Markdown").click()
    assert bot.ask(FIRST).citations[0].quote in Path(saved.value.path()).read_text(encoding="utf-8")
