"""The calibration questions, and the reading of question files."""

import json
from pathlib import Path

import pytest

from evals.questions import read_folder
from index import SourceError

ROOT = Path(__file__).parents[2]
CALIBRATION = ROOT / "evals" / "calibration"


def test_every_calibration_question_has_its_evidence() -> None:
    """Each piece of evidence stands in exactly one sentence of its article; a third and more have no answer."""
    files = list(read_folder(CALIBRATION, ROOT / "seeds"))
    questions = [question for file in files for question in file.questions]
    assert {file.name for file in files} == {"amazon-ai-everything", "harbour-ferry", "library-hours"}
    assert all(len(group) >= 1 for question in questions for group in question.groups)
    assert all(bool(question.groups) == question.answerable for question in questions)
    assert sum(not question.answerable for question in questions) / len(questions) >= 0.33


def test_the_shipped_article_is_quoted_sparingly() -> None:
    """A piece of evidence is a few words that tell the sentence, not the sentence."""
    rows = (CALIBRATION / "amazon-ai-everything.jsonl").read_text(encoding="utf-8").splitlines()
    pieces = [piece for row in map(json.loads, rows) for group in row["evidence"] for piece in group]
    assert max(len(piece.split()) for piece in pieces) <= 8


def question_file(folder: Path, **changes: object) -> Path:
    """A folder with a small article and one question about it."""
    (folder / "tides.md").write_text("# Tides\n\nThe moon raises *the tides*. Fundy sees sixteen metres.\n")
    row = {"question": "q", "category": "factoid", "answerable": True, "evidence": [["raises *the tides*"]], **changes}
    (folder / "tides.jsonl").write_text(json.dumps(row) + "\n")
    return folder


def test_markup_of_the_evidence_does_not_count(tmp_path: Path) -> None:
    """Evidence is compared as a reader sees it, whole sentence or piece of one."""
    (file,) = read_folder(question_file(tmp_path))
    assert file.questions[0].groups == (frozenset({1}),)


def test_evidence_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A question whose evidence is missing from the article stops the reading."""
    with pytest.raises(SourceError, match="evidence of 'q' is not in the article"):
        list(read_folder(question_file(tmp_path, evidence=[["sixty metres"]])))


def test_a_question_file_needs_its_article(tmp_path: Path) -> None:
    """Questions without an article are told."""
    (tmp_path / "alone.jsonl").write_text("{}")
    with pytest.raises(SourceError, match="no article"):
        list(read_folder(tmp_path))
