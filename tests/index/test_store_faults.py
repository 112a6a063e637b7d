"""The embedded index when it is killed, full, damaged, or used by several processes at once."""

import os
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import ArticleStore
from tests.index.stores import CATS, DOGS, Worker, Writer, held, made, one_line


def recovered(home: Path, model: Any, known: set[str], write: Writer) -> None:
    """After a kill: a whole article or none, a clean check; the next write works and leaves nothing over."""
    store = ArticleStore(model, home=home)
    records = store.snapshot().records
    assert set(records) <= {"a"}
    assert {store.snapshot().article("a").title for _ in records} <= known
    if records:
        assert held(store, "a") == made(store.snapshot().article("a"), model)
    assert store.check() == []
    store.put(write("b", f"# B\n\nAfter the kill {time.time()}."), "x")
    assert "b" in store.snapshot().records
    assert store.check() == []
    newest = int((home / "CURRENT").read_text())
    assert {path.name for path in home.iterdir()} <= {"CURRENT", "lock", str(newest), str(newest - 1)}
    store.remove("b")


KILLED_AT_RANDOM = """
import chromadb, langchain_chroma  # before the forks, so that each is quick
version(0)
for line in sys.stdin:
    child = os.fork()
    if not child:
        store = ArticleStore(ScriptedEmbeddings(), home=home)
        i = int(line)
        while True:
            store.put(version(i), "x")
            i += 1
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


def title_of(home: Path, model: Any) -> str:
    """The title of the article in an index; empty where there is none."""
    store = ArticleStore(model, home=home)
    return store.snapshot().article("a").title if "a" in store.snapshot().records else ""


def test_a_writer_killed_at_any_moment_leaves_a_whole_index(
    tmp_path: Path, model_of: Any, worker: Worker, write: Writer
) -> None:
    """Thirty times `kill -9` at a random moment of adding: the old article or the new one, complete.

    How long adding takes here is seen in a first round; the moments lie within twice that.
    """
    process = worker(KILLED_AT_RANDOM, tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    chance = random.Random(7)
    known = {f"Title {i}" for i in range(100_000)}
    takes = 0.0
    written = 0
    for number in range(31):
        before = title_of(tmp_path, model_of())
        process.stdin.write(f"{number * 1000}\n")
        process.stdin.flush()
        child = int(process.stdout.readline())
        begun = time.monotonic()
        while not takes and not (tmp_path / "CURRENT").exists() and time.monotonic() < begun + 60:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 2 * takes))
        takes = takes or time.monotonic() - begun
        os.kill(child, 9)
        assert process.stdout.readline() == "gone\n"
        written += title_of(tmp_path, model_of()) != before
        recovered(tmp_path, model_of(), known, write)
    assert 1 < written < 31  # some were killed before they had written anything, some were not


KILLED_HERE = """
store = ArticleStore(ScriptedEmbeddings(), home=home)
store.put(version(1), "x")
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
moment = sys.argv[2]
if moment == "embedding":
    ScriptedEmbeddings.embed_documents = die
elif moment == "units written":
    import index.chroma
    index.chroma.Collections.commit = die
elif moment == "draft finished":
    Path.rename = die
elif moment == "generation named":
    Path.replace = die
elif moment == "pointer set":
    import index.generations
    real = Path.replace
    Path.replace = lambda self, to: (real(self, to), die())
store.put(version(2), "x")
"""


@pytest.mark.parametrize(
    ("moment", "title"),
    [
        ("embedding", "Title 1"),
        ("units written", "Title 1"),
        ("draft finished", "Title 1"),
        ("generation named", "Title 1"),
        ("pointer set", "Title 2"),
    ],
)
def test_a_writer_killed_at_each_step(
    tmp_path: Path, model_of: Any, worker: Worker, write: Writer, moment: str, title: str
) -> None:
    """Before the pointer is set the old article stands, after it the new one; nothing is left over."""
    process = worker(KILLED_HERE, tmp_path, moment)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == -9, complaint
    recovered(tmp_path, model_of(), {title}, write)


ADDS_THREE = """
store = ArticleStore(ScriptedEmbeddings(), home=home)
for i in range(3):
    name = f"{sys.argv[2]}{i}"
    store.put(written(name, f"# {name}\\n\\nThis is {name}. It is one of six."), name)
"""


def test_two_processes_add_at_once(tmp_path: Path, model_of: Any, worker: Worker) -> None:
    """What each adds is there, complete."""
    both = [worker(ADDS_THREE, tmp_path, name) for name in ("x", "y")]
    for process in both:
        _, complaint = process.communicate(timeout=90)
        assert process.returncode == 0, complaint
    store = ArticleStore(model_of(), home=tmp_path)
    assert set(store.snapshot().records) == {"x0", "x1", "x2", "y0", "y1", "y2"}
    assert store.check() == []


REPLACES = """
store = ArticleStore(ScriptedEmbeddings(), home=home)
for i in range(2, 12):
    store.put(version(i), "x")
    print(i, flush=True)
"""


def test_a_reader_goes_on_while_a_writer_replaces(tmp_path: Path, model_of: Any, worker: Worker, write: Writer) -> None:
    """Each snapshot is one version throughout, versions only go forward, and the last is seen."""
    model = model_of()
    store = ArticleStore(model, home=tmp_path)
    store.put(write("a", "# Title 1\n\nVersion 1 says so. It ends."), "x")
    first = store.snapshot()
    process = worker(REPLACES, tmp_path)
    seen: list[int] = []
    while process.poll() is None:
        view = store.snapshot()
        version = int(view.article("a").title.split()[1])
        found = view.search(model.embed_query("version says"), "sentence", ["a"], 50)
        assert len(found) == len(view.article("a").sentences)
        assert all(f"{version}" in d.page_content for d, _ in found if d.page_content.startswith("Version"))
        seen.append(version)
    assert process.returncode == 0, process.communicate()[1]
    assert seen == sorted(seen)
    assert store.snapshot().article("a").title == "Title 11"
    assert first.article("a").title == "Title 1"
    assert len(first.search(model.embed_query("version"), "sentence", ["a"], 50)) == 3


def test_a_held_snapshot_outlives_its_files(tmp_path: Path, model_of: Any, write: Writer) -> None:
    """Of an index so large that Chroma keeps its vectors in files of their own, too."""
    model = model_of()
    big = write("big", "# T\n\n" + "\n\n".join(f"Sentence number {i} is here." for i in range(1100)))
    ArticleStore(model, home=tmp_path).put(big, "x")
    view = ArticleStore(model, home=tmp_path).snapshot()
    writer = ArticleStore(model, home=tmp_path)
    for number in range(3):
        writer.put(write("small", f"# T\n\nSmall number {number}."), "x")
    assert len(view.search(model.embed_query("sentence"), "sentence", ["big"], 5)) == 5
    sentences = view.documents("sentence", ["big"])
    assert len(view.vectors([document.id or "" for document in sentences])) == len(big.sentences)


FULL_DISK = """
import resource
from index import StoreError
store = ArticleStore(ScriptedEmbeddings(), home=home)
store.snapshot()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    store.put(version(2), "x")
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [1_000, 100_000, 230_000])
def test_a_full_disk_is_one_line_and_loses_nothing(
    tmp_path: Path, model_of: Any, worker: Worker, write: Writer, limit: int
) -> None:
    """No file may grow beyond the limit: while copying, while writing, and the old index stays."""
    model = model_of()
    ArticleStore(model, home=tmp_path).put(write("a", "# Title 1\n\nOld and whole."), "x")
    said, complaint = worker(FULL_DISK, tmp_path, limit).communicate(timeout=60)
    assert said.count("\n") == 1, complaint
    assert said.startswith(f"the index at {tmp_path} cannot be used (")
    assert "check the disk" in said
    recovered(tmp_path, model, {"Title 1"}, write)


def truncate(database: Path) -> None:
    data = database.read_bytes()
    database.write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize(
    "harm",
    [
        truncate,
        lambda database: database.write_bytes(b"this is no database" * 100),
        lambda database: database.write_bytes(b""),
        lambda database: database.unlink(),
        lambda database: _drop_tables(database),
    ],
    ids=["truncated", "junk", "empty", "missing", "without tables"],
)
def test_a_damaged_database_is_one_line(
    tmp_path: Path, model_of: Any, write: Writer, harm: Callable[[Path], object]
) -> None:
    """Reading, checking and adding all say what to do, the second time too; never an empty index, never a traceback."""
    ArticleStore(model_of(), home=tmp_path).put(write("cats", CATS), "x")
    harm(tmp_path / "1" / "chroma.sqlite3")
    store = ArticleStore(model_of(), home=tmp_path)
    for call in (store.snapshot, store.snapshot, store.check, lambda: store.put(write("dogs", DOGS), "x")):
        one_line(call, str(tmp_path), "remove the folder and add the articles again")


def _drop_tables(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE collections")


def test_a_damaged_pointer_is_one_line(tmp_path: Path, model_of: Any, write: Writer) -> None:
    """See test_generations; here through the store."""
    ArticleStore(model_of(), home=tmp_path).put(write("cats", CATS), "x")
    (tmp_path / "CURRENT").write_text("junk")
    one_line(ArticleStore(model_of(), home=tmp_path).check, "CURRENT", "remove the folder")


def test_a_home_that_is_a_file_is_one_line(tmp_path: Path, model_of: Any, write: Writer) -> None:
    """The index's folder cannot be made or read."""
    (tmp_path / "home").write_text("x")
    store = ArticleStore(model_of(), home=tmp_path / "home")
    one_line(store.snapshot, str(tmp_path / "home"), "check the disk and the permissions")
    one_line(lambda: store.put(write("cats", CATS), "x"), "check the disk and the permissions")


@pytest.mark.skipif(os.geteuid() == 0, reason="permission bits do not bind root")
def test_a_folder_that_may_not_be_written_is_one_line(tmp_path: Path, model_of: Any, write: Writer) -> None:
    """What is there can be neither replaced nor added to."""
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    store = ArticleStore(model_of(), home=home)
    one_line(lambda: store.put(write("cats", CATS), "x"), "check the disk and the permissions")
