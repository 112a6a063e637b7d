"""Links that open an article's page at a quote: `https://…#:~:text=…`, by the WICG's Scroll-to-Text-Fragment.

A browser takes the first match, so a link is made by looking for that match as a browser does: whole words, no matter
which case, accents or style of quotation marks, a single text inside one block. What is not unique gets words of its
surroundings; what is long, or crosses blocks, is named by its first and last words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from urllib.parse import quote, urlsplit, urlunsplit

from index import Article

LONGEST = 300
"""Characters of a quote that is written out; a longer one is named by its first and last words."""

_FEWEST_WORDS = 4
_MOST_WORDS = 24
_MOST_TRIES = 2_000  # matches looked at for one directive: a text may repeat itself without end
_BLOCK = "\n\n"
_SAME = str.maketrans("“”„«»‘’‚`", '"""""\'\'\'\'')


@dataclass(frozen=True, slots=True)
class Directive:
    """The parts of a text directive. `end` is empty where `start` is the whole quote."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        prefix = f"{_encoded(self.prefix)}-" if self.prefix else ""
        suffix = f"-{_encoded(self.suffix)}" if self.suffix else ""
        return ":~:text=" + ",".join(filter(None, (prefix, _encoded(self.start), _encoded(self.end), suffix)))


def citation_link(article: Article, start: int, end: int) -> str:
    """The address of the article's page, opened at `text[start:end]`; empty where the article has no web address."""
    return quote_link(article.url, article.text, start, end)


def quote_link(url: str, text: str, start: int, end: int) -> str:
    """The link to `text[start:end]` on the page `url` whose text is `text`; empty unless it is an http(s) address.

    Where the span is empty it is the page's address. A user name and password in the address are left out.
    """
    base = _page(url)
    directive = text_directive(text, start, end) if base else None
    if directive is None:
        return base
    return f"{base}{'' if '#' in base else '#'}{directive}"


def text_directive(text: str, start: int, end: int) -> Directive | None:
    """The shortest directive whose first match in `text` is the span, widened to whole words. None for no words.

    Where surroundings in the same block name no span alone (a paragraph that stands there twice) it takes in what
    closes the sentence, or the block; and where nothing does, the plainest directive is given.
    """
    start, end = _whole_words(text, start, end)
    if start >= end:
        return None
    page = _page_text(text)
    spans = dict.fromkeys([(start, end), (start, _closed(text, end)), (_opened(text, start), _closed(text, end, True))])
    candidates = ((directive, span) for span in spans for directive in _candidates(text, *span))
    found = (directive for directive, span in candidates if page.is_first_match(directive, *span))
    return next(found, None) or next(_candidates(text, start, end))


def _page(url: str) -> str:
    """An address without directive and credentials; empty unless it is a web page's."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.rpartition("@")[2]
        parts.port  # noqa: B018  # raises where the port is none
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\"'<>\\]", host):
        return ""
    fragment = parts.fragment.partition(":~:")[0]
    path, query, fragment = (quote(part, safe=_KEPT) for part in (parts.path, parts.query, fragment))
    return urlunsplit((parts.scheme, host, path, query, fragment))


_KEPT = "%/:?#[]@!$&'*+,;=~-._"
"""What an address may hold as it is; brackets of Markdown and HTML are not among it."""


def _encoded(text: str) -> str:
    """Percent-encoded, and so are the hyphen and comma, which part a directive."""
    return quote(text, safe="").replace("-", "%2D")


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space around it, widened where it begins or ends inside a word."""
    start, end = max(0, start), min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        while start > 0 and _is_word(text[start - 1]) and _is_word(text[start]):
            start -= 1
        while end < len(text) and _is_word(text[end - 1]) and _is_word(text[end]):
            end += 1
    return start, end


def _closed(text: str, end: int, block: bool = False) -> int:
    """Where the punctuation after a span ends, or its block does."""
    edge = text.find(_BLOCK, end)
    last = len(text) if edge < 0 else edge
    while end < last and (block or not (text[end].isspace() or _is_word(text[end]))):
        end += 1
    return end


def _opened(text: str, start: int) -> int:
    """Where the block of a span begins."""
    edge = text.rfind(_BLOCK, 0, start)
    return 0 if edge < 0 else edge + len(_BLOCK)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.combining(character) > 0


def _candidates(text: str, start: int, end: int) -> Iterator[Directive]:
    """Directives for a span, the plainest first."""
    plain = list(_without_surroundings(text[start:end]))
    yield from plain
    before, after = _words_before(text, start), _words_after(text, end)
    for count in range(1, max(len(before), len(after)) + 1):
        prefix, suffix = " ".join(before[-count:]), " ".join(after[:count])
        yield replace(plain[-1], prefix=prefix)
        yield replace(plain[-1], suffix=suffix)
        yield replace(plain[-1], prefix=prefix, suffix=suffix)


def _without_surroundings(whole: str) -> Iterator[Directive]:
    """The quote itself, or its first and last words, more and more of them."""
    blocks = whole.split(_BLOCK)
    first, last = blocks[0].split(), blocks[-1].split()
    most = _MOST_WORDS if len(blocks) > 1 else min(_MOST_WORDS, len(first) // 2)
    if (len(blocks) == 1 and len(whole) <= LONGEST) or not most:
        yield Directive(whole)
        return
    for count in range(min(_FEWEST_WORDS, most), most + 1):
        yield Directive(" ".join(first[:count]), " ".join(last[-count:]))


def _words_before(text: str, start: int) -> list[str]:
    """The last words of the block that ends at, or holds, the character before `start`."""
    return text[:start].rstrip().rpartition(_BLOCK)[2].split()[-_MOST_WORDS:]


def _words_after(text: str, end: int) -> list[str]:
    """The first words of the block that begins at, or holds, the character at `end`."""
    return text[end:].lstrip().partition(_BLOCK)[0].split()[:_MOST_WORDS]


class _PageText:
    """A text as a browser compares it: without case, accents and styles of quotation marks."""

    def __init__(self, text: str) -> None:
        alike = {character: _folded(character) for character in set(text)}
        pieces = [alike[character] for character in text]
        self._text = "".join(pieces)
        self._at = [0, *accumulate(map(len, pieces))]

    def is_first_match(self, directive: Directive, start: int, end: int) -> bool:
        """Whether the first match of a directive is the span."""
        parts = (directive.prefix, directive.start, directive.end, directive.suffix)
        match = self._first_match(*("".join(map(_folded, part)) for part in parts))
        return match == (self._at[start], self._at[end])

    def _first_match(self, prefix: str, start: str, end: str, suffix: str) -> tuple[int, int] | None:
        for begun in self._starts(prefix, start):
            first = begun + len(start)
            ends = (at + len(end) for at in self._found(end, first)) if end else iter((first,))
            for ended in ends:
                if self._text.startswith(suffix, self._skip(ended)):
                    return begun, ended
        return None

    def _starts(self, prefix: str, start: str) -> Iterator[int]:
        """Where `start` stands, after `prefix` if there is one."""
        if not prefix:
            yield from self._found(start, 0)
            return
        for at in self._found(prefix, 0):
            begun = self._skip(at + len(prefix))
            if self._text.startswith(start, begun) and self._is_bounded(begun, begun + len(start)):
                yield begun

    def _found(self, wanted: str, at: int) -> Iterator[int]:
        """Where a text stands as whole words, from `at` on."""
        for _ in range(_MOST_TRIES):
            at = self._text.find(wanted, at)
            if at < 0:
                return
            if self._is_bounded(at, at + len(wanted)):
                yield at
            at += 1

    def _is_bounded(self, start: int, end: int) -> bool:
        """Whether a span begins and ends between words."""
        inside = (
            0 < at < len(self._text) and _is_word(self._text[at - 1]) and _is_word(self._text[at])
            for at in (start, end)
        )
        return not any(inside)

    def _skip(self, at: int) -> int:
        """The next place that holds no white space."""
        while at < len(self._text) and self._text[at].isspace():
            at += 1
        return at


@lru_cache(maxsize=8)
def _page_text(text: str) -> _PageText:
    return _PageText(text)


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character.translate(_SAME)).casefold()
    return "".join(part for part in plain if not unicodedata.combining(part) and part != "\xad")
