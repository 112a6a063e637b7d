"""Errors of the bot, in the tree that `index.errors` begins.

ArticleBotError
├── QuestionError    a question cannot be asked: empty, too long, of the wrong type
├── AnswerError      an answer breaks a promise, or a JSON is none
├── SettingsError    a setting has a value that cannot be
└── ModelFault       a chat model gave no answer; the bot catches it and answers with quotes
"""

from index import ArticleBotError


class QuestionError(ArticleBotError):
    """A question that cannot be asked."""


class AnswerError(ArticleBotError):
    """An answer that breaks one of its promises, or JSON that is not an answer."""


class SettingsError(ArticleBotError):
    """A setting has a value that cannot be."""


class ModelFault(ArticleBotError):
    """Why a chat model gave no answer, as the end of a sentence. `again`: the same may work in `wait` seconds.

    `rejected`: the provider did not take the question, so that it cost nothing.
    """

    def __init__(self, reason: str, *, again: bool = False, wait: float | None = None) -> None:
        super().__init__(reason)
        self.again = again
        self.wait = wait
        self.rejected = False
