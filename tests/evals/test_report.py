"""What people read of a run: the terminal, the page, the summary; nothing in them is markup that was not ours."""

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from evals.cases import GoldSet
from evals.compare import compare
from evals.errors import EvalError, require_extra
from evals.gates import baseline_of
from evals.report.markdown import markdown
from evals.report.page import page, write_page
from evals.report.terminal import show, show_case, show_comparison
from evals.report.verdict import Verdict
from evals.runs import Provenance, Run, scored
from tests.evals import broken
from tests.evals.broken import Bot

NASTY = "</script><script>alert(1)</script> <img src=x onerror=alert(2)> {{7*7}} `x` | [red]loud[/red]"


def run_of(gold: GoldSet, bot: Bot) -> Run:
    outcomes = {case.id: bot(case, gold.article) for case in gold.cases}
    return scored([gold], outcomes, Provenance(bot="x", dataset="", threshold=0.5, models={"reader": "r@1"}))


@pytest.fixture
def verdict(gold: GoldSet) -> Verdict:
    """A run that is worse than its baseline, with a question that is markup."""
    cases = (*gold.cases[:-1], gold.cases[-1].model_copy(update={"question": NASTY}))
    nasty = GoldSet(gold.article, cases)
    return Verdict.of(run_of(nasty, broken.never_refuses), baseline_of(run_of(gold, broken.oracle)))


def printed(console_of: object) -> str:
    assert isinstance(console_of, Console)
    assert isinstance(console_of.file, io.StringIO)
    return console_of.file.getvalue()


def test_the_terminal_says_everything_needed(verdict: Verdict) -> None:
    """Verdict, figures, slices, gates with the number of cases, and each failure with how to run it again."""
    console = Console(file=io.StringIO(), width=160, highlight=False)
    show(verdict, console)
    text = printed(console)
    assert "6 of 10 cases passed, 3 of 15 gates fell" in text
    assert re.search(r"unanswerable answered +100\.0% +51\.0% – 100\.0% +4", text)
    assert re.search(r"fell by 1 +unanswerable answered: at most 3 +4, baseline 0", text)
    assert "article-bot eval --case t7" in text
    assert "reason    answered, and the article does not say: it does not say" in text
    assert NASTY in text


def test_one_case_is_shown_in_full(gold: GoldSet) -> None:
    """What was asked before it, what was expected, what came, why."""
    console = Console(file=io.StringIO(), width=160, highlight=False)
    show_case(next(r for r in run_of(gold, broken.lead).results if r.case.id == "t5"), console)
    text = printed(console)
    for part in (
        "Who is the miller? → Ida Penrose",
        "What did she give for it?",
        "…bought it for £40,000…",
        "since 1721",
    ):
        assert part in text


def test_a_comparison_is_shown(gold: GoldSet) -> None:
    """Differences with intervals, and the lists."""
    console = Console(file=io.StringIO(), width=160, highlight=False)
    show_comparison(compare(run_of(gold, broken.always_refuses), run_of(gold, broken.oracle)), console)
    text = printed(console)
    assert "fixed (6): t1, t2, t3, t4, t5, t6" in text
    assert re.search(r"evidence quoted +0\.0% +100\.0% +\+100\.0%", text)


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        self.found.append((tag, dict(attrs)))


def test_the_page_is_one_file_and_asks_nobody(verdict: Verdict) -> None:
    """No address of another machine is loaded, and its own policy forbids it."""
    text = page(verdict)
    tags = Tags(text).found
    assert [a for _, a in tags if any(name in a for name in ("src", "srcset", "data"))] == []
    assert [a for tag, a in tags if tag == "link" or (tag == "a" and a.get("href"))] == []
    assert "url(" not in re.sub(r"url\(#", "", text)
    (policy,) = [a["content"] for tag, a in tags if tag == "meta" and a.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_the_page_escapes_what_it_shows(verdict: Verdict) -> None:
    """A question that is markup is text: two scripts are ours, and no tag comes from it."""
    text = page(verdict)
    tags = Tags(text).found
    assert len([tag for tag, _ in tags if tag == "script"]) == 2
    assert [a for tag, a in tags if tag == "img" or "onerror" in a] == []
    assert "{{7*7}}" in text


def data_of(text: str) -> Iterator[dict[str, object]]:
    """The cases that the page's script gets."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    yield from json.loads(found[1])["cases"]


def test_the_page_has_every_case_with_its_spans(verdict: Verdict, gold: GoldSet) -> None:
    """Gold, quotes and what became of the case since the baseline."""
    cases = {case["id"]: case for case in data_of(page(verdict))}
    assert cases.keys() == {case.id for case in gold.cases}
    assert cases["t3"]["gold"] == [[list(span)] for span in broken.right_spans(gold.cases[2], gold.article)]
    assert cases["t7"]["change"] == "regressed"
    assert cases["t10"]["question"] == NASTY


def test_the_page_takes_its_colours_from_the_reader(verdict: Verdict) -> None:
    """The charts are drawn in the page's own variables, light or dark."""
    charts = re.findall(r"<svg.*?</svg>", page(verdict), re.DOTALL)
    assert len(charts) == 2
    assert all("var(--text)" in chart and "#010101" not in chart for chart in charts)
    assert "present threshold" in charts[0]


def test_the_page_of_very_little_is_made(gold: GoldSet) -> None:
    """One case, refused, with no confidence to speak of."""
    one = GoldSet(gold.article, gold.cases[:1])
    assert "0 of 1 cases passed" in page(Verdict.of(run_of(one, broken.always_refuses), None))


def test_the_summary_is_markdown_of_ours_alone(verdict: Verdict) -> None:
    """A table, the fallen gates, what regressed."""
    text = markdown(verdict)
    assert "## ❌ 6 of 10 cases passed, 3 of 15 gates fell" in text
    assert "| unanswerable answered | 100.0% |" in text
    assert "**unanswerable answered: at most 3** fell by 1" in text
    assert "regressed (4): t7, t8, t9, t10" in text


def test_a_page_that_cannot_be_written_is_told(verdict: Verdict, tmp_path: Path) -> None:
    """One line."""
    with pytest.raises(EvalError, match="cannot be written"):
        write_page(verdict, tmp_path / "none" / "report.html")


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing library is one line with the pip command."""
    monkeypatch.setattr("evals.errors._EXTRA", ("ir_measures", "no_such_library"))
    with pytest.raises(EvalError, match=r"need no_such_library: pip install 'article-bot\[eval\]'"):
        require_extra()
