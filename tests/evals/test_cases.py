"""Reading and checking gold files, and the project's own."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.cases import CATEGORIES, EASY, GoldSet, asked, dataset_sha256, gold_folder, read_gold, shipped_gold
from evals.errors import EvalError
from evals.place import dumped, placed
from evals.summary import is_low_overlap
from index import Article

SHIPPED = "amazon-ai-everything"


def rewritten(gold_file: Path, folder: Path, **changes: Any) -> Path:
    """The gold file with its first case changed."""
    lines = gold_file.read_text(encoding="utf-8").splitlines()
    (folder / "tides.md").write_bytes((gold_file.parent / "tides.md").read_bytes())
    lines[0] = json.dumps({**json.loads(lines[0]), **changes})
    (folder / "tides.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder / "tides.jsonl"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"id": "t2"}, "2 cases have this id"),
        ({"question": "who says  they sell what IS given"}, "2 cases ask"),
        ({"evidence": [[{"start": 3, "end": 9, "text": "nothing"}]]}, "not 'nothing'"),
        ({"evidence": [[{"start": 9, "end": 9, "text": ""}]]}, "is '', not ''"),
        ({"evidence": []}, "an answerable case has evidence"),
        ({"evidence": [[]]}, "no empty group"),
        ({"why_unanswerable": "because"}, "an answerable one does not"),
        ({"history": [{"q": "a", "a": "b"}]}, "a case with a history is a follow_up"),
        ({"category": ["factoid", "factoid"]}, "named twice"),
        ({"category": ["riddle"]}, "category.0"),
        ({"category": []}, "category"),
        ({"doc_sha256": "0"}, "not the one that it was written for"),
        ({"doc": "other"}, "about one article, not 2"),
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"question": ""}, "question"),
    ],
)
def test_what_is_wrong_with_a_case_is_told(gold_file: Path, tmp_path: Path, changes: dict[str, Any], what: str) -> None:
    """Every promise of a gold file is checked when it is read, and the case is named."""
    with pytest.raises(EvalError, match=what):
        read_gold(rewritten(gold_file, tmp_path, **changes))


def test_a_gold_file_that_is_none_is_told(tmp_path: Path) -> None:
    """Missing, empty, not JSON, not UTF-8, without its article: one line each."""
    wrong = tmp_path / "wrong.jsonl"
    with pytest.raises(EvalError, match="No such file"):
        read_gold(wrong)
    for data, what in ((b"", "no cases"), (b"{", "wrong.jsonl:1"), (b"\xff\xfe", "cannot be read"), (b"[1]", ":1: ")):
        wrong.write_bytes(data)
        with pytest.raises(EvalError, match=what):
            read_gold(wrong)


def test_a_gold_file_needs_its_article(gold_file: Path, tmp_path: Path) -> None:
    """Cases whose article is not there are told."""
    path = rewritten(gold_file, tmp_path)
    (tmp_path / "tides.md").unlink()
    with pytest.raises(EvalError, match=r"no article tides\.md"):
        read_gold(path)


def test_white_space_and_line_ends_change_nothing(gold: GoldSet, gold_file: Path, tmp_path: Path) -> None:
    """CRLF, blank lines and a byte order mark in the cases and the article give the same cases and spans."""
    text = gold_file.read_text(encoding="utf-8").replace("\n", "\r\n\r\n")
    (tmp_path / "tides.jsonl").write_bytes(b"\xef\xbb\xbf" + text.encode())
    article = (gold_file.parent / "tides.md").read_text(encoding="utf-8")
    (tmp_path / "tides.md").write_bytes(article.replace("\n", "\r\n").replace(" mill ", "  mill\t").encode())
    again = read_gold(tmp_path / "tides.jsonl")
    assert again.cases == gold.cases
    assert again.article.text == gold.article.text
    assert dataset_sha256(reversed(again.cases)) == dataset_sha256(gold.cases)


def test_a_split_is_taken_alone(gold_file: Path) -> None:
    """Thresholds see dev only."""
    assert read_gold(gold_file, "heldout").cases == ()
    assert len(read_gold(gold_file, "dev").cases) == len(read_gold(gold_file).cases)


def test_a_fragment_must_stand_once(gold: GoldSet) -> None:
    """A draft's fragment that is missing or ambiguous is told with its count."""
    row = {"id": "x", "category": ["factoid"], "question": "q", "answerable": True}
    for fragment, count in (("no such words", 0), ("Half-baked bread is sold", 2)):
        with pytest.raises(EvalError, match=f"stands in the article {count} times"):
            placed({**row, "evidence": [[fragment]]}, gold.article, "dev")


def test_placing_again_changes_nothing(gold: GoldSet) -> None:
    """A placed case may be placed again: its fragments are its spans' texts."""
    for case in gold.cases:
        row = json.loads(dumped(case))
        assert placed({"evidence": [], **row}, gold.article, "dev") == case


# The gold sets of the project


@pytest.fixture(scope="module")
def shipped() -> list[GoldSet]:
    """All of them; reading checks every span, group, id and category."""
    return shipped_gold(None)


def test_the_gold_is_large_and_a_third_has_no_answer(shipped: list[GoldSet]) -> None:
    """At least 220 cases on the shipped article, 30 % unanswerable, in both splits; other texts beside it."""
    own = [case for part in shipped if part.article.id == SHIPPED for case in part.cases]
    assert len(own) >= 220
    for split in ("dev", "heldout"):
        cases = [case for case in own if case.split == split]
        assert sum(not case.answerable for case in cases) >= 0.3 * len(cases)
    assert len({part.article.id for part in shipped} - {SHIPPED}) >= 2


def test_the_gold_asks_every_kind_of_question(shipped: list[GoldSet]) -> None:
    """Each category occurs; half of the answerable questions share hardly a word with what answers them."""
    counts = Counter(kind for part in shipped for case in part.cases for kind in case.category)
    assert min(counts[kind] for kind in CATEGORIES if kind != "feedback") >= 5
    answerable = [(case, part.article) for part in shipped for case in part.cases if case.answerable]
    assert sum(is_low_overlap(*pair) for pair in answerable) >= len(answerable) / 2
    assert len({case.author for part in shipped for case in part.cases} - {""}) >= 5


def test_unanswerable_cases_are_of_an_unanswerable_kind(shipped: list[GoldSet]) -> None:
    """A near miss, a false premise, off topic, an injection or a follow-up to one; and the other way round."""
    kinds = EASY | {"near_miss", "false_premise"}
    cases = [case for part in shipped for case in part.cases]
    assert [c.id for c in cases if c.answerable and set(c.category) & kinds] == []
    assert [c.id for c in cases if not c.answerable and not set(c.category) & (kinds | {"follow_up"})] == []


def test_no_question_is_in_both_splits(shipped: list[GoldSet]) -> None:
    """Held-out questions are not those that thresholds were set on."""
    seen: dict[tuple[str, str], str] = {}
    for part in shipped:
        for case in part.cases:
            assert seen.setdefault((part.article.id, asked(case)), case.id) == case.id
    ids = [case.id for part in shipped for case in part.cases]
    assert len(ids) == len(set(ids))


def test_the_shipped_article_is_quoted_sparingly(shipped: list[GoldSet], seed_article: Article) -> None:
    """A piece of evidence is a few words that tell the sentence, not the sentence."""
    spans = [
        span
        for part in shipped
        if part.article.id == seed_article.id
        for case in part.cases
        for span in (*case.acceptable, *(one for group in case.evidence for one in group))
    ]
    assert max(len(span.text.split()) for span in spans) <= 14
    assert all(any(s.start <= span.start and span.end <= s.end for s in seed_article.sentences) for span in spans)


def test_every_gold_file_is_read() -> None:
    """None lies there unread."""
    assert {path.name for path in gold_folder().glob("*.jsonl")} >= {f"{SHIPPED}.dev.jsonl", f"{SHIPPED}.heldout.jsonl"}
