"""A bot, or a file of answers, put through gold cases: what `article-bot eval` does, for programs."""

import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from bot import ArticleBot, Settings
from bot.chat import Chat
from bot.library import open_store
from bot.recorded import Recorder
from evals.answers import read_answers
from evals.asking import Ask, Asker, ask_all
from evals.cases import GoldSet
from evals.errors import EvalError
from evals.runs import Provenance, Run, check_ids, scored
from index import Article

Report = Callable[[int, int], None]


def judge_bot(
    gold: Sequence[GoldSet], settings: Settings, progress: Report | None = None, record: Path | None = None
) -> Run:
    """The run of `ArticleBot` with some settings. Its index is made anew in a folder that is removed afterwards.

    What a chat model writes is added to the file `record`.
    """
    check_ids(gold)
    chat = Chat.open(settings, Recorder(record) if record else None) if settings.model else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = open_store(settings.model_copy(update={"home": Path(folder), "chroma_url": ""}))
        bots: list[ArticleBot] = []

        def asker_of(article: Article) -> Ask:
            bot = ArticleBot(store, [store.put(article, f"gold:{article.id}").id], settings=settings, chat=chat)
            bot.warm()
            bots.append(bot)
            return Asker(bot)

        outcomes = ask_all(gold, asker_of, progress)
        made = Provenance(
            bot=f"article-bot {metadata.version('article-bot')}",
            dataset="",
            git=_git(),
            models=bots[0].models if bots else {},
            settings={name: str(value) for name, value in settings.model_dump(exclude={"home", "chroma_url"}).items()},
            threshold=bots[0].threshold if bots else None,
            platform={"python": platform.python_version(), "machine": platform.platform()},
        )
    return scored(gold, outcomes, made)


def judge_answers(gold: Sequence[GoldSet], path: Path) -> Run:
    """The run of answers that another program wrote. Raises `EvalError` when they are of other cases altogether."""
    outcomes = read_answers(path)
    check_ids(gold)
    known = {case.id for part in gold for case in part.cases}
    if strange := sorted(outcomes.keys() - known):
        what = f"{len(strange)} cases that are not asked, such as {strange[0]!r}"
        raise EvalError(f"{path} answers {what}: the ids are like {min(known)!r}")
    return scored(gold, outcomes, Provenance(bot=path.name, dataset=""))


def only(gold: Sequence[GoldSet], identity: str) -> list[GoldSet]:
    """The one case with that id. Raises `EvalError`."""
    found = [GoldSet(part.article, (case,)) for part in gold for case in part.cases if case.id == identity]
    if not found:
        raise EvalError(f"there is no case {identity!r} among {sum(len(part.cases) for part in gold)}")
    return found


def _git() -> str:
    """The commit that this code stands at, with `+` when it has been changed since; empty where that is not known."""
    git = shutil.which("git")
    if git is None:
        return ""
    here = Path(__file__).parent

    def said(*words: str) -> str:
        done = subprocess.run([git, "-C", str(here), *words], capture_output=True, text=True, check=False)  # noqa: S603
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = said("rev-parse", "HEAD")
    return commit + ("+" if commit and said("status", "--porcelain", "--untracked-files=no") else "")
