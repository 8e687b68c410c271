"""A reloaded tab, a closed laptop, connections that all break: the call is not lost, and the telephone comes back by itself."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from benchmarks.installation import DEMO_PASSWORD, Installation
from tests.browser.pages import AgentPage, Browser, CustomerPage
from tests.system.audio import RATE_HZ, longest_without
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until
from tests.system.house import waited_for
from tests.system.telephone import Call
from tests.system.test_a_call import moment

pytestmark = [pytest.mark.browser, pytest.mark.telephony]


@asynccontextmanager
async def talking(agent: AgentPage, centre: Centre, caller: str) -> AsyncIterator[Call]:
    """A customer from the trunk, in talk with the agent's browser."""
    async with centre.customer(caller) as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await agent.press("call-answer")
        await agent.connection("connected")
        await agent.hears(CUSTOMER_HZ)
        await call.media.wait_for_tone(AGENT_HZ)
        yield call


async def test_after_a_reload_agent_and_customer_talk_on_and_who_was_muted_still_is(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1004")
    await agent.go_ready()
    async with talking(agent, centre, "13900000801") as call:
        interaction = centre.agent("1004").interaction
        await agent.press("call-mute")
        await agent.page.reload()
        await agent.registered()
        await agent.connection("connected")
        await agent.hears(CUSTOMER_HZ, timeout_s=20)
        await agent.until("window.__callbase.phone.muted")
        await asyncio.sleep(1)
        assert not call.media.hears(AGENT_HZ)
        await agent.press("call-mute")
        await call.media.wait_for_tone(AGENT_HZ)
        assert centre.agent("1004").interaction == interaction
        await agent.press("call-hangup")
        await call.wait_ended()


async def test_a_closed_laptop_leaves_the_customer_with_music_and_opening_it_resumes_the_talk(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1005")
    await agent.go_ready()
    async with talking(agent, centre, "13900000802") as call:
        await agent.page.close()
        await until(lambda: centre.agent("1005").connection == "reconnecting", "the platform noticed", 20)
        assert not call.ended.is_set()
        again = AgentPage(await agent.page.context.new_page())
        await again.page.goto("/")
        await again.registered()
        await again.connection("connected")
        await again.hears(CUSTOMER_HZ, timeout_s=20)
        await call.media.wait_for_tone(AGENT_HZ)


async def test_a_session_that_ends_in_a_talk_leaves_the_customer_with_music_until_one_has_signed_in_again(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1002")
    await agent.go_ready()
    async with talking(agent, centre, "13900000806") as call:
        interaction = centre.agent("1002").interaction
        await agent.page.context.clear_cookies(name=re.compile("session"))
        await expect(agent.see("session-ended")).to_be_visible()
        await until(lambda: centre.agent("1002").connection == "reconnecting", "the platform noticed", 20)
        await expect(agent.see("sign-in-login")).to_have_value("1002")
        await expect(agent.see("sign-in-password")).to_be_focused()
        await agent.page.keyboard.type(DEMO_PASSWORD)
        await agent.page.keyboard.press("Enter")
        await agent.connection("connected")
        await agent.hears(CUSTOMER_HZ, timeout_s=20)
        await call.media.wait_for_tone(AGENT_HZ)
        assert centre.agent("1002").interaction == interaction
        await agent.press("call-hangup")
        await call.wait_ended()


async def test_a_page_that_cannot_be_loaded_leaves_the_talk_as_it_is(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1002")
    await agent.page.route("**/assets/CustomersPage-*.js", lambda route: route.abort())  # of the version before an upgrade
    await agent.go_ready()
    async with talking(agent, centre, "13900000807") as call:
        await agent.press("menu-customers")
        await expect(agent.see("page-broken")).to_be_visible()
        await agent.hears(CUSTOMER_HZ)
        await agent.press("menu-interactions")
        await expect(agent.see("interactions-table")).to_be_visible()
        await agent.press("call-hangup")
        await call.wait_ended()


async def test_who_does_not_come_back_loses_the_customer_to_a_colleague(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1006")
    await agent.go_ready()
    async with waited_for(centre, "sales", grace_s=3), talking(agent, centre, "13900000803") as call:
        await agent.page.context.close()
        async with centre.agent_at_work("1007", answer_after_s=0.1, hz=700.0):
            await call.media.wait_for_tone(700.0, timeout_s=60)
            assert centre.agent("1006").state == "not_ready"
            assert centre.agent("1006").reason == "console_lost"


async def test_the_talk_does_not_notice_that_the_web_process_died(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1008")
    await agent.go_ready()
    async with talking(agent, centre, "13900000804") as call:
        segments = await _talk_segments(centre)
        killed_at = time.monotonic()
        await centre.kill("web")  # every connection of the browser breaks at once
        await expect(agent.see("notice-link")).to_be_visible()
        await agent.until("window.__callbase.link.status === 'live'", 30)
        await agent.registered()
        await centre.recovered()
        await agent.connection("connected")
        await agent.hears(CUSTOMER_HZ)
        await call.media.wait_for_tone(AGENT_HZ)
        assert call.media.lost_since(killed_at) < 0.3
        assert await _talk_segments(centre) == segments, "no hold, no second call"
        call.hang_up()
        await agent.in_state("working_after_call")
        await agent.until("window.__callbase.phone.call === null")  # the BYE went to the connection that broke


async def test_the_talk_does_not_notice_that_the_engine_died_and_is_in_the_report_afterwards(
    installation: Installation, centre: Centre, agent_browser: Browser, customer_browser: Browser
) -> None:
    answered_before = (await centre.get("/api/reports/today"))["totals"]["answered"]
    agent = await AgentPage.open(agent_browser, installation, "1010")
    await agent.go_ready()
    customer = await CustomerPage.open(customer_browser, installation, line=3)
    await customer.dial()
    await customer.press("demo-key-1")
    await agent.press("call-answer")
    await agent.connection("connected")
    talking_since = time.time()
    await agent.hears(CUSTOMER_HZ)
    await customer.hears(AGENT_HZ)
    interaction = centre.agent("1010").interaction
    await agent.record()
    await customer.record()
    recorded_since = time.monotonic()
    await centre.kill("engine")
    await expect(agent.see("notice-engine")).to_be_visible()
    await centre.recovered()
    await expect(agent.see("notice-engine")).to_be_hidden(timeout=15_000)
    await agent.connection("connected")
    await agent.hears(CUSTOMER_HZ)
    await customer.hears(AGENT_HZ)
    lived_through_s = time.monotonic() - recorded_since
    for person, hz in ((agent, CUSTOMER_HZ), (customer, AGENT_HZ)):
        heard = await person.recorded()
        assert len(heard) / RATE_HZ > lived_through_s - 0.5
        assert longest_without(heard, hz) < 0.3
    await agent.press("call-hangup")
    await customer.gone()
    talked_until = time.time()
    await agent.in_state("working_after_call")
    await agent.press("wrap-up-finish")
    await agent.in_state("ready")

    await until_ended(centre, interaction)
    found = await centre.get(f"/api/interactions/{interaction}")
    assert (found["agent"], found["queue"], found["end_reason"]) == ("1010", "sales", "agent_hung_up")
    assert [segment["kind"] for segment in found["segments"]].count("talk") == 1
    assert abs(moment(found["answered_at"]).timestamp() - talking_since) < 2
    assert abs(moment(found["ended_at"]).timestamp() - talked_until) < 2
    assert abs(found["talk_ms"] / 1000 - (talked_until - talking_since)) < 2
    assert (await centre.get("/api/reports/today"))["totals"]["answered"] == answered_before + 1


async def until_ended(centre: Centre, interaction: str | None) -> None:
    async with asyncio.timeout(15):
        while not (await centre.get(f"/api/interactions/{interaction}"))["ended_at"]:
            await asyncio.sleep(0.1)


async def _talk_segments(centre: Centre) -> list[str]:
    found = await centre.interaction("13900000804", ended=False)
    return [segment["kind"] for segment in found["segments"]]


async def test_a_second_tab_says_where_the_telephone_is_and_may_take_it_over(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    first = await AgentPage.open(agent_browser, installation, "1009")
    await first.registered()
    second = AgentPage(await first.page.context.new_page())
    await second.page.goto("/")
    await expect(second.see("notice-elsewhere")).to_be_visible(timeout=15_000)
    await second.press("phone-take-over")
    await second.registered()
    await expect(first.see("notice-elsewhere")).to_be_visible()


async def test_a_tab_that_takes_the_telephone_over_in_a_talk_takes_the_talk_over_too(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    first = await AgentPage.open(agent_browser, installation, "1003")
    await first.go_ready()
    second = AgentPage(await first.page.context.new_page())
    await second.page.goto("/")
    await expect(second.see("notice-elsewhere")).to_be_visible(timeout=15_000)
    async with talking(first, centre, "13900000805") as call:
        interaction = centre.agent("1003").interaction
        await second.press("phone-take-over")
        await second.registered()
        await second.connection("connected")
        await second.hears(CUSTOMER_HZ, timeout_s=20)
        await call.media.wait_for_tone(AGENT_HZ)
        assert centre.agent("1003").interaction == interaction
        await second.press("call-hangup")
        await call.wait_ended()
