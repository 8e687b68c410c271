"""Whatever people do, each connection goes only the ways ECMA-269 allows, and the events lead to what is."""

from __future__ import annotations

import random

import pytest

from callbase.core.commands import Originate
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.events import (
    AlternateCall,
    AnyAction,
    ClearCall,
    ClearConnection,
    ConferenceCall,
    ConsultationCall,
    DeflectCall,
    DirectedPickupCall,
    HoldCall,
    MakeCall,
    MakePredictiveCall,
    ParkCall,
    ReconnectCall,
    RejectCall,
    RetrieveCall,
    SetNotReady,
    SetReady,
    SignOut,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    TransferCall,
)
from callbase.core.events import (
    Party as To,
)
from callbase.csta.happenings import CallEvent
from callbase.csta.model import Party, calls_in
from tests.core.centre import AGENTS, MAIN, STRAIGHT
from tests.csta.listening import ListeningCentre

PREDICTED = "02155557777"
"""Called for a queue, and nobody else calls it."""
FROM = {
    "ServiceInitiatedEvent": {None},
    "OriginatedEvent": {None, "initiated"},
    "NetworkReachedEvent": {None},
    "DeliveredEvent": {None, "connected"},
    "QueuedEvent": {"alerting", None, "connected"},
    "DivertedEvent": {"alerting", "queued", "connected", "hold"},
    "EstablishedEvent": {"alerting"},
    "FailedEvent": {"alerting"},
    "HeldEvent": {"connected"},
    "RetrievedEvent": {"hold"},
    "ConnectionClearedEvent": {"initiated", "alerting", "connected", "hold", "queued", "fail"},
    "ConferencedEvent": {"connected", "hold"},
    "TransferedEvent": {"connected", "hold"},
}
"""The state a connection is in before the event: null to the network's border, and then what happens there. Queued from connected
is what a queue's own call is, a predictive one."""


def function(agent: str, chance: random.Random) -> AnyAction:
    """One of the functions of a call."""
    other = chance.choice(AGENTS)
    to: To = chance.choice((ToAgent(agent=other), ToNumber(number="02155556666"), ToQueues(queues=("support",))))
    return chance.choice(
        (
            MakeCall(agent=agent, to=to),
            ConsultationCall(agent=agent, to=to),
            ConsultationCall(agent=agent, to=to),
            AlternateCall(agent=agent),
            ReconnectCall(agent=agent),
            TransferCall(agent=agent),
            ConferenceCall(agent=agent),
            SingleStepTransferCall(agent=agent, to=to),
            SingleStepConferenceCall(agent=agent, to=to),
            ClearConnection(agent=agent),
            DeflectCall(agent=agent, to=to),
            ParkCall(agent=agent),
            DirectedPickupCall(agent=agent, of=other),
            MakePredictiveCall(queue="sales", to=ToNumber(number=PREDICTED)),
        )
    )


def fetch(centre: ListeningCentre, agent: str) -> None:
    parked = [one.interaction for one in centre.view.interactions.values() if one.phase == "parked"]
    if parked:
        centre.ask(DirectedPickupCall(agent=agent, interaction=parked[0]))


def step(centre: ListeningCentre, chance: random.Random) -> None:
    agent = chance.choice(AGENTS)
    legs = [leg for leg in centre.switch.legs.values() if leg.device is None]
    called = {command.leg for command in centre.did(Originate) if command.device is not None or command.number == PREDICTED}
    ringing = [leg for leg in centre.switch.legs.values() if leg.id in called and not leg.up]
    talking = [leg for leg in centre.switch.legs.values() if leg.device is not None and leg.up]
    match chance.randrange(24):
        case 0 | 1:
            centre.call(chance.choice((MAIN, STRAIGHT)), caller=chance.choice(("", "13900000001", "1001", "sales")))
        case 2:
            centre.call(chance.choice((*AGENTS, MAIN, "02155556666")), caller=agent, device=agent)
        case 3 | 4 if ringing:
            centre.switch.answer(chance.choice(ringing).id, centre.now_ms)
            centre.settle()
        case 5 if legs:
            centre.hang_up(chance.choice(legs).id)
        case 6 if talking:
            centre.hang_up(chance.choice(talking).id)
        case 7 if legs:
            centre.press(chance.choice(legs).id, chance.choice("1239"))
        case 8 | 9:
            centre.ask(chance.choice((HoldCall, RetrieveCall, ClearCall, RejectCall, SetReady, SetReady))(agent=agent))
        case 10:
            centre.ask(chance.choice((SetNotReady, SignOut))(agent=agent)) if chance.random() < 0.3 else None
        case number if 11 <= number < 22:
            centre.ask(function(agent, chance))
        case 22:
            fetch(centre, agent)
        case _:
            centre.run_for(chance.choice((10, 1000, 30_000)))


@pytest.mark.parametrize("seed", range(30))
def test_connections_go_only_the_ways_there_are_and_lead_to_what_is(seed: int) -> None:
    chance = random.Random(seed)
    centre = ListeningCentre()
    for agent in AGENTS:
        centre.monitor(agent)
    centre.staff(*AGENTS)
    calls: dict[str, dict[Party, str]] = {}
    for _ in range(80):
        step(centre, chance)
        for happening in centre.heard:
            if isinstance(happening, CallEvent):
                known = calls.setdefault(happening.call.id, {})
                if happening.name in FROM:
                    before = known.get(happening.subject, "connected" if _came_without_a_word(happening) else None)
                    assert before in FROM[happening.name], (happening.name, happening.subject, before)
                if happening.absorbed is not None:
                    calls[happening.absorbed] = {}
                calls[happening.call.id] = dict(happening.call.parties)
        centre.heard.clear()
        now = {name: dict(call.parties) for name, call in calls_in(centre.view).items()}
        silent = {name for name, parties in now.items() if all(party.kind == "outside" for party in parties)}
        told = {name: parties for name, parties in calls.items() if parties and name not in silent}
        assert told == {name: parties for name, parties in now.items() if name not in silent}


def _came_without_a_word(event: CallEvent) -> bool:
    """An outside caller is there from the first event on."""
    return event.subject == event.call.calling and event.subject.kind == "outside"
