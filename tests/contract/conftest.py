"""Every test here runs on each driver. To have another driver proven, add its world to `worlds.py` and its name below."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from callbase.core import events
from tests.contract.worlds import AsteriskWorld, CstaWorld, SimulatedWorld, World
from tests.csta.pbx import pbx_of
from tests.telephony import centre
from tests.telephony.conftest import hang_up_all, installation, switch  # noqa: F401


@pytest.fixture(params=["simulated", pytest.param("asterisk", marks=pytest.mark.telephony), "csta"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A driver, connected and provisioned with telephones 1001 and 1002 and the trunk."""
    async with AsyncExitStack() as stack:
        made: SimulatedWorld | AsteriskWorld | CstaWorld
        if request.param == "simulated":
            made = SimulatedWorld()
        elif request.param == "csta":
            made = CstaWorld(await stack.enter_async_context(pbx_of("1001", "1002")))
        else:
            running = request.getfixturevalue("switch")
            made = AsteriskWorld(running, stack)
            stack.callback(made.close)
            stack.push_async_callback(hang_up_all, running)
        for needed in request.node.iter_markers("needs"):
            (capability,) = needed.args
            if not getattr(made.driver.capabilities, capability):
                pytest.skip(f"the {request.param} driver says that it is not capable of: {capability}")
        await made.driver.provision(centre.config("1001", "1002"))
        await made.driver.start(made.heard)
        await made.heard.wait(events.SwitchConnected)
        yield made
        await made.driver.stop()
