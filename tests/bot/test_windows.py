"""Windows: around a sentence, within a block, never too large."""

from hypothesis import given
from hypothesis import strategies as st

from bot.windows import MOST_TOKENS, best_windows, window_around

_SIZES = st.lists(st.integers(min_value=1, max_value=120), min_size=1, max_size=40)


@given(_SIZES, st.data())
def test_a_window_holds_its_sentence_and_has_a_limit(sizes: list[int], data: st.DataObject) -> None:
    """The sentence is in, and only a sentence that is too long by itself goes over the limit."""
    at = data.draw(st.integers(min_value=0, max_value=len(sizes) - 1))
    first, last = window_around(at, sizes, [0] * len(sizes))
    assert 0 <= first <= at < last <= len(sizes)
    assert sum(sizes[first:last]) <= max(MOST_TOKENS, sizes[at])


def test_a_window_stays_in_its_block() -> None:
    """What was put together from several texts is not read across."""
    assert window_around(2, [10] * 6, [0, 0, 1, 1, 2, 2]) == (2, 4)


def test_a_sentence_that_is_covered_gets_no_window_of_its_own() -> None:
    """The best come first, and the number is limited."""
    windows = best_windows([5, 4, 15, 6, 25], [20] * 30, [0] * 30, 2)
    assert len(windows) == 2
    assert windows[0][0] <= 4 < windows[0][1]
    assert windows[1][0] <= 15 < windows[1][1]
