"""The articles dialog without a browser: what it says, and what it never does."""

from pathlib import Path

import pytest

from bot import ArticleBot
from index import Article
from ui.articles import Articles, Step
from ui.page.shelf import Shelf, progress_html


@pytest.fixture
def shelf(doomed_bot: ArticleBot, article: Article) -> Shelf:
    """The dialog over an index of its own."""
    return Shelf(doomed_bot, article.id)


def test_it_says_which_articles_there_are_and_with_what(shelf: Shelf, article: Article) -> None:
    """Title, size and models; not where a file lies on the server, and no button for the article that is served."""
    html = shelf.html()
    assert shelf.titles() == {article.id: article.title}
    assert f"{len(article.sentences)} sentences · found with all-MiniLM-L6-v2@" in html
    assert f"{article.id}.md" in html
    assert "/seeds" not in html
    assert "data-remove" not in html


def test_the_served_article_stays(shelf: Shelf, article: Article) -> None:
    """Whatever a browser sends."""
    assert "it stays" in shelf.remove(article.id)
    assert "no article" in shelf.remove("<b>")
    assert "<b>" not in shelf.remove("<b>")
    assert list(shelf.titles()) == [article.id]


def test_an_upload_is_not_kept(shelf: Shelf, tmp_path: Path) -> None:
    """The file goes, also where it was no article."""
    path = tmp_path / "empty.md"
    path.write_text("", encoding="utf-8")
    *_, (shown, added) = shelf.add(file=str(path))
    assert 'role="alert"' in shown
    assert added == ""
    assert not path.exists()


def test_a_defect_is_told_and_logged(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader gets no detail."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Articles, "add_address", broken)
    ((shown, added),) = shelf.add(address="https://example.org")
    assert "was not added" in shown
    assert "secret detail" not in shown
    assert "secret detail" in caplog.text
    assert added == ""


def test_progress_is_a_bar() -> None:
    """As far as it is known."""
    assert 'value="3" max="9"' in progress_html(Step("indexing", 3, 9))
    assert "value" not in progress_html(Step("reading"))
