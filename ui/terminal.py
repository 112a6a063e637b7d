"""An answer on a terminal, and the conversation there."""

from collections.abc import Mapping

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot import Answer, ArticleBot, QuestionError, Turn
from bot.wording import confidence_words, not_verified, source_of
from index import Article

_QUIT = ("/quit", "/exit", "/q")


def show(answer: Answer, articles: Mapping[str, Article]) -> RenderableType:
    """An answer for `rich`: numbered quotes with their places, or the refusal with what it offers.

    Nothing of the article or the question is read as markup.
    """
    return _refusal(answer) if answer.abstained else _quotes(answer, articles)


def _quotes(answer: Answer, articles: Mapping[str, Article]) -> RenderableType:
    lines: list[RenderableType] = []
    for claim in answer.claims:
        marks = "".join(f" [{number}]" for number in claim.citations)
        mark = f" ({not_verified(one.check for one in claim.failed)})" if claim.failed else ""
        lines.append(Text.assemble("▌ ", claim.text, (mark, "bold yellow"), (marks, "cyan")))
    lines.append(Text())
    for number, citation in enumerate(answer.citations, start=1):
        source = source_of(articles[citation.article], citation.speaker, citation.start)
        lines.append(Text(f"[{number}] {source} ({citation.article} {citation.start}–{citation.end})", style="dim"))
    if answer.note:
        lines.append(Text(answer.note, style="yellow"))
    lines.append(Text(confidence_words(answer.confidence), style="dim"))
    return Group(*lines)


def _refusal(answer: Answer) -> RenderableType:
    lines: list[RenderableType] = [Text(answer.text, style="yellow")]
    if answer.suggestions:
        lines.append(Text("It does answer:", style="dim"))
        lines += [Padding(Text(f"· {question}"), (0, 0, 0, 2)) for question in answer.suggestions]
    return Group(*lines)


def converse(bot: ArticleBot, console: Console) -> None:
    """Ask and answer until the end of the input, or until the reader says so."""
    titles = ", ".join(article.title for article in bot.articles.values())
    console.print(Text(f"Ask about: {titles}", style="bold"))
    console.print(Text("An empty line is ignored; /quit or the end of the input leaves.", style="dim"))
    history: list[Turn] = []
    while (question := _read(console)) is not None:
        try:
            answer = bot.ask(question, history)
        except QuestionError as error:
            console.print(Text(str(error), style="red"))
            continue
        console.print(show(answer, bot.articles))
        history += [Turn(role="user", content=question), Turn(role="assistant", content=answer.text)]


def _read(console: Console) -> str | None:
    """The next question; None at the end."""
    while True:
        try:
            line = console.input(Text("\n? ", style="bold cyan")).strip()
        except (EOFError, KeyboardInterrupt, RuntimeError):  # the last: standard input is closed
            console.print()
            return None
        if line.lower() in _QUIT:
            return None
        if line:
            return line
