"""Whatever people do at both switches and whenever: no caller is lost, no agent stuck, and both agree once all has arrived."""

from __future__ import annotations

import random

import pytest

from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.events import (
    AlternateCall,
    AnswerCall,
    AnyAction,
    ClearCall,
    ClearConnection,
    ConferenceCall,
    ConsultationCall,
    DeflectCall,
    DirectedPickupCall,
    FinishWrapUp,
    GenerateDigits,
    HoldCall,
    MakeCall,
    ParkCall,
    ReconnectCall,
    RejectCall,
    ReleaseInteraction,
    RetrieveCall,
    SetData,
    SetNotReady,
    SetReady,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    TransferCall,
)
from callbase.switch.csta.attached import MARK
from tests.core.invariants import check
from tests.csta.pbx import NUMBER
from tests.switch.both_centres import Both

AGENTS = ("1001", "1002", "1003", "1004", "1005")
ENDS_OF_A_CONSULTATION = (ReconnectCall, AlternateCall, TransferCall, ConferenceCall)


def to(chance: random.Random) -> ToAgent | ToNumber | ToQueues:
    return chance.choice(
        (ToAgent(agent=chance.choice(AGENTS)), ToNumber(number=f"021{chance.randrange(10**8):08}"), ToQueues(queues=("sales",)))
    )


def at_our_screen(both: Both, chance: random.Random) -> None:
    """Rather who has a call than who has none."""
    busy = [agent.agent for agent in both.view.agents.values() if agent.state == "busy"]
    rung = [agent.agent for agent in both.view.agents.values() if agent.state == "reserved"]
    calls = sorted(both.view.interactions) or ["none"]
    if rung and chance.random() < 0.3:
        agent = chance.choice(rung)
        both.ask(chance.choice((AnswerCall(agent=agent), RejectCall(agent=agent), DeflectCall(agent=agent, to=to(chance)))))
    elif busy and chance.random() < 0.7:
        agent = chance.choice(busy)
        one = both.view.interactions.get(both.view.agents[agent].interaction or "")
        consults = one is not None and one.consultation is not None and chance.random() < 0.7
        both.ask(chance.choice(ENDS_OF_A_CONSULTATION)(agent=agent) if consults else of_a_talk(agent, chance))
    else:
        agent = chance.choice(AGENTS)
        parked = DirectedPickupCall(agent=agent, interaction=chance.choice(calls))
        work = (SetReady(agent=agent), SetReady(agent=agent), FinishWrapUp(agent=agent), SetNotReady(agent=agent))
        release = ReleaseInteraction(interaction=chance.choice(calls))
        both.ask(chance.choice((*work, parked, MakeCall(agent=agent, to=to(chance)), release)))


def of_a_talk(agent: str, chance: random.Random) -> AnyAction:
    return chance.choice(
        (
            HoldCall(agent=agent),
            RetrieveCall(agent=agent),
            ClearCall(agent=agent),
            *(ConsultationCall(agent=agent, to=to(chance)) for _ in range(4)),
            ReconnectCall(agent=agent),
            AlternateCall(agent=agent),
            TransferCall(agent=agent),
            ConferenceCall(agent=agent),
            SingleStepTransferCall(agent=agent, to=to(chance)),
            SingleStepConferenceCall(agent=agent, to=to(chance)),
            ClearConnection(agent=agent),
            ParkCall(agent=agent),
            GenerateDigits(agent=agent, digits="1"),
        )
    )


def at_the_switch(both: Both, chance: random.Random) -> None:
    pbx = both.pbx
    callers = [leg.id for leg in pbx.switch.legs.values() if leg.device is None]
    ringing = [leg.id for leg in pbx.switch.legs.values() if leg.alerting and not leg.up]
    telephones = [leg.id for leg in pbx.switch.legs.values() if leg.device is not None and leg.up]
    match chance.randrange(12):
        case 0 | 1 | 2 if len(callers) < 4:
            pbx.call(NUMBER, caller=chance.choice(("", "13900000001", "13900000002", "13900000003")))
        case 3 | 4 | 5 | 6 | 7 | 8 if ringing:
            pbx.switch.answer(chance.choice(ringing), pbx.now_ms)
            pbx.settle()
        case 9 if callers:
            pbx.hang_up(chance.choice(callers))
        case 10 if telephones:
            pbx.hang_up(chance.choice(telephones))
        case _:
            pbx.ask(chance.choice((HoldCall, RetrieveCall))(agent=chance.choice(AGENTS)))


def data_is_typed(both: Both, chance: random.Random) -> None:
    """By an agent here, or by a program there."""
    for there in (both, both.pbx):
        calls = sorted(there.view.interactions)
        if calls and chance.random() < 0.1:
            key, value = chance.choice(("correlatorData", "order", "x-order")), chance.choice((None, "16", "17"))
            there.ask(SetData(interaction=chance.choice(calls), data={key: value}))


def step(both: Both, chance: random.Random, *, gaps: bool) -> None:
    match chance.randrange(20):
        case 0 | 1 | 2 | 3 | 4 | 5:
            at_the_switch(both, chance)
        case 6 | 7 | 8 | 9 | 10 | 11:
            at_our_screen(both, chance)
        case 12 | 13 | 14:
            both.deliver(chance.randint(1, 4))
        case 15 | 16 | 17:
            both.deliver()
        case 18 if gaps and chance.random() < 0.4:
            chance.choice((both.restart, both.disconnect))() if both.online else both.connect()
        case _:
            both.run_for(chance.choice((10, 100, 100, 1_000, 1_000, 25_000)))


def agree_on_data(both: Both) -> None:
    """In every call that has not become another since."""
    for affair in both.exchange.affairs:
        there = both.pbx.view.interactions.get(affair.call)
        leg = both.engine._core.state.legs.get(affair.customer)
        one = both.view.interactions.get(leg.interaction) if leg is not None else None
        if there is not None and one is not None:
            assert {key: value for key, value in there.data.items() if key != MARK} == one.data


def agree(both: Both) -> None:
    """Each of our legs is known, what is known of the switch's calls is so, and where agents talk here they do there. Who makes a
    call has answered for us before the switch has anybody to ring for, and may hold a colleague by a key we know nothing of."""
    legs = {leg.id: leg for affair in both.exchange.affairs for leg in affair.legs.values()}
    assert set(both.engine._core.state.legs) == set(legs)
    calls = {leg.call for leg in legs.values() if leg.call}
    assert {call: both.exchange.board.calls.get(call) for call in calls} == {call: both.there(call) for call in calls}
    state = both.exchange.board.state
    makes = {leg.device for leg in legs.values() if state(leg.call, leg.device) in (None, "initiated")}
    for affair in both.exchange.affairs:
        if affair.whose is not None and affair.whose.ours and state(affair.call, affair.whose.device) == "hold":
            makes |= {leg.device for leg in affair.legs.values()}
    for agent, view in both.view.agents.items():
        if view.connection in ("connected", "hold") and agent not in makes:
            assert (agent, view.connection) == (agent, both.pbx.view.agents[agent].connection)


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_both_agree_and_all_ends_well(seed: int, gaps: bool) -> None:
    chance = random.Random(seed)
    both = Both(chance, *AGENTS)
    both.pbx.staff(*AGENTS)
    both.deliver()
    both.staff()
    typing = random.Random(seed)
    for _ in range(150):
        step(both, chance, gaps=gaps)
        data_is_typed(both, typing)
        check(both.engine)
    if not both.online:
        both.connect()
    both.run_for(3_000)
    agree(both)
    if not gaps:
        agree_on_data(both)
    for _ in range(3):
        for leg in list(both.pbx.switch.legs):
            both.pbx.hang_up(leg)
        for interaction in [one.interaction for one in both.view.interactions.values() if one.direction == "internal"]:
            both.ask(ReleaseInteraction(interaction=interaction))
        both.run_for(600_000)
    assert not both.view.interactions
    assert not both.exchange.affairs
    assert not both.pbx.view.interactions
    assert {agent.state for agent in both.view.agents.values()} <= {"ready", "not_ready"}
