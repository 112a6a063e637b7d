"""An answer and its article as Markdown and HTML. Pure functions; what comes from an article or a reader stays text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from bot import Answer, Citation
from bot.wording import confidence_words, place_of, refusal, source_of
from index import Article

_ANYWHERE = re.compile(r"[&<>*_`\[\]~|\\@$^{}]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_LINE_START = re.compile(r"^((?:&#(?:32|9);)*\d*)([#+=:.)-])", re.MULTILINE)
_ENTITY = re.compile(r"&#([0-9]+);")


def escape_markdown(text: str) -> str:
    """Text that Markdown, and HTML after it, shows as it is: whatever could be read as markup becomes an entity.

    Ordinary prose stays readable, so that a copied message does too. `unescape_markdown` gives the text back.
    """
    text = _ANYWHERE.sub(lambda found: _entities(found[0]), text)
    text = _INDENT.sub(lambda found: _entities(found[0]), text)
    return _LINE_START.sub(lambda found: found[1] + _entities(found[2]), text)


def unescape_markdown(text: str) -> str:
    """The text that `escape_markdown` was given."""
    return _ENTITY.sub(lambda found: chr(int(found[1])), text)


def cite_id(turn: int, number: int) -> str:
    """The id of a citation on the page: answer `turn` (from 0), citation `number` (from 1)."""
    return f"cite-{turn}-{number}"


def answer_markdown(answer: Answer, articles: Mapping[str, Article], turn: int) -> str:
    """The answer as Markdown: numbered quotes with their places, or the refusal with what it offers."""
    return _refusal(answer, len(articles)) if answer.abstained else _quotes(answer, articles, turn)


def article_html(article: Article, citations: Sequence[Citation] = (), turn: int = 0, active: int | None = None) -> str:
    """The article as HTML, with a `<mark>` around each citation of it and `active` brought out.

    A citation that others overlap, or that crosses paragraphs, is several marks with one `data-cite`; the first has the
    id, and their text together is the quote. The text of the `<article>` element is the article's, unchanged.
    """
    marks = _Marks(article, citations, turn, active)
    return (
        f'<div class="pane" data-active="{marks.active}">'
        f'<article aria-label="{escape(article.title)}">{"".join(_blocks(article, marks))}</article>'
        '<p class="back"><button type="button">↑ Back to the answer</button></p></div>'
    )


def _entities(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _line(text: str) -> str:
    """A text on one line: a line break could start a block of Markdown."""
    return escape_markdown(re.sub(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*", " ", text).strip())


def _quotes(answer: Answer, articles: Mapping[str, Article], turn: int) -> str:
    margin = "> " if answer.mode == "extractive" else ""
    blocks = []
    for claim in answer.claims:
        sources = [(number, answer.citations[number - 1]) for number in claim.citations]
        links = "".join(_link(turn, number, _place(cited, articles)) for number, cited in sources)
        places = "; ".join(dict.fromkeys(_source(cited, articles) for _, cited in sources))
        blocks.append(f"{margin}{_line(claim.text)} {links}\n{margin.strip()}\n{margin}*{_line(places)}*")
    return "\n\n".join([*blocks, f"*{_line(confidence_words(answer.confidence))}*"])


def _link(turn: int, number: int, place: str) -> str:
    title = _line(f"Show in the article: {place}").replace('"', "&#34;")
    return f'[[{number}]](#{cite_id(turn, number)} "{title}")'


def _place(citation: Citation, articles: Mapping[str, Article]) -> str:
    return place_of(articles[citation.article], citation.start)


def _source(citation: Citation, articles: Mapping[str, Article]) -> str:
    return source_of(articles[citation.article], citation.speaker, citation.start)


def _refusal(answer: Answer, articles: int) -> str:
    blocks = [f"**{refusal(articles, '', '')}**"]
    if answer.nearest:
        blocks += [f"The closest passage, {_line(answer.nearest.place)}:", f"> {_line(answer.nearest.text)}"]
    if answer.suggestions:
        blocks += ["It does answer:", "\n".join(f"- {_line(question)}" for question in answer.suggestions)]
    return "\n\n".join(blocks)


_SECTION = "<section>"
_PLACES = {
    "title": ("<h2>", "</h2>"),
    "deck": ('<p class="deck">', "</p>"),
    "byline": ('<p class="byline">', "</p>"),
    "body": ("<p>", "</p>"),
}


@dataclass(frozen=True, slots=True)
class _Block:
    """Where a stretch of the article begins that becomes one element; it ends where the next begins."""

    start: int
    opening: str
    closing: str


def _blocks(article: Article, marks: "_Marks") -> Iterator[str]:
    """The article's blocks in order, each section wrapped."""
    blocks = sorted([*_headings(article), *_paragraphs(article)], key=lambda block: block.start)
    starts = [0, *(block.start for block in blocks[1:]), len(article.text)]
    for block, (start, end) in zip(blocks, pairwise(starts), strict=True):
        yield block.opening + marks.around(start, end) + block.closing
    if any(block.opening.startswith(_SECTION) for block in blocks):
        yield "</section>"


def _headings(article: Article) -> Iterator[_Block]:
    before = ""
    for section in article.sections:
        if section.title and article.text.startswith(section.title, section.start):
            level = min(max(section.level + 1, 3), 6)
            yield _Block(section.start, f"{before}{_SECTION}<h{level}>", f"</h{level}>")
            before = "</section>"


def _paragraphs(article: Article) -> Iterator[_Block]:
    for paragraph in article.paragraphs:
        yield _Block(paragraph.start, *_PLACES[paragraph.kind])


class _Marks:
    """Puts the citations of one answer around the text of an article, block by block, in order."""

    def __init__(self, article: Article, citations: Sequence[Citation], turn: int, active: int | None) -> None:
        self._text = article.text
        self._spans = [(n, c.start, c.end) for n, c in enumerate(citations, start=1) if c.article == article.id]
        self._turn = turn
        self._active = active
        self._begun: set[int] = set()

    @property
    def active(self) -> str:
        """The id of the active citation; empty where it is not of this article."""
        return next((cite_id(self._turn, number) for number, *_ in self._spans if number == self._active), "")

    def around(self, start: int, end: int) -> str:
        """`text[start:end]` cut wherever a citation begins or ends, each piece in the marks of all that cover it."""
        edges = {edge for _, *span in self._spans for edge in span if start < edge < end}
        return "".join(self._piece(left, right) for left, right in pairwise(sorted({start, end, *edges})))

    def _piece(self, left: int, right: int) -> str:
        piece = escape(self._text[left:right])
        for number, start, end in self._spans:
            if start <= left and right <= end:
                piece = f"<mark{self._attributes(number)}>{piece}</mark>"
        return piece

    def _attributes(self, number: int) -> str:
        name = cite_id(self._turn, number)
        place = "" if number in self._begun else f' id="{name}" tabindex="-1"'
        self._begun.add(number)
        return f'{place} data-cite="{name}"' + (' class="on"' if number == self._active else "")
