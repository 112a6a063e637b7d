"""Plain text to blocks. Nothing is guessed about the words: a hyphen at the end of a line stays where it is."""

import re
from collections.abc import Iterator
from statistics import median

from index.blocks import Block, BlockKind, Source
from index.text import clean

_LONG_LINE = 80
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+(?=\S)")


def read_plain(text: str) -> Source:
    """Blocks of a plain text: blank lines part them, the lines of one block are joined.

    A text of long lines with no blank line between them has one paragraph on each line. Lines such as `- one`,
    `* one` and `1. one` are list items without their mark, where the block begins with one or a colon announces it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").strip().split("\n")
    blocks = [[line] for line in lines] if _one_paragraph_a_line(lines) else list(_parted(lines))
    return Source(tuple(block for part in blocks for block in _blocks(part)))


def _one_paragraph_a_line(lines: list[str]) -> bool:
    lengths = [len(line) for line in lines]
    return len(lines) > 1 and all(line.strip() for line in lines) and median(lengths) > _LONG_LINE


def _parted(lines: list[str]) -> Iterator[list[str]]:
    """The runs of lines between blank lines."""
    part: list[str] = []
    for line in lines:
        if line.strip():
            part.append(line)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _blocks(lines: list[str]) -> Iterator[Block]:
    """One paragraph, or a list with the paragraph that may announce it."""
    joined: list[str] = []
    kind: BlockKind = "paragraph"
    for line in lines:
        mark = _ITEM.match(line)
        if mark and (not joined or kind == "item" or joined[-1].rstrip().endswith(":")):
            yield from _block(kind, joined)
            joined, kind = [line[mark.end() :]], "item"
        else:
            joined.append(line)
    yield from _block(kind, joined)


def _block(kind: BlockKind, lines: list[str]) -> Iterator[Block]:
    if shown := clean(" ".join(lines)):
        yield Block(kind, shown)
