"""Whether a claim says something else with its evidence's words: another quantity or time, surer, the other way round.

`all` for `most`, `last year` for `this year`, `was` for `might have been`, `A wrote to B` for `B wrote to A`. Lists of
words, no grammar: what they do not know, they let through.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.words import FUNCTION_WORDS
from index.lexical import stems

_GROUPS = [
    [re.compile(rf"\b(?:{side})\b", re.IGNORECASE) for side in group]
    for group in (
        (
            r"all(?! of a)|everyone|everybody|unanimous(?:ly)?",
            r"most(?= of|ly| [a-z]+s\b)|the (?:vast )?majority|nearly all|almost all|mostly",
            r"some(?= of| [a-z]+s\b)|several|many(?= of| [a-z]+s\b)|a number of|various|typically|generally|"
            r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+) of",
            r"few(?= of| [a-z]+s\b)|a minority|hardly any|seldom|rarely",
        ),
        (
            r"next (?:year|month|week|spring|summer|autumn|winter)",
            r"(?:last|past) (?:year|month|week|spring|summer)",
            r"this (?:year|month|week|spring|summer|autumn|winter)",
        ),
        (r"(?:end|close) of", r"(?:beginning|start) of", r"middle of"),
        (
            r"first|1st",
            r"second(?!s| (?:of|later|in)\b)|2nd",
            r"third|3rd",
            r"(?:four|fif|six|seven|eigh|nin|ten)th|\d+(?:th|st|nd|rd)",
            r"last|final",
        ),
        (r"mornings?", r"afternoons?", r"evenings?", r"nights?"),
        (r"daily|every day", r"weekly|every week", r"monthly|every month", r"quarterly", r"yearly|annual(?:ly)?"),
        (r"once", r"twice"),
        (r"chief executive|CEO", r"chief engineer", r"chief financial officer", r"chief scientist"),
    )
]
"""Words and phrases that exclude each other, as patterns: quantities, times, places in an order, offices."""
_MAYBE = r"might|(?-i:may)(?= \w)(?! \d)|could|possibly|perhaps|maybe|probably|thought|feared|suspect(?:s|ed)?"
_HEDGED = re.compile(rf"\b(?:{_MAYBE})\b(?P<of>[^.;:!?]*)", re.IGNORECASE)
_HEDGE = re.compile(
    rf"\b(?:{_MAYBE}|can|cannot|would|will|potential(?:ly)?|possib\w+|likely|unlikely|chance|risks?|whether|if|expect\w*|"
    r"believ\w+|think\w*|estimat\w+|reckon\w*|fears?|worr\w+|suggest\w*|able|unable|ruled|unsure|unclear|guess\w*|"
    r"says? that \w+ may)\b",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:second|third|fourth|fifth|\d+(?:nd|rd|th))[- ](?P<most>\w+est)\b", re.IGNORECASE)
_RATHER = re.compile(
    r"(?P<one>[\w’'-]+)(?:,| )\s?(?:rather than|instead of|and not|not)\s(?:an? |the |by )?(?P<other>[\w’'-]+)",
    re.IGNORECASE,
)
_COMPARED = [
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in (
        ("more", "less|fewer"),
        ("most", "least|fewest"),
        ("better|best", "worse|worst"),
        ("higher|highest", "lower|lowest"),
        ("before", "after"),
        ("above|over", "below|under"),
    )
]
"""Words that put two things against each other, each before what it is said of."""

_CLAUSE = re.compile(r"[.;:!?,]|\b(?:and|but|than|while)\b")
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_TURNING = re.compile(r"\b(?:by|from|been|was|were|is|are|with|and|between)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def shift(claim: str, evidence: Sequence[str]) -> str:
    """The word of a claim that shifts what its evidence says; empty where there is none."""
    there = " ".join(evidence)
    checks = (_other_of_group, _without_rank, _surer, _other_way_of_rather, _comparison_turned, _names_exchanged)
    return next((word for check in checks if (word := check(claim, there))), "")


def _other_of_group(claim: str, there: str) -> str:
    """One of several words that exclude each other, where the evidence has another."""
    for group in _GROUPS:
        said = {at: match.group() for at, side in enumerate(group) if (match := side.search(claim))}
        known = {at for at, side in enumerate(group) if side.search(there)}
        new = [at for at in said if at not in known]
        if new and known - set(said):
            return said[new[0]]
    return ""


def _without_rank(claim: str, there: str) -> str:
    """`the largest` for `the second-largest`."""
    for match in _RANKED.finditer(there):
        most = match["most"]
        if re.search(rf"\b{most}\b", claim, re.IGNORECASE) and not _RANKED.search(claim):
            alone = re.search(rf"(?<![-\w]){most}\b", _RANKED.sub(" ", there), re.IGNORECASE)
            return "" if alone else most
    return ""


def _surer(claim: str, there: str) -> str:
    """What the evidence holds possible, said as a fact."""
    if _HEDGE.search(claim):
        return ""
    sure = set(_content(_HEDGED.sub(" ", there)))
    said = set(_content(claim))
    for match in _HEDGED.finditer(there):
        supposed = [stem for stem in _content(match["of"])[:4] if stem not in sure]
        if sum(stem in said for stem in supposed) >= min(2, len(supposed) or 1):
            return match.group().split()[0]
    return ""


def _other_way_of_rather(claim: str, there: str) -> str:
    """`A rather than B` for `B rather than A`."""
    ordered = {(stems(match["one"])[:1] or [""])[0]: match["other"] for match in _RATHER.finditer(there)}
    for match in _RATHER.finditer(claim):
        one, other = stems(match["one"])[:1], stems(match["other"])[:1]
        if one and other and other[0] in ordered and stems(ordered[other[0]])[:1] == one:
            return match["one"]
    return ""


def _comparison_turned(claim: str, there: str) -> str:
    """`less on A and more on B` for `more on A and less on B`."""
    for one, other in (*_COMPARED, *((second, first) for first, second in _COMPARED)):
        known, opposed = _compared(one, there), _compared(other, there)
        if _compared(one, claim) & (opposed - known) and known:
            return next(match.group() for match in one.finditer(claim))
    return ""


def _compared(side: re.Pattern[str], text: str) -> set[str]:
    """The first word with content after each of some comparatives, by its stem."""
    following = (_content(_CLAUSE.split(text[match.end() :])[0]) for match in side.finditer(text))
    return {stems_of_it[0] for stems_of_it in following if stems_of_it}


def _names_exchanged(claim: str, there: str) -> str:
    """`A wrote to B` for `B wrote to A`: two names about the same word, in the other order, and no passive."""
    turned = {(second, word, first) for first, word, second in _triples(there)}
    return next((first for first, word, second in _triples(claim) if (first, word, second) in turned), "")


def _triples(text: str) -> Iterator[tuple[str, str, str]]:
    """Names that follow each other, with each content word between them."""
    found = list(_NAME.finditer(text))
    for one, other in pairwise(found):
        between = text[one.end() : other.start()]
        if not re.search(r"[.;:!?,]", between) and not _TURNING.search(between):
            for stem in _content(between):
                yield one.group(), stem, other.group()


def _content(text: str) -> list[str]:
    words = (word for word in _WORD.findall(text) if word.casefold() not in FUNCTION_WORDS)
    return [found[0] for word in words if (found := stems(word))]
