"""The articles dialog: which there are and with what they are indexed, adding one with its progress, removing one."""

import logging
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from bot import ArticleBot
from index import ArticleBotError
from ui.articles import Articles, Indexed, Step
from ui.page import strings

_log = logging.getLogger(__name__)


class Shelf:
    """The dialog's contents, and what a reader does in it. Nothing here raises: the reader must be able to go on."""

    def __init__(self, bot: ArticleBot, keep: str) -> None:
        """`keep` is the article that the page opens with: it cannot be removed here."""
        self._articles = Articles(bot)
        self._keep = keep

    def html(self, said: str = "") -> str:
        """The list of articles, and a line about what was just done."""
        try:
            listed = self._articles.listed()
        except ArticleBotError as error:
            return _HEAD + _wrong(str(error))
        return _HEAD + said + list_html(listed, self._keep)

    def titles(self) -> dict[str, str]:
        """The titles of the articles by id; none where the index cannot be read, as the pane says."""
        try:
            return {one.id: one.title for one in self._articles.listed()}
        except ArticleBotError:
            return {}

    def add(self, address: str = "", file: str | None = None) -> Iterator[tuple[str, str]]:
        """Add an article from an address or an uploaded file: what to show, and at the end its id."""
        try:
            steps = self._articles.add_upload(Path(file)) if file else self._articles.add_address(address)
            for step in steps:
                yield (self.html(progress_html(step)), step.article.id if step.article else "")
        except ArticleBotError as error:
            yield self.html(_wrong(str(error))), ""
        except Exception:  # noqa: BLE001  # the outer edge: logged, and the reader can go on
            _log.exception("an article could not be added")
            yield self.html(_wrong(strings.NOT_ADDED)), ""
        finally:
            if file:
                Path(file).unlink(missing_ok=True)

    def remove(self, article_id: str) -> str:
        """Take an article out."""
        if article_id == self._keep:
            return self.html(_wrong(strings.NOT_REMOVED))
        try:
            self._articles.remove(article_id)
        except ArticleBotError as error:
            return self.html(_wrong(str(error)))
        return self.html(f'<p role="status">{strings.REMOVED}</p>')


_HEAD = (
    f'<div class="top"><h2>{strings.ARTICLES_TITLE}</h2>'
    f'<button type="button" class="close">{strings.CLOSE}</button></div>'
)


def list_html(articles: Sequence[Indexed], keep: str) -> str:
    """The articles, each with what it is and a button that removes it."""
    return f'<ul class="articles">{"".join(_item(one, one.id != keep) for one in articles)}</ul>'


def progress_html(step: Step) -> str:
    """How far an article is."""
    told = strings.STAGES[step.stage]
    if step.article:
        return f'<p role="status">{escape(told.format(title=step.article.title))}</p>'
    value = f' value="{step.done}" max="{step.total}"' if step.total else ""
    return f'<p role="status">{told}</p><progress aria-label="{told}"{value}></progress>'


def _item(article: Indexed, removable: bool) -> str:
    title = escape(article.title or article.id)
    facts = strings.INDEXED.format(
        sentences=article.sentences, embedding=_short(article.embedding), reader=_short(article.reader)
    )
    source = strings.ADDED.format(source=_from(article.source), day=f"{article.added.day} {article.added:%B %Y}")
    remove = (
        f'<button type="button" data-remove="{escape(article.id)}" data-sure="{strings.SURE}" '
        f'aria-label="{strings.REMOVE_THIS.format(title=title)}">{strings.REMOVE}</button>'
    )
    return (
        f"<li><div><strong>{title}</strong><span>{escape(facts)}</span><span>{escape(source)}</span></div>"
        f"{remove if removable else ''}</li>"
    )


def _from(source: str) -> str:
    """Where an article is from. Where a file lies on the server is nobody's business."""
    return source if "://" in source or source.startswith("upload: ") else Path(source).name


def _short(fingerprint: str) -> str:
    """A model's name and the first of its hash: `all-MiniLM-L6-v2@1a2b3c4d…`."""
    name, mark, digest = fingerprint.rpartition("@")
    return f"{name}{mark}{digest[:8]}" if mark else fingerprint[:40]


def _wrong(line: str) -> str:
    return f'<p class="wrong" role="alert">{escape(" ".join(line.split()))}</p>'
