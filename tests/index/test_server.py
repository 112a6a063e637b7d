"""A Chroma server: what may go wrong with it is one line that names `CHROMA_URL`. See test_store for the contract."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import Article, ArticleRetriever, ArticleStore, StoreError

Writer = Callable[[str, str], Article]

TEXT = "# Cats\n\nThe cat sat on the mat. It slept.\n\n## Food\n\nCats eat fish."


def refusal(call: Callable[[], object], url: str) -> None:
    """The call ends in a `StoreError` of one line that names the address and the setting."""
    with pytest.raises(StoreError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    assert url in message
    assert "CHROMA_URL" in message


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",
        "127.0.0.1:1",
        "https://127.0.0.1:1",
        "http://127.0.0.1:1/path/",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://[::1",
        "http://",
        "//",
    ],
)
def test_no_server_at_the_address(url: str, scripted: Any, tmp_path: Path, write: Writer) -> None:
    """Dead, mistyped or half an address: reading and adding say so, the second time too."""
    store = ArticleStore(scripted, home=tmp_path, url=url)
    refusal(store.snapshot, url)
    refusal(store.snapshot, url)
    refusal(lambda: store.put(write("cats", TEXT), "x"), url)


def test_an_address_may_leave_out_the_scheme(clean_server: str, scripted: Any, tmp_path: Path, write: Writer) -> None:
    """`127.0.0.1:8000` is `http://127.0.0.1:8000`."""
    ArticleStore(scripted, home=tmp_path, url=clean_server.removeprefix("http://")).put(write("cats", TEXT), "x")
    assert list(ArticleStore(scripted, home=tmp_path, url=clean_server).snapshot().records) == ["cats"]


def test_a_server_writes_nothing_at_home(clean_server: str, scripted: Any, tmp_path: Path, write: Writer) -> None:
    """With an address, the folder of the embedded index is left alone."""
    home = tmp_path / "none"
    ArticleStore(scripted, home=home, url=clean_server).put(write("cats", TEXT), "x")
    assert not home.exists()


def test_a_server_that_dies_between_questions(
    start_server: Callable[..., Any], scripted: Any, tmp_path: Path, write: Writer
) -> None:
    """Whatever is read next is a `StoreError`; when the server is there again, so are the articles."""
    server = start_server()
    store = ArticleStore(scripted, home=tmp_path, url=server.url)
    store.put(write("cats", TEXT), "x")
    view = store.snapshot()
    retriever = ArticleRetriever.of(store)
    assert retriever.invoke("cat")
    identity = view.documents("sentence", ["cats"])[0].id or ""
    server.stop()
    for call in (
        store.snapshot,
        store.check,
        lambda: view.documents("chunk", ["cats"]),
        lambda: view.search([0.1] * 64, "chunk", ["cats"], 3),
        lambda: view.vectors([identity]),
        lambda: view.article("cats"),
        lambda: retriever.invoke("fish"),
        lambda: store.remove("cats"),
        lambda: store.put(write("dogs", "# Dogs\n\nThe dog ran."), "x"),
    ):
        refusal(call, server.url)
    start_server(server.folder, server.port)
    assert list(store.snapshot().records) == ["cats"]
    assert store.snapshot().article("cats") == write("cats", TEXT)
    assert store.check() == []


def test_a_stranger_s_collections_are_left_alone(
    clean_server: str, server: Any, scripted: Any, model_of: Any, tmp_path: Path, write: Writer
) -> None:
    """A server is shared: nothing but our own articles is listed, and a rebuild deletes nothing."""
    import json
    import urllib.request

    collections = f"{clean_server}/api/v2/tenants/default_tenant/databases/default_database/collections"
    made = urllib.request.Request(
        collections, data=json.dumps({"name": "strangers"}).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(made):
        pass
    ArticleStore(scripted, home=tmp_path, url=clean_server).put(write("cats", TEXT), "x")
    assert list(ArticleStore(model_of("scripted@2"), home=tmp_path, url=clean_server).snapshot().records) == ["cats"]
    with urllib.request.urlopen(collections) as reply:
        names = [collection["name"] for collection in json.load(reply)]
    assert "strangers" in names
    assert len([name for name in names if name.startswith("article-bot-")]) == 4
    assert ArticleStore(scripted, home=tmp_path, url=clean_server).check() == []
