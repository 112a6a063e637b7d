"""Markdown to blocks, through markdown-it-py. Links keep their label, escapes are resolved, emphasis marks go."""

import re
from functools import lru_cache
from typing import Any

import yaml
from lxml import html as lxml_html
from lxml.etree import ParserError
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from index.blocks import Block, BlockKind, Source
from index.metadata import Metadata, metadata_from
from index.text import clean

# Exporters escape twice (`\\\\$5` for `$5`); CommonMark resolves one layer, a reader wants to see none.
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# What lxml takes in no text: control characters, halves of surrogate pairs.
_UNPARSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_EMPHASIS = {"em_open": 1, "strong_open": 1, "em_close": -1, "strong_close": -1}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # What is nested deeper than `maxNesting` would be dropped without a word; the default is 20.
    options = {"maxNesting": 500}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).use(front_matter_plugin)


def read_markdown(text: str) -> Source:
    """Blocks of a CommonMark text (with tables and YAML front matter)."""
    blocks: list[Block] = []
    metadata = Metadata()
    kind: BlockKind = "paragraph"
    level = items = 0
    row: list[str] | None = None
    for token in _parser().parse(text):
        match token.type:
            case "front_matter":
                metadata = _front_matter(token.content)
            case "heading_open":
                kind, level = "heading", int(token.tag[1])
            case "heading_close":
                kind, level = "paragraph", 0
            case "list_item_open":
                items += 1
            case "list_item_close":
                items -= 1
            case "tr_open":
                row = []
            case "tr_close":
                blocks += _block("item", " | ".join(row or []))
                row = None
            case "inline" if row is not None:
                row.append(clean(_plain(token.children or [])))
            case "inline":
                shown = _plain(token.children or [])
                whole = "item" if items and kind == "paragraph" else kind
                blocks += _block(whole, shown, level, _all_emphasised(token.children or []))
            case "fence" | "code_block":
                blocks += _block("item", token.content)
            case "html_block":
                blocks += _block("paragraph", _visible(token.content))
            case _:
                pass
    return Source(tuple(blocks), metadata)


def _block(kind: BlockKind, text: str, level: int = 0, emphasised: bool = False) -> list[Block]:
    shown = clean(text)
    return [Block(kind, shown, level, emphasised)] if shown else []


def _plain(tokens: list[Token]) -> str:
    """The inline tokens as a reader sees them: no marks, no addresses, no pictures."""
    parts: list[str] = []
    for token in tokens:
        match token.type:
            case "code_inline":
                parts.append(token.content)
            case "text":
                parts.append(_ESCAPED.sub(r"\1", token.content))
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "html_inline" if token.content.lower().startswith("<br"):
                parts.append(" ")
            case _:
                pass
    return "".join(parts)


def _all_emphasised(tokens: list[Token]) -> bool:
    depth = 0
    for token in tokens:
        depth += _EMPHASIS.get(token.type, 0)
        if not depth and token.type in ("text", "code_inline") and token.content.strip():
            return False
    return bool(tokens)


def _visible(markup: str) -> str:
    """The text of a block of raw HTML, without what a page never shows."""
    try:
        # As bytes: lxml refuses text that declares an encoding. In a `div` of our own, which stays when all else goes.
        shown = _UNPARSED.sub(" ", markup).encode()
        root = lxml_html.fragment_fromstring(shown, create_parent="div", parser=_html_parser())
    except ParserError:
        return ""
    for hidden in root.xpath(".//script|.//style|.//template|.//noscript|.//*[@hidden]|.//comment()"):
        hidden.drop_tree()
    return str(root.text_content())


def _html_parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(encoding="utf-8")


def _front_matter(text: str) -> Metadata:
    """What YAML front matter says; nothing where it is no mapping, or no YAML."""
    try:
        data: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):  # an impossible date is a ValueError, a deep list the last
        return Metadata()
    return metadata_from(data) if isinstance(data, dict) else Metadata()
