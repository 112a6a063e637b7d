"""Which consecutive sentences the tagger reads: around the sentences that look best before it has read anything."""

from collections.abc import Sequence

MOST_TOKENS = 140
"""Of the sentences of a window with their markers; the question comes on top."""


def window_around(at: int, sizes: Sequence[int], blocks: Sequence[int]) -> tuple[int, int]:
    """The window `[first, last)` around a sentence: some before it, some after it, as far as there is room.

    `sizes` are the sentences' lengths in tokens, markers included; a window does not cross from one block to another.
    """
    first, last, used = at, at + 1, sizes[at]
    for step in (-1, 1, -1, 1, -1):
        next_one = first - 1 if step < 0 else last
        if not 0 <= next_one < len(sizes) or blocks[next_one] != blocks[at] or used + sizes[next_one] > MOST_TOKENS:
            continue
        used += sizes[next_one]
        first, last = (first - 1, last) if step < 0 else (first, last + 1)
    return first, last


def best_windows(order: Sequence[int], sizes: Sequence[int], blocks: Sequence[int], most: int) -> list[tuple[int, int]]:
    """At most `most` windows around the sentences of `order`, best first; one that is covered gets none of its own."""
    windows: list[tuple[int, int]] = []
    for at in order:
        if len(windows) == most:
            break
        if not any(first <= at < last for first, last in windows):
            windows.append(window_around(at, sizes, blocks))
    return windows
