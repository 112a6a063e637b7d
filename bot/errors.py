"""Errors of the bot, in the tree that `index.errors` begins.

ArticleBotError
├── QuestionError    a question cannot be asked: empty, too long, of the wrong type
├── AnswerError      an answer breaks a promise, or a JSON is none
└── SettingsError    a setting has a value that cannot be
"""

from index import ArticleBotError


class QuestionError(ArticleBotError):
    """A question that cannot be asked."""


class AnswerError(ArticleBotError):
    """An answer that breaks one of its promises, or JSON that is not an answer."""


class SettingsError(ArticleBotError):
    """A setting has a value that cannot be."""
