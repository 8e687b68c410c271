"""Five hundred monitored devices in a busy hour: each is told all of its calls, in order, by a real socket."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict

from callbase.core.config import Agent, Device, Member, Queue
from tests.core.centre import text
from tests.csta.conftest import StartCsta

AGENTS = tuple(str(2000 + number) for number in range(500))
CALLS = 200

MAY_FOLLOW = {
    "": {"Delivered"},
    "Delivered": {"Established", "ConnectionCleared", "Diverted"},
    "Established": {"ConnectionCleared"},
    "ConnectionCleared": {"ConnectionCleared"},
}
"""What a device is told of one call, after what."""


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
        while sum(event.name == "ConnectionClearedEvent" for event in program.events) < 2 * CALLS:
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
    assert {reference for reference, _ in told} <= set(references.values())
    assert took_s < CALLS / 20, "centre, link, server and program together need more than one core for it"
