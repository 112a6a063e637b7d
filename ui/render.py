"""Text that stays text where Markdown, and HTML after it, is shown. Pure functions."""

import re

_ANYWHERE = re.compile(r"[&<>*_`\[\]~|\\@$^{}]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_LINE_START = re.compile(r"^((?:&#(?:32|9);)*\d*)([#+=:.)-])", re.MULTILINE)
_LINE_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_ENTITY = re.compile(r"&#([0-9]{1,3});")  # no longer one is made here


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


def one_line(text: str) -> str:
    """An escaped text on one line: a line break could start a block of Markdown."""
    return escape_markdown(_LINE_BREAK.sub(" ", text).strip())


def attribute(text: str) -> str:
    """An escaped text on one line that can stand between double quotes."""
    return one_line(text).replace('"', "&#34;")


def _entities(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)
