"""A supervisor at an agent's call with its own browser as telephone, from the board, by the keys of the bar."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from tests.browser.pages import Browser, SupervisorPage
from tests.system.audio import share_of_tone
from tests.system.centre import CUSTOMER_HZ, DID, Centre, until

pytestmark = [pytest.mark.browser, pytest.mark.telephony]
COLLEAGUE_HZ = 1300
"""The agent on a desk phone; the browser's microphone has the agents' usual tone."""


async def test_a_supervisor_listens_whispers_and_takes_over_with_its_browser(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    supervisor = await SupervisorPage.open(agent_browser, installation, "2001")
    await supervisor.registered()
    await supervisor.in_state("not_ready")
    await supervisor.page.get_by_role("link", name="Live board").click()
    async with centre.agent_at_work("1002", hz=COLLEAGUE_HZ) as agent, centre.customer("13900000812") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await until(lambda: centre.phase("13900000812") == "talk", "they talk")
        (theirs,) = agent.calls.values()

        await supervisor.choose("agent-1002", "Listen")
        await expect(supervisor.see("supervision-bar")).to_have_attribute("data-mode", "listen")
        await until(lambda: bool(centre.agent("1002").supervised_by), "at the call")
        await until(lambda: centre.agent("1002").supervised_by[0].connected, "the browser has answered by itself")
        await until(lambda: share_of_tone(theirs.media.heard(), CUSTOMER_HZ) > 0.9, "the agent hears the customer alone")

        await supervisor.page.keyboard.press("Shift+F7")
        await expect(supervisor.see("supervision-bar")).to_have_attribute("data-mode", "whisper")
        await until(lambda: share_of_tone(theirs.media.heard(), CUSTOMER_HZ) < 0.8, "the agent hears somebody else, too")
        await until(lambda: share_of_tone(call.media.heard(), COLLEAGUE_HZ) > 0.9, "the customer does not")

        await supervisor.page.keyboard.press("Shift+F9")
        await supervisor.confirm()
        await theirs.wait_ended()
        await supervisor.hears(CUSTOMER_HZ)
        await until(lambda: centre.agent("2001").connection == "connected", "talks with the customer")
        assert centre.agent("1002").state == "ready"
        told = centre.agent("1002").intervention
        assert told is not None and (told.what, told.by) == ("taken_over", "2001")
        await supervisor.page.keyboard.press("F9")
        await call.wait_ended()
