"""A web page to blocks: trafilatura finds the article in the page, lxml gives its elements in reading order.

What a browser does not show (scripts, styles, templates, hidden elements) is taken out before anything is read.
"""

import codecs
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from index.blocks import Block, BlockKind, Source, title_first
from index.errors import SourceError
from index.metadata import Metadata, parse_date
from index.text import clean

MISSING = "web pages need trafilatura: pip install 'article-bot[html]'"

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNSEEN = ("style", "template", "noscript", "iframe", "object", "svg", "math", "dialog")
_AROUND = ("script", "nav", "footer", "aside", "form", "button", "select", "textarea", "figure", "video", "audio")
# The names on the left are HTML's, those on the right are trafilatura's for the same thing.
_HEADINGS = {f"h{level}" for level in range(1, 7)} | {"head"}
_ITEMS = {"li", "dt", "dd", "pre", "item"}
_ROWS = {"tr", "row"}
_CELLS = {"td", "th", "cell"}
_BREAKS = {"br", "lb"}
_EMPHASIS = {"b", "strong", "i", "em", "hi"}
_INLINE_NAMES = (
    "a abbr bdi bdo big cite code data del dfn font graphic img ins kbd label mark q ref ruby s samp small span "
    "strike sub sup time tt u var wbr"
)
_INLINE = _EMPHASIS | _BREAKS | set(_INLINE_NAMES.split())
_BREAK = "\u2028"
_CONTROL: dict[int, str | None] = {11: " ", 12: " "}
_CONTROL |= dict.fromkeys([*range(9), *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
_TOP = 5
# Below this many characters trafilatura gives up on structure and returns one run of text.
_SHORT = 250
# What lxml, trafilatura and the parsers under it raise on hostile pages.
_FAILURES = (etree.LxmlError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read_html(markup: str | bytes, url: str = "") -> Source:
    """Blocks and metadata of the article in a page; `url` is where the page came from.

    Raises `SourceError` when trafilatura is not installed, or when the page cannot be parsed.
    """
    try:
        import trafilatura
    except ImportError:
        raise SourceError(MISSING) from None
    try:
        with _quiet("trafilatura", "htmldate", "courlan", "charset_normalizer"):
            page = _parse(markup if isinstance(markup, str) else decode_page(markup))
            if page is None:
                return Source(())
            _drop_unseen(page)
            dates = {"original_date": True, "extensive_search": False}
            said = trafilatura.extract_metadata(page, url or None, dates)
            found: Any = trafilatura.bare_extraction(page, include_comments=False, include_formatting=True)
            blocks = tuple(_walk(found.body)) if found is not None else ()
            if len(blocks) < 2 or sum(len(block.text) for block in blocks) < _SHORT:
                blocks = tuple(_walk(_without_surroundings(page)))
    except _FAILURES as error:
        cause = type(error).__name__
        raise SourceError(f"the page cannot be parsed ({cause}): save it again from a browser") from error
    metadata = _metadata(said, blocks, url)
    return Source(title_first(blocks, metadata.title), metadata)


def decode_page(data: bytes, charset: str = "") -> str:
    """The text of a page: by its byte order mark, in the `charset` a server names, as UTF-8, or as it declares."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, errors="replace")
    declared = _codec(charset) or _declared(data)
    try:  # pages that declare another encoding and are UTF-8 are common, the reverse cannot be
        return data.decode("utf-8") if not data.isascii() else data.decode(declared or "ascii", errors="replace")
    except UnicodeDecodeError:
        return data.decode(declared or "cp1252", errors="replace")


def _declared(data: bytes) -> str:
    """The encoding that a page declares in its head."""
    page = _tree(data[:4096], "iso-8859-1")
    for meta in page.iter("meta") if page is not None else ():
        _, _, content = meta.get("content", "").lower().partition("charset=")
        if codec := _codec(meta.get("charset") or content):
            return codec
    return ""


def _codec(label: str) -> str:
    """Python's name of an encoding, where it knows it and a page can declare it."""
    try:
        codec = codecs.lookup(label.strip(" \t\n'\";"))
    except (LookupError, ValueError):
        return ""
    if not getattr(codec, "_is_text_encoding", True) or codec.name.startswith(("utf-16", "utf-32", "utf-7")):
        return ""
    return "cp1252" if codec.name in ("iso8859-1", "ascii") else codec.name  # as every browser does


def _parse(text: str) -> Any:
    return _tree(text.translate(_CONTROL).encode("utf-8", errors="replace"), "utf-8")


def _tree(data: bytes, encoding: str) -> Any:
    parser = lxml_html.HTMLParser(encoding=encoding, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # there is nothing in it
        return None


def _drop_unseen(page: Any) -> None:
    """Take out what a browser does not show; scripts stay for the metadata in them, and trafilatura skips them."""
    for element in list(page.iter(etree.Element)):
        # Characters that a page may name (`&#1;`) but lxml does not take again, from trafilatura or from here.
        element.text, element.tail = ((text or "").translate(_CONTROL) or None for text in (element.text, element.tail))
        if element.tag == "q":
            _quote(element)
        elif element.tag in _UNSEEN or (element.tag not in ("html", "body") and _is_hidden(element)):
            _drop(element)


def _is_hidden(element: Any) -> bool:
    style = "".join(element.get("style", "").split()).lower()
    shown = "display:none" not in style and "visibility:hidden" not in style
    return "hidden" in element.attrib or element.get("aria-hidden") == "true" or not shown


def _quote(element: Any) -> None:
    """Write out the quotation marks that a browser draws around `<q>`."""
    element.text = f"“{element.text or ''}"
    last = element[-1] if len(element) else None
    if last is None:
        element.text += "”"
    else:
        last.tail = f"{last.tail or ''}”"
    element.tag = "span"


def _drop(element: Any) -> None:
    """Empty an element; the text behind it stays."""
    element.clear(keep_tail=True)
    element.tag = "span"


def _without_surroundings(page: Any) -> Any:
    """The body of a page in which trafilatura sees no article, without what stands around one."""
    body = page.find("body")
    body = page if body is None else body
    for element in list(body.iter(*_AROUND)):
        _drop(element)
    return body


@dataclass
class _Line:
    """The inline text collected since the last block ended, each piece with whether it is emphasised."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    emphasis: int = 0

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append((text, self.emphasis > 0))

    def ends_in_break(self) -> bool:
        for text, _ in reversed(self.pieces):
            if text == _BREAK or text.strip():
                return text == _BREAK
        return False

    def block(self, within: Sequence[Any]) -> Iterator[Block]:
        """The block that ends here, inside the elements `within`."""
        pieces, self.pieces = self.pieces, []
        text = clean("".join(piece for piece, _ in pieces))
        if not text:
            return
        heading = next((element for element in within if element.tag in _HEADINGS), None)
        if heading is not None:
            yield Block("heading", text, _level(heading))
            return
        kind: BlockKind = "item" if any(element.tag in _ITEMS for element in within) else "paragraph"
        yield Block(kind, text, emphasised=all(strong for piece, strong in pieces if piece.strip()))


def _walk(body: Any) -> Iterator[Block]:
    """The blocks of an element in reading order. Every element that is not inline ends the block before it."""
    line = _Line()
    within: list[Any] = []
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if element.tag in _INLINE:
            yield from _inline(line, event, element, within)
            continue
        yield from line.block(within)
        if event == "end":
            within.pop()
            line.add(element.tail if element is not body else None)
            continue
        within.append(element)
        if element.tag in _ROWS and _is_data(element):
            yield from _row(element)
            walk.skip_subtree()
        else:
            line.add(element.text)


def _inline(line: _Line, event: str, element: Any, within: Sequence[Any]) -> Iterator[Block]:
    step = 1 if element.tag in _EMPHASIS and element.get("rend") not in ("#sup", "#sub", "#t") else 0
    if event == "start":
        if element.tag in _BREAKS:
            if line.ends_in_break():
                yield from line.block(within)
            line.add(_BREAK)
        line.emphasis += step
        line.add(element.text)
    else:
        line.emphasis -= step
        line.add(element.tail)


def _is_data(row: Any) -> bool:
    """Whether a table row holds data: several cells, and no table, heading or list in any of them."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    inner = next(row.iter("table", "ul", "ol", "list", *_HEADINGS), None)
    return len(cells) > 1 and inner is None


def _row(row: Any) -> Iterator[Block]:
    cells = [" ".join(block.text for block in _walk(cell)) for cell in row if cell.tag in _CELLS]
    if any(cells):
        yield Block("item", clean(" | ".join(cells)))


def _level(heading: Any) -> int:
    name = heading.get("rend", "h2") if heading.tag == "head" else heading.tag
    return int(name[1]) if name[1:2].isdigit() else 2


def _metadata(said: Any, blocks: Sequence[Block], url: str) -> Metadata:
    names = [clean(name) for name in (said.author or "").split(";") if clean(name)]
    publisher = clean(said.sitename or "")
    return Metadata(
        title=_title(clean(said.title or ""), publisher, blocks),
        deck=clean(said.description or ""),
        byline=" and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])),
        publisher=publisher,
        published=parse_date(said.date),
        url=said.url or url,
    )


def _title(said: str, publisher: str, blocks: Sequence[Block]) -> str:
    """The heading that a reader sees goes before the title in the head of the page, which often says more."""
    top = [block for block in blocks[:_TOP] if block.kind == "heading" and block.text != publisher]
    shown = [block.text for block in top if block.level == 1]
    if len(shown) == 1:
        return shown[0]
    return next((block.text for block in top if block.text.casefold() in said.casefold()), said)


@contextmanager
def _quiet(*loggers: str) -> Iterator[None]:
    """Keep what libraries log about an odd page away from the user."""
    before = {name: logging.getLogger(name).level for name in loggers}
    for name in loggers:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
