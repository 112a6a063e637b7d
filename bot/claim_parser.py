"""What a chat model writes, as it comes in, to claims with the numbers of the sentences that they rest on.

Two forms are read, whichever the model was asked for: lines (`A statement. [3][5]`) and JSON
(`{"claims": [{"text": "A statement.", "sentences": [3, 5]}]}`), whatever words stand in front of that. A claim is
given as soon as nothing that may follow can change it, so that the same text gives the same claims however it is cut
into pieces.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NONE = "NONE"
"""What a model writes, alone, where the sentences do not answer the question."""

MOST_CLAIM = 600
"""Characters of one claim at most: a longer one is cut off, and then has no number."""

_MARKER = r"\[\s*\d{1,5}(?:\s*(?:,|;|-|–|and)\s*\d{1,5})*\s*\]"
_MARKERS = re.compile(rf"(?:\s*{_MARKER})+")
_CLAIM = re.compile(rf"(?P<text>[^\n]*?)(?P<markers>(?:[ \t]*{_MARKER})+)(?P<after>[.!?,;:…)”\"’*_]*)", re.DOTALL)
_STILL_OPEN = re.compile(r"[ \t]*(?:\[[^\]\n]{0,40})?$|[ \t.!?,;:…)”\"’*_]+(?:\[[^\]\n]{0,40})?$")
_PAIR = re.compile(r"(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?")
_MOST_RANGE = 8
_JSON = re.compile(r"[{,]\s*\"(?:claims|text|sentences)\"\s*:")
"""JSON in the middle of a line is no statement."""
_DOCUMENT = re.compile(r"\{\s{0,40}\"(?:claims|text|sentences)\"\s{0,40}:")
_MAY_BE_ONE = re.compile(r"\{\s{0,40}(?:\"\w{0,9}(?:\"\s{0,40})?)?\Z")
"""Where JSON begins behind other words, and the start of what may become that."""

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)")
_THINKING, _THOUGHT = "<think", re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_MOST_LINE = 4 * MOST_CLAIM


@dataclass(frozen=True, slots=True)
class RawClaim:
    """A statement as the model wrote it, and the numbers it names, in order and once each. Nothing is checked yet."""

    text: str
    numbers: tuple[int, ...]


class ClaimParser:
    """Reads a model's output piece by piece. `feed` gives the claims that are complete, `finish` the rest.

    Where JSON was asked for (`as_json`), lines are no claims before it is known that none comes: words in front of it
    may have brackets too.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json
        self._seen = ""
        self._lines: list[RawClaim] = []
        self._reader: _LineReader | _JsonReader | None = None

    @property
    def none(self) -> bool:
        """Whether the model said that the sentences do not answer."""
        return self._reader is not None and self._reader.none

    def feed(self, piece: str) -> list[RawClaim]:
        """The claims that this piece completes."""
        if isinstance(self._reader, _JsonReader):
            return list(self._reader.feed(piece))
        self._seen += piece
        if self._reader is None:
            self._seen = _without_thoughts(self._seen)
            self._reader = _reader_for(self._seen)
        return self._feed_seen() if self._reader else []

    def _feed_seen(self) -> list[RawClaim]:
        """Hand on what was held back, all but what may be the start of JSON behind lines."""
        seen, self._seen = self._seen, ""
        if isinstance(self._reader, _LineReader):
            if begun := _DOCUMENT.search(seen):
                return self._turn(self._reader, seen[: begun.start()], seen[begun.start() :])
            if opening := _MAY_BE_ONE.search(seen):
                seen, self._seen = seen[: opening.start()], opening.group()
        return self._told(list(self._reader.feed(seen)) if self._reader else [])

    def _turn(self, lines: "_LineReader", before: str, document: str) -> list[RawClaim]:
        """From lines to JSON. What stood before it counts only where lines were asked for."""
        told = self._told([*lines.feed(before), *lines.finish()])
        self._lines.clear()
        self._reader = _JsonReader()
        return [*told, *self._reader.feed(document)]

    def _told(self, claims: list[RawClaim]) -> list[RawClaim]:
        """The claims that can be given already; those of lines wait where JSON may come."""
        if not (self._as_json and isinstance(self._reader, _LineReader)):
            return claims
        self._lines += claims
        return []

    def finish(self) -> list[RawClaim]:
        """The claims that the end completes."""
        held = []
        if self._reader is None:
            self._seen = "" if self._seen.lstrip().startswith(_THINKING) else self._seen
            self._reader = _LineReader()
            held = self._feed_seen()
        return [*self._lines, *held, *self._reader.feed(self._seen), *self._reader.finish()]


def parse(text: str, *, as_json: bool = False) -> list[RawClaim]:
    """The claims of a whole output."""
    parser = ClaimParser(as_json=as_json)
    return [*parser.feed(text), *parser.finish()]


def _without_thoughts(seen: str) -> str:
    """A text without the thoughts that some models begin with, once these have ended."""
    while seen.lstrip().startswith(_THINKING) and (ended := _THOUGHT.search(seen)):
        seen = seen[ended.end() :]
    return seen


def _reader_for(seen: str) -> "_LineReader | _JsonReader | None":
    """The reader of the form that a text begins in; None while that is not known."""
    start = seen.lstrip()
    if not start or "```".startswith(start) or start.startswith(_THINKING) or _THINKING.startswith(start):
        return None
    if start.startswith("```"):
        _, newline, inside = start.partition("\n")
        if not newline or not inside.strip():
            return _LineReader() if _DOCUMENT.search(start) else None
        return _JsonReader() if inside.lstrip()[0] in "{[" else _LineReader()
    if start[0] == "[":  # a list of claims, or a line that begins with a marker
        rest = start[1:].lstrip()
        return None if not rest else _JsonReader() if rest[0] == "{" else _LineReader()
    return _JsonReader() if start[0] == "{" else _LineReader()


class _LineReader:
    """Reads statements that end in numbers. What stands in a fenced block of code is no statement."""

    def __init__(self) -> None:
        self._held = ""
        self._fenced = False
        self._begun = False
        self.none = False

    def feed(self, piece: str) -> Iterator[RawClaim]:
        for letter in piece:  # one by one: what is given must not depend on where the pieces end
            if letter == "\n":
                line, self._held = self._held, ""
                yield from self._line(line)
            elif letter != "\r" and len(self._held) < _MOST_LINE:
                self._held += letter
                if "]" in self._held and not self._fenced:
                    yield from self._early()

    def finish(self) -> Iterator[RawClaim]:
        line, self._held = self._held, ""
        yield from self._line(line)

    def _line(self, line: str) -> Iterator[RawClaim]:
        """The claims of the rest of a line, at its end."""
        fence = not self._begun and _FENCE.match(line)
        begun, self._begun = self._begun, False
        if fence:
            self._fenced = not self._fenced
        elif not self._fenced:
            self.none = self.none or (not begun and line.strip(" .*_`[]").upper() == NONE)
            for match in _CLAIM.finditer(line):
                if not _JSON.search(match["text"]):
                    yield _claim(match)

    def _early(self) -> Iterator[RawClaim]:
        """The claims of a line that goes on, as far as what follows cannot change them."""
        if _FENCE.match(self._held) and not self._begun:
            return
        while (match := _CLAIM.match(self._held)) and not _STILL_OPEN.match(self._held, match.end("markers")):
            self._held = self._held[match.end() :]
            self._begun = True
            if not _JSON.search(match["text"]):
                yield _claim(match)


class _JsonReader:
    """Reads the innermost objects of a JSON document that have a text; what is around them is not looked at."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._open: list[int] = []
        self._quoted = self._escaped = False
        self._found = False

    @property
    def none(self) -> bool:
        """Whether the document ended without a claim."""
        return not self._found and bool(self._text) and not self._open

    def feed(self, piece: str) -> Iterator[RawClaim]:
        self._text += piece
        while self._at < len(self._text):
            letter = self._text[self._at]
            self._at += 1
            if self._quoted:
                self._quoted = self._escaped or letter != '"'
                self._escaped = letter == "\\" and not self._escaped
            elif letter == '"':
                self._quoted = True
            elif letter == "{":
                self._open.append(self._at - 1)
            elif letter == "}" and self._open and (claim := _json_claim(self._text[self._open.pop() : self._at])):
                self._found = True
                yield claim

    def finish(self) -> Iterator[RawClaim]:
        return iter(())


def _json_claim(text: str) -> RawClaim | None:
    try:
        data: Any = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    said = data.get("text") if isinstance(data, dict) else None
    if not isinstance(said, str):
        return None
    listed = data.get("sentences")
    numbers = [n for n in listed if type(n) is int] if isinstance(listed, list) else []
    return _raw(_MARKERS.sub("", said), tuple(dict.fromkeys(numbers)))


def _claim(match: re.Match[str]) -> RawClaim:
    after = "".join(letter for letter in match["after"] if letter in '.!?…)”"’')
    text = match["text"].rstrip()
    if text.endswith((".", "!", "?", "…")):
        after = after.lstrip(".!?…")
    return _raw(text.lstrip(" \t.,;:") + after, _numbers(match["markers"]))


def _raw(text: str, numbers: tuple[int, ...]) -> RawClaim:
    """A claim; one that is cut off could say the opposite of what it said whole, so that it rests on nothing."""
    text = text.strip()
    return RawClaim(text[:MOST_CLAIM], numbers if len(text) <= MOST_CLAIM else ())


def _numbers(markers: str) -> tuple[int, ...]:
    """The numbers of some markers; a range, `[3-5]`, is all that it spans."""
    found: list[int] = []
    for first, last in _PAIR.findall(markers):
        end = int(last) if last and 0 <= int(last) - int(first) < _MOST_RANGE else int(first)
        found += range(int(first), end + 1)
    return tuple(dict.fromkeys(found))
