"""Train the reader: `python -m evals.train DATA_FOLDER OUT_FOLDER`, under an hour on two idle cores.

DATA_FOLDER holds `news-qa/train`, `news-qa/dev` and the files of SQuAD 2.0 and SQuADShifts named below. OUT_FOLDER gets
the networks, `reader.json` with the fitted numbers and their figures, and what is needed to go on after a stop.
"""

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

import torch
import typer
from rich.console import Console

from bot.support import neutral
from evals.train import biencoder, tagger
from evals.train.data import Source, news, pools, squad
from evals.train.export import export
from evals.train.measure import fit_all
from evals.train.models import BiEncoder

SQUAD = "squad2-train-10-articles.json.gz"
SQUAD_DEV = "squad2-dev-a.json.gz"
SHIFTS = ("squadshifts-reddit.json.gz", "squadshifts-amazon-reviews.json.gz")
THREADS = 2
SEED = 1
BIENCODER_STEPS, TAGGER_STEPS = 640, 1900


def main(data: Path, out: Path) -> None:
    """Train both models on DATA, export them, fit what weighs them. Stopped and started again, it goes on."""
    torch.set_num_threads(THREADS)
    console = Console(stderr=True)
    articles, wiki, passages = sources(data)
    console.print("the bi-encoder")
    first = biencoder.run(biencoder_mix(articles, wiki, passages), out / "biencoder", BIENCODER_STEPS)
    console.print("the tagger")
    second = tagger.run(tagger_mix(articles, wiki, first, out / "mined"), first, out / "tagger", TAGGER_STEPS)
    for model, name in ((first, "biencoder.onnx"), (second, "tagger.onnx")):
        if not (out / name).exists():
            export(model, out / name)
    console.print("how much each signal counts")
    neutral(hashes(out)).write(out / "reader.json")
    fit_all(data / "news-qa" / "dev", data / SQUAD_DEV, out)


def sources(data: Path) -> tuple[list[Source], list[Source], list[Source]]:
    """News articles, encyclopedia articles, and single passages put together."""
    dice = random.Random(SEED)
    passages = [pool for name in SHIFTS for pool in pools(data / name, 1500, 16, dice)]
    return news(data / "news-qa" / "train"), list(squad(data / SQUAD)), passages


def biencoder_mix(
    articles: Sequence[Source], wiki: Sequence[Source], passages: Sequence[Source]
) -> list[tuple[Source, int]]:
    """Each source with how often its questions come in the whole plan, of which the first steps are made."""
    return [
        *((source, 6) for source in articles),
        *((source, 2) for source in wiki),
        *((source, 1) for source in passages),
    ]


def tagger_mix(articles: Sequence[Source], wiki: Sequence[Source], model: BiEncoder, kept: Path) -> tagger.Phases:
    """The news again and again, twice with half of the encyclopedia among them."""
    of_news = tagger.makers(articles, model, kept, SEED)
    of_wiki = tagger.makers(wiki, model, kept, SEED)
    again = [(maker, range(len(maker.asks))) for maker in of_news]
    return [[*again, *((maker, maker.half(which)) for maker in of_wiki)] for which in (0, 1)] + [again, again]


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the networks in a folder, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.onnx"))}


if __name__ == "__main__":
    typer.run(main)
