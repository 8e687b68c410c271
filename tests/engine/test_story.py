"""What happened to one call, told from the journal."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest

from callbase.core.events import CallOffered
from callbase.engine.replay import NothingToReplay
from callbase.engine.story import NoSuchInteraction, said, tell
from tests.engine.conftest import StartEngine, rows, until
from tests.engine.fake_core import FakeCore
from tests.engine.test_journal import end, offer


async def told(url: str, interaction: UUID) -> list[str]:
    return [line async for line in tell(url, interaction, FakeCore)]


async def two_calls(start_engine: StartEngine, url: str) -> UUID:
    """They cross one another; the first one's id."""
    async with start_engine() as engine:
        for event in (offer("one"), offer("two"), end("one"), end("two")):
            engine.switch.sink(event)
        await until(engine.journaled)
    return UUID(str(rows(url, "SELECT id FROM interaction ORDER BY started_at, id")[0][0]))


async def test_each_step_of_the_call_is_told_with_its_state_before_and_after_and_no_other_calls(
    start_engine: StartEngine, url: str
) -> None:
    interaction = await two_calls(start_engine, url)
    text = "\n".join(await told(url, interaction))
    assert text.startswith(f"Interaction {interaction} of tenant demo")
    steps = text.split("\n\n")[1:]
    assert "call offered: leg one" in steps[0]
    assert "phase: – → queue" in steps[0]
    assert "stated: interaction started" in steps[0]
    assert "leg ended: leg one" in steps[-1]
    assert "state: the interaction is over" in steps[-1]
    assert "two" not in text


async def test_a_call_nobody_knows_and_one_before_the_journals_beginning_are_said_to_be(
    start_engine: StartEngine, url: str
) -> None:
    interaction = await two_calls(start_engine, url)
    with pytest.raises(NoSuchInteraction, match="there is no interaction"):
        await told(url, uuid4())
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM engine_journal WHERE seq < (SELECT max(seq) FROM engine_journal)")
    with pytest.raises(NothingToReplay):
        await told(url, interaction)


def test_an_event_in_words() -> None:
    event = CallOffered(leg="x", node="a", caller_number="138", called_number="400", trunk=None)
    assert said(event) == "call offered: leg x, node a, caller number 138, called number 400"
    assert len(said(CallOffered(leg="x", node="a", caller_number="1" * 500, called_number="400"))) == 201
