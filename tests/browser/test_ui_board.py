"""A supervisor at the live board acts for agents and callers; who does not supervise only looks."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from tests.browser.pages import Browser, SupervisorPage
from tests.system.centre import DID, Centre, until

pytestmark = [pytest.mark.browser, pytest.mark.telephony]


async def at_the_board(browser: Browser, installation: Installation, login: str) -> SupervisorPage:
    person = await SupervisorPage.at("/board", browser, installation, login)
    await person.see("board-agents").wait_for()
    return person


async def test_a_supervisor_sets_an_agents_state_and_signs_it_out(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    async with centre.agent_at_work("1002"):
        supervisor = await at_the_board(agent_browser, installation, "2001")
        await expect(supervisor.see("agent-1002")).to_have_attribute("data-state", "ready")

        await supervisor.choose("agent-1002", "Set not ready", "Lunch")
        await until(lambda: centre.agent("1002").reason == "lunch", "not ready, for lunch")
        await expect(supervisor.see("agent-1002")).to_contain_text("Lunch")

        await supervisor.choose("agent-1002", "Set ready")
        await until(lambda: centre.agent("1002").state == "ready", "ready again")

        await supervisor.choose("agent-1002", "Sign out…")
        assert centre.agent("1002").state == "ready", "it is asked first"
        await supervisor.confirm()
        await until(lambda: centre.agent("1002").state == "logged_off", "signed out")


async def test_a_supervisor_ends_the_call_of_one_who_waits(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    supervisor = await at_the_board(agent_browser, installation, "2001")
    async with centre.customer("13900000811") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await until(lambda: centre.phase("13900000811") == "queue", "waits")
        (waiting,) = centre.interactions("13900000811")
        await supervisor.choose(f"call-menu-{waiting.interaction}", "End the call…")
        assert not call.ended.is_set(), "it is asked first"
        await supervisor.confirm()
        await call.wait_ended()
    assert (await centre.interaction("13900000811"))["end_reason"] == "supervisor_ended"
    await expect(supervisor.see(f"call-{waiting.interaction}")).to_have_count(0)


async def test_who_looks_at_an_agent_by_keyboard_goes_on_from_its_tile(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    supervisor = await at_the_board(agent_browser, installation, "2001")
    tile, keyboard = supervisor.see("agent-1002"), supervisor.page.keyboard
    await tile.focus()
    await keyboard.press("Enter")
    await expect(supervisor.page.get_by_role("menuitem", name="Why no calls?")).to_be_focused()
    await keyboard.press("Enter")
    await expect(supervisor.see("why")).to_be_visible()
    await keyboard.press("Escape")
    await expect(tile).to_be_focused()


async def test_an_agent_sees_the_board_but_has_nothing_to_press(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await at_the_board(agent_browser, installation, "1003")
    await agent.press("agent-1001")
    await expect(agent.page.locator(".ant-dropdown-menu")).to_have_count(0)
    assert await agent.see("agent-1001").evaluate("element => element.tagName") == "DIV"
