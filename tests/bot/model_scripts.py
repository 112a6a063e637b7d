"""What a scripted model says of `nobody-s-rubbish`: honest statements, and one with no end."""

from collections.abc import Callable
from typing import Any

from tests.bot.model_server import Reply, Request, as_json, lines
from tests.bot.model_writers import number_of

ASKED = "What broke on Harrier 19?"
RUPTURED, FACTORY, COUNTED, MUTED = "a battery on Harrier 19 ruptured", "factory setting", "212", "had been muted"

Say = Callable[[Request], list[tuple[str, list[int]]]]


def says(claims: Say, **reply: Any) -> Callable[[Request], Reply]:
    """A script that writes claims in the form that it is asked for."""

    def script(request: Request) -> Reply:
        written = claims(request)
        return Reply(as_json(*written) if request.as_json else lines(*written), **reply)

    return script


def honest(request: Request) -> list[tuple[str, list[int]]]:
    """Two statements that the article bears out."""
    return [
        (
            "A battery on Harrier 19 ruptured after eleven days of charging to the limit.",
            [number_of(request, RUPTURED)],
        ),
        ("An update on 2 January had set charging back to 100%.", [number_of(request, FACTORY)]),
    ]


def endless(request: Request) -> Reply:
    """One statement, and then nothing of use for a minute."""
    form = as_json if request.as_json else lines
    told = form(*honest(request)[:1]).removesuffix("]}") + "\n"
    return Reply(told + "la " * 6_000, size=100, pause=0.1)
