"""The form for what a reader thinks of an answer, and what becomes of it. The file of cases is `ui.feedback`'s."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bot import Settings
from evals.cases import Case
from index import Article, ArticleBotError
from ui.feedback import MOST_REASON, FeedbackError, FeedbackFile, Opinion, feedback_case
from ui.page import strings
from ui.page.messages import Message, exchanges, history_of


class Feedback:
    """Keeps what readers think of answers, where the settings allow it."""

    def __init__(self, settings: Settings) -> None:
        self._file = FeedbackFile.of(settings)

    @property
    def place(self) -> str:
        """Where feedback is kept; empty where none is."""
        return str(self._file.path) if self._file else ""

    def form(self, messages: Sequence[Message], index: int, liked: object) -> str:
        """The form about the message at `index`; nothing where that is no answer, or the reader took it back."""
        thumb = {"True": True, "Like": True, "False": False, "Dislike": False}.get(str(liked))
        if thumb is None or not 0 <= index < len(messages) or messages[index].get("role") != "assistant":
            return ""
        turn = sum(message.get("role") == "assistant" for message in messages[:index])
        return form_html(turn, thumb, self.place)

    def keep(self, sent: Mapping[str, Any], messages: Sequence[Message], articles: Mapping[str, Article]) -> str:
        """Keep an opinion that the form sent, and say so; or the form again with what is wrong."""
        turn, liked = sent.get("turn"), sent.get("liked") is True
        if self._file is None or type(turn) is not int:
            return ""
        try:
            opinion = Opinion.of({name: sent[name] for name in ("liked", "reason", "passages", "not_said")})
            self._file.add(_case(turn, opinion, messages, articles, sent.get("article")))
        except (ArticleBotError, KeyError) as error:
            return form_html(turn, liked, self.place, str(error), str(sent.get("reason", "")))
        return f'<p role="status">{strings.FEEDBACK_KEPT}</p>'


def form_html(turn: int, liked: bool, place: str, error: str = "", reason: str = "") -> str:
    """The form about answer `turn`."""
    title = (strings.FEEDBACK_UP if liked else strings.FEEDBACK_DOWN).format(number=turn + 1)
    kept = strings.FEEDBACK_PLACE.format(place=place)
    wrong = f'<p class="wrong" role="alert">{escape(error)}</p>' if error else ""
    absent = f'<label class="tick"><input type="checkbox" name="not_said"> {strings.FEEDBACK_NOT_SAID}</label>'
    return (
        f'<form aria-label="{title}" data-turn="{turn}" data-liked="{str(liked).lower()}"><h2>{title}</h2>{wrong}'
        f'<label>{strings.FEEDBACK_WHY} <input name="reason" maxlength="{MOST_REASON}" autocomplete="off" '
        f'value="{escape(reason)}"></label>'
        f'<p>{strings.FEEDBACK_PASSAGE}</p><ul class="meant" data-remove="{strings.FEEDBACK_REMOVE}"></ul>'
        f'{"" if liked else absent}<div><button type="submit">{strings.FEEDBACK_SEND}</button>'
        f'<button type="reset">{strings.CANCEL}</button></div><p class="kept">{escape(kept)}</p></form>'
    )


def _case(
    turn: int, opinion: Opinion, messages: Sequence[Message], articles: Mapping[str, Article], chosen: object
) -> Case:
    replies = [at for at, message in enumerate(messages) if message.get("role") == "assistant"]
    answer = dict(enumerate(answer for _, answer in exchanges(messages, articles))).get(turn)
    if answer is None:
        raise FeedbackError(strings.FEEDBACK_GONE)
    near = answer.nearest.article if answer.nearest else str(chosen)
    name = next((cited.article for cited in answer.citations), near)
    if name not in articles:
        raise FeedbackError(strings.FEEDBACK_GONE)
    return feedback_case(articles[name], answer, opinion, history_of(messages[: replies[turn] - 1], articles))
