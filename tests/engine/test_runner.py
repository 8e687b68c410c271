"""What happens to one event, in which order."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core import commands, events
from callbase.core.engine import Engine
from callbase.core.output import Output
from callbase.engine.clock import Clock
from callbase.engine.journal import OvertakenError
from callbase.engine.metrics import Metrics
from callbase.engine.runner import FAILING_EVENTS, Runner
from tests.engine.conftest import StartEngine, rows, until
from tests.engine.fake_core import FakeCore, config
from tests.engine.test_clock import Hands
from tests.engine.test_journal import end, offer


class Steps:
    """A runner that tells what it does."""

    def __init__(self, core: Engine, **does: Any) -> None:
        self.done: list[Any] = []
        calls: dict[str, Any] = {
            "journal": lambda entry, awaited: self.done.append(("journal", entry.seq)),
            "publish": lambda output, now_ms: self.done.append(("publish", len(output.facts))),
            "execute": lambda command: self.done.append(("execute", type(command).__name__)),
        }
        clock = does.pop("clock", None) or Clock()
        self.runner = Runner(core, clock, 0, metrics=Metrics(), **(calls | does))


async def test_an_event_is_journaled_then_shown_then_acted_on() -> None:
    steps = Steps(FakeCore())
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.done.clear()
    steps.runner.receive(offer("leg"))
    assert steps.done == [("journal", 2), ("publish", 2), ("execute", "Answer"), ("execute", "LookUpCustomer")]


async def test_a_system_clock_set_ahead_makes_no_call_longer_and_is_followed_once_nobody_is_in_one() -> None:
    stamped: list[int] = []
    hands = Hands()
    steps = Steps(FakeCore(), clock=hands.clock(), journal=lambda entry, awaited: stamped.append(entry.at_ms))
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.runner.receive(offer("leg"))
    hands.wall_s += 3600
    steps.runner.receive(events.LegAnswered(leg="leg"))
    steps.runner.receive(end("leg"))
    steps.runner.receive(offer("another"))
    assert [at_ms - stamped[0] for at_ms in stamped] == [0, 0, 0, 0, 3_600_000]


async def test_a_core_that_keeps_failing_is_told_by_its_health() -> None:
    class Broken(FakeCore):
        def receive(self, event: events.AnyEvent, now_ms: int) -> Output:
            raise KeyError("1002")

    steps = Steps(Broken())
    for _ in range(FAILING_EVENTS):
        assert steps.runner.status == "ok"
        steps.runner.receive(offer("leg"))
    assert steps.runner.status.startswith(f"{FAILING_EVENTS} events failed")


async def test_only_the_entry_whose_asker_is_answered_is_awaited() -> None:
    found: list[bool] = []
    steps = Steps(FakeCore(), journal=lambda entry, awaited: found.append(awaited))
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.runner.receive(offer("leg"))
    steps.runner.receive(events.Request(id="1", tenant="demo", actor="somebody", action=events.SignIn(agent="1001")))
    assert found == [False, False, True]


async def test_an_event_that_comes_while_one_is_handled_waits_its_turn() -> None:
    def answered_at_once(command: commands.AnyCommand) -> None:
        steps.done.append(("execute", type(command).__name__))
        if isinstance(command, commands.Answer):
            steps.runner.receive(events.LegAnswered(leg=command.leg))

    steps = Steps(FakeCore(), execute=answered_at_once)
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.done.clear()
    steps.runner.receive(offer("leg"))
    assert [what for what, _ in steps.done] == ["journal", "publish", "execute", "execute", "journal", "publish"]


async def test_a_command_that_fails_keeps_no_other_from_being_given() -> None:
    def fails_to_answer(command: commands.AnyCommand) -> None:
        if isinstance(command, commands.Answer):
            raise ConnectionError("no driver")
        steps.done.append(type(command).__name__)

    steps = Steps(FakeCore(), execute=fails_to_answer)
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.runner.receive(offer("leg"))
    assert steps.done[-1] == "LookUpCustomer"


async def test_an_engine_that_another_has_overtaken_stops(start_engine: StartEngine, url: str) -> None:
    async def run_and_be_overtaken() -> None:
        async with start_engine() as engine:
            await until(engine.journaled)
            taken = engine.process.seq + 1
            rows(url, "INSERT INTO engine_journal (seq, at_ms, event) VALUES (%s, 0, '{}') RETURNING seq", taken)
            engine.switch.sink(offer("leg"))
            await until(lambda: engine.running.done())

    with pytest.raises(OvertakenError):
        await run_and_be_overtaken()
