"""Numbers and dates of a text as values, so that `twenty`, `20` and `20.0` are one, and `92` and `29` are not.

Of a figure counts its value, what it measures (per cent, a currency, a time of day) and how exactly it is meant
(`about 200`, `more than 200`).
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_UNITS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 10**9, "trillion": 10**12}
_SHORT = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 10**9, "b": 10**9, "tn": 10**12}
_ORDINALS = dict(
    zip(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        range(3, 21),
        strict=True,
    )
)
_OTHERS = {"dozen": 12.0, "twice": 2.0, "double": 2.0, "doubled": 2.0, "triple": 3.0, "tripled": 3.0, "half": 0.5}
_IMPLIED = {"both": 2.0, "pair": 2.0, "couple": 2.0, "halved": 0.5, "halves": 0.5, "thrice": 3.0, "decade": 10.0}
"""Words that bear a number where evidence has them, and need none where a claim does."""

_CURRENCIES = {"$": "$", "£": "£", "€": "€", "¥": "¥", "dollar": "$", "pound": "£", "euro": "€", "yen": "¥"}
_WORDS = "|".join([*_UNITS, *_TENS, *_SCALES, *_ORDINALS, *_OTHERS])
_NUMBER = re.compile(
    rf"""(?<![\w.,])(?P<currency>[$£€¥])?[ ]?
    (?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
       (?:(?:[ ]|-)?(?P<scale>hundred|thousand|million|billion|trillion|mn|bn|tn|k|m|b)(?![\w]))?
       (?P<ordinal>st|nd|rd|th|s)?
     |(?P<words>half[ ]an?[ ](?:{_WORDS})|(?:{_WORDS})
        (?:(?:[ -]|(?<=hundred)[ -]and[ -]|(?<=thousand)[ ]and[ ]|(?<=million)[ ]and[ ])(?:{_WORDS}))*)(?!\w|[’']\w))
    (?P<percent>[ ]?%|[ -]?per[ ]?cent\b|[ ]?pc\b|[ ]percentage[ ]points?\b)?
    (?P<money>[ -](?:dollar|pound|euro|yen)s?\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d.,:$£€¥])(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?[ ]?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\d.,:])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![:\d])",
    re.IGNORECASE,
)
_HEDGES = (
    ("about", re.compile(r"\b(?:about|around|roughly|approximately|some|circa|close to|or so)\W{0,3}$", re.IGNORECASE)),
    ("least", re.compile(r"\b(?:at least|upwards? of|no (?:less|fewer) than)\W{0,3}$", re.IGNORECASE)),
    ("most", re.compile(r"\b(?:at most|up to|no more than)\W{0,3}$", re.IGNORECASE)),
    ("over", re.compile(r"\b(?:over|more than|above|exceeding|past)\W{0,3}$", re.IGNORECASE)),
    ("under", re.compile(r"\b(?:under|fewer than|less than|below|nearly|almost)\W{0,3}$", re.IGNORECASE)),
)
_ABOUT, _BEYOND = 0.06, 0.25
"""How far from the evidence `about 200` may be, and `more than 200`, as shares of it."""

_SHARE = re.compile(
    rf"\b(?P<part>\d+|{'|'.join(_UNITS)}) (?:in|out of)(?: every)? (?P<whole>\d+|{'|'.join([*_UNITS, 'hundred'])})\b"
    r"|\b(?:a |one[ -])(?P<one>third|quarter|fifth|tenth)\b"
    r"|\b(?P<some>two|three|four)[ -](?P<parts>third|quarter|fifth|tenth)s\b",
    re.IGNORECASE,
)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}

_PART = re.compile(r"\b(?:a|one)[ -](?P<part>third|quarter|fifth|tenth)$", re.IGNORECASE)
_LASTS = re.compile(r"[ -](?:\w+ )?(?:second|minute|hour|day|week|month|year|decade)s?\b", re.IGNORECASE)
"""What `over two years` lasts: there `over` says when, and not how many."""

_MONTHS = "january february march april may june july august september october november december".split()
DATE_NAMES = frozenset([*_MONTHS, *"monday tuesday wednesday thursday friday saturday sunday".split()])
"""Months and weekdays, which begin with a capital and are no names."""

_DATE_WORD = re.compile(
    r"(?<!\w)(?:(?P<name>Jan(?:uary)?|Feb(?:ruary)?|Apr(?:il)?|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)|(?P<day>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?)(?!\w)"
)
_MAY_MARCH = re.compile(
    r"(?:(?<=\d )|(?<=\dth )|(?<=\dst )|\b(?:[Ii]n|[Oo]f|[Ss]ince|[Uu]ntil|[Bb]y|[Ll]ast|[Nn]ext|[Ff]rom|[Dd]uring|"
    r"[Ee]arly|[Ll]ate|[Ff]ollowing|[Aa]nd|[Tt]o) )(?P<before>May|March)\b|\b(?P<after>May|March)(?= \d)"
)
_ISO = re.compile(r"\b\d{4}-(?P<iso>\d{2})-\d{2}\b|\b\d{1,2}/(?P<slash>\d{1,2})/\d{2,4}\b")
_RELATIVE = re.compile(r"\b(?:yesterday|tomorrow|spring|summer|autumn|winter)\b", re.IGNORECASE)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_MONTH_BEFORE, _MONTH_AFTER = re.compile(rf"{_MONTH}\s+(?:the )?$"), re.compile(rf"\s+(?:of )?{_MONTH}\b")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text: its value, what it measures (`%`, `$`, `clock`), how it is hedged, how it is written."""

    value: float
    kind: str
    hedge: str
    text: str
    start: int = -1
    end: int = -1


def founds(figure: Figure, other: Figure) -> bool:
    """Whether a figure may follow from another."""
    return _same_kind(figure, other) and _agrees(figure, other)


def unfounded_figures(claim: str, evidence: Sequence[str]) -> list[str]:
    """The numbers of a claim that none of the texts has, as they are written."""
    known = [figure for text in evidence for figure in [*figures(text), *_implied(text)]]
    return [figure.text for figure in figures(claim) if not _is_founded(figure, known)]


def unfounded_dates(claim: str, evidence: Sequence[str]) -> list[str]:
    """The months, weekdays and words like `yesterday` of a claim that none of the texts has."""
    known = {word for text in evidence for word in date_words(text)}
    return [word for word in dict.fromkeys(date_words(claim)) if word not in known]


def figures(text: str) -> list[Figure]:
    """The numbers of a text in order. `one`, `first` and `second` are words more often than numbers: they are none."""
    found = []
    free = text
    for match in _CLOCK.finditer(text):
        found.append(Figure(_minutes(match), "clock", "", match.group().strip(), *match.span()))
        free = free[: match.start()] + " " * len(match.group()) + free[match.end() :]
    found += [figure for match in _NUMBER.finditer(free) if (figure := _figure(match, free))]
    return found


def date_words(text: str) -> Iterator[str]:
    """Months and weekdays in lower case and in full, from numeric dates too."""
    for match in _DATE_WORD.finditer(text):
        word = (match["name"] or match["day"]).casefold()
        yield next((month for month in _MONTHS if month.startswith(word[:3])), word) if match["name"] else word
    for match in _MAY_MARCH.finditer(text):
        yield (match["before"] or match["after"]).casefold()
    for match in _ISO.finditer(text):
        month = int(match["iso"] or match["slash"])
        if 1 <= month <= len(_MONTHS):
            yield _MONTHS[month - 1]
    for match in _RELATIVE.finditer(text):
        yield match.group().casefold()


def _figure(match: re.Match[str], text: str) -> Figure | None:
    words = (match["words"] or "").casefold()
    if words in ("one", "second") or (words and not match["percent"] and words == "zero"):
        return None
    value = _spelt(words) if words else float(match["digits"].replace(",", "")) * _scale(match["scale"])
    kind = "%" if match["percent"] else _CURRENCIES.get(match["currency"] or "", "")
    if not kind and match["money"]:
        kind = _CURRENCIES[match["money"].strip(" -").casefold().removesuffix("s")]
    hedge = next(
        (name for name, before in _HEDGES if before.search(text[max(0, match.start() - 24) : match.start()])), ""
    )
    if not kind and (part := _PART.search(f"{text[max(0, match.start() - 4) : match.start()]}{words}")):
        return Figure(100 / _PARTS[part["part"]], "%", hedge, match.group().strip(), *match.span())
    if not kind and _is_ordinal(match, text):
        kind = "ordinal"
    if hedge == "over" and _LASTS.match(text[match.end() :]):
        hedge = ""
    return Figure(value, kind, hedge, match.group().strip(), *match.span())


def _is_ordinal(match: re.Match[str], text: str) -> bool:
    """Whether a number says which one, and not how many; the day of a month is written either way."""
    last = re.split(r"[ -]", (match["words"] or "").casefold())[-1]
    if last not in _ORDINALS and (match["ordinal"] or "s").casefold() == "s":
        return False
    around = text[max(0, match.start() - 16) : match.start()], text[match.end() : match.end() + 16]
    return not (_MONTH_BEFORE.search(around[0]) or _MONTH_AFTER.match(around[1]))


def _scale(word: str | None) -> int:
    word = (word or "").casefold()
    return _SCALES.get(word) or _SHORT.get(word, 1)


def _spelt(words: str) -> float:
    """The value of a number in words: `two hundred and twelve`, `half a million`, `three dozen`."""
    total, current = 0.0, 0.0
    for word in re.findall(r"[a-z]+", words):
        if word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif word == "dozen":
            current = (current or 1) * 12
        elif word not in ("and", "a"):
            current += (_UNITS | _TENS | _ORDINALS | _OTHERS)[word]
    return total + current


def _implied(text: str) -> list[Figure]:
    """Numbers that a text bears without writing one: `both`, `a pair`, `one`."""
    words = re.findall(r"[a-z]+", text.casefold())
    found = [Figure(_IMPLIED[word], "", "", word) for word in words if word in _IMPLIED]
    found += [Figure(_share(match), "%", "implied", match.group()) for match in _SHARE.finditer(text)]
    if re.search(r"\b(?:one|single|a|an)\b", text, re.IGNORECASE):
        found.append(Figure(1.0, "", "", "one"))
    return found


def _share(match: re.Match[str]) -> float:
    """Per cent of `one in ten`, `a third`, `three quarters`."""
    if match["one"]:
        return 100 / _PARTS[match["one"].casefold()]
    if match["some"]:
        return 100 * _UNITS[match["some"].casefold()] / _PARTS[match["parts"].casefold()]
    part, whole = (
        float(text) if text.isdigit() else _spelt(text.casefold()) for text in (match["part"], match["whole"])
    )
    return 100 * part / whole if whole else 0.0


def _minutes(match: re.Match[str]) -> float:
    hour = int(match["hour"] or match["hour24"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].casefold() == "p" else 0)
    return float(hour * 60 + int(match["minute"] or match["minute24"] or 0))


def _is_founded(figure: Figure, known: Iterable[Figure]) -> bool:
    return any(founds(figure, other) for other in known)


def _same_kind(figure: Figure, other: Figure) -> bool:
    """Whether two figures may measure the same: a claim may leave the measure out, and not bring one along."""
    if {"clock", "ordinal"} & {figure.kind, other.kind}:
        return figure.kind == other.kind
    return figure.kind in ("", other.kind) or (figure.kind == "%" and other.text.casefold() in ("half", "halved"))


def _agrees(figure: Figure, other: Figure) -> bool:
    """Whether a figure follows from another: equal, or within what `about`, `more than` and the like allow."""
    value, there = figure.value, other.value
    if figure.kind == "%" and other.kind != "%":
        there *= 100
    if other.kind == "%" and figure.text.casefold() == "half":
        value *= 100
    if other.hedge == "implied":
        return figure.kind == "%" and abs(value - there) <= 0.02 * there
    if math.isclose(value, there, rel_tol=1e-9):
        return {figure.hedge, other.hedge} != {"least", "most"} and (
            figure.hedge not in ("over", "under") or other.hedge == figure.hedge
        )
    if figure.hedge == "about":
        return abs(value - there) <= _ABOUT * there
    if figure.hedge in ("over", "least"):
        return value < there <= value * (1 + _BEYOND) and other.hedge not in ("under", "most")
    return (
        figure.hedge in ("under", "most")
        and value * (1 - _BEYOND) <= there < value
        and other.hedge not in ("over", "least")
    )
