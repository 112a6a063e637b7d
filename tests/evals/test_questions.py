"""Question files, and gold cases as such."""

import json
from pathlib import Path

import pytest

import evals
from evals.cases import GoldSet
from evals.questions import labelled, read_folder
from index import SourceError


def question_file(folder: Path, **changes: object) -> Path:
    """A folder with a small article and one question about it."""
    (folder / "tides.md").write_text("# Tides\n\nThe moon raises *the tides*. Fundy sees sixteen metres.\n")
    row = {"question": "q", "category": "factoid", "answerable": True, "evidence": [["raises *the tides*"]], **changes}
    (folder / "tides.jsonl").write_text(json.dumps(row) + "\n")
    return folder / "tides.jsonl"


def test_markup_of_the_evidence_does_not_count(tmp_path: Path) -> None:
    """Evidence is compared as a reader sees it, whole sentence or piece of one."""
    question_file(tmp_path)
    (file,) = read_folder(tmp_path)
    assert file.questions[0].groups == (frozenset({1}),)


def test_evidence_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A question whose evidence is missing from the article stops the reading."""
    question_file(tmp_path, evidence=[["sixty metres"]])
    with pytest.raises(SourceError, match="evidence of 'q' is not in the article"):
        list(read_folder(tmp_path))


def test_a_question_file_needs_its_article(tmp_path: Path) -> None:
    """Questions without an article are told."""
    (tmp_path / "alone.jsonl").write_text("{}")
    with pytest.raises(SourceError, match="no article"):
        list(read_folder(tmp_path))


def test_the_written_questions_are_sound() -> None:
    """Every piece of their evidence is in their article; a third of them have none."""
    files = list(read_folder(Path(evals.__file__).parent / "written" / "dev"))
    assert len(files) == 10
    assert {len(file.questions) for file in files} == {60}
    assert {sum(not question.answerable for question in file.questions) for file in files} == {20}


def test_gold_cases_are_labelled_by_sentence(gold: GoldSet) -> None:
    """A span labels the sentence that it stands in; history and answerability go along."""
    file = labelled(gold)
    by_id = dict(zip([case.id for case in gold.cases], file.questions, strict=True))
    (number,) = by_id["t1"].groups[0]
    assert gold.article.quote(gold.article.sentences[number]).endswith("ground flour since 1721.")
    assert len(by_id["t3"].groups) == 2
    assert len(by_id["t5"].question.history) == 2
    assert not by_id["t7"].answerable
