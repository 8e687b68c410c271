"""An agent gives its mobile's number on the screen and works at it: the page steers the call, the choice outlives a reload."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from tests.browser.pages import AgentPage, Browser
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until
from tests.system.house import rings_at, way_out
from tests.system.telephone import Telephone

pytestmark = [pytest.mark.browser, pytest.mark.telephony]

MOBILE = "13700137007"


async def test_an_agent_gives_its_mobiles_number_and_steers_from_the_page_what_it_takes_there(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    person = (await centre.get("/api/people", search="1007"))["items"][0]
    await centre.patch(f"/api/people/{person['id']}", {"outside": "own"})
    async with (
        Telephone(MOBILE, installation.sip, hz=AGENT_HZ) as mobile,
        centre.customer("13900000771") as customer,
        way_out(centre, mobile),
    ):
        agent = await AgentPage.open(agent_browser, installation, "1007")
        await agent.in_state("not_ready")
        await agent.press("device")
        await agent.press("device-number")
        await agent.see("outside-number").fill("4008001234")
        await agent.press("outside-save")
        await expect(agent.page.get_by_text("This is a number of the centre itself.")).to_be_visible()
        assert centre.agent("1007").device == "1007-web"
        await agent.see("outside-number").fill("137 0013 7007")
        await agent.press("outside-save")
        await expect(agent.see("device")).to_contain_text("137 0013 7007")
        await until(lambda: centre.agent("1007").device_number == MOBILE, "the platform knows")
        assert centre.agent("1007").device == "1007-outside"
        await agent.page.reload()
        await expect(agent.see("device")).to_contain_text("137 0013 7007")
        await agent.go_ready()

        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        rings = await rings_at(mobile)
        await expect(agent.see("call-press-key")).to_be_visible()
        await expect(agent.see("call-answer")).to_have_count(0)
        rings.answer()
        await rings.answered.wait()
        await rings.press("1")
        await agent.connection("connected")
        await call.media.wait_for_tone(AGENT_HZ)
        await rings.media.wait_for_tone(CUSTOMER_HZ)
        await agent.press("call-hold")
        await agent.connection("hold")
        await until(lambda: not rings.media.hears(CUSTOMER_HZ), "nothing of the customer")
        await agent.press("call-retrieve")
        await rings.media.wait_for_tone(CUSTOMER_HZ)
        await agent.press("call-hangup")
        await rings.wait_ended()
        await call.wait_ended()
        await agent.in_state("working_after_call")
    await centre.patch(f"/api/people/{person['id']}", {"outside": "no"})
