"""Nothing leaves the machine: a first start with every way out blocked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Runs a program under an audit hook that lets no address but loopback be looked up or connected to, and says who tried.
GUARD = """
import runpy, sys

def guard(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            print("WENT OUT", address, file=sys.stderr)
            raise OSError("blocked")
    elif event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", "::1", "localhost", None, b"localhost"):
        print("LOOKED UP", arguments[0], file=sys.stderr)
        raise OSError("blocked")

sys.addaudithook(guard)
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""


def guarded(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "VIRTUAL_ENV") if name in os.environ}
    env = {**keep, "HOME": str(home), "ARTICLE_BOT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", GUARD, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=env,
        cwd=home,
        timeout=180,
    )


def test_the_guard_sees_who_goes_out(tmp_path: Path) -> None:
    """The guard of these tests catches a connection and a look-up."""
    (tmp_path / "talker.py").write_text(
        "import socket\n"
        "for call in (lambda: socket.create_connection(('192.0.2.1', 80)), lambda: socket.gethostbyname('x.test')):\n"
        "    try: call()\n"
        "    except OSError: pass\n"
        "try: socket.getaddrinfo('example.test', 80)\n"
        "except OSError: pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", GUARD, "talker"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert "WENT OUT" in done.stderr or "LOOKED UP 192.0.2.1" in done.stderr
    assert "LOOKED UP example.test" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("ask", "How many people has Amazon laid off?"), ("doctor",), ("index", "list")], ids=lambda a: a[0]
)
def test_a_first_start_says_nothing_to_anyone(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """In an empty home, with no keys and every way out blocked, each command works and tries no way out."""
    done = guarded(tmp_path, "ui.cli", *arguments)
    assert done.returncode == 0, done.stderr
    assert "WENT OUT" not in done.stderr
    assert "LOOKED UP" not in done.stderr
