"""A PDF to blocks: pdfminer.six finds the lines and their reading order, this module makes paragraphs of them.

A PDF holds letters at places, no paragraphs. Gaps, indents, letter sizes and weights say where one begins; what
stands on several pages at the same place is the page's, not the article's.
"""

import io
import logging
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from index.blocks import Block, Source, title_first
from index.errors import SourceError
from index.metadata import Metadata
from index.text import clean

MISSING = "PDFs need pdfminer.six: pip install 'article-bot[pdf]'"

_DAMAGED = "the PDF is damaged: get it again, or open it and print it to a new PDF"
_TAIL = 4096
_MARGIN = 0.12
"""The part of a page's height, at its top and at its bottom, where running lines and page numbers stand."""
_PAGE_NUMBER = re.compile(
    r"(?:page )?[-–—|(\[]? ?(?:\d{1,4}|[ivxlc]{1,7}) ?[-–—|)\]]?(?: ?(?:/|of) ?\d{1,4})?", re.IGNORECASE
)
_FIGURES = re.compile(r"\d+")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_BULLET = "(cid:127)"
"""What becomes of a bullet in the standard fonts."""
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ft", 0xFB06: "st"}
_HYPHENS = ("-", "\u2010", "\u00ad")
_KEEP_HYPHEN = {"self", "well", "half", "vice"}
_WORD = re.compile(r"\w+(?:[-’']\w+)*")
_LAST_WORD = re.compile(r"\w+(?:[-’']\w+)*$")
_SUSPENDED = re.compile(r"(?:and|or|to|und|et)\b")
_ENDED = re.compile(r"[.!?:…][)\]”’»\"']*$")
_NOT_HEADING = re.compile(r"[.,;:][)\]”’»\"']*$")
_ITEM = re.compile(r"(?:[•▪●○◦‣∙·]|[-–*](?= )|\d{1,2}[.)](?= ))\s*")
_HEADING_SIZE = 1.12
_HEADING_WORDS = 30
_SAME_SIZE = 0.6
_DROP_CAP = 1.6
_TOP = 5
# What pdfminer raises on damaged files besides its own errors; it reads them without checking what it has read.
_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of letters on a page. Coordinates are points from the lower left corner."""

    text: str
    page: int
    x0: float
    x1: float
    y0: float
    size: float
    bold: bool
    italic: bool
    place: float
    """The height of its middle on the page, 0 at the bottom and 1 at the top."""


def read_pdf(data: bytes) -> Source:
    """Blocks of a PDF, with its title where the first page shows the one that the file claims.

    Raises `SourceError` when pdfminer.six is not installed, and when the file is encrypted, damaged, cut off, or
    holds no letters.
    """
    if b"%%EOF" not in data[-_TAIL:]:
        raise SourceError("the PDF is cut off, its end is missing: get it again")
    with _quiet():
        said, lines = _opened(data)
    lines = _without_running_lines(lines)
    style = _style(lines)
    parts = (_block(part, style) for part in _parts(lines, style))
    blocks = list(_mended((block for block in parts if block.text), style.words))
    title = next((block.text for block in blocks[:_TOP] if block.text.casefold() == said.casefold()), "")
    return Source(title_first(blocks, title), Metadata(title=title))


def _opened(data: bytes) -> tuple[str, list[_Line]]:
    """The title that the file claims, and its lines in reading order."""
    try:
        from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
        from pdfminer.pdfparser import PDFParser
        from pdfminer.psexceptions import PSException
    except ImportError:
        raise SourceError(MISSING) from None
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        said, pages = _title(document), list(_pages(document))
        lines = [line for page in pages for line in _lines(page, page)]
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise SourceError("the PDF is encrypted: save a copy of it without a password") from None
    except (PSException, *_FAILURES) as error:
        raise SourceError(_DAMAGED) from error
    if sum(len(_UNMAPPED.findall(line.text)) for line in lines) > len(lines):
        raise SourceError("the letters of the PDF have no meaning for a program: recognise them (ocrmypdf --force-ocr)")
    if not pages:
        raise SourceError(_DAMAGED)
    if not lines and any(_has_picture(page) for page in pages):
        raise SourceError("the PDF holds pictures of text, no text: recognise it first (ocrmypdf in.pdf out.pdf)")
    if not lines:
        raise SourceError("there is no text in the PDF: export it again, or give the text itself")
    return said, lines


def _pages(document: Any) -> Iterator[Any]:
    """The pages laid out by pdfminer."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(all_texts=True))
    interpreter = PDFPageInterpreter(resources, device)
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        yield device.get_result()


def _title(document: Any) -> str:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    for info in document.info:
        value = resolve1(info.get("Title"))
        if isinstance(value, bytes):
            return clean(decode_text(value))
    return ""


def _has_picture(page: Any) -> bool:
    from pdfminer.layout import LTFigure, LTImage

    return any(isinstance(item, (LTImage, LTFigure)) for item in page)


def _lines(container: Any, page: Any) -> Iterator[_Line]:
    """The lines of a page in reading order, those inside figures (some programs draw whole pages as one) included."""
    from pdfminer.layout import LTChar, LTFigure, LTTextBox, LTTextLine

    for item in container:
        if isinstance(item, (LTFigure, LTTextBox)):
            yield from _lines(item, page)
        elif isinstance(item, LTTextLine):
            letters = [letter for letter in item if isinstance(letter, LTChar) and letter.get_text().strip()]
            if letters and _shown(item.get_text()):
                yield _line(item, letters, page)


def _line(item: Any, letters: Sequence[Any], page: Any) -> _Line:
    text = _shown(item.get_text())
    size = median(letter.size for letter in letters)
    if letters[0].size > _DROP_CAP * size and text[1:2] == " " and text[0] not in "AI":
        text = text[0] + text[2:]
    return _Line(
        text=text,
        page=page.pageid,
        x0=item.x0,
        x1=item.x1,
        y0=median(letter.y0 for letter in letters),
        size=round(size, 1),
        bold=all(_BOLD.search(letter.fontname) for letter in letters),
        italic=all(_ITALIC.search(letter.fontname) for letter in letters),
        place=((item.y0 + item.y1) / 2 - page.y0) / (page.height or 1.0),
    )


def _shown(text: str) -> str:
    """The text of a line; a soft hyphen at its end stays for `_joined`."""
    text = text.replace(_BULLET, "•").translate(_LIGATURES).strip()
    return clean(text) + ("\u00ad" if text.endswith("\u00ad") else "")


# What belongs to the pages


def _without_running_lines(lines: Sequence[_Line]) -> list[_Line]:
    """The lines without page numbers, and without headers and footers that several pages show."""
    shown = Counter(running for running, _ in {(_running(line), line.page) for line in lines if _is_marginal(line)})
    least = max(2, len({line.page for line in lines}) // 4)

    def is_running(line: _Line) -> bool:
        return _is_marginal(line) and (shown[_running(line)] >= least or bool(_PAGE_NUMBER.fullmatch(line.text)))

    return [line for line in lines if not is_running(line)] or list(lines)


def _is_marginal(line: _Line) -> bool:
    return not _MARGIN <= line.place <= 1 - _MARGIN


def _running(line: _Line) -> tuple[str, int]:
    """What a running line keeps from page to page: its words, not its figures, and its height."""
    return _FIGURES.sub("#", line.text).casefold(), round(line.place * 50)


# Lines to paragraphs


@dataclass(frozen=True, slots=True)
class _Style:
    """How the running text of a PDF is set. `leading` is the distance of two lines in letter sizes."""

    size: float
    bold: bool
    leading: float
    larger: tuple[float, ...]
    rights: dict[tuple[int, int], float]
    words: frozenset[str]


def _style(lines: Sequence[_Line]) -> _Style:
    sizes: Counter[float] = Counter()
    weights: Counter[bool] = Counter()
    rights: dict[tuple[int, int], float] = {}
    for line in lines:
        sizes[line.size] += len(line.text)
        weights[line.bold] += len(line.text)
        column = _column(line)
        rights[column] = max(rights.get(column, 0.0), line.x1)
    size = sizes.most_common(1)[0][0]
    return _Style(
        size=size,
        bold=weights[True] > weights[False],
        leading=_leading(lines),
        larger=tuple(sorted({round(other) for other in sizes if other >= _HEADING_SIZE * size}, reverse=True)),
        rights=rights,
        words=frozenset(word.casefold() for line in lines for word in _WORD.findall(line.text)),
    )


def _column(line: _Line) -> tuple[int, int]:
    """The page and, roughly, the column in which a line begins."""
    return line.page, round(line.x0 / 72)


def _leading(lines: Sequence[_Line]) -> float:
    """The usual distance of two lines of a paragraph, in letter sizes."""
    steps = Counter(
        round(step, 1)
        for one, other in pairwise(lines)
        if one.page == other.page and one.size == other.size and 0.5 < (step := _step(one, other)) < 4
    )
    return min(steps, key=lambda step: (-steps[step], step)) if steps else 1.2


def _step(one: _Line, other: _Line) -> float:
    """How far `other` stands below `one`, in letter sizes."""
    return (one.y0 - other.y0) / (other.size or 1.0)


def _parts(lines: Sequence[_Line], style: _Style) -> Iterator[list[_Line]]:
    """The lines of one paragraph or heading at a time."""
    part: list[_Line] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if part and (_is_apart(part, line, style) or _is_first(part, line, following, style)):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _is_apart(part: Sequence[_Line], line: _Line, style: _Style) -> bool:
    """Whether a gap, another column or page, or another size of letters parts `line` from what stands before it."""
    last = part[-1]
    step = _step(last, line)
    if line.page != last.page or abs(line.size - last.size) > _SAME_SIZE or step <= -0.5:
        return True
    if step > style.leading + 0.25 and step > 0.5:
        return True
    began_bold = all(other.bold for other in part)
    return step > 0.5 and line.bold != last.bold and (began_bold or bool(_ENDED.search(last.text)))


def _is_first(part: Sequence[_Line], line: _Line, following: _Line | None, style: _Style) -> bool:
    """Whether `line`, close below a line that ends a sentence, looks like the first line of a paragraph."""
    last = part[-1]
    if _step(last, line) < 0.5:  # the rest of the same line
        return False
    in_list = _ITEM.match(part[0].text) is not None
    if _ITEM.match(line.text) and (in_list or _ENDED.search(last.text)):
        return True
    if not _ENDED.search(last.text):
        return False
    em = line.size or 1.0
    if in_list:
        return line.x0 <= part[0].x0 + 0.3 * em
    if len(part) > 1 and line.x0 - min(other.x0 for other in part[1:]) > 0.8 * em:
        return True
    if len(part) == 1 and following and following.page == line.page and line.x0 - following.x0 > 0.8 * em:
        return line.x0 >= part[0].x0 - 0.3 * em
    return _had_room(last, line, style)


def _had_room(last: _Line, line: _Line, style: _Style) -> bool:
    """Whether the first word of `line` would have fitted on the line before: it was not wrapped, it begins anew."""
    letter = (line.x1 - line.x0) / len(line.text)
    word = (len(line.text.split()[0]) + 1) * letter
    return style.rights[_column(last)] - last.x1 > 1.5 * word + 2 * letter


def _block(part: Sequence[_Line], style: _Style) -> Block:
    """The block that some lines make."""
    text = part[0].text
    for line in part[1:]:
        text = _joined(text, line.text, style.words)
    text = clean(_UNMAPPED.sub("", text))
    emphasised = all(line.bold for line in part) or all(line.italic for line in part)
    if level := _heading_level(part, text, style):
        return Block("heading", text, level)
    mark = _ITEM.match(text)
    if mark and mark.end() < len(text):
        return Block("item", text[mark.end() :])
    return Block("paragraph", text, emphasised=emphasised or part[0].size >= _HEADING_SIZE * style.size)


def _heading_level(part: Sequence[_Line], text: str, style: _Style) -> int:
    """The level of a heading, by the size of its letters; 0 for running text."""
    if len(text.split()) > _HEADING_WORDS or _NOT_HEADING.search(text):
        return 0
    if part[0].size >= _HEADING_SIZE * style.size:
        return min(6, 1 + style.larger.index(round(part[0].size)))
    weighty = all(line.bold for line in part) and not style.bold and part[0].size > style.size - _SAME_SIZE
    return min(6, 1 + max(1, len(style.larger))) if weighty else 0


def _mended(blocks: Iterable[Block], words: frozenset[str]) -> Iterator[Block]:
    """The blocks with words made whole that a page break or a large first letter had cut."""
    last: Block | None = None
    for block in blocks:
        if last and block.kind == "paragraph" and len(last.text) == 1 and last.text.isalpha():
            whole = (last.text + block.text.split()[0]).casefold() in words or last.text not in "AI"
            last = replace(block, text=last.text + ("" if whole else " ") + block.text)
        elif last and last.kind == block.kind == "paragraph" and _is_cut(last.text, block.text):
            last = replace(last, text=_joined(last.text, block.text, words))
        else:
            if last:
                yield last
            last = block
    if last:
        yield last


def _is_cut(first: str, second: str) -> bool:
    return first.endswith(_HYPHENS) and first[-2:-1].isalpha() and second[0].islower()


def _joined(first: str, second: str, words: frozenset[str]) -> str:
    """Two lines as one. A hyphen between them goes where it only marked the break, going by the words of the PDF."""
    head, tail = _LAST_WORD.search(first[:-1]), _WORD.match(second)
    if not first.endswith(_HYPHENS) or not head or not tail or _SUSPENDED.match(second):
        return f"{first} {second}"
    left, right = head[0], tail[0]
    whole, compound = f"{left}{right}".casefold(), f"{left}-{right}".casefold()
    if first.endswith("\u00ad") or (whole in words and right[0].islower()):
        return first[:-1] + second
    is_word = right[0].islower() and left.isalpha() and left[1:] == left[1:].lower()
    if compound in words or not is_word or left.casefold() in _KEEP_HYPHEN:
        return first + second
    return first[:-1] + second


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what pdfminer logs about an odd file away from the user."""
    logger = logging.getLogger("pdfminer")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
