"""How often the checks on a model's statements are right, on the labelled lists."""

from collections.abc import Sequence

import pytest

from bot import Settings
from evals.claims import LISTS, Judged, LabelledClaim, judge, read_claims, table, verifiers_of

KEPT = {"dev": 30, "test": 25, "exchanged": 28, "blind": 131, "unseen": 135}
"""Honest statements that were kept when the table of docs/model.md was made, by list."""

THROUGH = {"dev": 0, "test": 0, "exchanged": 4, "blind": 3, "unseen": 6}
"""Lies that came through then."""

SLACK = 2
"""Processors round differently."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Judged]:
    """Every labelled statement, checked."""
    claims = read_claims()
    return judge(claims, verifiers_of(claims, Settings.load(home=tmp_path_factory.mktemp("claims"))))


def test_there_are_enough_of_both() -> None:
    """Honest ones and lies, each with a name of its own, in every list."""
    claims = read_claims()
    assert len({claim.id for claim in claims}) == len(claims)
    for name in LISTS:
        found = [claim.honest for claim in read_claims(name)]
        assert min(sum(found), len(found) - sum(found)) >= 37


def test_honest_statements_are_kept(judged: Sequence[Judged]) -> None:
    """As many as when the network was trained."""
    for split, kept in KEPT.items():
        found = [one.right for one in judged if one.claim.split == split and one.claim.honest]
        assert sum(found) >= kept - SLACK, split


def test_hardly_a_lie_comes_through(judged: Sequence[Judged]) -> None:
    """As few as then; with a wrong number or date hardly one, wherever it was written."""
    for split, through in THROUGH.items():
        found = [one for one in judged if one.claim.split == split and not one.claim.honest and not one.right]
        assert len(found) <= through + SLACK, [one.claim.claim for one in found]
    plain = [one for one in judged if one.claim.kind in ("number", "date") and not one.claim.honest and not one.right]
    assert len(plain) <= 1


def test_the_table_counts_what_is_right() -> None:
    """A claim that is dropped counts against the honest, one that passes against the false."""
    claim = LabelledClaim(
        id="a", doc="d", split="dev", honest=True, kind="number", question="q", claim="c", sentences=("s",)
    )
    false = claim.model_copy(update={"honest": False})
    rows = table([Judged(claim, ("numbers",)), Judged(claim, ()), Judged(false, ()), Judged(false, ("names",))])
    assert "| honest statements kept | 1 of 2 |" in rows
    assert "| caught: number | 1 of 2 |" in rows
