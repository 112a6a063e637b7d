"""What a source says about itself, and the dates that it says it with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil import parser as dates

from index.text import clean


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a source says about itself. Empty strings and `None` mean that it does not say."""

    title: str = ""
    deck: str = ""
    byline: str = ""
    publisher: str = ""
    published: date | None = None
    url: str = ""


def metadata_from(data: dict[str, Any]) -> Metadata:
    """Metadata from a mapping under the usual names (`deck` or `description`, `byline` or `author`, ...)."""

    def first(*names: str) -> str:
        return next((clean(str(data[name])) for name in names if data.get(name)), "")

    return Metadata(
        title=first("title", "headline"),
        deck=first("deck", "description", "subtitle", "standfirst", "summary"),
        byline=first("byline", "author", "authors"),
        publisher=first("publisher", "sitename", "publication"),
        published=parse_date(data.get("published") or data.get("date")),
        url=first("url", "link", "canonical"),
    )


def parse_date(value: object) -> date | None:
    """The day that `value` names, or None when it names no full date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not value:
        return None
    try:  # ISO first: `dayfirst` below would read 2026-03-11 as 3 November
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        pass
    # Two defaults that differ in every part: what they do not agree on was not in the text.
    try:
        one, other = (
            dates.parse(str(value), fuzzy=True, dayfirst=True, default=default).date()
            for default in (datetime(2001, 1, 1), datetime(2002, 2, 2))
        )
    except (ValueError, OverflowError):
        return None
    return one if one == other else None
