"""Whether a number of a claim stands with what it stands with in the evidence: its unit, its noun, its verb.

`unfounded_figures` tells whether a number is there at all; this, whether it was moved: `nine years` for `nine days`,
`86 laid off` where 22 of 86 were, `rose by 60` for `rose to 60`, the numbers of two things exchanged.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.figures import Figure, figures, founds
from bot.words import FUNCTION_WORDS
from index.lexical import stems

_NEAR, _WIDE = 2, 6
"""Content words about a number that bind it in a claim, and among which they are looked for in the evidence."""

_UNITS = {
    "kg": "kilogram",
    "kilo": "kilogram",
    "km": "kilometre",
    "cm": "centimetre",
    "mm": "millimetre",
    "kilometer": "kilometre",
    "centimeter": "centimetre",
    "millimeter": "millimetre",
    "meter": "metre",
    "ton": "tonne",
    "feet": "foot",
    "inches": "inch",
    "centuries": "century",
    "lb": "pound",
    "hr": "hour",
    "min": "minute",
    **{
        unit: unit
        for unit in "second minute hour day week fortnight month year decade century kilogram gram tonne ounce "
        "millimetre centimetre metre kilometre mile foot inch yard hectare acre litre gallon degree mph".split()
    },
}
_PREPOSITIONS = ({"from", "to", "by"}, {"within", "after", "before"})
_BEFORE = re.compile(
    r"(?P<word>\w+)\s+(?:(?:about|around|roughly|some|nearly|almost|over|a|an|the|just|only)\s+)*[$£€¥]?$"
)
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_STOP = re.compile(r"[.;:!?,()“”\"–—](?=\s|$)|\s[–—-]\s|\b(?:and|or|but|while|against)\b")
_TO = re.compile(r"\s*(?:to|or|-|–)\s*")
_BETWEEN = frozenset("more long full extra further additional whole consecutive straight school square cubic".split())
_ELIDED = re.compile(r"[ -]\w+ (?:to|and|or|against) (?:about |around |nearly )?")
_OF = re.compile(r"\s*(?:of|out of)\b[^.;:!?,]{0,24}$")
_OLD = re.compile(r"[ -]years?[ -]old\b")
_PLURALS = {"dozens": 12, "hundreds": 100, "thousands": 1_000, "millions": 10**6, "billions": 10**9}
_PLURAL = re.compile(rf"\b(?:{'|'.join(_PLURALS)})\b", re.IGNORECASE)
_MINUS = re.compile(r"(?:^|(?<=\s))(?:[-−–]\s?|minus )(?=[$£€]?\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A number and what is about it."""

    figure: Figure
    unit: str
    preposition: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    about: frozenset[str]


def moved_figures(claim: str, quotes: Sequence[str]) -> list[str]:
    """The numbers of a claim that the quotes have too, of something else or in another measure."""
    there = [placed for quote in quotes for placed in _placed(quote)]
    found = []
    for one in _placed(claim):
        same = [other for other in there if founds(one.figure, other.figure)]
        if same and not any(_fits(one, other, there, claim) for other in same):
            found.append(one.figure.text)
    return [*found, *_odd_signs(claim, quotes)]


def _fits(one: _Placed, other: _Placed, there: Sequence[_Placed], claim: str) -> bool:
    """Whether a number may be the other one."""
    old = _OLD.match(claim, one.figure.end)
    elsewhere = any(placed.unit == one.unit for placed in there)
    if one.unit and one.unit != other.unit and (other.unit or elsewhere) and not (old and not other.unit):
        return False
    pair = {one.preposition, other.preposition}
    if len(pair) == 2 and any(pair <= group for group in _PREPOSITIONS):
        return False
    rivals = [rival for rival in there if rival.figure.value != other.figure.value]
    rivals = [rival for rival in rivals if rival.figure.kind == one.figure.kind]
    after, before = set(one.after), set(one.before[-1:])
    if after and not after & other.about and any(after & set(rival.after) for rival in rivals):
        return False
    return not (before and not before & other.about and any(before & set(rival.before) for rival in rivals))


def _placed(text: str) -> list[_Placed]:
    found = sorted((one for one in figures(text) if one.start >= 0), key=lambda one: one.start)
    ends = [0, *(one.end for one in found)]
    starts = [*(one.start for one in found), len(text), len(text)]
    placed: list[_Placed] = []
    for at, one in enumerate(found):
        left, right = text[ends[at] : one.start], text[one.end : starts[at + 1]]
        beyond = text[found[at + 1].end : starts[at + 2]] if at + 1 < len(found) else ""
        unit = _unit(beyond if _TO.fullmatch(right) else right)  # that of a range stands behind it
        if at and not unit and _ELIDED.fullmatch(left):
            unit = placed[-1].unit
        placed.append(_place(one, unit, left, right, beyond if _OF.fullmatch(right) else ""))
    return placed


def _place(figure: Figure, unit: str, left: str, right: str, whole: str) -> _Placed:
    """A number between the texts to its left and right; `whole` follows the number that it is a part of."""
    preposition = _BEFORE.search(left)
    return _Placed(
        figure,
        unit,
        preposition["word"].casefold() if preposition else "",
        tuple(_content(_STOP.split(left)[-1])[-_NEAR:]),
        tuple(_content(_STOP.split(right)[0])[:_NEAR]),
        frozenset([*_content(left)[-_WIDE:], *_content(f"{right} {whole}")[:_WIDE]]),
    )


def _unit(following: str) -> str:
    """What a number measures, by the word after it: `nine long days`, `three to five years`."""
    words = _WORD.findall(_STOP.split(following)[0])[:2]
    for word in words[: 2 if words and words[0].casefold() in _BETWEEN else 1]:
        bare = word.casefold()
        if unit := _UNITS.get(bare) or _UNITS.get(bare.removesuffix("s")):
            return unit
    return ""


def _content(text: str) -> list[str]:
    words = (word for word in _WORD.findall(text) if word.casefold() not in FUNCTION_WORDS)
    return [found[0] for word in words if (found := stems(word))]


def _odd_signs(claim: str, quotes: Sequence[str]) -> list[str]:
    """Signs that make another number of one, `½`, `²`, a minus, and magnitudes in the plural, that no quote has."""
    whole = " ".join(quotes)
    odd = [sign for sign in claim if unicodedata.category(sign) in ("No", "Nl") and sign not in whole]
    if _MINUS.search(claim) and not _MINUS.search(whole):
        odd.append("minus")
    values = [one.value for one in figures(whole)]
    for match in _PLURAL.finditer(claim):
        least = _PLURALS[match.group().casefold()]
        if match.group().casefold() not in whole.casefold() and not any(2 * least <= v < 2_000 * least for v in values):
            odd.append(match.group())
    return odd
