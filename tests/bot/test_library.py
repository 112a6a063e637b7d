"""Where articles are from, and what replaces what."""

import platform
from pathlib import Path

import pytest

from bot import ArticleBot, Settings
from bot.library import add
from index import ArticleStore


def test_two_machines_with_different_files_at_one_path_keep_both(
    bot: ArticleBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an index that they share neither replaces the other's; each replaces its own."""
    store = ArticleStore(bot.store.embeddings, home=tmp_path / "index")
    shared = Settings.load(home=tmp_path, chroma_url="http://chroma.example")
    path = tmp_path / "notes.md"

    def added(machine: str, text: str) -> str:
        monkeypatch.setattr(platform, "node", lambda: machine)
        path.write_text(f"# Notes\n\n{text}\n", encoding="utf-8")
        return add(store, str(path), shared).id

    first, second = added("one", "The tide is high."), added("two", "The tide is low.")
    assert (first, second[:6]) == ("notes", "notes-")
    assert added("one", "The tide is out.") == first
    records = store.snapshot().records
    assert {record.source for record in records.values()} == {f"one:{path}", f"two:{path}"}
    assert "low" in store.snapshot().article(second).text
    assert "out" in store.snapshot().article(first).text
    assert add(store, str(path), Settings.load(home=tmp_path)).id == first  # the same text, unchanged
