"""How often the checks on a model's statements are wrong: `python -m evals.claims`.

The lists in `gold/claims` have statements written by hand about articles of the project, each with the sentences that
it names: honest ones in other words, and ones with something changed or made up. `statements.jsonl`: its `dev` half was
looked at while the checks by words were made, of the other the docs tell what it gave the first time.
`exchanged.jsonl`: lies made to get past those checks, one word or number of a sentence exchanged for another.
`blind.jsonl` and `unseen.jsonl`: what an honest and a lying model would write, by people who had not seen the checks;
the first was looked at while the network was trained, the second never.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import BaseModel, ConfigDict

from bot import ArticleBot, Settings
from bot.plain import plain
from bot.verifier import Verifier
from evals.errors import EvalError
from index import Article, Sentence

GOLD = Path(__file__).parent / "gold"
LISTS = ("statements", "exchanged", "blind", "unseen")


class LabelledClaim(BaseModel):
    """A statement, the sentences that it names (a few words of each), and whether it follows from them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    doc: str
    split: str
    honest: bool
    kind: str
    question: str
    claim: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled statement and the checks that it failed."""

    claim: LabelledClaim
    failed: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the checks said what the label says."""
        return self.claim.honest is not bool(self.failed)


def read_claims(*names: str) -> list[LabelledClaim]:
    """The labelled statements of some lists, of all where none is named."""
    paths = [GOLD / "claims" / f"{name}.jsonl" for name in names or LISTS]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("\n")]
    return [LabelledClaim.model_validate(json.loads(line)) for line in lines if line.strip()]


def judge(claims: Iterable[LabelledClaim], verifiers: Mapping[str, tuple[Article, Verifier]]) -> list[Judged]:
    """Each statement checked, by the verifier of its article."""
    return [_judged(claim, *verifiers[claim.doc]) for claim in claims]


def _judged(claim: LabelledClaim, article: Article, verifier: Verifier) -> Judged:
    grounds = [(article, _sentence(article, words)) for words in claim.sentences]
    checked = verifier.check(plain(claim.claim), grounds, claim.question)
    return Judged(claim, tuple(dict.fromkeys(failure.check for failure in checked.failures)))


def _sentence(article: Article, words: str) -> Sentence:
    """The one sentence with some words. Raises `EvalError`."""
    found = article.sentence_at(article.text.index(words)) if article.text.count(words) == 1 else None
    if found is None:
        raise EvalError(f"{words!r} does not stand once, in a sentence, in {article.id}")
    return found


def verifiers_of(claims: Iterable[LabelledClaim], settings: Settings) -> dict[str, tuple[Article, Verifier]]:
    """The article and the verifier of each statement's article, indexed in the settings' folder."""
    found = {}
    for doc in sorted({claim.doc for claim in claims}):
        places = (GOLD / "speakers" / f"{doc}.md", GOLD / f"{doc}.md")
        path = next((str(place) for place in places if place.exists()), None)  # None: the shipped article
        bot = ArticleBot.open(path, settings=settings)
        (article,) = bot.articles.values()
        found[doc] = (article, bot.verifier)
    return found


def table(judged: Sequence[Judged]) -> str:
    """What was kept and caught, as a Markdown table."""
    rows: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in judged:
        kind = "honest statements kept" if one.claim.honest else f"caught: {one.claim.kind}"
        for name in (kind, *([] if one.claim.honest else ["false statements caught"])):
            rows[one.claim.split, name].append(one.right)
    splits = sorted({split for split, _ in rows})
    names = sorted({name for _, name in rows}, key=lambda name: (name.startswith("caught"), name[0] != "h", name))
    lines = [f"| | {' | '.join(splits)} |", f"| --- |{' --- |' * len(splits)}"]
    for name in names:
        cells = [f"{sum(rows[split, name])} of {len(rows[split, name])}" for split in splits]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(show_wrong: bool = True) -> None:
    """Check the labelled statements and print how often the checks are right."""
    claims = read_claims()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings.load().model_copy(update={"home": Path(folder), "chroma_url": "", "model": ""})
        judged = judge(claims, verifiers_of(claims, settings))
    typer.echo(table(judged))
    for one in judged if show_wrong else ():
        if not one.right:
            what = f"dropped for {', '.join(one.failed)}" if one.claim.honest else "let through"
            typer.echo(f"{one.claim.id} {what}: {one.claim.claim}")


if __name__ == "__main__":
    typer.run(main)
