"""What happens to one event, in which order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from callbase.core import commands, events
from callbase.core.engine import Engine
from callbase.core.output import Output
from callbase.engine.clock import Clock
from callbase.engine.entry import Entry
from callbase.engine.journal import OvertakenError
from callbase.engine.metrics import Metrics
from callbase.engine.runner import FAILING_EVENTS, TOGETHER, Runner, storable
from tests.engine.conftest import StartEngine, rows, until
from tests.engine.fake_core import FakeCore, config
from tests.engine.test_clock import Hands
from tests.engine.test_journal import end, offer


class Steps:
    """A runner that tells what it does."""

    def __init__(self, core: Engine, **does: Any) -> None:
        self.done: list[Any] = []
        calls: dict[str, Any] = {
            "journal": lambda entries, awaited: self.done.append(("journal", *(entry.seq for entry in entries))),
            "publish": lambda output, now_ms: self.done.append(("publish", len(output.facts))),
            "execute": lambda command: self.done.append(("execute", type(command).__name__)),
        }
        clock = does.pop("clock", None) or Clock()
        self.runner = Runner(core, clock, 0, metrics=Metrics(), **(calls | does))


async def test_what_an_event_changed_is_queued_then_it_is_journaled_then_acted_on() -> None:
    steps = Steps(FakeCore())
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.done.clear()
    steps.runner.receive(offer("leg"))
    assert steps.done == [("publish", 2), ("journal", 2), ("execute", "Answer"), ("execute", "LookUpCustomer")]


async def test_events_that_come_together_are_journaled_together_before_anything_is_done() -> None:
    steps = Steps(FakeCore())
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.done.clear()
    steps.runner.receive_soon(offer("leg"))
    steps.runner.receive_soon(offer("another"))
    assert not steps.done
    await asyncio.sleep(0)
    assert steps.done == [
        *[("publish", 2), ("publish", 2), ("journal", 2, 3)],
        *[("execute", "Answer"), ("execute", "LookUpCustomer")] * 2,
    ]


async def test_an_event_whose_turn_is_at_once_overtakes_none_that_waits_for_its_own() -> None:
    stamped: list[tuple[int, bytes]] = []
    steps = Steps(
        FakeCore(), journal=lambda entries, awaited: stamped.extend((entry.seq, bytes(entry.event)) for entry in entries)
    )
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.runner.receive_soon(offer("leg"))
    steps.runner.receive(events.LegAnswered(leg="leg"))
    await asyncio.sleep(0)
    assert [seq for seq, _ in stamped] == [1, 2, 3]
    assert b"CallOffered" in stamped[1][1] and b"LegAnswered" in stamped[2][1]


async def test_what_cannot_be_journaled_is_not_done_and_this_engine_ends() -> None:
    def full(entries: Sequence[Entry], awaited: bool) -> None:
        raise MemoryError

    ended: list[str] = []
    steps = Steps(FakeCore(), journal=full, end=ended.append)
    steps.runner.receive(offer("a"))
    assert (steps.done, len(ended)) == ([("publish", 2)], 1)


class Ended(BaseException):
    """Stands for the end of the process."""


async def test_of_events_that_came_together_none_is_journaled_or_done_where_the_lease_ended_meanwhile() -> None:
    class Slow(FakeCore):
        def receive(self, event: events.AnyEvent, now_ms: int) -> Output:
            taken.append(event)
            return super().receive(event, now_ms)

    def leads_until_the_second_is_taken_in() -> None:
        if len(taken) > 2:
            raise Ended

    taken: list[events.AnyEvent] = []
    steps = Steps(Slow(), check=leads_until_the_second_is_taken_in)
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.done.clear()
    steps.runner.receive_soon(offer("leg"))
    with pytest.raises(Ended):
        steps.runner.receive(events.Request(id="1", tenant="demo", actor="somebody", action=events.SignIn(agent="1001")))
    assert {what for what, *_ in steps.done} == {"publish"}


async def test_an_engine_that_was_stopped_as_it_journaled_ends_before_anybody_is_answered_or_anything_is_done() -> None:
    """For the other one may have taken over before it could hear of that."""

    def stopped(entries: Sequence[Entry], awaited: bool) -> None:
        steps.done.append("journal")

    def check() -> None:
        if "journal" in steps.done:
            raise Ended

    core = FakeCore()
    core.receive(events.ConfigPublished(config=config()), 0)
    steps = Steps(core, journal=stopped, check=check)
    with pytest.raises(Ended):  # the process does: who sends what is queued has not had its turn
        steps.runner.receive(offer("leg"))
    assert steps.done == [("publish", 2), "journal"]


async def test_of_a_flood_no_more_are_journaled_together_than_leaves_the_first_its_time() -> None:
    steps = Steps(FakeCore())
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.done.clear()
    for number in range(TOGETHER + 1):
        steps.runner.receive_soon(offer(f"leg {number}"))
    full = ("journal", *range(2, TOGETHER + 2))
    assert [what for what in steps.done if what[0] == "journal"] == [full], "they do not wait for the last"
    await asyncio.sleep(0)
    assert [what for what in steps.done if what[0] == "journal"] == [full, ("journal", TOGETHER + 2)]


async def test_an_event_that_cannot_be_taken_in_keeps_back_none_that_came_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_on_the_second(event: events.AnyEvent) -> tuple[events.AnyEvent, bytes]:
        if event == offer("second"):
            raise TypeError("no JSON")
        return storable(event)

    steps = Steps(FakeCore())
    steps.runner.receive(events.ConfigPublished(config=config()))
    steps.done.clear()
    monkeypatch.setattr("callbase.engine.runner.storable", fails_on_the_second)
    for leg in ("first", "second", "third"):
        steps.runner.receive_soon(offer(leg))
    await asyncio.sleep(0)
    assert steps.done == [
        *[("publish", 2), ("publish", 2), ("journal", 2, 3)],
        *[("execute", "Answer"), ("execute", "LookUpCustomer")] * 2,
    ]


async def test_a_system_clock_set_ahead_makes_no_call_longer_and_is_followed_once_nobody_is_in_one() -> None:
    stamped: list[int] = []
    hands = Hands()
    steps = Steps(
        FakeCore(), clock=hands.clock(), journal=lambda entries, awaited: stamped.extend(entry.at_ms for entry in entries)
    )
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
    steps = Steps(FakeCore(), journal=lambda entries, awaited: found.append(awaited))
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
    assert [what for what, _ in steps.done] == ["publish", "journal", "execute", "execute", "publish", "journal"]


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
