"""From a question to a verified answer: evidence found, quoted, checked, or refused."""

from bot.answer import Answer, Citation, Claim, Passage, Question, Turn
from bot.chain import ArticleBot
from bot.errors import AnswerError, QuestionError, SettingsError
from bot.reader import Evidence, HybridReader, Reader, Reading
from bot.settings import Settings
from bot.verify import Verification, verify, verify_json

__all__ = [
    "Answer",
    "AnswerError",
    "ArticleBot",
    "Citation",
    "Claim",
    "Evidence",
    "HybridReader",
    "Passage",
    "Question",
    "QuestionError",
    "Reader",
    "Reading",
    "Settings",
    "SettingsError",
    "Turn",
    "Verification",
    "verify",
    "verify_json",
]
