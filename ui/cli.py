"""The command line: parse, call, print. What it says on standard output a program may read; the rest goes to the other.

Exit status: 0 done (a refusal is an answer), 1 it could not be done and one line says why, 2 the command is wrong.
"""

import json
import logging
import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ui.quiet import no_warnings, switch_off

if TYPE_CHECKING:
    from bot import ArticleBot
    from ui.doctor import Finding

# What a command needs is imported inside it: --help and `index list` must not wait for the models.

app = typer.Typer(
    help="Ask an article: answers in its own words, each with its place, or that it does not say.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    add_completion=False,
)
index_app = typer.Typer(help="Add, list, remove and check articles.", no_args_is_help=True)
app.add_typer(index_app, name="index")


@app.callback()
def _prepare() -> None:
    """Runs before every command, and not for --help."""
    from bot import Settings
    from index.embeddings import SHIPPED_MODEL

    model = Settings.load().embedding_model
    switch_off(hub=model != SHIPPED_MODEL and not Path(model).is_dir())


ArticleOption = Annotated[
    str, typer.Option("--article", metavar="ID_OR_PATH", help="Article to ask; a path is indexed first. [shipped one]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def ask(question: str, article: ArticleOption = "", as_json: JsonOption = False) -> None:
    """Answer one question."""
    from ui.terminal import show

    with _progress("indexing") as progress:
        bot = _bot(article, progress)
    answer = bot.ask(question)
    if as_json:
        _out(answer.model_dump_json())
    else:
        Console(highlight=False).print(show(answer, bot.articles))


@app.command()
def chat(article: ArticleOption = "") -> None:
    """Ask and answer in the terminal, follow-ups included."""
    from ui.terminal import converse

    with _progress("indexing") as progress:
        bot = _bot(article, progress)
    converse(bot, Console(highlight=False))


@app.command()
def batch(
    source: Annotated[
        str, typer.Argument(metavar="IN.jsonl", help='Lines {"id", "question", "history"}; - reads stdin.')
    ],
    target: Annotated[str, typer.Argument(metavar="OUT.jsonl", help="Answers, in the same order; - writes stdout.")],
    article: ArticleOption = "",
) -> None:
    """Answer a file of questions. A bad line gets an "error" in its place, and the exit status is 1."""
    from ui.batch import answer_lines

    with _progress("indexing") as progress:
        bot = _bot(article, progress)
    lines = _read_lines(source)
    failed = 0
    with _progress("answering") as progress, _replaced(target) as out:
        for number, line in enumerate(answer_lines(bot, lines), start=1):
            out.write(line.text + "\n")
            failed += line.failed
            progress(number, len(lines))
    if failed:
        _complain(f'{failed} of {len(lines)} lines could not be answered; each has an "error" in its place')
        raise typer.Exit(1)


@app.command()
def verify(
    answer: Annotated[
        str, typer.Argument(metavar="ANSWER.json", help="JSON of an answer, or of a conversation; - reads stdin.")
    ],
    article: ArticleOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check every citation of an answer against the article: PASS, or which one fails and why."""
    from ui.export import verify_export

    text = b"".join(_read_lines(answer))
    with _progress("indexing") as progress:
        bot = _bot(article, progress)
    verification = verify_export(text, bot.store.snapshot().articles())
    if as_json:
        _out(json.dumps({"passed": verification.passed, "failures": list(verification.failures)}, ensure_ascii=False))
    else:
        _out(str(verification))
    if not verification.passed:
        raise typer.Exit(1)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check the machine, the models, the index and the telemetry switches, and say what to do."""
    from bot import Settings
    from ui.doctor import examine

    _show(list(examine(Settings.load())), as_json)


@app.command("eval")
def evaluate(
    gold: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Gold file, instead of the shipped ones.")
    ] = None,
    squad: Annotated[Path | None, typer.Option(metavar="FILE", help="A public set in SQuAD 2.0's format.")] = None,
    most: Annotated[int | None, typer.Option(min=1, help="At most this many questions of it.")] = None,
    split: Annotated[Literal["dev", "heldout", "all"], typer.Option(help="Which cases; tune on dev only.")] = "dev",
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Score these answers (the format of batch), not the bot.")
    ] = None,
    case: Annotated[str, typer.Option(metavar="ID", help="Run this case alone and show it.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where the report goes.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Baseline, instead of the committed one.")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept this run as the baseline.")
    ] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Add what a chat model writes to this file, to replay it.")
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None, typer.Option(metavar="RUN_A RUN_B", help="Compare two runs, run nothing.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check answers against gold quotes. Exit status 3 when a gate fell."""
    from bot import Settings
    from ui.evaluate import Request, compare_runs, evaluate

    console = Console(highlight=False)
    if compare:
        compare_runs(*compare, as_json, console)
        return
    which = None if split == "all" else split
    request = Request(
        tuple(gold or ()), squad, most, which, answers, case, out, baseline, update_baseline, as_json, record
    )
    with _progress("asking") as progress:
        status = evaluate(request, Settings.load(), progress, console)
    if status:
        raise typer.Exit(status)


@app.command()
def ui(
    article: ArticleOption = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = False,
) -> None:
    """Serve the chat page."""
    from ui.server import serve

    bot = _prepared(article)
    serve(bot, next(iter(bot.articles)), host, port, browser)


@app.command()
def slack(
    article: ArticleOption = "",
    check: Annotated[bool, typer.Option("--check", help="Say which token, scope or setting is wrong.")] = False,
    manifest: Annotated[bool, typer.Option("--manifest", help="Print the app's manifest for Slack.")] = False,
    url: Annotated[str, typer.Option(help="With --manifest: where Slack calls the relay over HTTP.")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on, over HTTP.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on, over HTTP.")] = 3000,
    as_json: JsonOption = False,
) -> None:
    """Answer in Slack: mentions, direct messages, /ask-article."""
    from ui.slack.command import check_relay, print_manifest, run
    from ui.slack.settings import SlackSettings

    if manifest:
        print_manifest(url)
    elif check:
        _show(check_relay(SlackSettings.load(), article), as_json)
    else:
        run(SlackSettings.load(), lambda: _prepared(article), host, port)


@index_app.command("add")
def index_add(
    where: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="Markdown, text, HTML or PDF.")],
) -> None:
    """Index articles. One that is there already, unchanged, is left alone."""
    from bot import ArticleBot, Settings
    from bot.library import add, open_store

    settings = Settings.load()
    store = open_store(settings)
    for place in where:
        before = store.snapshot().records
        with _progress(f"indexing {Path(place).name}") as progress:
            record = add(store, place, settings, progress)
        with _progress(f"finding questions about {record.id}") as progress:
            ArticleBot(store, [record.id], settings=settings).prepare(progress)
        known = before.get(record.id) == record
        count = f"{record.sentences} sentence{'' if record.sentences == 1 else 's'}"
        _out(f"{record.id}: {count}, {'there already, unchanged' if known else 'indexed'}")


@index_app.command("list")
def index_list(as_json: JsonOption = False) -> None:
    """List the articles in the index."""
    from bot import Settings
    from bot.library import open_store

    store = open_store(Settings.load())
    records = list(store.snapshot().records.values())
    if as_json:
        _out(json.dumps([asdict(record) for record in records], ensure_ascii=False))
        return
    if not records:
        _complain(f"the index at {store.place} is empty: article-bot index add PATH")
        return
    table = Table(box=None)
    for heading in ("id", "title", "sentences", "from"):
        table.add_column(heading, overflow="fold")
    for record in records:
        table.add_row(*(Text(cell) for cell in (record.id, record.title, str(record.sentences), record.source)))
    Console(highlight=False).print(table)


@index_app.command("remove")
def index_remove(article: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Take an article out of the index."""
    from bot import Settings
    from bot.library import open_store

    open_store(Settings.load()).remove(article)
    _out(f"{article}: removed")


@index_app.command("check")
def index_check() -> None:
    """Check that every article is complete and true to its hash."""
    from bot import Settings
    from bot.library import open_store

    store = open_store(Settings.load())
    problems = store.check()
    for problem in problems:
        _out(problem)
    if problems:
        raise typer.Exit(1)
    count = len(store.snapshot().records)
    _out(f"{count} article{'' if count == 1 else 's'}, complete")


def main() -> None:
    """Run the command line; an error that we know is one line, and no traceback."""
    from index.errors import ArticleBotError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what its encoding lacks is shown as a question mark
            stream.reconfigure(errors="replace")
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)  # on the handler: bm25s sets its own logger to DEBUG when it is imported
    logging.basicConfig(format="article-bot: %(message)s", handlers=[handler])
    for noisy in (
        *("chromadb", "httpx", "huggingface_hub", "pdfminer", "sentence_transformers", "trafilatura", "transformers"),
        *("anthropic", "httpcore", "langchain", "langsmith", "ollama", "openai"),
    ):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        with no_warnings():
            try:
                app()
            finally:  # here, where an error of it can still be told
                sys.stdout.flush()
    except ArticleBotError as error:
        _complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output has had enough
        _give_up_output()
    except OSError as error:  # what a command reads and writes by name is told of there
        _complain(f"standard output cannot be written: {error.strerror or error}")
        _give_up_output()


def _give_up_output() -> NoReturn:
    """End without trying to write what is still waiting to be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1)


def _bot(article: str, progress: "Report") -> "ArticleBot":
    from bot import ArticleBot

    return ArticleBot.open(article or None, progress=progress)


def _prepared(article: str) -> "ArticleBot":
    """The bot with the questions that its article answers."""
    with _progress("indexing") as progress:
        bot = _bot(article, progress)
    with _progress("finding questions to begin with") as progress:
        bot.prepare(progress)
    return bot


def _read_lines(source: str) -> list[bytes]:
    """The lines of a file or of standard input, without a byte order mark."""
    from index.errors import SourceError

    if source == "-" and sys.stdin is None:
        raise SourceError("standard input is closed: name a file")
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except (OSError, ValueError) as error:
        raise SourceError(f"{source} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return data.removeprefix(BOM_UTF8).removesuffix(b"\n").split(b"\n") if data else []


@contextmanager
def _replaced(target: str) -> Iterator[IO[str]]:
    """A file that takes the target's place when it is complete, so that the target is never half written.

    A device or a pipe is written to as it is; of a link, what it points to is replaced.
    """
    from index.errors import StoreError

    if target == "-":
        yield sys.stdout
        return
    place = Path(target)
    part: Path | None = None
    try:
        if place.exists() and not place.is_file():
            with place.open("w", encoding="utf-8") as out:
                yield out
            return
        place = place.resolve()
        with NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=place.parent, delete=False) as out:
            part = Path(out.name)
            yield out.file
        part.chmod(place.stat().st_mode if place.exists() else 0o666 & ~_umask())
        part.replace(place)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        if part:
            part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class Report:
    """A progress bar on standard error that appears with the first report."""

    def __init__(self, bar: Progress, what: str) -> None:
        self._bar = bar
        self._what = what
        self._task: int | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        if self._task is None:
            self._task = self._bar.add_task(self._what, total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done)  # type: ignore[arg-type]  # a task id is an int


@contextmanager
def _progress(what: str) -> Iterator[Report]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    try:
        yield Report(bar, what)
    finally:
        bar.stop()


def _show(findings: "Sequence[Finding]", as_json: bool) -> None:
    """Print what was found; exit status 1 where something is wrong."""
    if as_json:
        _out(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        styles = {"ok": "green", "warn": "yellow", "fail": "red"}
        table = Table(show_header=False, box=None)
        for finding in findings:
            table.add_row(Text(finding.state, style=styles[finding.state]), Text(finding.what), Text(finding.detail))
        Console(highlight=False).print(table)
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(1)


def _out(text: str) -> None:
    typer.echo(text)


def _complain(text: str) -> None:
    typer.echo(f"article-bot: {text}", err=True)


if __name__ == "__main__":
    main()
