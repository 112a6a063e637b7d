"""Runs of capitalised words in a narration: what may be a name, without titles and words that only begin a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.speech.tokens import Token
from index.speech.words import (
    DETERMINERS,
    NO_NAMES,
    ORGANISATION_WORDS,
    REPORTS,
    SAYS,
    SUFFIXES,
    TITLES,
    head_of,
    is_person_noun,
)

_PARTICLES = frozenset("de da del della di du van von der den la le el al bin ibn ten ter dos".split())
_INNER = frozenset("of for the and".split())


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words of a sentence: tokens `[first, last)`, the name among them from `name`."""

    sentence: int
    first: int
    last: int
    words: tuple[str, ...]
    title: str
    start: int
    end: int
    introduced: bool = False


def find_runs(lines: Sequence[Sequence[Token]]) -> Iterator[Run]:
    """The runs of some sentences, in order.

    A word that the article writes small elsewhere, or has once and at a sentence's start, is no name.
    """
    common = {token.text for line in lines for token in line if token.kind == "word" and token.text.islower()}
    inside = {token.text for line in lines for at, token in enumerate(line) if not _opens(line, at) and _capital(token)}
    dull = frozenset(common - inside)
    times = Counter(token.text for line in lines for token in line if _capital(token))
    people = {line[0].text for line in lines if line and _capital(line[0]) and _is_introduced(line, 1)}
    for number, line in enumerate(lines):
        at = 0
        while at < len(line):
            if not _capital(line[at]):
                at += 1
                continue
            last = _run_end(line, at)
            run = _run(number, line, at, last, dull if _opens(line, at) else frozenset())
            if run is None and last - at == 1 and line[at].text in people:  # `Will said`
                run = Run(number, at, last, (line[at].text,), "", line[at].start, line[at].end)
            if run and not (_opens(line, at) and times[line[at].text] == 1 and _is_mere_word(line, at, last)):
                yield run
            at = last


def _is_mere_word(line: Sequence[Token], first: int, last: int) -> bool:
    """Whether a single capitalised word may have its capital from the sentence alone: no verb of saying follows."""
    after = line[last].low if last < len(line) else ""
    if is_person_noun(line[first].text.lower().removesuffix("s")):  # `Officers note that`
        return last - first == 1
    return last - first == 1 and not line[first].owner and after not in SAYS | REPORTS


def _opens(line: Sequence[Token], at: int) -> bool:
    """Whether a capital there may be a sentence's."""
    return at == 0 or line[at - 1].kind == "quote" or line[at - 1].text in "([:—–"


def _capital(token: Token) -> bool:
    return token.kind == "word" and token.text[0].isupper() and token.text != "I"


def _run_end(line: Sequence[Token], first: int) -> int:
    """The end of a run of capitalised words, with the small words that may stand inside it."""
    last = first + 1
    while last < len(line) and not line[last - 1].owner:
        step = _step(line, first, last)
        if not step:
            break
        last += step
    return last


def _step(line: Sequence[Token], first: int, last: int) -> int:
    """By how many tokens a run that ends at `last` goes on; 0 where it does not."""
    if _capital(line[last]):
        return 1
    before = line[last - 1].text
    rest = line[last : last + 4]
    capital = next((at for at, token in enumerate(rest) if _capital(token)), 0)
    between = [token.text for token in rest[:capital]]
    if not between:
        return 0
    if between == ["."] and (len(before) == 1 or before.lower() in TITLES):
        return 2
    institution = line[first].text.lower() in ORGANISATION_WORDS
    opened = "of" in {token.text for token in line[first:last]} or between[0] in ("of", "for")
    if institution and opened and all(text in _INNER for text in between):
        return capital + 1
    if between == ["and"] and first and line[first - 1].low == "the":  # `the Retail and Depot Workers' Association`
        end = _run_end(line, last + 1)
        return end - last if line[end - 1].text.lower() in ORGANISATION_WORDS else 0
    if between == ["&"] or (between in (["’"], ["'"]) and before.endswith("s")):
        return 2
    return capital + 1 if all(text in _PARTICLES for text in between) else 0


def _run(number: int, line: Sequence[Token], first: int, last: int, dull: frozenset[str]) -> Run | None:
    """The name in a run: without the words that only begin a sentence, titles, and letters behind it."""
    introduced = _is_introduced(line, last)
    first = _name_start(line, first, last, dull) if not (introduced and last - first == 1) else first
    end = last
    while last > first and line[last - 1].text.lower() in SUFFIXES | NO_NAMES | {"."} and not introduced:
        last -= 1
    if all(line[at].text.lower() in TITLES for at in range(first, last) if line[at].kind == "word"):
        return None
    while line[last - 1].text.lower() in TITLES:  # `Acme CEO`: Acme
        last = end = last - 1
    titled = [at for at in range(first, last) if line[at].text.lower() in TITLES]
    name = titled[-1] + 1 if titled else first
    while name < last and line[name].kind == "mark":
        name += 1
    if titled and line[name].text.lower() in ORGANISATION_WORDS:
        name = first
    words = tuple(token.text for token in line[name:last] if token.kind == "word" and token.text not in "’'")
    title = " ".join(token.text for token in line[first:name] if token.kind == "word")
    return Run(number, first, end, words, title, line[name].start, line[last - 1].end, introduced)


def _name_start(line: Sequence[Token], first: int, last: int, dull: frozenset[str]) -> int:
    """Where a run's name begins: behind a dull word at its start, and small words."""
    at = first
    while at < last and (line[at].text.lower() in NO_NAMES or (at == first and line[at].text.lower() in dull)):
        at += 1
        while at < last and not _capital(line[at]):
            at += 1
    return at


def _is_introduced(line: Sequence[Token], last: int) -> bool:
    """Whether a name that ends at `last` is followed by what a person is: `Will, a researcher, …`."""
    if last + 1 >= len(line) or line[last].text != "," or line[last - 1].owner:
        return False
    stop = next((at for at in range(last + 1, len(line)) if line[at].kind in ("mark", "quote")), len(line))
    words = [token.low for token in line[last + 1 : stop]]
    return bool(words) and words[0] in DETERMINERS and is_person_noun(head_of(words))
