"""The limit of an hour, over programs that run beside each other, and whatever became of the file."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from bot.errors import ModelFault
from bot.spending import HOUR, Ledger


def reserve(path: Path) -> bool:
    """Whether one more may be spent of ten, for a process of its own."""
    try:
        Ledger(path, 10.0).reserve(1.0)
    except ModelFault:
        return False
    return True


def test_processes_that_ask_at_once_keep_the_limit(tmp_path: Path) -> None:
    """What is about to be spent counts for the others."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        granted = list(pool.map(reserve, [tmp_path / "spending.json"] * 24))
    assert sum(granted) == 10


def test_what_was_spent_takes_the_place_of_what_was_reserved(tmp_path: Path) -> None:
    """A call that took less leaves room for others; one that took nothing leaves no trace."""
    ledger = Ledger(tmp_path / "spending.json", 10.0)
    for cost in (1.0, 0.0):
        ledger.reserve(6.0)
        ledger.settle(6.0, cost)
    assert ledger.spent() == 1.0
    with pytest.raises(ModelFault, match="limit of this hour"):
        ledger.reserve(9.5)


DAMAGED = [
    *("", "{", "{}", '""', "null", "7", "[[1]]", '{"a": 1}', '{"12": 1}', "[[0, NaN]]", "[[NaN, 1]]", "[[1000, -50]]"),
    *("[[1000, Infinity]]", "[[1000, 0]]", f"[[{10**400}, 1]]", "[null]", "[" * 100_000, "\x00\x01", "[[1000, 1], [10"),
]


@pytest.mark.parametrize("held", DAMAGED)
def test_a_damaged_file_is_not_nothing_spent(tmp_path: Path, held: str) -> None:
    """Nobody can know what was spent, so that nothing is; the file is named, stays as it is, and can be deleted."""
    path = tmp_path / "spending.json"
    path.write_text(held, encoding="utf-8")
    ledger = Ledger(path, 10.0, now=lambda: 1_001.0)
    with pytest.raises(ModelFault, match=r"spending\.json in the data folder \(it is damaged\): delete it") as caught:
        ledger.reserve(0.001)
    assert "\n" not in str(caught.value)
    ledger.settle(0.001, 0.001)
    assert path.read_text(encoding="utf-8") == held
    path.unlink()
    ledger.reserve(10.0)
    with pytest.raises(ModelFault, match="limit of this hour"):
        ledger.reserve(1.0)


def test_a_file_that_cannot_be_read_is_not_nothing_spent(tmp_path: Path) -> None:
    """The reason is told; letters that are none are damage."""
    path = tmp_path / "spending.json"
    path.write_bytes(b"[[\xff")
    with pytest.raises(ModelFault, match="it is damaged"):
        Ledger(path, 10.0).reserve(1.0)
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelFault, match=r"cannot be read from spending\.json .*directory.*: delete it"):
        Ledger(path, 10.0).reserve(1.0)


def test_without_a_limit_the_file_does_not_matter(tmp_path: Path) -> None:
    """It is neither read nor written."""
    path = tmp_path / "spending.json"
    path.write_text("{", encoding="utf-8")
    ledger = Ledger(path, 0.0)
    ledger.reserve(1.0)
    ledger.settle(1.0, 0.5)
    assert [one.name for one in tmp_path.iterdir()] == ["spending.json"]
    assert path.read_text(encoding="utf-8") == "{"


def test_a_clock_that_is_set_back_blocks_nobody_for_long(tmp_path: Path) -> None:
    """What was noted in a far future is forgotten; what lies an hour back is too."""
    time = [10 * HOUR]
    ledger = Ledger(tmp_path / "spending.json", 10.0, now=lambda: time[0])
    ledger.reserve(9.0)
    time[0] -= 60
    assert ledger.spent() == 9.0
    for moved in (5 * HOUR, 12 * HOUR):
        time[0] = moved
        assert ledger.spent() == 0.0


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Without a note of it nothing is spent."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelFault, match="cannot be noted"):
        Ledger(tmp_path / "file" / "spending.json", 10.0).reserve(1.0)
