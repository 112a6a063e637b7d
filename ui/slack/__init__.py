"""The Slack relay. Its core is pure and needs no Slack library: an event in, an `Answer`, blocks out.

`question_in(event)` is what is asked, `answer_message(answer, articles)` the message to send; docs/slack.md shows both
in another Bolt app.
"""

from ui.slack.events import question_in
from ui.slack.message import Message, answer_message

__all__ = ["Message", "answer_message", "question_in"]
