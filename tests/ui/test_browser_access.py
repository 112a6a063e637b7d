"""For everyone, in a real browser: axe-core finds nothing, and small, dark, enlarged and still screens work."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.ui.browsing import BROWSER, FIRST, IN_VIEW, ask, follow, opened

pytestmark = BROWSER

PHONE = (390, 844)
DESK = (1440, 900)


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it stands, a line each."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(browser: Browser, address: str, size: tuple[int, int], dark: bool) -> None:
    """Empty, with an answer, in the drawer, with a refusal, a menu, the form, and while a question is edited."""
    with opened(browser, address, *size, dark=dark) as page:
        assert violations(page) == []
        ask(page, FIRST)
        assert violations(page) == []
        follow(page, "cite-0-1")
        assert violations(page) == []
        page.keyboard.press("Escape")
        ask(page, "Who is the queen of Mars?")
        assert violations(page) == []
        for menu in ("Save", "Privacy"):
            page.get_by_role("button", name=menu, exact=True).click()
            assert violations(page) == []
            page.keyboard.press("Escape")
        page.get_by_role("button", name="Dislike").first.click()
        expect(page.locator("#feedback form")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#feedback form")).to_have_count(0)
        page.get_by_role("button", name="Edit").first.click()
        expect(page.locator("#chatbot textarea")).to_be_visible()
        assert violations(page) == []


def test_axe_would_find_something(page: Page) -> None:
    """The check can fail."""
    page.evaluate("document.querySelector('#source').insertAdjacentHTML('beforeend', '<img src=\"/favicon.ico\">')")
    assert any(line.startswith("image-alt") for line in violations(page))


@pytest.mark.parametrize("size", [(720, 450), (640, 400), (320, 568)])
def test_enlarged_it_is_usable(browser: Browser, address: str, size: tuple[int, int]) -> None:
    """1440 and 1280 pixels at 200 %, and 1280 at 400 %: nothing goes sideways, and a citation shows its passage."""
    with opened(browser, address, *size) as page:
        ask(page, FIRST)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        link = page.locator('a.cite[href="#cite-0-1"]')
        link.scroll_into_view_if_needed()
        assert follow(page, "cite-0-1")
        page.wait_for_function(IN_VIEW, arg="cite-0-1")


def test_dark_is_dark(browser: Browser, address: str) -> None:
    """As the reader's system says."""
    ground = "getComputedStyle(document.querySelector('#source')).backgroundColor.match(/\\d+/g).map(Number)"
    with opened(browser, address) as light, opened(browser, address, dark=True) as dark:
        assert min(light.evaluate(ground)) > 200
        assert max(dark.evaluate(ground)) < 60


def test_still_is_still(page: Page) -> None:
    """Where the reader wants less motion nothing glides: a citation is there at once."""
    ask(page, FIRST)
    page.evaluate("document.querySelector('#source').scrollTo({ top: 0 })")
    page.locator('a.cite[href="#cite-0-1"]').click()
    assert page.evaluate(IN_VIEW, "cite-0-1")
    moving = page.evaluate(
        """() => [...document.querySelectorAll('#source, #source *, #chatbot figure')].filter(element => {
          const style = getComputedStyle(element);
          return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
        }).map(element => element.className)"""
    )
    assert moving == []


def test_messages_are_named_for_screen_readers(page: Page) -> None:
    """Not by the source of their HTML."""
    ask(page, FIRST)
    expect(page.get_by_role("article", name="Question 1")).to_be_visible()
    expect(page.get_by_role("article", name="Answer 1")).to_be_visible()
    assert page.locator('[aria-label*="<"]').count() == 0
