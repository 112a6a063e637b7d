"""`ArticleStore`: one contract, embedded and on a server; then what only the embedded index promises."""

import json
import logging
import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, ArticleNotFound, ArticleStore, SentenceEmbeddings, SourceError, StoreError
from index.canonical import build
from index.chunks import chunk_documents, sentence_documents
from index.markdown import read_markdown

Writer = Callable[[str, str], Article]
Opener = Callable[..., ArticleStore]
Worker = Callable[..., "subprocess.Popen[str]"]

CATS = "# Cats\n\nThe cat sat on the mat. It slept.\n\n## Food\n\nCats eat fish."
DOGS = "# Dogs\n\nThe dog ran to the park. It barked.\n\n## Food\n\nDogs eat bones."


def held(store: ArticleStore, article_id: str) -> tuple[list[Any], list[Any]]:
    view = store.snapshot()
    return view.documents("chunk", [article_id]), view.documents("sentence", [article_id])


def made(article: Article, model: Any) -> tuple[list[Any], list[Any]]:
    return chunk_documents(article, model.size, model.window), sentence_documents(article)


def one_line(call: Callable[[], object], *words: str) -> str:
    """The `StoreError` of a call: one line with the words in it."""
    with pytest.raises(StoreError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message
    return message


# The contract


def test_an_article_comes_back_as_it_went_in(store: ArticleStore, scripted: Any, write: Writer) -> None:
    """Article, chunks, sentences, metadata and vectors."""
    article = write("cats", CATS)
    record = store.put(article, "cats.md", source_hash="h")
    assert (record.id, record.title, record.source, record.source_hash) == ("cats", "Cats", "cats.md", "h")
    assert (record.sentences, record.chunks) == tuple(map(len, reversed(made(article, scripted))))
    view = store.snapshot()
    assert view.article("cats") == article
    assert held(store, "cats") == made(article, scripted)
    sentences = sentence_documents(article)
    vectors = view.vectors([document.id or "" for document in reversed(sentences)])
    assert vectors[0].tolist() == pytest.approx(scripted.embed_query(sentences[-1].page_content))
    assert store.check() == []


def test_an_empty_index_has_nothing(store: ArticleStore) -> None:
    """Nothing to list, nothing wrong, and an unknown article is named with what there is."""
    assert store.snapshot().records == {}
    assert store.check() == []
    assert store.snapshot().documents("chunk", []) == []
    with pytest.raises(ArticleNotFound, match=r"no article 'cats' in the index \(there: none\)"):
        store.snapshot().article("cats")


def test_an_unknown_article_is_named_with_the_known(store: ArticleStore, write: Writer) -> None:
    """Whether it is read, searched or removed."""
    store.put(write("cats", CATS), "x")
    store.put(write("ants", DOGS), "x")
    for call in (
        lambda: store.snapshot().article("cows"),
        lambda: store.snapshot().documents("chunk", ["cows"]),
        lambda: store.snapshot().search([0.1] * 64, "chunk", ["cats", "cows"], 3),
        lambda: store.remove("cows"),
    ):
        with pytest.raises(ArticleNotFound, match=r"'cows' .*\(there: ants, cats\)"):
            call()


def test_adding_again_embeds_nothing(store_at: Opener, scripted: Any, write: Writer) -> None:
    """The same content is left alone: under its id, under another, and by another process."""
    first = store_at(scripted).put(write("cats", CATS), "x")
    scripted.calls.clear()
    assert store_at(scripted).put(write("cats", CATS), "elsewhere") == first
    assert store_at(scripted).put(write("copy", CATS), "elsewhere") == first
    assert scripted.calls == []
    assert list(store_at(scripted).snapshot().records) == ["cats"]


def test_two_articles_with_one_text_are_one(store: ArticleStore, write: Writer) -> None:
    """Units belong to a text: an article with the same text and other metadata does not take them from the first."""
    article = write("cats", CATS)
    store.put(article, "x")
    same = article.model_copy(update={"id": "copy", "url": "http://elsewhere.example"})
    assert store.put(same, "y").id == "cats"
    assert store.check() == []
    assert held(store, "cats")[0] != []


def test_an_article_is_replaced_under_its_id(store: ArticleStore, scripted: Any, write: Writer) -> None:
    """The new text is there whole, nothing of the old is found."""
    store.put(write("a", CATS), "x")
    article = write("a", DOGS)
    store.put(article, "x")
    assert store.snapshot().article("a") == article
    assert held(store, "a") == made(article, scripted)
    found = store.snapshot().search(scripted.embed_query("cat mat fish"), "sentence", ["a"], 50)
    assert all("at" not in document.page_content.split() for document, _ in found)
    assert len(found) == len(article.sentences)
    assert store.check() == []


def test_the_same_text_with_another_structure_is_replaced_whole(
    store: ArticleStore, scripted: Any, write: Writer
) -> None:
    """A line that became a heading is no sentence any more, though not one character of the text changed."""
    before = write("a", "# T\n\nLine\n\n- item\n\nThe body ends here. It does.")
    after = write("a", "# T\n\n## Line\n\n- item\n\nThe body ends here. It does.")
    assert before.text == after.text
    store.put(before, "x")
    store.put(after, "x")
    assert held(store, "a") == made(after, scripted)
    assert store.check() == []


def test_a_removed_article_is_gone(store: ArticleStore, write: Writer) -> None:
    """Its units too; the others stay; it can be added again."""
    store.put(write("cats", CATS), "x")
    store.put(write("dogs", DOGS), "x")
    store.remove("cats")
    assert list(store.snapshot().records) == ["dogs"]
    with pytest.raises(ArticleNotFound):
        store.snapshot().documents("chunk", ["cats"])
    assert store.check() == []
    store.put(write("cats", CATS), "x")
    assert store.snapshot().article("cats").title == "Cats"
    store.remove("cats")
    store.remove("dogs")
    assert (store.snapshot().records, store.check()) == ({}, [])


def test_a_search_stays_within_its_articles(store: ArticleStore, scripted: Any, write: Writer) -> None:
    """Best first, by cosine, and only from the articles named."""
    store.put(write("cats", CATS), "x")
    store.put(write("dogs", DOGS), "x")
    view = store.snapshot()
    question = scripted.embed_query("the dog ran to the park")
    assert {document.metadata["article"] for document, _ in view.search(question, "sentence", ["cats"], 50)} == {"cats"}
    both = view.search(question, "sentence", ["cats", "dogs"], 50)
    assert both[0][0].page_content == "The dog ran to the park."
    assert both[0][1] == pytest.approx(1, abs=1e-4)
    assert [score for _, score in both] == sorted((score for _, score in both), reverse=True)
    assert len(view.search(question, "sentence", ["cats", "dogs"], 2)) == 2


def test_a_missing_vector_is_named(store: ArticleStore, write: Writer) -> None:
    """Asked for a sentence that is not there, the index says so."""
    store.put(write("cats", CATS), "x")
    one_line(lambda: store.snapshot().vectors(["sentence:none:0-1"]), "1 sentences are missing", "add it again")


def test_another_model_rebuilds_and_never_mixes(
    store_at: Opener, scripted: Any, model_of: Any, write: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    """Opened with another fingerprint the index warns, keeps the articles, and embeds them all again."""
    for article_id, text in (("cats", CATS), ("dogs", DOGS)):
        store_at(scripted).put(write(article_id, text), f"{article_id}.md")
    other = model_of("scripted@2", window=8)
    with caplog.at_level(logging.WARNING):
        store = store_at(other)
        records = store.snapshot().records
    assert "rebuilding" in caplog.text
    assert {record.id: record.source for record in records.values()} == {"cats": "cats.md", "dogs": "dogs.md"}
    for article_id, text in (("cats", CATS), ("dogs", DOGS)):
        article = write(article_id, text)
        assert store.snapshot().article(article_id) == article
        assert held(store, article_id) == made(article, other)
    assert sum(other.calls) == sum(record.sentences + record.chunks for record in records.values())
    assert store.check() == []
    caplog.clear()
    assert list(store_at(other).snapshot().records) == ["cats", "dogs"]
    assert caplog.text == ""


def test_progress_counts_units(store: ArticleStore, write: Writer) -> None:
    """From the first batch to the last."""
    seen: list[tuple[int, int]] = []
    article = write("long", "# T\n\n" + "\n\n".join(f"Sentence number {i} is here." for i in range(90)))
    record = store.put(article, "x", progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (record.sentences + record.chunks,) * 2
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_an_article_that_another_process_adds_is_seen(store_at: Opener, scripted: Any, write: Writer) -> None:
    """A store that is open follows the index."""
    reader = store_at(scripted)
    assert reader.snapshot().records == {}
    store_at(scripted).put(write("cats", CATS), "x")
    assert list(reader.snapshot().records) == ["cats"]
    store_at(scripted).remove("cats")
    assert reader.snapshot().records == {}


def damage(store: ArticleStore, scripted: Any) -> Iterator[Any]:
    """The collections underneath, to damage them as a disk or a stranger may."""
    from index.chroma import Collections

    with store._backend.write() as client:
        yield Collections(client, store.manifest, scripted)


@pytest.mark.parametrize("unit", [0, 1], ids=["chunk", "sentence"])
def test_check_finds_a_missing_unit(store_at: Opener, scripted: Any, write: Writer, unit: int) -> None:
    """By its number, with the article's id and what to do; removing and adding it mends it."""
    store = store_at(scripted)
    store.put(write("cats", CATS), "x")
    for collections in damage(store, scripted):
        collections._units.delete(ids=[made(write("cats", CATS), scripted)[unit][0].id])
    (line,) = store_at(scripted).check()
    assert line.startswith("cats: ")
    assert "add it again" in line
    store_at(scripted).remove("cats")
    store_at(scripted).put(write("cats", CATS), "x")
    assert store_at(scripted).check() == []


def test_check_finds_an_altered_unit(store_at: Opener, scripted: Any, write: Writer) -> None:
    """A sentence whose text is not the article's at its span."""
    store = store_at(scripted)
    store.put(write("cats", CATS), "x")
    document = sentence_documents(write("cats", CATS))[1]
    for collections in damage(store, scripted):
        collections._client.get_collection(collections._units._collection.name, embedding_function=None).update(
            ids=[document.id], documents=["The cat flew."], embeddings=[scripted.embed_query("x")]
        )
    (line,) = store_at(scripted).check()
    assert f"the sentence at {document.metadata['start']}" in line


@pytest.mark.parametrize("how", ["altered", "missing"])
def test_check_finds_a_lost_article(store_at: Opener, scripted: Any, write: Writer, how: str) -> None:
    """A text that is gone or does not match its hash is a line of `check`, and a `StoreError` when read."""
    store = store_at(scripted)
    store.put(write("cats", CATS), "x")
    for collections in damage(store, scripted):
        (identity,) = (one for one in collections._records.get(include=[])["ids"] if one.startswith("article:"))
        if how == "missing":
            collections._records.delete(ids=[identity])
        else:
            text = json.dumps(json.loads(write("cats", CATS).model_dump_json()) | {"text": "Forged."})
            collections._records.update(ids=[identity], embeddings=[[0.0]], metadatas=[{"json": text}])
    (line,) = store_at(scripted).check()
    assert line.startswith("cats: ")
    one_line(lambda: store_at(scripted).snapshot().article("cats"), "'cats'", "remove the article and add it again")


# Any article


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_article_comes_back_from_chroma(
    any_text: st.SearchStrategy[str], model_of: Any, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Through the embedded Chroma and back, nothing of article, chunks, sentences or metadata changes."""
    try:
        article = build(read_markdown(data.draw(any_text)), data.draw(any_text) or "id")
    except SourceError:
        return
    model = model_of()
    store = ArticleStore(model, home=tmp_path_factory.mktemp("any"))
    store.put(article, data.draw(any_text))
    assert store.snapshot().article(article.id) == article
    assert held(store, article.id) == made(article, model)
    assert store.check() == []


def test_the_shipped_article_with_the_real_model(
    seed_store: ArticleStore, seed_article: Article, embeddings: SentenceEmbeddings
) -> None:
    """A question finds its sentence."""
    vector = embeddings.embed_query("How many workers has Amazon laid off in the last four months?")
    found = seed_store.snapshot().search(vector, "sentence", [seed_article.id], 3)
    assert any("30,000" in document.page_content for document, _ in found)
    assert seed_store.check() == []


# Killed, full, damaged: the embedded index


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


def test_a_writer_killed_at_any_moment_leaves_a_whole_index(
    tmp_path: Path, model_of: Any, worker: Worker, write: Writer
) -> None:
    """Thirty times `kill -9` at a random moment of adding: the old article or the new one, complete."""
    process = worker(KILLED_AT_RANDOM, tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    known = {f"Title {i}" for i in range(100_000)}
    finished = 0
    for number in range(30):
        process.stdin.write(f"{number * 1000}\n")
        process.stdin.flush()
        child = int(process.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.35))
        os.kill(child, 9)
        assert process.stdout.readline() == "gone\n"
        if (tmp_path / "CURRENT").exists():
            finished += 1
            recovered(tmp_path, model_of(), known, write)
    assert finished > 5


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
