"""The gold of speakers, and the floor under what the rules get right."""

import json
from pathlib import Path

import pytest

from evals.speakers import GOLD, Judged, Marked, Tally, judge, read_gold, same_speaker
from index import SourceError

RIGHT = {"dev": 448, "heldout": 138}
"""How many must be right, of 456 and 142; at most `WRONG` may have a wrong name."""
WRONG = 3


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Every marked statement with the speaker that is found."""
    return list(judge(read_gold()))


@pytest.mark.parametrize("split", ["dev", "heldout"])
def test_the_floor_holds(judged: list[Judged], split: str) -> None:
    """In cases, so that one lost case is seen."""
    tally = Tally.of([one for one in judged if one.marked.split == split])
    assert tally.right >= RIGHT[split]
    assert tally.wrong <= WRONG


def test_the_gold_is_large_enough_and_of_both_kinds() -> None:
    """150 statements and more on five articles and more, half of them direct, some of nobody's."""
    gold = read_gold()
    assert len(gold) >= 150
    assert len({one.article for one in gold}) >= 5
    assert min(sum(one.kind == kind for one in gold) for kind in ("direct", "reported")) > 100
    assert sum(one.speaker is None for one in gold) > 25


def test_the_shipped_article_is_quoted_sparingly() -> None:
    """A few words that tell the statement."""
    rows = (GOLD / "amazon-ai-everything.jsonl").read_text(encoding="utf-8").splitlines()
    assert max(len(json.loads(row)["text"].split()) for row in rows) <= 8


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann Lee", "Ann Lee", True),
        ("Lee", "Ann Lee", False),
        ("the company", "company", True),
        ("two people", "two people who were present", True),
        ("the company", "the union", False),
        (None, None, True),
        (None, "Ann Lee", False),
    ],
)
def test_names_are_compared_whole_and_descriptions_in_part(one: str | None, other: str | None, same: bool) -> None:
    """A name is right in full; nobody is only nobody."""
    assert same_speaker(one, other) is same


def test_a_missed_name_is_not_a_wrong_one() -> None:
    """Nobody named where somebody speaks is missed; somebody named where nobody speaks is wrong."""
    known = Marked("a", "x", "Ann Lee", "direct", "dev")
    nobody = Marked("a", "x", None, "direct", "dev")
    judged = [Judged(known, None), Judged(known, "Ben"), Judged(nobody, "Ben"), Judged(nobody, None)]
    assert [one.outcome for one in judged] == ["missed", "wrong", "wrong", "right"]
    tally = Tally.of(judged)
    assert (tally.accuracy, tally.coverage) == (0.25, 0.5)


def test_bad_gold_is_told(tmp_path: Path) -> None:
    """A line that is none, words that do not stand once, an article that is not there."""
    (tmp_path / "a.jsonl").write_text("{}\n")
    with pytest.raises(SourceError, match=r"a\.jsonl, line 1"):
        read_gold(tmp_path)
    with pytest.raises(SourceError, match="does not stand there once"):
        list(judge([Marked("harbour-ferry", "the", None, "direct", "dev")]))
    with pytest.raises(SourceError, match="no article nowhere"):
        list(judge([Marked("nowhere", "the", None, "direct", "dev")]))
