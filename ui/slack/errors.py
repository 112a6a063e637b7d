"""Errors of the relay, in the tree that `index.errors` begins.

ArticleBotError
└── SlackError         the relay cannot run, or Slack refuses something
    ├── DeliveryError  a message cannot be delivered
    └── LedgerError    the record of what was answered cannot be read or written
"""

from index import ArticleBotError


class SlackError(ArticleBotError):
    """The relay cannot run: a token, a scope or a setting is wrong, or Slack cannot be reached."""


class DeliveryError(SlackError):
    """A message cannot be delivered. `final`: trying again would not help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class LedgerError(SlackError):
    """The record of what was answered cannot be read or written."""
