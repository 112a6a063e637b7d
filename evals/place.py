"""Fill in the offsets of gold cases: `python -m evals.place DRAFT.jsonl ARTICLE OUT.jsonl --split dev`.

A draft has a fragment of the article where a case has a span: `"evidence": [["a few words"]]`. Each must stand in the
article exactly once. Placed cases may be placed again, after the article or the canonical text has changed.
"""

import json
from pathlib import Path
from typing import Any

import typer

from evals.cases import Case, Split, problems
from evals.errors import EvalError
from index import Article, load


def main(draft: Path, article: Path, output: Path, split: Split = "dev") -> None:
    """Read DRAFT, write OUTPUT."""
    source = load(article)
    rows = [json.loads(line) for line in draft.read_text(encoding="utf-8").split("\n") if line.strip()]
    cases = [placed(row, source, split) for row in rows]
    if wrong := list(problems(cases, source)):
        raise EvalError("; ".join(wrong))
    output.write_text("".join(dumped(case) + "\n" for case in cases), encoding="utf-8")
    typer.echo(f"{len(cases)} cases, {sum(not case.answerable for case in cases)} of them unanswerable")


def placed(row: dict[str, Any], article: Article, split: Split) -> Case:
    """The case of a draft's row. Raises `EvalError` for a fragment that is not there, or there twice."""
    evidence = [[_span(fragment, article, row["id"]) for fragment in group] for group in row["evidence"]]
    acceptable = [_span(fragment, article, row["id"]) for fragment in row.get("acceptable", [])]
    of_article = {"split": split, "doc": article.id, "doc_sha256": article.sha256}
    return Case.model_validate({**row, **of_article, "evidence": evidence, "acceptable": acceptable})


def dumped(case: Case) -> str:
    """A case as a line of a gold file: what has its default is left out."""
    return json.dumps(case.model_dump(mode="json", exclude_defaults=True) | {"split": case.split}, ensure_ascii=False)


def _span(fragment: str | dict[str, Any], article: Article, identity: str) -> dict[str, Any]:
    text = fragment if isinstance(fragment, str) else fragment["text"]
    count = article.text.count(text)
    if count != 1:
        raise EvalError(f"{identity}: {text!r} stands in the article {count} times: give a fragment that does once")
    start = article.text.index(text)
    return {"start": start, "end": start + len(text), "text": text}


if __name__ == "__main__":
    typer.run(main)
