"""The page in a real browser: how the tests start one, open the page, ask and follow a citation."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

BROWSER = [
    pytest.mark.browser,
    # Gradio asks pandas for both.
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
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
  const bar = document.querySelector('#source .bar').getBoundingClientRect();
  return mark.top >= Math.max(0, pane.top, bar.bottom) && mark.bottom <= Math.min(innerHeight, pane.bottom);
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


@contextmanager
def opened(browser: Browser, url: str, width: int = 1440, height: int = 900, *, dark: bool = False) -> Iterator[Page]:
    """The page; at the end, nothing may have been asked of another host and nothing may have failed."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        color_scheme="dark" if dark else "light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    hosts: set[str] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    try:
        page.goto(url)
        page.wait_for_selector("#source article", state="attached")
        page.wait_for_selector("#welcome button.ask")
        yield page
    finally:
        context.close()
    assert hosts <= {"127.0.0.1", ""}
    assert errors == []


def ask(page: Page, question: str) -> None:
    """Type a question and wait until it is answered and the box is free again."""
    answers = page.locator('[data-testid="bot"]')
    before = answers.count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(before + 1)
    finished(page)
    expect(box).to_have_value("")


def finished(page: Page) -> None:
    """Wait until nothing is being answered."""
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def follow(page: Page, cite_id: str) -> str:
    """Click a citation; the text that is then marked, which must be in view."""
    page.locator(f'a.cite[href="#{cite_id}"]').click()
    page.wait_for_function("id => document.getElementById(id)?.classList.contains('on')", arg=cite_id)
    page.wait_for_function(IN_VIEW, arg=cite_id)
    return str(page.evaluate(MARKED, cite_id))
