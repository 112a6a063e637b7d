"""A reader who leaves in the middle of an answer ends the chat model's call."""

import asyncio
import time
from contextlib import aclosing

import pytest

from bot import Answer
from tests.bot.model_scripts import ASKED, endless
from tests.bot.model_writers import EVERY_CLIENT, Writers


@pytest.mark.parametrize("model", EVERY_CLIENT)
def test_a_reader_who_leaves_ends_the_call(writers: Writers, model: str) -> None:
    """A stream that nobody reads to its end is no error, and the provider's call ends with it."""
    answers = writers.bot(endless, model).stream(ASKED)
    assert len(next(answers).claims) == 1
    begun = time.monotonic()
    answers.close()  # type: ignore[attr-defined]  # a generator
    assert time.monotonic() - begun < 2
    assert writers.server.left.wait(5)


@pytest.mark.parametrize("model", EVERY_CLIENT)
def test_a_task_that_stops_reading_ends_the_call(writers: Writers, model: str) -> None:
    """The same of `astream`, whose reader leaves between two answers."""

    async def one() -> Answer:
        async with aclosing(writers.bot(endless, model).astream(ASKED)) as answers:  # type: ignore[type-var]  # it is one
            return await anext(answers)

    assert len(asyncio.run(one()).claims) == 1
    assert writers.server.left.wait(5)


@pytest.mark.parametrize("model", EVERY_CLIENT)
def test_a_task_that_is_cancelled_ends_the_call(writers: Writers, model: str) -> None:
    """While it waits for more; the model is not asked again either, and the loop has nothing to wait for."""

    async def cancelled() -> float:
        got = asyncio.Event()

        async def read() -> None:
            async for _ in writers.bot(endless, model).astream(ASKED):
                got.set()

        task = asyncio.create_task(read())
        await got.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic()

    left_at = asyncio.run(cancelled())
    assert time.monotonic() - left_at < 5
    assert writers.server.left.wait(5)
    assert len(writers.server.asked) == 1
