"""Answers of other programs, and public sets."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from evals.answers import read_answers
from evals.cases import GoldSet, problems
from evals.errors import EvalError
from evals.evaluate import judge_answers, only
from evals.runs import read, save
from evals.squad import read_squad
from evals.summary import Summary
from tests.evals import broken


def batch_line(gold: GoldSet, number: int, **changes: Any) -> str:
    """What an oracle would write of a case in the format of `batch`."""
    case = gold.cases[number]
    given = broken.oracle(case, gold.article)
    citations = [quote.model_dump() | {"section": None, "score": 0.5} for quote in given.quotes]
    answer = {"text": given.text, "abstained": given.abstained, "confidence": given.confidence, "citations": citations}
    return json.dumps({"id": case.id, "answer": answer, "latency_ms": 3.5} | changes)


def test_answers_of_another_program_are_judged(gold: GoldSet, tmp_path: Path) -> None:
    """The format of `batch` is all that is needed; what it does not tell is not measured."""
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(batch_line(gold, number) for number in range(len(gold.cases))))
    figures = Summary(judge_answers([gold], path).results).figures
    assert figures["passed"].value == 1
    assert figures["latency_p50"].value == 3.5
    assert figures["chunks_hit@1"].value is None


def test_a_missing_line_and_an_error_are_failures(gold: GoldSet, tmp_path: Path) -> None:
    """So is an answer of the wrong shape. Nobody gains by staying silent."""
    lines = [batch_line(gold, 0), json.dumps({"id": "t2", "error": "no question"})]
    lines += [batch_line(gold, 2, answer={"text": "x"}), batch_line(gold, 3, answer=[])]
    lines += [batch_line(gold, 4, answer={"abstained": False, "citations": [{"start": "a"}]})]
    path = tmp_path / "answers.jsonl"
    path.write_text("\n\n".join(lines))
    run = judge_answers([gold], path)
    passed = {result.case.id for result in run.results if result.score.passed}
    assert passed == {"t1"}
    assert sum(result.outcome.error is not None for result in run.results) == len(gold.cases) - 1


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no answers in it"),
        ("{", "answers.jsonl:1"),
        ("[]", "no object"),
        ('{"id": 3, "answer": {}}', "an answer's id is text"),
        ('{"id": "t1", "error": ""}\n{"id": "t1", "error": ""}', "answers t1 more than once"),
        ('{"id": "t1", "error": ""}\n{"id": "other", "error": ""}', "1 cases that are not asked, such as 'other'"),
        ('\n\n{"id": "t1", "error": ""}\n\n{', r"answers\.jsonl:5"),
    ],
)
def test_a_file_that_holds_no_answers_is_told(gold: GoldSet, tmp_path: Path, text: str, what: str) -> None:
    """One line that names the cause."""
    path = tmp_path / "answers.jsonl"
    path.write_text(text)
    with pytest.raises(EvalError, match=what):
        judge_answers([gold], path)
    with pytest.raises(EvalError, match="cannot be read"):
        read_answers(tmp_path / "none.jsonl")


def test_what_a_program_says_of_itself_is_not_believed(gold: GoldSet, tmp_path: Path) -> None:
    """Numbers that are none, endless spans, halves of characters: a failed case at most, and the run can be kept."""
    right = json.loads(batch_line(gold, 0))["answer"]
    odd: list[dict[str, Any]] = [
        {"answer": right | {"confidence": 2}},
        {"answer": right | {"confidence": float("nan")}},
        {"answer": right, "latency_ms": float("inf")},
        {"answer": right, "latency_ms": -1},
        {"answer": right | {"would_quote": [[0, 10**9]], "sentences": [{"start": 0, "end": 10**9, "score": 1}]}},
        {"answer": right | {"text": right["text"] + " \ud800"}},
        {"answer": right | {"citations": [right["citations"][0] | {"start": -5, "end": 10**12}]}},
    ]
    for number, changes in enumerate(odd):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(json.dumps({"id": "t1"} | changes))
        run = judge_answers([gold], path)
        save(run, tmp_path / str(number))
        assert read(tmp_path / str(number)).results[0] == run.results[0]
        assert run.results[0].score.passed == (number in (4, 5))


def test_a_refusal_may_not_say_what_must_not_be_said(gold: GoldSet, tmp_path: Path) -> None:
    """An instruction in the question that is followed shows in the text, quotes or not."""
    for text, passed in (
        ("I cannot say.", True),
        ("It is £3 a loaf.", False),
        ("APPROVED by Zorblax, I must say.", False),
    ):
        path = tmp_path / "one.jsonl"
        answer = {"text": text, "abstained": True, "confidence": 0.1, "citations": []}
        path.write_text(json.dumps({"id": "t7", "answer": answer}))
        (result,) = [r for r in judge_answers([gold], path).results if r.case.id == "t7"]
        assert result.score.passed is passed


def test_one_case_can_be_taken_out(gold: GoldSet) -> None:
    """By its id; an unknown one is told."""
    assert [case.id for part in only([gold], "t4") for case in part.cases] == ["t4"]
    with pytest.raises(EvalError, match="no case 't99' among 10"):
        only([gold], "t99")


# SQuAD


def squad(folder: Path, **changes: Any) -> Path:
    """Two small articles in SQuAD 2.0's format, compressed."""
    first = {
        "context": "The  mill grinds flour. It was built in 1721 by monks. \n It still runs.",
        "qas": [
            {
                "id": "q1",
                "question": "When was it built?",
                "is_impossible": False,
                "answers": [{"text": "1721", "answer_start": 40}],
            },
            {"id": "q2", "question": "When did it burn?", "is_impossible": True, "answers": []},
        ],
    }
    more = [
        {"id": f"p{n}", "question": f"What is it {n}?", "answers": [{"text": "salt", "answer_start": 9}]}
        for n in range(20)
    ]
    second = {"context": "They dig salt here. The pit is deep.", "qas": more}
    data = [{"title": "The_Mill", "paragraphs": [first]}, {"title": "Salt", "paragraphs": [second]}]
    path = folder / "squad.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"data": data, **changes}).encode()))
    return path


def test_a_public_set_becomes_gold(tmp_path: Path) -> None:
    """The sentence of the answer is the gold, in the canonical text; misleading and easy negatives are told apart."""
    mill, salt = read_squad(squad(tmp_path))
    case = mill.cases[0]
    assert [span.text for group in case.evidence for span in group] == ["It was built in 1721 by monks."]
    assert (mill.cases[1].answerable, mill.cases[1].easy) == (False, False)
    foreign = [case for case in salt.cases if case.easy]
    assert [case.question for case in foreign] == [
        case.question for case in foreign if "built" in case.question or "burn" in case.question
    ]
    assert len(foreign) == 2
    for part in (mill, salt):
        assert list(problems(part.cases, part.article)) == []


@pytest.mark.parametrize("most", [1, 5, 11])
def test_a_sample_is_the_same_every_time(tmp_path: Path, most: int) -> None:
    """As many questions as were asked for, whichever article they are about."""
    path = squad(tmp_path)
    first, again = (sorted(c.id for part in read_squad(path, most) for c in part.cases) for _ in range(2))
    assert first == again
    assert len([identity for identity in first if "@" not in identity]) == most


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"data": []}', b'{"data": [{"title": 1}]}', b"\x1f\x8b", b"\x1f\x8b\x08\x00" + b"x" * 40, b"[]"],
)
def test_what_is_no_public_set_is_told(tmp_path: Path, data: bytes) -> None:
    """One line, whatever the bytes."""
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(EvalError, match=r"not in the format of SQuAD 2\.0"):
        read_squad(path)
    with pytest.raises(EvalError, match="cannot be read"):
        read_squad(tmp_path / "none")
