"""`Generations`: a folder replaced as a whole, or not at all."""

import os
import threading
from pathlib import Path

import pytest

from index import generations
from index.errors import StoreError
from index.generations import Generations


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def put(root: Path, text: str) -> None:
    with Generations(root).rewrite() as draft:
        (draft / "file").write_text(text)


def read(root: Path) -> str:
    current = Generations(root).current()
    return (current / "file").read_text() if current else ""


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


def test_nothing_is_there_at_first(root: Path) -> None:
    """Asking what is current makes no folder."""
    assert Generations(root).current() is None
    assert not root.exists()


def test_a_rewrite_starts_from_what_is_there(root: Path) -> None:
    """The draft is a copy; the old generation is left as it was, for who reads it."""
    put(root, "one")
    old = Generations(root).current()
    with Generations(root).rewrite() as draft:
        assert (draft / "file").read_text() == "one"
        (draft / "file").write_text("two")
        assert read(root) == "one"
    assert read(root) == "two"
    assert old is not None
    assert (old / "file").read_text() == "one"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_the_old_one_and_no_draft(root: Path, error: type[BaseException]) -> None:
    """Whatever ends the block early, nothing has happened."""
    put(root, "one")
    before = names(root)
    with pytest.raises(error), Generations(root).rewrite() as draft:
        (draft / "file").write_text("two")
        raise error
    assert read(root) == "one"
    assert names(root) == before


def test_the_current_and_the_one_before_are_kept(root: Path) -> None:
    """Older ones go, and so does what a killed writer left."""
    for number in range(4):
        put(root, str(number))
    (root / "5.part").mkdir()
    (root / "7").mkdir()
    put(root, "last")
    assert names(root) - {"lock"} == {"4", "5", "CURRENT"}
    assert read(root) == "last"


def test_a_generation_that_is_read_is_kept(root: Path) -> None:
    """However many replace it; when its reader has ended, the next write removes it."""
    put(root, "0")
    folder = Generations(root).current()
    assert folder is not None
    with Generations(root).reading(folder):
        for number in range(4):
            put(root, str(number))
        assert (folder / "file").read_text() == "0"
    put(root, "last")
    assert not folder.exists()


def test_a_generation_that_is_gone_can_be_asked_for(root: Path) -> None:
    """Reading one that was removed in between is no error here: whoever opens it sees that it is gone."""
    with Generations(root).reading(root / "7"):
        pass


@pytest.mark.parametrize("pointer", [b"", b"junk", b"99", b"../..", b"\xff\xfe", b"1.part"])
def test_a_broken_pointer_says_what_to_do(root: Path, pointer: bytes) -> None:
    """One line that names the file and the way out, from reading and from writing; nothing is deleted."""
    put(root, "one")
    (root / "CURRENT").write_bytes(pointer)
    for attempt in (Generations(root).current, lambda: put(root, "two")):
        with pytest.raises(StoreError, match=r"remove the folder .* and add the articles again") as caught:
            attempt()
        assert "\n" not in str(caught.value)
    assert (root / "1" / "file").read_text() == "one"


def test_writers_wait_for_each_other(root: Path) -> None:
    """Ten writers at once, each adding a file: all files are there."""

    def add(name: str) -> None:
        with Generations(root).rewrite() as draft:
            (draft / name).write_text(name)

    threads = [threading.Thread(target=add, args=(f"f{number}",)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    current = Generations(root).current()
    assert current is not None
    assert names(current) - {"in-use"} == {f"f{number}" for number in range(10)}


def test_a_writer_does_not_wait_for_ever(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock has an end, with a line that says who is in the way."""
    monkeypatch.setattr(generations, "LOCK_SECONDS", 0.1)
    with (
        Generations(root).rewrite(),
        pytest.raises(StoreError, match="another process has been writing"),
        Generations(root).rewrite(),
    ):
        pass


def test_a_copy_that_fails_says_why_in_one_line(root: Path) -> None:
    """Of all files that cannot be copied the first is named, and no draft is left."""
    put(root, "one")
    os.symlink("nowhere", root / "1" / "gone")
    with pytest.raises(OSError, match="No such file") as caught:
        put(root, "two")
    assert "[(" not in str(caught.value)
    assert names(root) == {"1", "CURRENT", "lock"}
