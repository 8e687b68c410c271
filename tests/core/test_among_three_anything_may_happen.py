"""Whatever is asked, and whoever hangs up, while agents consult, transfer and confer: the customer is never in silence nor
dropped by us, and each agent is free again. As `test_anything_may_happen.py`, with many more talks and third parties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callbase.core import events as e
from tests.core.centre import AGENTS, STRAIGHT, SUPPORT
from tests.core.test_anything_may_happen import (
    AMONG_THREE,
    CALLS,
    PICK,
    WHERE,
    Life,
    among_three,
    called_beside,
    machine_settings,
    step,
    walk,
)


class Three(Life):
    @step(weight=60, agent=[*AGENTS, SUPPORT])
    def somebody_is_ready(self, agent: str) -> None:
        self.device(agent, "sip:one", True)
        for action in (e.SignIn(agent=agent, device=agent), e.FinishWrapUp(agent=agent), e.SetReady(agent=agent)):
            self.centre.ask(action)

    @step(weight=40, pick=PICK)
    def a_talk_begins(self, pick: int) -> None:
        self.somebody_is_ready(AGENTS[pick % 3])
        if len(self.centre.switch.legs) < 9:
            self.centre.call(STRAIGHT, "13900139000")
        ringing = sorted(offer.leg for i in self.centre.engine._core.state.interactions.values() for offer in i.offers)
        if ringing and ringing[0] in self.centre.switch.legs:
            self.centre.switch.answer(ringing[0], self.centre.now_ms)
            self.centre.settle()

    @step(weight=60, pick=PICK, action=CALLS, to=WHERE, answers=[True, True, False])
    def a_third_is_called(self, pick: int, action: Callable[..., e.AnyAction], to: e.Party, answers: bool) -> None:
        self.somebody_else_is_called(pick, action, to, answers)

    @step(weight=60, pick=PICK, action=AMONG_THREE)
    def one_of_three_asks(self, pick: int, action: Callable[..., e.AnyAction]) -> None:
        self.asked_among_three(pick, action)

    @step(weight=15, pick=PICK)
    def the_third_answers(self, pick: int) -> None:
        legs = called_beside(self.centre.engine)
        if legs:
            self.centre.switch.answer(legs[pick % len(legs)], self.centre.now_ms)
            self.centre.settle()

    @step(weight=10, pick=PICK, who=["lead", "third", "customer"], cause=["normal", "normal", "media_lost"])
    def one_of_three_hangs_up(self, pick: int, who: str, cause: Any) -> None:
        found = [i for i in self.centre.engine._core.state.interactions.values() if i.consultation is not None or i.others]
        if not found:
            return
        i = found[pick % len(found)]
        thirds = [i.consultation.leg] if i.consultation is not None else [i.others[0].leg]
        leg = {"lead": i.peer.leg if i.peer is not None else "", "third": thirds[0], "customer": i.leg}[who]
        self.centre.hang_up(leg, cause)

    @step(weight=12, pick=PICK, back_after_ms=[0, 1_000, 1_000, 40_000])
    def the_telephone_of_one_of_three_is_lost(self, pick: int, back_after_ms: int) -> None:
        there = among_three(self.centre.engine)
        if not there:
            return
        agent = self.centre.view.agents[there[pick % len(there)]]
        device = agent.device or ""
        self.device(device, "", False)
        leg = next((leg.id for leg in self.centre.switch.legs.values() if leg.device == device), "")
        self.centre.hang_up(leg, "media_lost")
        self.centre.run_for(back_after_ms)
        self.device(device, "sip:two", True)


TestThree = Three.TestCase
TestThree.settings = machine_settings


@pytest.mark.parametrize(("seed", "staff"), [(1, 3), (2, 3), (78, 2)])
def test_a_long_day_among_three(seed: int, staff: int) -> None:
    machine: Any = Three()
    machine.begin(seed=staff)
    walk(machine, seed, 700)
