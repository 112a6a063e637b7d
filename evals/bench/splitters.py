"""`python -m evals.bench.splitters FOLDER...`: sentence splitters on articles whose questions mark whole sentences.

Every string of evidence in the question files is a whole sentence of its article. A splitter finds it when one of its
sentences is exactly that. Splitters that are not installed are left out of the table.
"""

import json
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from index.markdown import read_markdown
from index.sentences import sentence_spans

Splitter = Callable[[str], Iterable[str]]


def main(folders: list[Path]) -> None:
    """Print how many marked sentences each splitter finds."""
    articles = [_marked(path) for folder in folders for path in sorted(folder.glob("*.md"))]
    total = sum(len(marked) for _, marked in articles)
    table = Table(title=f"{total} marked sentences of {len(articles)} articles")
    for heading in ("splitter", "found", "share"):
        table.add_column(heading, justify="left" if heading == "splitter" else "right")
    for name, split in _splitters().items():
        found = sum(len(marked & _sentences(paragraphs, split)) for paragraphs, marked in articles)
        table.add_row(name, str(found), f"{found / total:.4f}")
    Console().print(table)


def _sentences(paragraphs: list[str], split: Splitter) -> set[str]:
    return {sentence.strip() for paragraph in paragraphs for sentence in split(paragraph)}


def _marked(path: Path) -> tuple[list[str], set[str]]:
    """Paragraphs of an article, and the sentences that its questions mark."""
    paragraphs = [block.text for block in read_markdown(path.read_text(encoding="utf-8")).blocks]
    marked: set[str] = set()
    for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for text in [*row["also"], *(piece for group in row["evidence"] for piece in group)]:
            marked.add(" ".join(block.text for block in read_markdown(text).blocks).strip("*["))
    return paragraphs, {text.removesuffix("*") for text in marked}


def _splitters() -> dict[str, Splitter]:
    """The splitters that are installed, ours first."""
    found: dict[str, Splitter] = {"syntok, repaired (ours)": lambda t: [t[a:b] for a, b in sentence_spans(t)]}
    makers = {"syntok": _syntok, "pysbd": _pysbd, "sentencex": _sentencex, "blingfire": _blingfire}
    return found | {name: make() for name, make in makers.items() if find_spec(name)}


def _syntok() -> Splitter:
    import syntok.segmenter as segmenter

    def split(text: str) -> list[str]:
        starts = [s[0].offset for paragraph in segmenter.process(text) for s in paragraph]
        return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]

    return split


def _pysbd() -> Splitter:
    segmenter: Any = _module("pysbd").Segmenter(language="en", clean=False)
    return lambda text: list(segmenter.segment(text))


def _sentencex() -> Splitter:
    module = _module("sentencex")
    return lambda text: list(module.segment("en", text))


def _blingfire() -> Splitter:
    module = _module("blingfire")
    return lambda text: str(module.text_to_sentences(text)).split("\n")


def _module(name: str) -> Any:
    from importlib import import_module

    return import_module(name)


if __name__ == "__main__":
    typer.run(main)
