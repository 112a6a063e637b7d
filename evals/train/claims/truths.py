"""Truths made of truths: numbers in another form, `over` for `more than`, a speaker's `I` as somebody else tells it.

Needs spaCy's tags, as `changes` does.
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from evals.train.claims.pairs import Pair

_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SPELT = {**{word: n for n, word in enumerate(_WORDS, 1)}, **_TENS}
_SPELT |= {f"{ten}-{unit}": _TENS[ten] + n for ten in _TENS for n, unit in enumerate(_WORDS[:9], 1)}
_IN_WORDS = {value: word for word, value in _SPELT.items()}
_SPELT_NUMBER = re.compile(rf"\b({'|'.join(sorted(_SPELT, key=len, reverse=True))})\b(?!-)", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\d.,:£$€/-])(\d{1,2})(?![\d:/%-]|[.,]\d|(?:st|nd|rd|th|am|pm|m|bn|k)\b)")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_SAME = (
    (re.compile(r"\bmore than (?=\S*\d)"), "over "),
    (re.compile(r"\bover (?=[£$€]?\d)"), "more than "),
    (re.compile(r"\b(?:about|around) (?=\S*\d)"), "roughly "),
    (re.compile(r"\b(?:roughly|some) (?=[£$€]?\d)"), "about "),
    (re.compile(r"(?<=\d) per ?cent\b"), "%"),
    (re.compile(r"(?<=\d)%"), " per cent"),
    (re.compile(r"(?<=\d)m\b"), " million"),
    (re.compile(r"\bnearly (?=\S*\d)"), "almost "),
    (re.compile(r"\bfewer than\b"), "less than"),
    (re.compile(rf"\b(\d{{1,2}}) ({_MONTH})\b"), r"\2 \1"),
    (re.compile(rf"\b({_MONTH}) (\d{{1,2}})\b(?!,? \d{{4}})"), r"\2 \1"),
)
_OTHERS = re.compile(r"[\"“”]|\b(?:we|us|our|you|your|mine|myself)\b", re.IGNORECASE)
_AGAIN = {"am": "is", "'m": "is", "’m": "is", "have": "has", "'ve": "has", "’ve": "has", "do": "does"}


def reworded(pairs: Iterable[Pair], nlp: Any, dice: random.Random) -> Iterator[Pair]:
    """Each true pair in other words, where there are any: its numbers in another form, or told of who speaks."""
    for pair in pairs:
        forms = [_other_form(pair.claim, dice), _told_of(pair, nlp, dice)]
        for text in forms:
            if text and text != pair.claim:
                yield replace(pair, claim=text, kind="reworded")


def _other_form(text: str, dice: random.Random) -> str:
    """Numbers written the other way, and the words about them."""
    if dice.random() < 0.5:
        text = _SPELT_NUMBER.sub(lambda match: str(_SPELT[match[1].casefold()]), text)
    else:
        text = _DIGITS.sub(lambda match: _IN_WORDS.get(int(match[1]), match[1]), text)
    for pattern, other in _SAME:
        if dice.random() < 0.7:
            changed = pattern.sub(other, text)
            if changed != text:
                text = changed
                break
    return text[:1].upper() + text[1:]


def _told_of(pair: Pair, nlp: Any, dice: random.Random) -> str:
    """What a speaker says of themselves, told of them; empty where that takes more than other pronouns."""
    name = re.search(r"([A-Z][\w’'-]+)(?:, [^:]*)?:(?= |$)", pair.premise.before)
    text = pair.claim.strip("\"'“”‘’")
    if not name or not re.search(r"\bI\b", text) or _OTHERS.search(text):
        return ""
    she, her, him = dice.choice((("she", "her", "her"), ("he", "his", "him")))
    parts, subject = [], name[1]
    tokens = list(nlp(text))
    for at, token in enumerate(tokens):
        word = token.text
        if word == "I":
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            if following is None or not (following.tag_ in ("VBD", "MD", "RB") or following.text in _AGAIN):
                return ""
            word, subject = subject, she
        elif token.lower_ in ("my", "me"):
            word = her if token.lower_ == "my" else him
        elif word in _AGAIN and at and tokens[at - 1].text == "I":
            word = " " * (not tokens[at - 1].whitespace_) + _AGAIN[word]
        parts.append((word[:1].upper() + word[1:] if not at else word) + token.whitespace_)
    return "".join(parts)
