"""The baseline: what a short LangChain tutorial builds. Chunks of 1,000 characters, MiniLM, Chroma, the four nearest.

Run as `python -m evals.bench.plain index FOLDER ARTICLE` and `python -m evals.bench.plain ask FOLDER QUESTION`.
"""

from pathlib import Path
from typing import Annotated

import typer
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.embeddings import shipped_folder

app = typer.Typer(pretty_exceptions_enable=False)


def open_store(folder: Path) -> Chroma:
    """The vector store in a folder."""
    embeddings = HuggingFaceEmbeddings(model_name=str(shipped_folder()))
    return Chroma("plain", embeddings, persist_directory=str(folder))


@app.command()
def index(folder: Path, article: Path) -> None:
    """Split a file and store its chunks."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    open_store(folder).add_texts(splitter.split_text(article.read_text(encoding="utf-8")))


@app.command()
def ask(folder: Path, question: Annotated[str, typer.Argument()]) -> None:
    """Print the four nearest chunks."""
    for document in open_store(folder).similarity_search(question, k=4):
        typer.echo(document.page_content)


if __name__ == "__main__":
    app()
