"""Readers' opinions become eval cases: true ones only, in one file that nothing breaks, for `article-bot eval`."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bot import Answer, ArticleBot, Settings, Turn
from evals.cases import Case, problems, read_cases, read_gold_sets
from evals.errors import EvalError
from index import Article, load
from tests.conftest import ROOT
from ui.evaluate import Request, evaluate
from ui.feedback import MOST_BYTES, FeedbackError, FeedbackFile, Opinion, feedback_case

ASKED = "How many people has Amazon laid off?"
NEVER_SAID = "What is the capital of Mongolia?"
UP, DOWN = Opinion(liked=True), Opinion(liked=False)


@pytest.fixture(scope="module")
def answer(bot: ArticleBot) -> Answer:
    """An answer that quotes."""
    answer = bot.ask(ASKED)
    assert not answer.abstained
    return answer


@pytest.fixture(scope="module")
def refusal(bot: ArticleBot) -> Answer:
    """An answer that refuses."""
    answer = bot.ask(NEVER_SAID)
    assert answer.abstained
    return answer


@pytest.fixture
def file(tmp_path: Path) -> FeedbackFile:
    """An empty file of cases."""
    return FeedbackFile(tmp_path / "kept" / "feedback.jsonl")


def spans(case: Case) -> list[tuple[int, int]]:
    """The first alternative of each group."""
    return [(group[0].start, group[0].end) for group in case.evidence]


def test_thumbs_up_makes_the_citations_evidence(article: Article, answer: Answer) -> None:
    """Each of them; with a passage marked, that alone is needed, and the citations count neither way."""
    case = feedback_case(article, answer, Opinion(liked=True, reason="clear"))
    assert spans(case) == [(one.start, one.end) for one in answer.citations]
    assert (case.answerable, case.needs_review, case.note) == (True, False, "thumbs up: clear")
    part = answer.citations[0]
    marked = feedback_case(article, answer, Opinion(liked=True, passages=((part.start, part.end - 5),)))
    assert spans(marked) == [(part.start, part.end - 5)]
    assert len(marked.acceptable) == len(answer.citations)
    assert list(problems([case], article)) == list(problems([marked], article)) == []


def test_thumbs_down_with_passages_makes_them_evidence(article: Article, answer: Answer, refusal: Answer) -> None:
    """Also below a refusal; white space at the edges of what was marked goes."""
    body = [one for one in article.sentences if one.kind == "body"]
    for given in (answer, refusal):
        opinion = Opinion(liked=False, passages=((body[3].start - 1, body[3].end), (body[9].start, body[9].end)))
        case = feedback_case(article, given, opinion)
        assert spans(case) == [(body[3].start, body[3].end), (body[9].start, body[9].end)]
        assert case.answerable
        assert case.acceptable == ()
        assert list(problems([case], article)) == []


def test_the_article_does_not_say(article: Article, answer: Answer, refusal: Answer) -> None:
    """Thumbs up on a refusal, and thumbs down with that reason on either, are unanswerable cases."""
    not_said = Opinion(liked=False, not_said=True, reason="it only says what\nshe earned")
    for given, opinion in ((refusal, UP), (answer, not_said), (refusal, not_said)):
        case = feedback_case(article, given, opinion)
        assert not case.answerable
        assert not case.needs_review
        assert case.why_unanswerable
        assert list(problems([case], article)) == []
    assert feedback_case(article, answer, not_said).why_unanswerable == "it only says what she earned"


def test_a_bare_thumbs_down_is_no_gold(article: Article, answer: Answer, file: FeedbackFile) -> None:
    """It is kept with its reason and waits. The case that was there is kept with it, and waits too."""
    bare = feedback_case(article, answer, Opinion(liked=False, reason="wrong year"))
    assert bare.needs_review
    assert not bare.evidence
    first = file.add(feedback_case(article, answer, UP))
    doubted = file.add(bare)
    assert doubted.needs_review
    assert doubted.evidence == first.evidence
    assert doubted.note == "thumbs up; then thumbs down: wrong year"
    assert file.add(bare) == doubted  # the same word twice is one
    with pytest.raises(EvalError, match="before it is reviewed"):
        read_gold_sets(file.path, lambda *_: article)


@pytest.mark.parametrize(
    ("opinion", "what"),
    [
        ({"liked": False, "not_said": True, "passages": [[0, 5]]}, "cannot both"),
        ({"liked": True, "not_said": True}, "thumbs down"),
        ({"liked": False, "passages": [[5, 5]]}, "outside article"),
        ({"liked": False, "passages": [[0, 10**9]]}, "outside article"),
        ({"liked": False, "passages": [[-3, 5]]}, "outside article"),
    ],
)
def test_what_contradicts_itself_is_told(
    article: Article, answer: Answer, opinion: dict[str, object], what: str
) -> None:
    """In one line; nothing of it becomes a case."""
    with pytest.raises(FeedbackError, match=what) as caught:
        feedback_case(article, answer, Opinion.of(opinion))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "opinion",
    [
        {},
        {"liked": "perhaps"},
        {"liked": True, "who": "Ann"},
        {"liked": True, "reason": "x" * 1001},
        {"liked": True, "passages": [[0, 1]] * 11},
        {"liked": True, "passages": [[0]]},
    ],
)
def test_what_is_no_opinion_is_told(opinion: dict[str, object]) -> None:
    """What comes from a browser is not trusted."""
    with pytest.raises(FeedbackError) as caught:
        Opinion.of(opinion)
    assert "\n" not in str(caught.value)


def test_a_follow_up_keeps_its_history(article: Article, bot: ArticleBot) -> None:
    """And so is another case than the same words without it."""
    history = [Turn(role="user", content="Who is\nDina?"), Turn(role="assistant", content="A developer.")]
    answer = bot.ask("Was she laid off?", history)
    case = feedback_case(article, answer, Opinion(liked=False, not_said=True), history)
    assert [turn.content for turn in case.turns] == ["Who is Dina?", "A developer."]
    assert "follow_up" in case.category
    assert case.id != feedback_case(article, answer, Opinion(liked=False, not_said=True)).id
    assert list(problems([case], article)) == []


def test_a_later_opinion_takes_the_place_of_an_earlier_one(
    article: Article, answer: Answer, file: FeedbackFile
) -> None:
    """One line a question; what a maintainer has reviewed or written is never altered."""
    file.path.parent.mkdir()
    file.path.write_text("not a case\n")
    for opinion, version in ((UP, 1), (UP, 1), (Opinion(liked=False, not_said=True), 2), (UP, 3)):
        assert file.add(feedback_case(article, answer, opinion)).v == version
    odd, line = file.path.read_text(encoding="utf-8").splitlines()
    assert odd == "not a case"
    reviewed = json.dumps(json.loads(line) | {"reviewed_by": "Ann"})
    file.path.write_text(f"{reviewed}\n")
    assert file.add(feedback_case(article, answer, UP)).reviewed_by == "Ann"
    against = file.add(feedback_case(article, answer, Opinion(liked=False, not_said=True)))
    assert against.needs_review
    kept, beside = file.path.read_text(encoding="utf-8").splitlines()
    assert kept == reviewed
    assert Case.model_validate_json(beside) == against


def test_nothing_about_the_reader_is_kept(article: Article, answer: Answer, file: FeedbackFile) -> None:
    """The line has the question, the text and the opinion; the file is its owner's alone."""
    file.add(feedback_case(article, answer, UP))
    (line,) = file.path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line).keys() == {
        *("id", "doc", "doc_sha256", "category", "question", "answerable", "evidence", "author", "note")
    }
    assert json.loads(line)["author"] == "reader"
    assert file.path.stat().st_mode & 0o077 == 0


def test_where_it_is_kept_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the data folder, elsewhere, or nowhere."""
    kept = FeedbackFile.of(Settings.load())
    assert kept is not None
    assert kept.path == Settings.load().home / "feedback.jsonl"
    monkeypatch.setenv("ARTICLE_BOT_FEEDBACK", str(tmp_path / "x.jsonl"))
    moved = FeedbackFile.of(Settings.load())
    assert moved is not None
    assert moved.path == tmp_path / "x.jsonl"
    monkeypatch.setenv("ARTICLE_BOT_FEEDBACK", "Off")
    assert FeedbackFile.of(Settings.load()) is None


# The file


def test_a_full_disk_costs_nothing_that_was_kept(article: Article, answer: Answer, file: FeedbackFile) -> None:
    """One line says so; the old file is there, whole, and nothing else."""
    file.add(feedback_case(article, answer, UP))
    before = file.path.read_bytes()
    longer = feedback_case(article, answer, UP).model_copy(update={"id": "other"})
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, old[1]))
    try:
        with pytest.raises(FeedbackError, match="cannot be kept") as caught:
            file.add(longer)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert "\n" not in str(caught.value)
    assert file.path.read_bytes() == before
    assert {path.name for path in file.path.parent.iterdir()} <= {"feedback.jsonl", "feedback.jsonl.lock"}


def test_a_case_of_any_length_does_not_fill_the_file(article: Article, answer: Answer, file: FeedbackFile) -> None:
    """The question comes back from the browser with its answer, and may be another."""
    forged = answer.model_copy(update={"question": "x" * 200_000})
    with pytest.raises(FeedbackError, match="too long"):
        file.add(feedback_case(article, forged, Opinion(liked=True)))
    assert not file.path.exists()


def test_a_file_that_cannot_be_is_told(article: Article, answer: Answer, tmp_path: Path) -> None:
    """A folder in its place, a file in its folder's place, a file that has grown too large."""
    case = feedback_case(article, answer, UP)
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    full = tmp_path / "full.jsonl"
    full.touch()
    with full.open("r+b") as stream:
        stream.truncate(MOST_BYTES + 1)
    for path in (tmp_path / "folder", tmp_path / "file" / "x.jsonl", full):
        with pytest.raises(FeedbackError) as caught:
            FeedbackFile(path).add(case)
        assert "\n" not in str(caught.value)


WRITER = """
import sys
from pathlib import Path
from evals.cases import Case
from ui.feedback import FeedbackFile
for number in range(25):
    name = f"{sys.argv[2]}-{number}"
    case = Case(id=name, doc="d", doc_sha256="0", category=("feedback",), question="q", answerable=True)
    FeedbackFile(Path(sys.argv[1])).add(case)
"""


def test_two_processes_at_once_lose_nothing(file: FeedbackFile) -> None:
    """Every case of both is there, once, on a line of its own."""
    command = [sys.executable, "-c", WRITER, str(file.path)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("one", "two")]
    assert [writer.wait() for writer in writers] == [0, 0]
    ids = [case.id for case in read_cases(file.path)]
    assert sorted(ids) == sorted(f"{name}-{number}" for name in ("one", "two") for number in range(25))


# What it is for


def test_the_evals_take_the_file(
    bot: ArticleBot, article: Article, answer: Answer, refusal: Answer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """About several articles, one of which is in the index alone; what waits, or whose article is gone, is told."""
    home = tmp_path / "home"
    settings = Settings.load(home=home)
    (tmp_path / "jetty.md").write_text("# The jetty\n\nThe jetty was built in 1911 by Ada Penn.\n\nIt is of oak.\n")
    jetty = ArticleBot.open(str(tmp_path / "jetty.md"), settings=settings)
    (other,) = jetty.articles.values()
    (tmp_path / "gone.md").write_text("# The well\n\nThe well was dug in 1702.\n")
    gone = load(tmp_path / "gone.md")
    kept = FeedbackFile(settings.feedback_file or tmp_path)
    built = jetty.ask("Who built the jetty?")
    opinion = Opinion(liked=False, passages=((other.sentences[1].start, other.sentences[1].end),))
    for case in (
        feedback_case(article, answer, UP),
        feedback_case(article, refusal, UP),
        feedback_case(other, built, opinion),
        feedback_case(article, bot.ask("Who is Dina?"), DOWN),
        feedback_case(gone, answer, Opinion(liked=False, passages=((0, 5),))),
    ):
        kept.add(case)
    console = Console(file=(tmp_path / "out").open("w", encoding="utf-8"))
    request = Request(gold=(kept.path,), out=tmp_path / "run", as_json=True)
    assert evaluate(request, settings, lambda *_: None, console) == 0
    console.file.close()
    found = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert found["figures"]["passed"]["value"] == 1.0
    assert found["figures"]["passed"]["n"] == 3
    assert "1 of 5 cases wait for review" in caplog.text
    assert "left out, their article is not there as it was: 1 about gone" in caplog.text
