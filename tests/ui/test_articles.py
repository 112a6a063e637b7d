"""Articles for a page: listed with what made them, added step by step by readers at once, removed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import ArticleBot, Settings
from index import ArticleBotError, ArticleNotFound
from ui.articles import Articles, Indexed, Step

JETTY = "# The jetty\n\nThe jetty was built in 1911 by Ada Penn.\n\nIt is of oak, and 300 metres long.\n"
WELL = "# The well\n\nThe well was dug in 1702.\n\nIts water is hard.\n"


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Articles:
    """The articles of an index of its own."""
    settings = Settings.load(home=tmp_path_factory.mktemp("home"), max_article=100_000)
    return Articles(ArticleBot.open(settings=settings))


def sent(folder: Path, text: str | bytes, name: str = "notes.md") -> Path:
    """A file as an upload leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def added(steps: list[Step]) -> Indexed:
    """The article of the last step."""
    article = steps[-1].article
    assert article is not None
    return article


def test_an_upload_is_added_step_by_step(articles: Articles, tmp_path: Path) -> None:
    """Each stage is told with its progress; the article is listed with models and time, and can be asked."""
    steps = list(articles.add_upload(sent(tmp_path, JETTY), "../../my notes\n.md"))
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert stages == ["reading", "indexing", "questions", "done"]
    counted = [step for step in steps if step.total]
    assert all(0 < step.done <= step.total for step in counted)
    article = added(steps)
    assert article in articles.listed()
    assert (article.title, article.sentences) == ("The jetty", 3)
    assert article.source.startswith("upload: ../../my notes .md (")
    assert "MiniLM" in article.embedding
    assert article.reader.startswith("trained@")
    assert article.added.tzinfo is not None
    again = added(list(articles.add_upload(sent(tmp_path / "again", JETTY))))
    assert again == article


def test_two_readers_add_at_once(articles: Articles, tmp_path: Path) -> None:
    """Two files of one name are two articles, whole and ready; none replaces the other."""
    files = [sent(tmp_path / str(number), WELL.replace("1702", f"170{number}"), "well.md") for number in range(3)]
    with ThreadPoolExecutor(3) as readers:
        found = [added(steps) for steps in readers.map(lambda file: list(articles.add_upload(file)), files)]
    assert len({one.id for one in found}) == 3
    assert {one.id for one in found} <= {one.id for one in articles.listed()}
    assert articles._bot.store.check() == []
    for number, one in enumerate(found):
        bot = ArticleBot(articles._bot.store, [one.id], settings=articles._bot.settings)
        assert f"170{number}" in bot.ask("When was the well dug?").text


def test_removed_is_gone(articles: Articles, tmp_path: Path) -> None:
    """And what is not there cannot be removed; one line."""
    article = added(list(articles.add_upload(sent(tmp_path, WELL + "\nMore.\n"))))
    articles.remove(article.id)
    assert article.id not in {one.id for one in articles.listed()}
    with pytest.raises(ArticleNotFound):
        articles.remove(article.id)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.md", "empty"),
        (b"\x00\x01\x02" * 50, "binary.md", "binary"),
        (b"x " * 60_000, "large.txt", "larger than 0.1 MB"),
        (b"not a pdf", "x.pdf", "called a PDF"),
        (b"   \n", "blank.txt", "no text"),
    ],
)
def test_what_is_no_article_is_one_line(
    articles: Articles, tmp_path: Path, content: bytes, name: str, said: str
) -> None:
    """And leaves nothing behind."""
    before = articles.listed()
    with pytest.raises(ArticleBotError, match=said) as caught:
        list(articles.add_upload(sent(tmp_path, content, name)))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{name}: ")
    assert articles.listed() == before


@pytest.mark.parametrize(
    "address",
    [
        "",
        "notes.md",
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://a.example/x",
        "http://127.0.0.1:9/",
        "http://[::1]/x",
        "https://" + "x" * 3000,
        "http://localhost/\r\nHost: x",
    ],
)
def test_addresses_that_are_not_of_the_public_network_are_refused(articles: Articles, address: str) -> None:
    """No path, no other scheme, nothing of this machine; one line."""
    with pytest.raises(ArticleBotError) as caught:
        list(articles.add_address(address))
    assert "\n" not in str(caught.value)


def test_a_reader_who_leaves_does_not_stop_the_addition(articles: Articles, tmp_path: Path) -> None:
    """What was begun is finished: the article is there in the end."""
    steps = articles.add_upload(sent(tmp_path, JETTY.replace("Penn", "Birch")))
    next(steps)
    next(steps)
    steps.close()
    finished = added(list(articles.add_upload(sent(tmp_path, JETTY.replace("Penn", "Birch")))))
    assert finished in articles.listed()
