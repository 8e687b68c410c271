"""Whatever people do, each connection goes only the ways ECMA-269 allows, and the events lead to what is."""

from __future__ import annotations

import random

import pytest

from callbase.core.events import ClearCall, HoldCall, RejectCall, RetrieveCall, SetNotReady, SetReady, SignOut
from callbase.csta.happenings import CallEvent
from callbase.csta.model import Party, calls_of
from tests.core.centre import AGENTS, MAIN, STRAIGHT
from tests.csta.listening import ListeningCentre

FROM = {
    "OriginatedEvent": {None},
    "DeliveredEvent": {None},
    "QueuedEvent": {"alerting"},
    "DivertedEvent": {"alerting", "queued", "connected"},
    "EstablishedEvent": {"alerting"},
    "HeldEvent": {"connected"},
    "RetrievedEvent": {"hold"},
    "ConnectionClearedEvent": {"alerting", "connected", "hold", "queued"},
}
"""The state a connection is in before the event."""


def step(centre: ListeningCentre, chance: random.Random) -> None:
    agent = chance.choice(AGENTS)
    legs = [leg for leg in centre.switch.legs.values() if leg.device is None]
    ringing = [leg for leg in centre.switch.legs.values() if leg.device is not None and not leg.up]
    talking = [leg for leg in centre.switch.legs.values() if leg.device is not None and leg.up]
    match chance.randrange(12):
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
        case _:
            centre.run_for(chance.choice((10, 1000, 30_000)))


@pytest.mark.parametrize("seed", range(20))
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
                calls[happening.call.id] = dict(happening.call.parties)
        centre.heard.clear()
        now = {name: dict(call.parties) for name, call in calls_of(centre.view).items()}
        silent = {name for name, parties in now.items() if all(party.kind == "outside" for party in parties)}
        told = {name: parties for name, parties in calls.items() if parties and name not in silent}
        assert told == {name: parties for name, parties in now.items() if name not in silent}


def _came_without_a_word(event: CallEvent) -> bool:
    """An outside caller is there from the first event on."""
    return event.subject == event.call.calling and event.subject.kind == "outside"
