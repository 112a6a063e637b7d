"""Text between Slack and the bot: what a user typed as plain text, ours escaped, long texts cut. Pure functions."""

import re

_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)")


def plain(text: str) -> str:
    """What a user typed, from Slack's mrkdwn: mentions of people gone, links as their label, entities resolved."""
    text = _TOKEN.sub(lambda found: _shown(found[1], found[2]), text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.split())


def escape(text: str) -> str:
    """Text that Slack reads no mention, link or command in."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """At most `most` characters of a text, to the end of a sentence if one ends in its second half, else of a word."""
    if len(text) <= most:
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text, most // 2, most - 1)]
    end = ends[-1] if ends else text.rfind(" ", most // 2, most - 1)
    return text[: end if end > 0 else most - 2].rstrip() + " …"


def pieces(text: str, most: int) -> list[str]:
    """A text in pieces of at most `most` characters, each to the end of a sentence or word where there is one."""
    found = []
    while len(text) > most:
        ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, most)]
        end = ends[-1] if ends else text.rfind(" ", 1, most)
        end = end if end > 0 else most
        found.append(text[:end])
        text = text[end:]
    return [*found, text] if text else found


def _shown(target: str, label: str | None) -> str:
    if target.startswith("@"):
        return " "
    if target.startswith("#"):
        return f"#{label}" if label else " "
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label or target.removeprefix("mailto:")
