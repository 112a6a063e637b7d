"""The embedded index's folder: complete generations, one of them current, replaced as a whole.

A write copies the current generation, changes the copy and makes it current by replacing one small file, which the
operating system does in one step. So a process killed at any moment leaves the old index or the new one, readers never
see a half-written one, and nothing depends on how Chroma orders its own writes. One writer at a time holds a lock;
readers wait for nobody, and a generation that is being read is not removed.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import StoreError

if sys.platform != "win32":  # where an open file cannot be removed anyway
    import fcntl

LOCK_SECONDS = 300
_KEPT = 2  # the current generation, and the one before it for who is about to read it
_IN_USE = "in-use"


class Generations:
    """Numbered copies of a folder under `root`; the file `CURRENT` names the one in use."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pointer = root / "CURRENT"

    def current(self) -> Path | None:
        """The generation in use; None while nothing has been written."""
        try:
            name = self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            name = ""
        folder = self.root / name
        if not name.isdigit() or not folder.is_dir():
            raise StoreError(
                f"{self._pointer} names no index: remove the folder {self.root} and add the articles again"
            )
        return folder

    @contextmanager
    def reading(self, folder: Path) -> Iterator[None]:
        """Keep a generation for as long as the block lasts, or until the process ends in any way."""
        with ExitStack() as stack:
            with suppress(FileNotFoundError):  # swept away just now: whoever opens it will see
                stream = stack.enter_context((folder / _IN_USE).open("rb"))
                if sys.platform != "win32":
                    fcntl.flock(stream, fcntl.LOCK_SH)
            yield

    @contextmanager
    def rewrite(self) -> Iterator[Path]:
        """A copy of the current generation to change. It becomes current when the block ends without an error."""
        with self._locked():
            self._sweep()
            current = self.current()
            number = int(current.name) + 1 if current else 1
            draft = self.root / f"{number}.part"
            try:
                _copy(current, draft)
                (draft / _IN_USE).touch()
                yield draft
                self._commit(draft, self.root / str(number))
            finally:  # committed, it has another name
                shutil.rmtree(draft, ignore_errors=True)
            self._sweep()

    def _commit(self, draft: Path, folder: Path) -> None:
        draft.rename(folder)
        pointer = self._pointer.with_suffix(".new")
        with pointer.open("w", encoding="utf-8") as stream:
            stream.write(folder.name)
            stream.flush()
            os.fsync(stream.fileno())
        pointer.replace(self._pointer)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / "lock", timeout=LOCK_SECONDS):
                yield
        except Timeout as error:
            raise StoreError(
                f"another process has been writing to {self.root} for {LOCK_SECONDS} seconds; wait for it or end it"
            ) from error

    def _sweep(self) -> None:
        """Remove what a killed writer left behind and generations that nobody reads any more."""
        current = self.current()
        newest = int(current.name) if current else 0
        for folder in self.root.iterdir():
            if not folder.is_dir():
                continue
            finished = folder.name.isdigit() and newest - _KEPT < int(folder.name) <= newest
            if not finished:
                _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a generation unless somebody is reading it."""
    with ExitStack() as stack:
        try:
            stream = stack.enter_context((folder / _IN_USE).open("rb"))
            if sys.platform != "win32":
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            pass
        except BlockingIOError:
            return
        shutil.rmtree(folder, ignore_errors=True)


def _copy(current: Path | None, draft: Path) -> None:
    if current is None:
        draft.mkdir()
        return
    try:
        shutil.copytree(current, draft)
    except shutil.Error as error:  # one entry a file, of which the first says enough
        raise OSError(error.args[0][0][2]) from error
