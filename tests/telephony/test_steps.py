"""What the dialplan does with a call that is taken at once: each of its steps costs, for it is told to everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from callbase.core import commands, events
from callbase.switch.asterisk.client import AriClient
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.telephone import Telephone
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch

NewPhone = Callable[..., Telephone]


async def test_a_call_takes_three_steps_to_the_application_and_two_when_it_ends(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    """But where the driver was late in saying that it listens, as on a machine with too much to do."""
    taken = []
    for _ in range(5):
        told = await told_of_a_call(driver, heard, new_phone, switch)
        taken.append([event["dialplan_app"] for event in told if event["type"] == "ChannelDialplan"])
        heard.events.clear()
    assert ["MSet", "GotoIf", "Stasis", "GotoIf", "Hangup"] in taken, taken


async def test_nothing_is_told_with_a_channel_that_would_make_each_variable_set_on_it_an_event(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    told = await told_of_a_call(driver, heard, new_phone, switch)
    assert not any("channelvars" in event["channel"] for event in told if "channel" in event)


async def told_of_a_call(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> list[dict[str, Any]]:
    """All that an application which does not choose is told of one that is offered, answered and hung up by the caller."""
    runtime = switch.runtime
    client = AriClient(runtime.ari_host, runtime.ari_port, runtime.ari_user, runtime.ari_password)
    try:
        heard_of = asyncio.Queue[bytes]()
        async with client.events("curious", heard_of.put_nowait), new_phone(CUSTOMER) as customer:
            await client.request("POST", "/applications/curious/subscription", eventSource="channel:")
            call = await customer.call(DID)
            leg = (await heard.wait(events.CallOffered)).leg
            driver.execute(commands.Answer(leg=leg))
            await call.wait_answered()
            call.hang_up()
            told: list[dict[str, Any]] = []
            async with asyncio.timeout(8):
                while not told or told[-1]["type"] != "ChannelDestroyed":
                    told.append(msgspec.json.decode(await heard_of.get()))
        return told
    finally:
        client.close()
