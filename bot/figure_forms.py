"""Numbers of a claim written as its evidence writes them: `14` as `fourteen`, `38%` as `38 per cent`."""

from collections.abc import Sequence

from bot.figures import Figure, figures


def as_told(claim: str, quotes: Sequence[str]) -> str:
    """The claim with each number that the quotes have in another form, and in none of the claim's, in that form.

    It is only compared, not shown: who compares need not know that both are the same.
    """
    there = [one for quote in quotes for one in figures(quote) if one.start >= 0]
    for one in sorted(figures(claim), key=lambda figure: -figure.start):
        other = _other_form(one, there)
        if other and one.start >= 0:
            claim = claim[: one.start] + other + claim[one.end :]
    return claim


def _other_form(figure: Figure, there: Sequence[Figure]) -> str:
    """How a number is written there, where that is only in another way; else empty."""
    same = [one.text for one in there if (one.value, one.kind) == (figure.value, figure.kind)]
    return same[0] if same and figure.text not in same else ""
