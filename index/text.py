"""Text as a reader sees it."""

import re

# What Python's `\s` leaves out of the white space that a reader cannot see either.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    r"""Canonical inline text: control and invisible characters go, runs of white space become one space.

    >>> clean(" a\u00a0b\n\tc ")
    'a b c'
    """
    return _SPACE.sub(" ", _CONTROL.sub(" ", _INVISIBLE.sub("", text))).strip()
