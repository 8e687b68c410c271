"""Five hundred monitored devices in a busy hour: each is told all of its calls, in order, by a real socket."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict

from callbase.core.config import Agent, Device, Member, Queue
from callbase.core.facts import AgentStateChanged, SegmentEnded, SegmentStarted
from callbase.csta.document import Document
from tests.core.centre import text
from tests.csta.conftest import LinkedCentre, StartCsta

AGENTS = tuple(str(2000 + number) for number in range(500))
CALLS = 200

MAY_FOLLOW = {
    "": {"Delivered"},
    "Delivered": {"Established", "ConnectionCleared", "Diverted"},
    "Established": {"ConnectionCleared"},
    "ConnectionCleared": {"ConnectionCleared"},
}
"""What a device is told of one call, after what."""


def what_happened(centre: LinkedCentre) -> dict[str, list[str]]:
    """Agent → its offers and answers in order, as the core has kept them for ever."""
    found: dict[str, list[str]] = defaultdict(list)
    for fact in centre.output.facts:
        if isinstance(fact, SegmentStarted | SegmentEnded) and fact.kind == "offer" and fact.agent is not None:
            if isinstance(fact, SegmentStarted):
                found[fact.agent].append(f"offered {fact.interaction}")
            elif fact.result == "answered":
                found[fact.agent].append(f"answered {fact.interaction}")
    return found


STATES = {
    "AgentNotReadyEvent": "not_ready",
    "AgentReadyEvent": "ready",
    "AgentBusyEvent": "busy",
    "AgentWorkingAfterCallEvent": "working_after_call",
}


def states_told(events: list[Document]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if event.name in STATES:
            found[event.value("agentID")].append(STATES[event.name])
    return found


def states_there_were(centre: LinkedCentre) -> dict[str, list[str]]:
    """One who is called stays ready for CSTA until the answer."""
    found: dict[str, list[str]] = defaultdict(list)
    for fact in centre.output.facts:
        if isinstance(fact, AgentStateChanged):
            state = {"reserved": "ready"}.get(fact.state, fact.state)
            if found[fact.agent][-1:] != [state]:
                found[fact.agent].append(state)
    return found


async def test_five_hundred_devices_are_told_every_call_in_order(start_csta: StartCsta) -> None:
    chance = random.Random(7)
    devices = {name: Device(id=name, kind="sip", agent=name, number=name) for name in AGENTS}
    async with start_csta(
        agents={name: Agent(id=name, name=name, devices=(name,)) for name in AGENTS},
        devices=devices,
        queues={"sales": Queue(id="sales", name=text("销售", "Sales"), members=tuple(Member(agent=name) for name in AGENTS))},
    ) as csta:
        centre, program = csta.centre, await csta.program()
        references = {name: await program.monitor(name) for name in AGENTS}
        centre.staff(*AGENTS, answers_after_ms=500)
        began = time.process_time()
        for number in range(CALLS):
            centre.call(caller=f"13{number:09}")
            centre.run_for(50)  # 20 calls a second
            for leg in [leg for leg in centre.switch.legs.values() if leg.device is None and leg.up][: chance.randrange(3)]:
                centre.hang_up(leg.id)
            await asyncio.sleep(0)
        for leg in [leg.id for leg in centre.switch.legs.values() if leg.device is None]:
            centre.hang_up(leg)
        await program.ask("<RequestSystemStatus/>")
        answered = len(centre.facts(SegmentEnded, kind="offer", result="answered"))
        last = {"ConnectionClearedEvent": 2 * CALLS, "AgentWorkingAfterCallEvent": answered}
        while any(sum(event.name == name for event in program.events) < number for name, number in last.items()):
            await program.receive()
        took_s = time.process_time() - began
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in program.events:
        connection = next((one for one in event.children if one.find("callID") is not None), None)
        if connection is not None:
            told[event.value("monitorCrossRefID"), connection.value("callID")].append(event.name.removesuffix("Event"))
    assert len({call for _, call in told}) == CALLS
    for names in told.values():
        for before, name in zip(["", *names], names, strict=False):
            assert name in MAY_FOLLOW[before], names
        assert names[-2:] == ["ConnectionCleared"] * 2
    names_of = {reference: name for name, reference in references.items()}
    offered: dict[str, list[str]] = defaultdict(list)
    for event in program.events:
        at = names_of[event.value("monitorCrossRefID")]
        if event.name == "DeliveredEvent":
            offered[at].append(f"offered {event.value('connection', 'callID')}")
        elif event.name == "EstablishedEvent":
            offered[at].append(f"answered {event.value('establishedConnection', 'callID')}")
    assert offered == what_happened(centre), "lost, made up, or out of order"
    assert states_told(program.events) == states_there_were(centre)
    assert took_s < CALLS / 20, "centre, link, server and program together need more than one core for it"
