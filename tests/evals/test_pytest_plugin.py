"""The plugin: a marked test runs once a case and ends with the figures."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

QUIET = ("-p", "no:langsmith_plugin", "-p", "no:asyncio")
TEST = """
import pytest

@pytest.mark.gold("tides.jsonl")
def test_bot(gold_case, gold_score):
    quotes = []
    for group in gold_case.evidence:
        span = group[0]
        quotes.append({"article": gold_case.doc, "start": span.start, "end": span.end, "quote": span.text})
    if gold_case.id == "t4":
        quotes[0]["start"] += 1
    text = " ".join(q["quote"] for q in quotes)
    answer = {"text": text, "abstained": not quotes, "citations": quotes}
    assert gold_score(answer).passed
"""


def test_a_marked_test_runs_once_a_case(pytester: pytest.Pytester, gold_file: Path) -> None:
    """Each case is a test of its own; the figures are those of the evals."""
    for file in gold_file.parent.iterdir():
        pytester.path.joinpath(file.name).write_bytes(file.read_bytes())
    pytester.makepyfile(TEST)
    result = pytester.runpytest_inprocess(*QUIET, "-q")
    result.assert_outcomes(passed=9, failed=1)
    result.stdout.fnmatch_lines(["*gold: tides.jsonl*", "cases passed*90.0%*n=10", "quotes verbatim*85.7%*n=7"])


def test_a_gold_file_that_is_wrong_stops_the_run(pytester: pytest.Pytester) -> None:
    """With the line that says why."""
    pytester.makepyfile(TEST)
    result = pytester.runpytest_inprocess(*QUIET)
    assert result.ret in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR)
    assert "tides.jsonl cannot be read" in result.stdout.str() + result.stderr.str()
