"""The article pane as HTML: the text of the `<article>` element is the article's, unchanged, with the quotes marked."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from bot import Answer
from index import Article
from ui.page import strings
from ui.page.messages import cite_id


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation of the article by one of the conversation's answers."""

    turn: int
    number: int
    start: int
    end: int

    @property
    def name(self) -> str:
        """The id of the citation on the page."""
        return cite_id(self.turn, self.number)


def marks_of(article: Article, answers: Sequence[Answer | None]) -> list[Mark]:
    """The marks of all answers of a conversation in one article."""
    return [
        Mark(turn, number, cited.start, cited.end)
        for turn, answer in enumerate(answers)
        for number, cited in enumerate(answer.citations if answer else (), start=1)
        if cited.article == article.id
    ]


def pane_html(article: Article, marks: Sequence[Mark] = (), turn: int | None = None, active: str = "") -> str:
    """The article with a `<mark>` around each citation of it; those of answer `turn` stand out, `active` most.

    A citation that others overlap, or that crosses paragraphs, is several marks with one `data-cite`; the first has the
    id, and their text together is the quote. After its last piece stands a link back to the answer.
    """
    names = {mark.name for mark in marks}
    data = {
        "active": active if active in names else "",
        "article": article.id,
        "sentences": json.dumps([(sentence.start, sentence.end) for sentence in article.sentences]),
        "strings": json.dumps(strings.SCRIPT),
    }
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    body = "".join(_blocks(article, _Marked(article.text, marks, turn, data["active"])))
    return (
        f'<div class="pane"{attributes}>{_bar(article, marks)}{_strip(article, marks)}'
        f'<article aria-label="{escape(article.title)}">{body}</article>{_TOOLS}</div>'
    )


def no_article_html(reason: str) -> str:
    """What stands in the pane where there is no article."""
    line = escape(strings.NO_ARTICLE.format(reason=" ".join(reason.split())))
    return f'<div class="pane" data-strings="{escape(json.dumps(strings.SCRIPT))}"><p class="none">{line}</p></div>'


def _bar(article: Article, marks: Sequence[Mark]) -> str:
    back = f'<button type="button" class="back">{strings.BACK}</button>'
    return f'<div class="bar"><p>{_used(article, marks)}</p>{back}</div>'


def _used(article: Article, marks: Sequence[Mark]) -> str:
    """How much of the article the conversation has quoted, in words."""
    spans = {(mark.start, mark.end) for mark in marks}
    if not spans:
        return strings.UNUSED
    covered = len({at for start, end in spans for at in range(start, end)})
    share = 100 * covered / len(article.text)
    words = f"{share:.0f} %" if share >= 1 else "<1 %"
    return escape((strings.USED if len(spans) > 1 else strings.USED_ONE).format(count=len(spans), share=words))


def _strip(article: Article, marks: Sequence[Mark]) -> str:
    """Where in the article the quotes stand: a strip beside it. The marks themselves say the same to all readers."""
    length = len(article.text)
    ticks = "".join(
        f'<a href="#{mark.name}" tabindex="-1" style="--from:{mark.start / length:.4f};'
        f'--part:{(mark.end - mark.start) / length:.4f}"></a>'
        for mark in marks
    )
    return f'<div class="strip" aria-hidden="true"><div>{ticks}</div></div>'


_TOOLS = (
    f'<div class="tools" role="toolbar" aria-label="{strings.PASSAGE}" hidden>'
    f'<button type="button" data-do="ask">{strings.PASSAGE_ASK}</button>'
    f'<button type="button" data-do="who">{strings.PASSAGE_WHO}</button>'
    f'<button type="button" data-do="copy">{strings.PASSAGE_COPY}</button>'
    f'<button type="button" data-do="meant">{strings.PASSAGE_MEANT}</button></div>'
    f'<p class="hint" aria-hidden="true">{strings.PICK_HINT}</p>'
)

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


def _blocks(article: Article, marked: "_Marked") -> Iterator[str]:
    """The article's blocks in order, each section wrapped."""
    blocks = sorted([*_headings(article), *_paragraphs(article)], key=lambda block: block.start)
    starts = [0, *(block.start for block in blocks[1:]), len(article.text)]
    for block, (start, end) in zip(blocks, pairwise(starts), strict=True):
        yield block.opening + marked.around(start, end) + block.closing
    if any(block.opening.startswith(_SECTION) for block in blocks):
        yield "</section>"


def _headings(article: Article) -> Iterator[_Block]:
    before, last = "", 2
    for section in article.sections:
        if section.title and article.text.startswith(section.title, section.start):
            last = min(max(section.level + 1, 3), last + 1, 6)  # no level is left out
            yield _Block(section.start, f"{before}{_SECTION}<h{last}>", f"</h{last}>")
            before = "</section>"


def _paragraphs(article: Article) -> Iterator[_Block]:
    for paragraph in article.paragraphs:
        yield _Block(paragraph.start, *_PLACES[paragraph.kind])


class _Marked:
    """Puts the marks around the text of an article, block by block, in order."""

    def __init__(self, text: str, marks: Sequence[Mark], turn: int | None, active: str) -> None:
        self._text = text
        self._marks = marks
        self._turn = turn
        self._active = active
        self._begun: set[str] = set()

    def around(self, start: int, end: int) -> str:
        """`text[start:end]` cut wherever a mark begins or ends, each piece in all the marks that cover it."""
        inside = [mark for mark in self._marks if mark.start < end and start < mark.end]
        edges = {edge for mark in inside for edge in (mark.start, mark.end) if start < edge < end}
        return "".join(self._piece(left, right, inside) for left, right in pairwise(sorted({start, end, *edges})))

    def _piece(self, left: int, right: int, marks: Sequence[Mark]) -> str:
        covering = [mark for mark in marks if mark.start <= left and right <= mark.end]
        piece = escape(self._text[left:right])
        for mark in covering:
            piece = f"<mark{self._attributes(mark)}>{piece}</mark>"
        return piece + "".join(_back(mark) for mark in covering if mark.end == right)

    def _attributes(self, mark: Mark) -> str:
        place = "" if mark.name in self._begun else f' id="{mark.name}" tabindex="-1"'
        self._begun.add(mark.name)
        kinds = {"on": mark.name == self._active, "old": self._turn is not None and mark.turn != self._turn}
        names = " ".join(name for name, holds in kinds.items() if holds)
        return f'{place} data-cite="{mark.name}"' + (f' class="{names}"' if names else "")


def _back(mark: Mark) -> str:
    """A link from a quote to the claim that cites it. Its number is painted, so that the article's text stays whole."""
    label = escape(strings.QUOTED_IN.format(turn=mark.turn + 1, number=mark.number))
    return f'<a class="ref" href="#{mark.name}" data-number="{mark.number}" title="{label}" aria-label="{label}"></a>'
