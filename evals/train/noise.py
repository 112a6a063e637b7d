"""Questions as people type them: misspelt, in lower case, without the small words. Seeded, for training only."""

import random

_NEAR = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf",
    "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xas",
}  # fmt: skip
_SMALL = frozenset("a an the is are was were do does did of to for in on at it that there and has have had".split())
_SHARE_NOISY = 0.3
_LETTERS = 14
"""One misspelling for about so many letters, in a question that gets any."""


def noisy(question: str, dice: random.Random) -> str:
    """The question, in three cases of ten made worse: lower case, terse, misspelt, or some of these."""
    if dice.random() >= _SHARE_NOISY:
        return question
    text = question
    if dice.random() < 0.6:
        text = text.lower().rstrip("?!. ")
    if dice.random() < 0.4:
        text = _terse(text)
    if dice.random() < 0.6:
        text = misspelt(text, dice)
    return text


def _terse(text: str) -> str:
    """Without the small words, unless nothing would be left."""
    words = [word for word in text.split() if word.lower() not in _SMALL]
    return " ".join(words) if len(words) > 2 else text


def misspelt(text: str, dice: random.Random) -> str:
    """With a few letters swapped, left out, doubled, or taken from the key beside."""
    letters = list(text)
    for _ in range(max(1, len(text) // _LETTERS)):
        at = dice.randrange(len(letters))
        if not letters[at].isalpha():
            continue
        kind = dice.randrange(4)
        if kind == 0 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif kind == 1 and len(letters) > 4:
            del letters[at]
        elif kind == 2:
            letters.insert(at, letters[at])
        else:
            letters[at] = dice.choice(_NEAR.get(letters[at].lower(), letters[at]))
    return "".join(letters)
