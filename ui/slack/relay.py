"""The relay: a question is claimed, a status shown, the answer delivered. Bolt's listeners call it, and it calls Slack.

It keeps nothing but the claims of its ledger and, of questions it is answering, their keys.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from bot import Answer, ArticleBot, Turn
from index import ArticleBotError
from ui.limits import QuestionLimit, too_many
from ui.slack.delivery import Delivery, Place
from ui.slack.errors import DeliveryError, LedgerError
from ui.slack.events import Asked, Event, Own, asked_in, is_own, marker_of, of_key, question_in, turns_before
from ui.slack.ledger import Ledger
from ui.slack.message import (
    Message,
    answer_message,
    notice,
    offer,
    with_feedback,
    with_question,
    with_share,
)
from ui.slack.opinions import Given, Opinions
from ui.slack.workers import Workers, log_defect

APOLOGY = "Something went wrong here, and the question could not be answered. Please ask again."
BUSY = "Too many questions at once, so this one was not answered. Please ask again in a minute."
HELLO = "Ask me about the article. I answer in its own words, or say that it does not say."
STATUS = "is looking in the article…"
LOADING = ("Looking in the article…", "Reading the passages…", "Checking the quotes…")
PROMPTS_TITLE = "Ask the article"

GIVEN_UP = 15 * 60.0
"""Seconds after which a question that could not be answered is left alone."""
_REMEMBERED = 1_000
_TAKEN_AT_ONCE, _TAKEN = 16, 2_000
_EXCUSES_AT_ONCE, _EXCUSES = 2, 200
_log = logging.getLogger(__name__)


class Relay:
    """Answers what is asked in Slack, each question once."""

    def __init__(
        self,
        bot: ArticleBot,
        own: Own,
        delivery: Delivery,
        ledger: Ledger,
        *,
        workers: Workers | None = None,
        starters: Callable[[], Sequence[str]] | None = None,
        page: str = "",
    ) -> None:
        self.own = own
        self._bot = bot
        self._delivery = delivery
        self._ledger = ledger
        self._workers = workers or Workers()
        self._front = Workers(_TAKEN_AT_ONCE, _TAKEN)
        self._excuses = Workers(_EXCUSES_AT_ONCE, _EXCUSES)
        self._closing = False
        self._starters = starters or bot.starters
        self._page = page
        self._limit = QuestionLimit(bot.settings.questions_per_minute)
        self._opinions = Opinions(bot)
        self._held: set[str] = set()
        self._claimed: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def soon(self, job: Callable[[], None]) -> None:
        """Do what a listener was called for on a thread of ours: Bolt's ack clicks, and wait for nothing."""
        if not self._front.submit(job):
            _log.error("too much comes in at once, or the relay is ending: something that came in was left out")

    # What is asked in channels and direct messages

    def take(self, asked: Asked) -> None:
        """Answer a question in its thread, unless it has been taken already."""
        if not self._claim(asked.key):
            return
        with self._unless_broken(asked.key):
            if asked.addressed:
                self._delivery.status(self._place(asked), STATUS, LOADING)
            if not self._workers.submit(lambda: self._answer(asked)) and not self._excuse(lambda: self._refuse(asked)):
                self._release(asked.key)

    def _excuse(self, job: Callable[[], None]) -> bool:
        """Say that there are too many questions; False where too many are to be told that, or the relay is ending."""
        return not self._closing and self._excuses.submit(job)

    def _refuse(self, asked: Asked) -> None:
        def tell(place: Place) -> None:
            if asked.addressed or self._takes_part(self._delivery.thread(asked.channel, asked.thread)):
                self._delivery.answer(place, [notice(BUSY)])

        self._settle(asked, tell)

    def _answer(self, asked: Asked) -> None:
        self._settle(asked, lambda place: self._converse(asked, place))

    def _converse(self, asked: Asked, place: Place) -> None:
        """Answer a question; one that is not addressed to us only where we take part in the thread."""
        messages = self._delivery.thread(asked.channel, asked.thread) if asked.follows else []
        if not asked.addressed:
            if not self._takes_part(messages):
                return
            self._delivery.status(place, STATUS, LOADING)
        turns = turns_before(asked, messages, self.own)
        self._delivery.answer(place, self._replies(asked, turns))

    def _replies(self, asked: Asked, turns: Sequence[Turn]) -> Iterator[Message]:
        """The reply as it grows: the answer, or what is to be said instead."""
        try:
            if not asked.text:
                yield offer(HELLO, self._starters())
            elif seconds := self._limit.wait(asked.user):
                yield notice(f"{too_many(seconds).capitalize()}.")
            else:
                for answer in self._bot.stream({"question": asked.text, "history": list(turns)}):
                    yield self._message(answer, Given.of(answer, self._bot.articles, ts=asked.ts))
        except ArticleBotError as error:
            yield notice(_sentence(error))
        except Exception as error:  # noqa: BLE001  # the outer edge: logged without a word of what was asked
            log_defect("a question could not be answered", error)
            yield notice(APOLOGY)

    def _message(self, answer: Answer, given: Given, *, private: bool = False) -> Message:
        message = answer_message(answer, self._bot.articles, self._page)
        if not self._opinions.kept:
            return message
        return with_feedback(message, given.dumped(), len(answer.citations), private=private)

    def _takes_part(self, messages: Sequence[Event]) -> bool:
        return any(is_own(message, self.own) for message in messages)

    def _place(self, asked: Asked) -> Place:
        return Place(asked.channel, asked.thread, asked.user, asked.team, marker_of(asked.key))

    # What only the asker sees: the slash command and the shortcut

    def take_private(self, key: str, text: str, user: str, response_url: str) -> None:
        """Answer a question to the asker alone, unless it has been taken already."""
        if not self._claim_for_good(key):
            return

        def job() -> None:
            self._send_private(response_url, self._private_reply(text, user))

        if not self._workers.submit(job):
            self._excuse(lambda: self.tell(response_url, BUSY))

    def share(self, key: str, question: str, user: str, response_url: str) -> None:
        """Show everybody in the channel an answer that its asker alone has seen."""
        if not self._claim_for_good(key):
            return

        def job() -> None:
            message = with_question(self._whole(question), user, question)
            if self._send_private(response_url, message, response_type="in_channel", replace_original=False):
                self._send_private(response_url, Message(""), delete_original=True)

        if not self._workers.submit(job):
            self._excuse(lambda: self.tell(response_url, BUSY))

    def ask_offered(self, key: str, question: str, user: str, channel: str, thread: str) -> None:
        """Answer a question that somebody has clicked on, in the thread where it was offered."""
        if not self._claim_for_good(key):
            return
        place = Place(channel, thread, user, self.own.team, marker_of(key))
        self._delivery.status(place, STATUS, LOADING)

        def job() -> None:
            try:
                self._delivery.answer(place, [with_question(self._limited(question, user), user, question)])
            except DeliveryError as error:
                _log.error("an answer could not be delivered: %s", error)

        if not self._workers.submit(job):
            self._excuse(lambda: self.whisper(channel, thread, user, BUSY))

    def tell(self, response_url: str, text: str) -> None:
        """Say something to the person whose click or command came with that address."""
        self._send_private(response_url, notice(text), replace_original=False)

    def _limited(self, question: str, user: str) -> Message:
        if seconds := self._limit.wait(user):
            return notice(f"{too_many(seconds).capitalize()}.")
        return self._whole(question)

    def _private_reply(self, text: str, user: str) -> Message:
        if not text:
            return self._greeting()
        if seconds := self._limit.wait(user):
            return notice(f"{too_many(seconds).capitalize()}.")
        return with_share(self._whole(text, private=True), text)

    def _greeting(self) -> Message:
        try:
            return offer(f"{HELLO} For example:", self._starters())
        except ArticleBotError as error:
            return notice(_sentence(error))

    def _whole(self, question: str, *, private: bool = False) -> Message:
        """The whole reply to a question that leans on nothing."""
        try:
            answer = self._bot.ask(question)
            return self._message(answer, Given.of(answer, self._bot.articles, question=question), private=private)
        except ArticleBotError as error:
            return notice(_sentence(error))
        except Exception as error:  # noqa: BLE001  # the outer edge, as above
            log_defect("a question could not be answered", error)
            return notice(APOLOGY)

    def _send_private(self, response_url: str, message: Message, **options: object) -> bool:
        try:
            self._delivery.private(response_url, message, **options)
        except DeliveryError as error:
            _log.error("a private answer could not be delivered: %s", error)
            return False
        return True

    # Buttons and prompts

    def suggest(self, channel: str) -> None:
        """Offer the starter questions in a direct message."""
        if questions := self._starters():
            self._delivery.prompts(channel, PROMPTS_TITLE, questions[:4])

    def record(self, given: Given, verdict: str, place: tuple[str, str] | None) -> str:
        """Keep what a reader thinks of an answer; what to say to that. `place`: channel and thread, if it has one."""
        try:
            if place and given.ts:
                messages = self._delivery.thread(*place)
                asked = next((m for m in messages if m.get("ts") == given.ts), None)
                if asked is None:
                    return "The question is gone, so nothing could be noted."
                turns = turns_before(Asked("", "", "", place[0], given.ts, place[1]), messages, self.own)
                return self._opinions.keep(given.asking(question_in(asked)), verdict, turns)
            return self._opinions.keep(given, verdict, [])
        except ArticleBotError as error:
            _log.error("feedback could not be kept: %s", error)
            return "This could not be noted. Please try again later."

    def whisper(self, channel: str, thread: str | None, user: str, text: str) -> None:
        """Say something that one person sees; no loss where that fails."""
        try:
            self._delivery.whisper(channel, thread, user, text)
        except DeliveryError as error:
            _log.info("nothing could be said to one person: %s", error)

    # Claims

    def tend(self) -> None:
        """Keep the claims on what is being answered, and take over what others left. To be called every few seconds."""
        try:
            with self._lock:
                held = list(self._held)
            self._ledger.renew(held)
            for key in () if self._closing else self._ledger.abandoned():
                if key not in held:
                    self._recover(key)
        except LedgerError as error:
            _log.error("%s", error)

    def drain(self) -> None:
        """Finish what was taken, and take nothing more. Claims are to be tended meanwhile."""
        self._closing = True
        for workers in (self._front, self._workers, self._excuses):
            workers.close()

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def _recover(self, key: str) -> None:
        """Answer a question whose relay died, unless it has been answered just before that."""
        if not self._ledger.claim(key):
            return
        message = of_key(key)
        if message is None or time.time() - float(message[1]) > GIVEN_UP:
            self._ledger.finish(key)
            return
        with self._lock:
            self._held.add(key)
        if not self._workers.submit(lambda: self._answer_again(key, *message)):
            self._release(key)

    def _answer_again(self, key: str, channel: str, ts: str) -> None:
        with self._unless_broken(key):
            try:
                found = next((m for m in self._delivery.thread(channel, ts) if m.get("ts") == ts), None)
            except DeliveryError as error:
                _log.error("a question that was left could not be read: %s", error)
                self._release(key, for_good=error.final)
                return
            asked = asked_in({**found, "channel": channel}, self.own) if found else None
            if asked is None:
                self._release(key, for_good=True)
            else:
                self._settle(asked, lambda place: self._complete(asked, place))

    def _complete(self, asked: Asked, place: Place) -> None:
        if self._delivery.is_complete(place):
            return
        messages = self._delivery.thread(asked.channel, asked.thread)
        if asked.addressed or self._takes_part(messages):
            *_, whole = self._replies(asked, turns_before(asked, messages, self.own))
            self._delivery.complete(place, whole)

    def _settle(self, asked: Asked, deliver: Callable[[Place], None]) -> None:
        """Deliver, and mark the question answered; left to be taken up again where Slack was out of order."""
        finished = False
        try:
            deliver(self._place(asked))
            finished = True
        except DeliveryError as error:
            _log.error("an answer could not be delivered: %s", error)
            finished = error.final
        except Exception as error:  # noqa: BLE001  # the outer edge, as above
            log_defect("an answer could not be delivered", error)
        finally:
            self._release(asked.key, for_good=finished)

    def _claim(self, key: str) -> bool:
        """Take a question. Without a ledger, what this process has taken is what it knows of."""
        with self._lock:
            if key in self._claimed:
                return False
        try:
            if not self._ledger.claim(key):
                return False
        except LedgerError as error:
            _log.error("%s", error)
        with self._lock:
            if key in self._claimed:
                return False
            self._claimed[key] = None
            self._held.add(key)
            while len(self._claimed) > _REMEMBERED:
                self._claimed.popitem(last=False)
        return True

    def _claim_for_good(self, key: str) -> bool:
        """Take what cannot be taken over by another, since only this process has where to answer."""
        taken = self._claim(key)
        if taken:
            self._release(key, for_good=True)
        return taken

    @contextmanager
    def _unless_broken(self, key: str) -> Iterator[None]:
        """Let go of a question where something breaks that should not, so that it is taken up again."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  # the outer edge, as above
            log_defect("a question could not be taken", error)
            self._release(key)

    def _release(self, key: str, *, for_good: bool = False) -> None:
        with self._lock:
            self._held.discard(key)
        try:
            if for_good:
                self._ledger.finish(key)
        except LedgerError as error:
            _log.error("%s", error)


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
