"""What happened to one call, told from the journal."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from callbase.core.commands import StartMusic
from callbase.core.engine import Engine
from callbase.core.events import CallOffered, LegAnswered
from callbase.engine.replay import NothingToReplay
from callbase.engine.story import NoSuchInteraction, said, tell
from tests.core import centre
from tests.engine.conftest import StartEngine, publish, rows, until
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
    assert "asked of the switch: answer: leg one" in steps[0]
    assert "stated: interaction started" in steps[0]
    assert "leg ended: leg one" in steps[-1]
    assert "state: the interaction is over" in steps[-1]
    assert "two" not in text


async def test_what_the_core_asked_of_the_switch_is_told_with_the_event_that_led_to_it(
    start_engine: StartEngine, url: str
) -> None:
    publish(url, centre.config())
    async with start_engine(Engine) as engine:
        for leg in ("one", "two"):
            called = msgspec.structs.replace(offer(leg), called_number=centre.STRAIGHT, tenant="demo", trunk="demo-trunk")
            engine.switch.sink(called)
            engine.switch.sink(LegAnswered(leg=leg))
        await until(lambda: sum(isinstance(command, StartMusic) for command in engine.switch.commands) == 2)
    interaction = UUID(str(rows(url, "SELECT id FROM interaction ORDER BY started_at, id")[0][0]))
    steps = "\n".join([line async for line in tell(url, interaction)]).split("\n\n")[1:]
    asked = {step.split("\n")[0].split("  ")[2]: re.findall("asked of the switch: (.*)", step) for step in steps}
    ((offered, first), (answered, second), (looked_up, third)) = asked.items()
    assert offered.startswith("call offered: leg one") and "answer: leg one" in first
    assert (answered, second) == ("leg answered: leg one", [])
    assert looked_up.startswith("lookup finished:") and third == ["start music: leg one, music default"]


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
