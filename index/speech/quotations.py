"""Quotations: where one begins and ends. Knows the marks, not who speaks.

A quotation may run over several paragraphs, each of which opens it again. Quotes inside it are part of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.article import Paragraph

HIDDEN = "\x00"
"""Stands for each character of a quotation in `narration`; no canonical text has one."""

_CLOSING = {"“": "”", "«": "»", '"': '"', "„": "“"}
_SINGLE_OPEN = re.compile(r"(?:(?<=[\s(\[—–])|^)[‘'](?=[^\W\d_])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…])[’'](?!\w)")
_PLURAL_OWNER = re.compile(r"s[’']\s[a-z]")
_MOST = 900  # characters of a quotation in single quotes, whose marks are apostrophes too


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation, or the part of one that stands in a paragraph, with its marks: `[start, end)`.

    `goes_on` when the next paragraph opens it again.
    """

    start: int
    end: int
    paragraph: int
    goes_on: bool = False


def quotations(text: str, paragraphs: Sequence[Paragraph]) -> list[Quotation]:
    """The quotations of the paragraphs, in order, disjoint."""
    found: list[Quotation] = []
    for at, paragraph in enumerate(paragraphs):
        following = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
        after = text[following.start] if following else ""
        found += _in_paragraph(text, paragraph, after)
    return found


def narration(text: str, quoted: Sequence[Quotation]) -> str:
    """The text with every quotation hidden: as long as the text, so that offsets hold."""
    pieces: list[str] = []
    at = 0
    for quotation in quoted:
        pieces += [text[at : quotation.start], HIDDEN * (quotation.end - quotation.start)]
        at = quotation.end
    return "".join([*pieces, text[at:]])


def _in_paragraph(text: str, paragraph: Paragraph, after: str) -> list[Quotation]:
    """`after` is the first character of the next paragraph."""
    doubles = list(_doubles(text, paragraph, after))
    singles: list[Quotation] = []
    at = paragraph.start
    for start, end in [*((d.start, d.end) for d in doubles), (paragraph.end, paragraph.end)]:
        singles += _singles(text, at, start, paragraph.index)
        at = end
    return sorted([*doubles, *singles], key=lambda quotation: quotation.start)


def _doubles(text: str, paragraph: Paragraph, after: str) -> Iterator[Quotation]:
    opened: int | None = None
    for at in range(paragraph.start, paragraph.end):
        mark = text[at]
        if opened is not None and mark == _CLOSING[text[opened]]:
            yield Quotation(opened, at + 1, paragraph.index)
            opened = None
        elif mark in _CLOSING and not _is_measure(text, at, opened):
            opened = at
    if opened is not None and text[opened] == after:
        yield Quotation(opened, paragraph.end, paragraph.index, goes_on=True)


def _is_measure(text: str, at: int, opened: int | None) -> bool:
    """Whether a straight mark stands for inches or seconds."""
    return opened is None and text[at] == '"' and at > 0 and text[at - 1].isdigit()


def _singles(text: str, start: int, end: int, paragraph: int) -> Iterator[Quotation]:
    at = start
    while opening := _SINGLE_OPEN.search(text, at, end):
        at = opening.end()
        if close := _single_close(text, at, min(end, at + _MOST)):
            yield Quotation(opening.start(), close, paragraph)
            at = close


def _single_close(text: str, start: int, end: int) -> int | None:
    """Where a quotation in single quotes ends: at the first mark that is no apostrophe of a plural owner's."""
    closes = [match for match in _SINGLE_CLOSE.finditer(text, start, end)]
    sure = [match for match in closes if not _PLURAL_OWNER.match(text, match.start() - 1)]
    return next((match.end() for match in [*sure, *closes]), None)
