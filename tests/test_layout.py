"""The layout: which way imports point, where each library is allowed, what each module says it gives."""

import ast
import importlib
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).parents[1]
FOLDERS = ("index", "bot", "evals", "ui")
"""In the order in which each may import those before it."""

HOMES = {
    "chromadb": {"index/backends.py"},
    "langchain_chroma": {"index/chroma.py"},
    "sentence_transformers": {"index/embeddings.py"},
    "gradio": {"ui/page/chatbot.py", "ui/page/layout.py"},
    "trafilatura": {"index/html.py"},
    "pdfminer": {"index/pdf.py"},
    "ir_measures": {"evals/retrieval.py"},
    "matplotlib": {"evals/report/charts.py"},
    "jinja2": {"evals/report/page.py"},
    "slack_bolt": {f"ui/slack/{name}.py" for name in ("app", "command", "listeners", "serving")},
    "slack_sdk": {f"ui/slack/{name}.py" for name in ("app", "check", "delivery", "serving")},
    "redis": {"ui/slack/redis_ledger.py"},
}
_BENCH = "evals/bench/"  # compares with the libraries as others use them
_MACHINE = re.compile(r"(?<![\w.:/])/(?:home|Users|root|work|tmp)/\w|[A-Z]:\\\\?Users")


def sources(root: Path) -> Iterator[tuple[str, str]]:
    """Each source file's path from the root, with its text."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def imported(text: str) -> Iterator[str]:
    """Full names of the modules that a source imports, wherever in it: top, function or `TYPE_CHECKING`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else node.module or ""


def wrong_ways(root: Path) -> list[str]:
    """Imports that point against `ui -> evals -> bot -> index`, relative ones, and ones of the tests."""
    found = []
    for path, text in sources(root):
        own = FOLDERS.index(path.split("/")[0])
        for name in imported(text):
            top = name.split(".")[0]
            if not top or top == "tests" or (top in FOLDERS and FOLDERS.index(top) > own):
                found.append(f"{path} imports {name}")
    return found


def strays(root: Path) -> list[str]:
    """Heavy libraries that are imported outside their file."""
    return [
        f"{path} imports {name}"
        for path, text in sources(root)
        for name in imported(text)
        if path not in HOMES.get(name.split(".")[0], {path}) and not path.startswith(_BENCH)
    ]


def machine_paths(root: Path) -> list[str]:
    """Lines that name a folder of somebody's machine."""
    return [
        f"{path}:{number}"
        for path, text in sources(root)
        for number, line in enumerate(text.splitlines(), start=1)
        if _MACHINE.search(line)
    ]


# The checkers find what they are for


@pytest.mark.parametrize(
    ("path", "text", "checker"),
    [
        ("index/a.py", "import bot", wrong_ways),
        ("index/deep/a.py", "def f():\n    from bot.answer import Answer", wrong_ways),
        ("bot/a.py", "if TYPE_CHECKING:\n    import ui.cli as c", wrong_ways),
        ("bot/a.py", "from evals import x", wrong_ways),
        ("evals/a.py", "import ui", wrong_ways),
        ("index/a.py", "from . import b", wrong_ways),
        ("ui/a.py", "from tests.conftest import x", wrong_ways),
        ("index/a.py", "import os, chromadb.config", strays),
        ("bot/a.py", "def f():\n    from sentence_transformers import CrossEncoder", strays),
        ("ui/cli.py", "import gradio as gr", strays),
        ("index/load.py", "import trafilatura", strays),
        ("ui/a.py", 'HOME = "/' + 'home/ann/x"', machine_paths),
        ("ui/a.py", "# see /" + "Users/ann", machine_paths),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, path: str, text: str, checker: object) -> None:
    """Each checker of this file fails on what it forbids, and passes what it allows."""
    assert callable(checker)
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert len(checker(tmp_path)) == 1
    file.write_text('import os\nfrom index import load\nURL = "http://x.example/home/x"\n')
    assert checker(tmp_path) == []


def test_the_checkers_see_the_sources() -> None:
    """Nothing is checked where nothing is read."""
    assert {"index/store.py", "bot/chain.py", "ui/cli.py"} <= {path for path, _ in sources(ROOT)}


# The tests themselves


def test_the_tests_cannot_reach_out(tmp_path: Path) -> None:
    """A connection beyond this machine is refused before it is tried; no key or setting comes from outside."""
    with socket.socket() as one, pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        one.connect(("192.0.2.1", 80))
    foreign = [name for name in os.environ if name.endswith("_API_KEY") or name.startswith(("LANGSMITH", "CHROMA_"))]
    assert foreign == []
    assert os.environ["ARTICLE_BOT_HOME"].startswith(str(tmp_path))
    assert os.environ["HF_HUB_OFFLINE"] == "1"


# The project


def test_imports_point_one_way() -> None:
    """`ui -> evals -> bot -> index`, never back."""
    assert wrong_ways(ROOT) == []


def test_each_heavy_library_has_its_file() -> None:
    """So that its errors stop there, and nothing else loads it."""
    assert strays(ROOT) == []


def test_the_homes_exist_and_use_what_they_are_homes_of() -> None:
    """A library that has moved away must not leave an empty rule."""
    present = dict(sources(ROOT))
    for library, homes in HOMES.items():
        users = [path for path in homes if any(n.split(".")[0] == library for n in imported(present.get(path, "")))]
        assert users, f"{library} is imported by none of {sorted(homes)}"


def test_no_source_names_a_machine() -> None:
    """No path of somebody's machine is left in the code."""
    assert machine_paths(ROOT) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_public_names_exist_and_are_sorted(folder: str) -> None:
    """What `__all__` promises is there, once, in order."""
    package = importlib.import_module(folder)
    names = list(getattr(package, "__all__", []))
    assert names == sorted(set(names))
    assert [name for name in names if not hasattr(package, name)] == []


@pytest.mark.parametrize("folder", ["index", "bot"])
def test_the_lower_folders_have_public_names(folder: str) -> None:
    """Other folders and programs import from these two."""
    assert importlib.import_module(folder).__all__


def test_every_module_says_what_it_is() -> None:
    """Each source file begins with a docstring."""
    assert [path for path, text in sources(ROOT) if text.strip() and not ast.get_docstring(ast.parse(text))] == []
