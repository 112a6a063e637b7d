"""Sentence boundaries, by syntok, with the boundaries that it sets inside a sentence taken out again.

syntok was chosen among the installable splitters on 56 news articles with 4,521 hand-marked sentences:
see docs/sentences.md for the figures. Only its boundaries are used: the text between them is the article's.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

SPLITTER = "syntok-1.4/2"
"""What made the sentences; part of the index manifest. Raise the last number when a rule below changes."""

# Ends that syntok passes over: a figure (`£2.3m. She`), the pronoun I, a full stop inside brackets, an ellipsis that
# ends a quotation, a country before one (`by the U.S. “We`).
_MISSED = re.compile(
    r"(?:\d(?:%|tn|bn|m|k)?\.|(?<=\s)I\.|[.?!]\))[”’\"']*\s+(?=[“‘\"'(]*[A-Z])"
    r"|…[”\"]\s+(?=[“‘\"'(]*[A-Z])|\b(?:U\.S|U\.K|U\.N|E\.U)\.\s+(?=[“\"][A-Z])"
)
_OPEN = "\"'“‘«([{"
# A boundary is wrong when the right side cannot begin a sentence ...
_CONTINUES = re.compile(r"[a-z,;:.!?…)\]}”’»%–—-]")
# ... when the left side has not ended ...
_UNFINISHED = re.compile(r"[;:,]$")
# ... or ends in an abbreviation that wants a name or number after it.
_TITLE = re.compile(
    r"(?:^|[\s(\"“'‘])(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Gen|Col|Lt|Sgt|Capt|St|Sen|Rep|Gov|No|Nos|vs|cf|e\.g|i\.e)\.$"
)
_INITIALS = re.compile(r"(?:^|\s)(?:[A-HJ-Z]\.[ ]?)+$")
_NAME_NEXT = re.compile(r"[A-Z][\w’'-]*[a-z]")
_COUNTRY = re.compile(r"(?:U\.S|U\.K|U\.N|E\.U|D\.C|a\.m|p\.m)\.$")
# A quotation that ends in ? or ! goes on when somebody is said to have said it.
_QUOTED_END = re.compile(r"[?!…][”’\"']+$")
_SAYS = r"(?:said|says|asked|asks|added|adds|told|replied|wrote|cried|shouted|recalled|continued|wondered)"
_ATTRIBUTION = re.compile(rf"(?:(?:[A-Z][\w’'-]+\s+){{1,3}}{_SAYS}|I\s+{_SAYS})\b")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of one paragraph: in order, disjoint, covering every visible character.

    A quotation keeps its closing quote, and what is said about it (`“Why?” Maria asked.`).
    """
    starts = [0]
    for cut in _boundaries(text):
        left, right = text[starts[-1] : cut].rstrip(), text[cut:]
        if left and not _inside(left, right):
            starts.append(cut)
    ends = [*starts[1:], len(text)]
    return [span for start, end in zip(starts, ends, strict=True) if (span := _trim(text, start, end))]


def _boundaries(text: str) -> Iterator[int]:
    """Where a sentence may begin, in order; opening quotes and brackets belong to what they open."""
    found = {sentence[0].offset for paragraph in _segmenter().process(text) for sentence in paragraph}
    for cut in sorted(found | {match.end() for match in _MISSED.finditer(text)}):
        while cut and text[cut - 1] in _OPEN and (cut == 1 or text[cut - 2].isspace()):
            cut -= 1
        if cut:
            yield cut


def _inside(left: str, right: str) -> bool:
    """Whether the boundary between `left` and `right` falls inside a sentence."""
    if _CONTINUES.match(right) or _UNFINISHED.search(left):
        return True
    if _QUOTED_END.search(left) and _ATTRIBUTION.match(right):
        return True
    if _COUNTRY.search(left):
        return False
    return bool(_TITLE.search(left) or (_INITIALS.search(left) and _NAME_NEXT.match(right)))


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    import syntok.segmenter as segmenter  # no type stubs

    return segmenter
