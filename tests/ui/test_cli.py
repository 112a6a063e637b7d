"""The command line, as a user runs it: real processes, real files."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

Run = subprocess.CompletedProcess[str]
ROOT = Path(__file__).parents[2]
HOSTILE = [
    b"",
    b"   ",
    b"not json",
    b"null",
    b"[]",
    b'"text"',
    b"{}",
    b'{"id": 1}',
    b'{"id": 2, "question": ""}',
    b'{"id": 3, "question": 5}',
    b'{"id": 4, "question": null, "history": []}',
    b'{"id": 5, "question": "q", "history": "x"}',
    b'{"id": 6, "question": "q", "history": [{"role": "system", "content": "x"}]}',
    b'{"id": 7, "question": "' + b"x" * 100_000 + b'"}',
    b'{"id": 8, "question": "\\u0000\\u0007"}',
    b'{"id": 9, "question": "\xff\xfe"}',
    b"[" * 100_000,
    b'{"id": 10, "question": "q"',
    b'{"id": NaN, "question": "q"}',
    b'{"id": 1e999, "question": "q"}',
]
GOOD = [
    {"id": "a", "question": "How many people has Amazon laid off?"},
    {"id": "b", "question": "why?", "history": [{"role": "user", "content": "Was Dina laid off?"}]},
    {"id": {"any": ["json"]}, "question": "What is the capital of France?", "unknown": "field"},
    {"id": "c", "question": "x\u0007\u001b[31my \ud83d\ude00"},
    {"id": "half \ud800", "question": "Who is Lisa?"},
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped article indexed in it."""
    place = tmp_path_factory.mktemp("cli-home")
    done = run(place, "ask", "Who wrote the article?")
    assert done.returncode == 0, done.stderr
    return place


def run(home: Path, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None, **options: object) -> Run:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "ARTICLE_BOT_HOME": str(home), "PYTHONPATH": str(ROOT), **(env or {})},
        **options,  # type: ignore[call-overload]
    )


def fails_in_one_line(done: Run) -> str:
    """The one line of a command that could not do what it was asked."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("article-bot: ")
    return lines[0]


def test_ask_prints_json_that_verifies(home: Path, tmp_path: Path) -> None:
    """What `ask --json` prints, `verify` accepts; altered, it says which citation fails and why."""
    done = run(home, "ask", "How many people has Amazon laid off?", "--json")
    answer = json.loads(done.stdout)
    assert not answer["abstained"]
    assert done.stderr == ""
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(done.stdout)
    bad.write_text(done.stdout.replace("30,000", "40,000"))
    passed = run(home, "verify", str(good))
    assert (passed.returncode, passed.stdout.startswith("PASS")) == (0, True)
    failed = run(home, "verify", str(bad))
    assert failed.returncode == 1
    assert failed.stdout.startswith("FAIL: citation 1: the quote is not the text")


def test_batch_answers_in_order_and_marks_bad_lines(home: Path, tmp_path: Path) -> None:
    """A line for a line, whatever the lines hold; the bad ones have an error, the others their answers; status 1."""
    lines = [json.dumps(GOOD[0]).encode()]
    for number, hostile in enumerate(HOSTILE):
        lines += [hostile, json.dumps(GOOD[number % len(GOOD)]).encode()]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines) + b"\n")
    done = run(home, "batch", str(source), str(target))
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(lines)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [("error" in row) for row in rows] == [False] + [True, False] * len(HOSTILE)
    assert rows[0]["id"] == "a"
    assert [row["id"] for row in rows[2 : 2 + 2 * len(GOOD) : 2]] == [case["id"] for case in GOOD]
    assert all(row["latency_ms"] > 0 for row in rows if "answer" in row)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_batch_of_good_lines_succeeds(home: Path, tmp_path: Path) -> None:
    """Without a bad line the status is 0, and each answer has the documented fields."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(json.dumps(case) for case in GOOD))
    assert run(home, "batch", str(source), str(target)).returncode == 0
    first = json.loads(target.read_text(encoding="utf-8").splitlines()[0])
    assert {"text", "abstained", "confidence", "mode", "citations"} <= set(first["answer"])
    fields = {"article", "start", "end", "quote", "section", "paragraph", "speaker", "score"}
    assert set(first["answer"]["citations"][0]) == fields


def test_batch_replaces_what_a_link_points_to_and_spares_devices(home: Path, tmp_path: Path) -> None:
    """A link stays a link, a device a device; nothing else in the folder is touched."""
    source, real, link = tmp_path / "in.jsonl", tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    source.write_text(json.dumps(GOOD[0]))
    real.write_text("old")
    link.symlink_to(real)
    assert run(home, "batch", str(source), str(link)).returncode == 0
    assert link.is_symlink()
    assert json.loads(real.read_text())["id"] == "a"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["/bin/cat", str(pipe)], stdout=subprocess.PIPE, text=True)
    assert run(home, "batch", str(source), str(pipe)).returncode == 0
    assert json.loads(reader.communicate(timeout=60)[0])["id"] == "a"
    assert pipe.is_fifo()


def test_a_name_that_is_no_text_is_indexed_all_the_same(tmp_path: Path) -> None:
    """File names are bytes; those that are no UTF-8 do no harm."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md"))
    path.write_text("# Tides\n\nThe moon raises the tides.\n", encoding="utf-8")
    assert "indexed" in run(tmp_path / "home", "index", "add", str(path)).stdout


def test_a_terminal_without_our_characters(home: Path) -> None:
    """An encoding that lacks a character shows another, and no traceback."""
    done = run(home, "ask", "Who wrote it?", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, "Varsha Bansal" in done.stdout) == (0, True)


@pytest.mark.parametrize("arguments", ["verify -", "batch - -"])
def test_closed_standard_input_is_one_line(home: Path, arguments: str) -> None:
    """A program without standard input is told to name a file."""
    env = {**os.environ, "ARTICLE_BOT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = ["/bin/sh", "-c", f"exec {sys.executable} -m ui.cli {arguments} <&-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=120)
    assert "standard input is closed" in fails_in_one_line(done)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "the question is empty"),
        (["ask", "x" * 3000], "3000 characters"),
        (["ask", "q", "--article", "no-such"], "neither an article in the index"),
        (["batch", "no-such.jsonl", "out.jsonl"], "no-such.jsonl cannot be read"),
        (["batch", "/dev/null", "/no-such-folder/out.jsonl"], "cannot be written"),
        (["verify", "no-such.json"], "no-such.json cannot be read"),
        (["verify", "/dev/null"], "not JSON"),
        (["index", "remove", "no-such"], "no article 'no-such'"),
        (["index", "add", "no-such.md"], "no-such.md"),
        (["index", "add", "/"], "/"),
    ],
)
def test_bad_input_is_one_line_and_status_1(home: Path, arguments: list[str], said: str) -> None:
    """Whatever is wrong: one line that names it, no traceback."""
    assert said in fails_in_one_line(run(home, *arguments))


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"ARTICLE_BOT_MAX_QUOTES": "many"}, "ARTICLE_BOT_MAX_QUOTES"),
        ({"CHROMA_URL": "http://127.0.0.1:9"}, "CHROMA_URL"),
        ({"ARTICLE_BOT_EMBEDDING_MODEL": "/no/such/model"}, "ARTICLE_BOT_EMBEDDING_MODEL"),
        ({"ARTICLE_BOT_HOME": "/dev/null/x"}, "/dev/null/x"),
    ],
)
def test_bad_settings_are_one_line_and_status_1(home: Path, env: dict[str, str], said: str) -> None:
    """A setting that cannot be, or leads nowhere, is named."""
    assert said in fails_in_one_line(run(home, "ask", "q", env=env))


def test_index_commands(home: Path, tmp_path: Path) -> None:
    """add, add again, list, ask, remove, check."""
    own = tmp_path / "home"
    note = tmp_path / "tides.md"
    note.write_text("# Tides\n\nThe moon raises the tides. A harbour in Fundy sees sixteen metres of them.\n")
    assert "indexed" in run(own, "index", "add", str(note)).stdout
    assert "unchanged" in run(own, "index", "add", str(note)).stdout
    (listed,) = json.loads(run(own, "index", "list", "--json").stdout)
    assert (listed["id"], listed["title"], listed["sentences"]) == ("tides", "Tides", 3)
    assert "complete" in run(own, "index", "check").stdout
    assert run(own, "index", "remove", "tides").returncode == 0
    assert json.loads(run(own, "index", "list", "--json").stdout) == []


def test_a_broken_index_says_what_to_do(tmp_path: Path) -> None:
    """An index that cannot be read is one line with its folder."""
    own = tmp_path / "home"
    (own / "index").mkdir(parents=True)
    (own / "index" / "CURRENT").write_text("nonsense")
    assert str(own / "index") in fails_in_one_line(run(own, "index", "list"))


def test_chat_answers_what_is_typed(home: Path) -> None:
    """Questions from the terminal are answered in turn; empty lines are passed over; the end of input leaves."""
    done = run(home, "chat", stdin="\nHow many people has Amazon laid off?\n" + "x" * 5000 + "\n/quit\nnever read\n")
    assert done.returncode == 0
    assert "30,000" in done.stdout
    assert "5000 characters" in done.stdout
    assert "never read" not in done.stdout


def test_the_terminal_shows_markup_as_text(tmp_path: Path) -> None:
    """Nothing of an article is read as terminal markup."""
    note = tmp_path / "note.md"
    note.write_text("The sign in the harbour said [bold red]danger[/] and [link=http://x]more[/link]. It was new.\n")
    done = run(tmp_path / "home", "ask", "What did the sign in the harbour say?", "--article", str(note))
    assert "[bold red]danger[/]" in done.stdout.replace("\n", " ")


def test_doctor_finds_nothing_wrong(home: Path) -> None:
    """On a machine that runs these tests nothing fails, and tracing is called out where it is on."""
    done = run(home, "doctor", "--json", env={"LANGSMITH_TRACING": "true"})
    findings = {finding["what"]: finding["state"] for finding in json.loads(done.stdout)}
    assert done.returncode == 0
    assert "fail" not in findings.values()
    assert findings["tracing"] == "warn"


def test_doctor_names_a_damaged_index(tmp_path: Path) -> None:
    """A damaged index fails the examination, and the others are still made."""
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "CURRENT").write_text("9")
    done = run(tmp_path, "doctor", "--json")
    findings = {finding["what"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 1
    assert findings["index"]["state"] == "fail"
    assert findings["embedding model"]["state"] == "ok"


def test_help_loads_nothing_heavy() -> None:
    """The command line is imported without any model or library that takes long."""
    heavy = "('torch', 'chromadb', 'gradio', 'langchain_core', 'sentence_transformers')"
    code = f"import sys; import ui.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_an_interrupt_is_quiet(home: Path, tmp_path: Path) -> None:
    """Ctrl-C leaves without a traceback, here while questions are waited for."""
    questions = tmp_path / "questions"
    os.mkfifo(questions)
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "batch", str(questions), "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "ARTICLE_BOT_HOME": str(home), "PYTHONPATH": str(ROOT)},
    )
    with questions.open("wb"):  # opens when the other end does: nothing but the questions is missing now
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said


def test_a_reader_that_has_had_enough(home: Path) -> None:
    """A closed pipe is no traceback."""
    line = json.dumps(GOOD[0])
    command = f"yes '{line}' | head -200 | {sys.executable} -m ui.cli batch - - | head -1"
    env = {**os.environ, "ARTICLE_BOT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False, env=env, timeout=120)
    assert json.loads(done.stdout)["id"] == "a"
    assert "Traceback" not in done.stderr


def test_a_file_that_is_too_large_is_not_read(home: Path, tmp_path: Path) -> None:
    """Its size is looked at first: six gigabytes of nothing take no memory."""
    with (tmp_path / "huge.md").open("wb") as file:
        file.truncate(6_000_000_000)
    done = run(home, "index", "add", str(tmp_path / "huge.md"), preexec_fn=few_gigabytes)
    assert "larger than 20 MB" in fails_in_one_line(done)


def few_gigabytes() -> None:
    """Let a process have less memory than such a file has bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (5_500_000_000, 5_500_000_000))


def test_batch_writes_to_a_pipe(home: Path, tmp_path: Path) -> None:
    """What is no regular file is written to as it is."""
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "question": "Who wrote the article?", "history": None}))
    done = run(home, "batch", str(tmp_path / "in.jsonl"), "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "a"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_the_output_is_one_line(home: Path) -> None:
    """What cannot be printed is told, without a traceback."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli", "ask", "Who wrote the article?"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "ARTICLE_BOT_HOME": str(home), "PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "article-bot: standard output cannot be written: No space left on device"
    ]


def test_two_files_of_one_name_at_once_are_two_articles(tmp_path: Path) -> None:
    """Added by two processes, both are there afterwards."""
    for folder, text in (("a", "Cats sleep all day."), ("b", "Dogs bark all night.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "story.md").write_text(f"# {folder}\n\n{text}\n")
    command = [sys.executable, "-m", "ui.cli", "index", "add"]
    env = {**os.environ, "ARTICLE_BOT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    both = [subprocess.Popen([*command, str(tmp_path / folder / "story.md")], env=env) for folder in "ab"]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    listed = json.loads(run(tmp_path / "home", "index", "list", "--json").stdout)
    assert sorted(record["title"] for record in listed) == ["a", "b"]
