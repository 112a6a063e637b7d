"""Blocks to an `Article`: front matter told apart, page breaks mended, canonical text with its spans.

The canonical text is what a reader sees, block by block with one blank line between. Two versions follow from this
module and `sentences`: raise `CANONICAL` when the same source would give another text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.article import Article, Paragraph, PlaceKind, Section, Sentence, text_sha256
from index.blocks import Block, Source
from index.errors import SourceError
from index.front import Front, find_front, is_same
from index.metadata import Metadata
from index.sentences import sentence_spans
from index.speakers import find_speakers

CANONICAL = "canonical/2"
SEPARATOR = "\n\n"

_ENDED = re.compile(r"[.!?:;…][)\]”’»\"']*$|[—–]$")
_GOES_ON = re.compile(r"(?:,|\b(?:a|an|the|and|or|but))$")
# Ends of half a sentence, but of a heading too (`The world we live in`).
_MAY_GO_ON = re.compile(r"\b(?:of|to|in|on|at|by|for|from|with|as|that|which|who|is|was|were|are)$")
_TERMINAL = re.compile(r"[.!?…:;,][)\]”’»\"']*$")
_SPOKEN = re.compile('[“"][^“”"]*[”"]')
_HEADING_WORDS = 12
_HEADING_CHARACTERS = 90


def build(source: Source, article_id: str) -> Article:
    """The article that a source contains.

    Raises `SourceError` when the source has no text, or no sentence that could be cited.
    """
    if not source.blocks:
        raise SourceError("there is no text in it")
    titled = is_same(source.blocks[0].text, source.metadata.title)  # the text may go on in lower case after a title
    blocks = [*source.blocks[:titled], *mend_page_breaks(source.blocks[titled:])]
    front = find_front(blocks, source.metadata)
    body = mark_headings(blocks[front.used :])
    pieces: list[tuple[PlaceKind, Block]] = [*front.pieces, *(("body", block) for block in body)]
    article = _lay_out(pieces, front, source.metadata, article_id)
    if not article.sentences:
        raise SourceError("there are headings in it but no sentence")
    return article


def mend_page_breaks(blocks: Sequence[Block]) -> list[Block]:
    """Join a paragraph that a page break cut in two: the first part has not ended, the second goes on in lower case."""
    mended: list[Block] = []
    for block in blocks:
        if mended and _cut_in_two(mended[-1], block):
            mended[-1] = replace(mended[-1], text=f"{mended[-1].text} {block.text}")
        else:
            mended.append(block)
    return mended


def _cut_in_two(first: Block, second: Block) -> bool:
    if first.kind != "paragraph" or second.kind != "paragraph" or _ENDED.search(first.text):
        return False
    if second.text[0].islower():
        return True
    long = len(first.text.split()) > _HEADING_WORDS
    goes_on = _GOES_ON.search(first.text) or (long and _MAY_GO_ON.search(first.text))
    return bool(goes_on) and second.text[0].isalnum()


def mark_headings(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with plain lines that can only be headings made headings, where the source marks none itself."""
    if not blocks or any(block.kind == "heading" for block in blocks):
        return list(blocks)
    followers: Iterable[Block | None] = [*blocks[1:], None]
    return [
        replace(block, kind="heading", level=2)
        if _is_heading(block, follower) and not _is_verse(blocks[max(0, i - 2) : i])
        else block
        for i, (block, follower) in enumerate(zip(blocks, followers, strict=True))
    ]


def _is_verse(before: Sequence[Block]) -> bool:
    """Whether the two blocks before one are lines without an end: then so is it, and no heading."""
    return len(before) == 2 and all(
        block.kind == "paragraph" and len(block.text) <= _HEADING_CHARACTERS and not _ENDED.search(block.text)
        for block in before
    )


def _is_heading(block: Block, follower: Block | None) -> bool:
    """A short line without an end, in front of a paragraph with one."""
    return (
        block.kind == "paragraph"
        and len(block.text) <= _HEADING_CHARACTERS
        and len(block.text.split()) <= _HEADING_WORDS
        and not block.text[0].islower()
        and any(character.isalpha() for character in block.text)
        and not _TERMINAL.search(block.text)
        and not _SPOKEN.fullmatch(block.text)
        and follower is not None
        and follower.kind == "paragraph"
        and _TERMINAL.search(follower.text) is not None
        and len(follower.text) > len(block.text)
    )


def _lay_out(pieces: Sequence[tuple[PlaceKind, Block]], front: Front, metadata: Metadata, article_id: str) -> Article:
    """Write the blocks one after the other, noting where each comes to stand."""
    text = SEPARATOR.join(block.text for _, block in pieces)
    sections: list[Section] = []
    paragraphs: list[Paragraph] = []
    end = -len(SEPARATOR)
    for kind, block in pieces:
        start = end + len(SEPARATOR)
        end = start + len(block.text)
        if kind != "body":
            paragraphs.append(Paragraph(index=len(paragraphs), section=None, kind=kind, start=start, end=end))
            continue
        heading = block.kind == "heading"
        if heading or not sections:
            title, level = (block.text, block.level) if heading else ("", 0)
            sections.append(Section(index=len(sections), title=title, level=level, start=start, end=end))
        sections[-1] = sections[-1].model_copy(update={"end": end})
        if not heading:
            section = sections[-1].index
            paragraphs.append(Paragraph(index=len(paragraphs), section=section, kind=kind, start=start, end=end))
    article = Article(
        id=article_id,
        title=front.title,
        deck=front.deck,
        byline=front.byline,
        publisher=front.publisher,
        published=front.published,
        url=metadata.url,
        text=text,
        sha256=text_sha256(text),
        sections=tuple(sections),
        paragraphs=tuple(paragraphs),
        sentences=(),
    )
    return resplit(article)


def resplit(article: Article) -> Article:
    """The same article with its sentences and speakers found again, for an index that other rules made."""
    sentences: list[Sentence] = []
    for paragraph in article.paragraphs:
        sentences += _sentences(article.text, paragraph, len(sentences))
    speech = find_speakers(article.text, article.paragraphs, sentences)
    spoken = (
        sentence.model_copy(update={"speaker": speaker})
        for sentence, speaker in zip(sentences, speech.of_sentences, strict=True)
    )
    return article.model_copy(update={"sentences": tuple(spoken), "speakers": speech.speakers})


def _sentences(text: str, paragraph: Paragraph, first: int) -> list[Sentence]:
    """The sentences of a paragraph, numbered from `first`. A title and a byline are one sentence each."""
    shown = text[paragraph.start : paragraph.end]
    spans = sentence_spans(shown) if paragraph.kind in ("body", "deck") else [(0, len(shown))]
    return [
        Sentence(
            index=first + i,
            paragraph=paragraph.index,
            section=paragraph.section,
            kind=paragraph.kind,
            start=paragraph.start + start,
            end=paragraph.start + end,
        )
        for i, (start, end) in enumerate(spans)
    ]
