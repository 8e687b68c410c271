"""Whatever is going on, a request on which the core fails half way, or that it refuses, has changed nothing, and all goes on from
there."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from callbase.core import dispatch
from callbase.core import events as e
from callbase.core.engine import Engine
from tests.core.test_among_three_anything_may_happen import Three
from tests.core.test_anything_may_happen import ACTIONS, AMONG_THREE, PICK, engaged, step, walk


class Faulty(Three):
    @step(weight=10, pick=PICK, action=[*ACTIONS, *AMONG_THREE])
    def the_core_fails_on_a_request(self, pick: int, action: Any) -> None:
        agents = engaged(self.centre.engine)
        if isinstance(action, type):
            action = action(agent=agents[pick % len(agents)] if agents else "1001")
        done = dispatch.REQUESTS[type(action)]

        def half_done(core: Any, tenant: str, action: Any, actor: str) -> Any:
            answer = done(core, tenant, action, actor)
            if actor == "unlucky":
                raise KeyError("a fault of ours")
            return answer

        engine = self.centre.engine
        remembered = engine._memory
        twin = Engine.restore(engine.snapshot())
        engine._memory = remembered  # so that all since the last fault is given again
        asked = e.Request(id="f", tenant="demo", actor="unlucky", action=action)
        with mock.patch.dict(dispatch.REQUESTS, {type(action): half_done}):
            output = engine.receive(asked, self.centre.now_ms)
        assert output.replies[0].error is not None
        expected = twin.receive(e.TimerDue(), self.centre.now_ms)
        assert engine.snapshot() == twin.snapshot()
        assert (output.commands, output.facts) == (expected.commands, expected.facts)
        self.watch(output)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_request_that_fails_has_changed_nothing(seed: int) -> None:
    machine: Any = Faulty()
    machine.begin(seed=3)
    walk(machine, seed, 600)


def at_another_telephone(agent: str) -> e.SignIn:
    return e.SignIn(agent=agent, device=f"{agent}-web")


class Refused(Three):
    _replies: list[Any]

    @step(weight=10, pick=PICK)
    def one_who_talks_asks_to_go_afterwards(self, pick: int) -> None:
        agents = engaged(self.centre.engine)
        if agents:
            self.centre.ask(e.SignOut(agent=agents[pick % len(agents)]))

    @step(weight=30, pick=PICK, action=[*ACTIONS, *AMONG_THREE, *[at_another_telephone] * 10])
    def one_asks_what_may_be_refused(self, pick: int, action: Any) -> None:
        agents = engaged(self.centre.engine)
        if callable(action):
            action = action(agent=agents[pick % len(agents)] if agents else "1001")
        before = self.centre.engine.snapshot()
        engine, twin = Engine.restore(before), Engine.restore(before)
        output = engine.receive(e.Request(id="r", tenant="demo", actor="test", action=action), self.centre.now_ms)
        expected = twin.receive(e.TimerDue(), self.centre.now_ms)
        self._replies.append(output.replies[0].error)
        if output.replies[0].error is None:
            return
        assert engine.snapshot() == twin.snapshot(), action
        assert (output.commands, output.facts) == (expected.commands, expected.facts), action


@pytest.mark.parametrize("seed", [1, 2])
def test_a_request_that_is_refused_has_changed_nothing(seed: int) -> None:
    machine: Any = Refused()
    machine._replies = []
    machine.begin(seed=3)
    walk(machine, seed, 600)
    assert None in machine._replies
    assert any(machine._replies)
