"""Train the reader: `python -m evals.train DATA_FOLDER OUT_FOLDER`, ten minutes on a GPU, a night on two cores.

DATA_FOLDER holds `news-qa/train`, `news-qa/dev` and the files of SQuAD 2.0 and SQuADShifts named below; more questions
of the same kind are in `evals/written`. OUT_FOLDER gets the networks, `reader.json` with the fitted numbers and their
figures, and what is needed to go on after a stop.
"""

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

import torch
import typer
from rich.console import Console

from bot.support import neutral
from evals.train import biencoder, tagger
from evals.train.data import merged, news, pools, some, squad
from evals.train.export import export
from evals.train.items import Source
from evals.train.loop import Pace
from evals.train.measure import fit_all
from evals.train.models import BiEncoder, Tagger

WRITTEN = Path(__file__).parents[1] / "written"
SQUAD = "squad2-train-10-articles.json.gz"
SQUAD_DEV = "squad2-dev-a.json.gz"
SHIFTS = ("squadshifts-reddit.json.gz", "squadshifts-amazon-reviews.json.gz")
PASSAGES = 16
"""Single passages that are put together as one text."""

THREADS = 2
SEED = 1
NEWS, WIKI, SINGLE = 12, 3, 6000
"""How often the bi-encoder sees each question of news and encyclopedia, and how many about single passages, once."""


@dataclass(frozen=True, slots=True)
class Data:
    """What is trained on: news, the same with the questions written for it, encyclopedia, single passages."""

    news: list[Source]
    more: list[Source]
    wiki: list[Source]
    passages: list[Source]


@dataclass(frozen=True, slots=True)
class Course:
    """How a tagger is trained.

    First once through everything with `single` questions about single passages, where there are any, then the news
    again and again, with the encyclopedia `wiki` times in all among it.
    `without` is the share of the answerable questions that come once more without what answers them.
    """

    news: int
    wiki: int
    single: int = 0
    without: float = 0.15
    dropout: float = 0.1
    rate: float = 1e-4
    seed: int = 1


TEACHERS = (
    Course(news=7, wiki=3, single=8000),
    Course(news=11, wiki=2, dropout=0.15, rate=1.2e-4),
    Course(news=7, wiki=2, without=0.0),
)
STUDENT = Course(news=6, wiki=2, single=4000, seed=12)


def main(data: Path, out: Path) -> None:
    """Train both models on DATA, export them, fit what weighs them. Stopped and started again, it goes on."""
    torch.set_num_threads(THREADS)
    console = Console(stderr=True)
    sources = read(data)
    console.print("the bi-encoder")
    first = biencoder.run(biencoder_mix(sources), out / "biencoder", seed=SEED)
    teachers = []
    for number, course in enumerate(TEACHERS, 1):
        console.print(f"tagger {number} of {len(TEACHERS)}, which teach the last")
        teachers.append(taught(course, sources, first, out, f"tagger-{number}"))
    console.print("the tagger")
    last = taught(STUDENT, sources, first, out, "tagger", teachers)
    for model, name in ((first, "biencoder.onnx"), (last, "tagger.onnx")):
        if not (out / name).exists():
            export(model.cpu(), out / name)
    console.print("how much each signal counts")
    neutral(hashes(out)).write(out / "reader.json")
    fit_all(data / "news-qa" / "dev", WRITTEN / "dev", data / SQUAD_DEV, out)


def read(data: Path) -> Data:
    """The sources in DATA, and the questions that were written for its news."""
    dice = random.Random(SEED)
    plain = news(data / "news-qa" / "train")
    return Data(
        news=plain,
        more=merged([*plain, *news(WRITTEN / "train", texts=data / "news-qa" / "train")]),
        wiki=list(squad(data / SQUAD)),
        passages=[pool for name in SHIFTS for pool in pools(data / name, PASSAGES, dice)],
    )


def biencoder_mix(data: Data) -> list[tuple[Source, int]]:
    """Each source with how often its questions come."""
    return [
        *((source, NEWS) for source in data.news),
        *((source, WIKI) for source in data.wiki),
        *((source, 1) for source in some(data.passages, SINGLE, random.Random(SEED))),
    ]


def taught(
    course: Course, data: Data, first: BiEncoder, out: Path, name: str, teachers: list[Tagger] | None = None
) -> Tagger:
    """A tagger that took a course."""
    steps = tagger.plan(phases(course, data, first, out / "mined"), course.seed)
    pace = Pace(course.rate, tagger.PACE.head_rate, save_every=tagger.PACE.save_every, dropout=course.dropout)
    return tagger.run(steps, first, out / name, pace, course.seed, teachers or ())


def phases(course: Course, data: Data, first: BiEncoder, kept: Path) -> list[list[tagger.Item]]:
    """What a course asks, one phase after the other."""
    dice = random.Random(course.seed)
    of_news, of_wiki = (tagger.makers(part, first, kept, SEED) for part in (data.more, data.wiki))
    passages = some(data.passages, course.single, random.Random(SEED)) if course.single else []
    of_passages = tagger.makers(passages, first, kept, SEED)
    made = []
    if course.single:
        made.append([x for maker in (*of_passages, *of_wiki, *of_news) for x in maker.items(dice, 1, course.without)])
    for number in range(course.news):
        share = course.wiki / (course.news - 1) if number < course.news - 1 else 0.0
        among = [x for maker in of_wiki for x in maker.items(dice, min(1, share), course.without)]
        made.append([*(x for maker in of_news for x in maker.items(dice, 1, course.without)), *among])
    return made


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the networks in a folder, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.onnx"))}


if __name__ == "__main__":
    typer.run(main)
