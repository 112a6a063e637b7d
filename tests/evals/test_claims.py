"""How often the checks on a model's statements are right, on the labelled set."""

from collections.abc import Sequence

import pytest

from bot import Settings
from evals.claims import EXCHANGED, STATEMENTS, Judged, LabelledClaim, judge, read_claims, table, verifiers_of

ALLOWED_WRONG = 4
"""Of either kind: the reader may be trained anew, and weigh a statement another way."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Judged]:
    """Every labelled statement, checked."""
    claims = read_claims(STATEMENTS, EXCHANGED)
    return judge(claims, verifiers_of(claims, Settings.load(home=tmp_path_factory.mktemp("claims"))))


def wrong_of(judged: Sequence[Judged], *, honest: bool, exchanged: bool = False) -> list[LabelledClaim]:
    """The statements that the checks were wrong about."""
    return [
        one.claim
        for one in judged
        if one.claim.honest is honest and (one.claim.split == "exchanged") is exchanged and not one.right
    ]


def test_there_are_enough_of_both() -> None:
    """Honest ones and false ones, each with a name of its own."""
    claims = read_claims(STATEMENTS, EXCHANGED)
    assert len({claim.id for claim in claims}) == len(claims)
    assert min(sum(claim.honest for claim in claims), sum(not claim.honest for claim in claims)) >= 60


def test_hardly_an_honest_statement_is_dropped(judged: Sequence[Judged]) -> None:
    """Other words for the same are no offence."""
    assert len(wrong_of(judged, honest=True)) <= ALLOWED_WRONG


def test_hardly_a_false_one_is_let_through(judged: Sequence[Judged]) -> None:
    """A wrong number, name, date or direction is found by words alone, each time."""
    wrong = wrong_of(judged, honest=False)
    assert len(wrong) <= ALLOWED_WRONG
    assert [claim.id for claim in wrong if claim.kind in ("number", "unit", "date", "name")] == []


def test_most_exchanged_words_are_found(judged: Sequence[Judged]) -> None:
    """Of 145 statements made to get past the checks 32 do, and of 37 honest ones beside them 7 are dropped."""
    assert len(wrong_of(judged, honest=False, exchanged=True)) <= 32 + ALLOWED_WRONG
    assert len(wrong_of(judged, honest=True, exchanged=True)) <= 7 + ALLOWED_WRONG


def test_the_table_counts_what_is_right() -> None:
    """A claim that is dropped counts against the honest, one that passes against the false."""
    claim = LabelledClaim(
        id="a", doc="d", split="dev", honest=True, kind="number", question="q", claim="c", sentences=("s",)
    )
    false = claim.model_copy(update={"honest": False})
    rows = table([Judged(claim, ("numbers",)), Judged(claim, ()), Judged(false, ()), Judged(false, ("names",))])
    assert "| honest statements kept | 1 of 2 |" in rows
    assert "| caught: number | 1 of 2 |" in rows
