"""A model's words as plain text: no markup, no links, no images, no quotation marks around what is no quotation."""

import html
import re
import unicodedata
from collections.abc import Sequence

_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_OVERLAY = re.compile("[\u0334-\u0338\u0488\u0489\u20d0-\u20f0]")
"""Marks that strike a letter through or close it in: who compares words does not see them, and a reader does."""

_TAG = re.compile(r"<[^<>]*>")
_AUTOLINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:|)//\S+|\b(?:https?|ftp|javascript|data|mailto|file|tel|vbscript)\s*:\s*\S+|\bwww\.\S+|"
    r"\S+@\S+\.\w+",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?<![\w.])(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}(?:/\S*)?(?!\w)")
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?|[ap]\.m")
_MARKUP = re.compile(
    r"\*\*|__|`+|~~|^\s*(?:#{1,6}\s+|>\s+|[-*+•]\s+|\d{1,2}[.)]\s+)|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)"
)
_PARTICLE = re.compile(
    r"^(?:(?:(?:yes|no|yeah|yep|nope|correct|indeed|true|false|right|wrong|exactly|certainly|definitely|absolutely|sure|"
    r"of course|(?:that|this|you|it)(?:[’']s|[’']re| is| are) (?:right|correct|true|so|wrong|false))"
    r"(?:\s*[,:;!–—]+|\s+-+(?=\s)|\.+(?=\s*[^\W\d_]))|(?:yes|yeah|yep|nope)(?=\s+[^\W\d_]))\s*(?=\S))+",
    re.IGNORECASE,
)
_DOUBLE = re.compile(r"[“”„«»\"]([^“”„«»\"]{1,400})[“”„«»\"]")
_SINGLE = re.compile(r"(?<![\w])[‘'‚]([^‘’'‚]{2,400}(?:[’'][a-z]{1,2}\b[^‘’'‚]{0,400})*)[’'‘](?!\w)")
_ANY_DOUBLE = re.compile(r"[“”„«»\"]")
_TYPOGRAPHY = str.maketrans(
    {**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’‚", "'"), **dict.fromkeys("–—−‐‑", "-"), "\u00a0": " "}
)


def plain(text: str) -> str:
    """The text without Markdown, HTML, invisible characters and a `Yes,` that nothing can prove, on one line."""
    text = html.unescape(html.unescape(text))
    text = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter)[0] != "C")
    text = _OVERLAY.sub("", unicodedata.normalize("NFC", text))
    text = _LINK.sub(r"\1", _IMAGE.sub(" ", text))
    while (bare := _TAG.sub(" ", text)) != text:
        text = bare
    text = " ".join(_MARKUP.sub("", text.replace("<", " ").replace(">", " ")).split())
    text = _PARTICLE.sub("", text)
    return text[:1].upper() + text[1:]


def links(text: str, evidence: Sequence[str]) -> list[str]:
    """What a program could show as a link: addresses always, names of hosts where the evidence has them not."""
    text = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    found = [match.group() for match in _AUTOLINK.finditer(text)]
    known = " ".join(evidence).casefold()
    for match in _DOMAIN.finditer(text):
        if not _ABBREVIATION.fullmatch(match.group()) and match.group().casefold() not in known:
            found.append(match.group())
    return found


def with_true_quotations(text: str, evidence: Sequence[str]) -> str:
    """The text with quotation marks only around what a text of the evidence says, there as it says it."""
    kept = _DOUBLE.sub(lambda match: _quotation(match, evidence), text)
    spans = [match.span() for match in re.finditer(r"“[^”]*”", kept)]
    kept = "".join(
        letter
        for at, letter in enumerate(kept)
        if not _ANY_DOUBLE.match(letter) or any(at in (start, end - 1) for start, end in spans)
    )
    return _SINGLE.sub(lambda match: _quotation(match, evidence, "‘", "’"), kept)


def _quotation(match: re.Match[str], evidence: Sequence[str], opening: str = "“", closing: str = "”") -> str:
    """A quotation in the article's own characters, or its words without the marks."""
    inside = match[1].strip()
    core = inside.strip(" .,;:!?…")
    said = next((found for text in evidence if (found := _as_said(core, text))), None) if core else None
    if said is None:
        return inside
    before, _, after = inside.partition(core)
    return f"{opening}{before}{said}{after}{closing}"


def _as_said(words: str, text: str) -> str | None:
    """The stretch of a text that says the words, typography and case aside; whole words only."""
    at = text.translate(_TYPOGRAPHY).casefold().find(words.translate(_TYPOGRAPHY).casefold())
    if at < 0 or len(text.casefold()) != len(text):
        return None
    end = at + len(words)
    whole = not (at and text[at - 1].isalnum() and text[at].isalnum()) and not (
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    )
    return text[at:end] if whole else None
