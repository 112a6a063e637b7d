"""The head of the page as HTML: which article is asked, what can be done with the conversation, what is kept."""

from collections.abc import Mapping
from html import escape

from ui.page import strings


def header_html(titles: Mapping[str, str], chosen: str, feedback: str) -> str:
    """The head of the page; `titles` are the articles that can be asked, by id, `feedback` where that is kept."""
    return (
        f'<header><h1>{strings.NAME}</h1>{_picker(titles, chosen)}<nav aria-label="{strings.ACTIONS}">'
        f'<button type="button" id="open-article">{strings.OPEN_ARTICLE}</button>'
        f'<button type="button" id="open-articles" data-title="{strings.ARTICLES_TITLE}">{strings.ARTICLES}</button>'
        f'<button type="button" id="new">{strings.NEW}</button>{_export()}{_about(feedback)}</nav></header>'
        '<p id="said" role="status"></p>'
    )


def _picker(titles: Mapping[str, str], chosen: str) -> str:
    options = "".join(
        f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>{escape(title)}</option>'
        for name, title in titles.items()
    )
    return f'<label id="picker"><span>{strings.PICKER}</span><select>{options}</select></label>'


def _export() -> str:
    buttons = "".join(
        f'<button type="button" data-export="{kind}">{label}</button>' for kind, label in strings.EXPORTS.items()
    )
    return (
        f'<button type="button" popovertarget="export">{strings.EXPORT}</button>'
        f'<div id="export" popover role="group" aria-label="{strings.EXPORT}">{buttons}</div>'
    )


def _about(feedback: str) -> str:
    kept = strings.FEEDBACK_ON.format(place=feedback) if feedback else strings.FEEDBACK_OFF
    told = "".join(f"<p>{escape(line)}</p>" for line in (*strings.KEPT, kept))
    return (
        f'<button type="button" popovertarget="about">{strings.ABOUT}</button>'
        f'<div id="about" popover role="dialog" aria-label="{strings.ABOUT_TITLE}">'
        f"<h2>{strings.ABOUT_TITLE}</h2>{told}</div>"
    )
