"""The agent's desk by mouse, in a small window: what lies over a page does not lie over the telephone, and notes are kept."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from callbase.core.events import SetData
from tests.browser.pages import AgentPage, Browser
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre

CALLER_HZ = 1400.0

OUT_OF_VIEW = """() => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
  window.__notices = [];
  window.Notification = class extends Notification {
    constructor(title, options) {
      super(title, options);
      const notice = { title, ...options, shown: true };
      window.__notices.push(notice);
      this.addEventListener("close", () => { notice.shown = false; });
    }
  };
  window.__rang = {};
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (when) {
    const device = this.context.sinkId;
    window.__rang[device] = (window.__rang[device] ?? 0) + (this.context.state === "running" ? 1 : 0);
    return start.call(this, when);
  };
}"""
"""As behind another page, which no browser without a screen has; notes desktop notices, and at which devices notes are rung."""

pytestmark = [pytest.mark.browser, pytest.mark.telephony]


async def test_a_call_is_answered_by_mouse_over_an_open_editor_and_its_note_outlives_the_tab(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1004")
    await agent.page.context.grant_permissions(["microphone", "notifications"], origin=installation.url)
    await agent.page.set_viewport_size({"width": 1024, "height": 720})
    await agent.page.goto("/customers")
    await agent.go_ready()
    await agent.press("device")
    await agent.press("device-sound")
    await agent.press("sound-ringer")
    await agent.page.locator(".ant-select-dropdown:visible .ant-select-item-option").last.click()
    await agent.page.keyboard.press("Escape")
    ringer = await agent.page.evaluate("JSON.parse(localStorage['callbase.audio']).ringer")
    await agent.press("resource-new")
    await expect(agent.page.locator(".ant-drawer-open .ant-drawer-title")).to_be_visible()
    await agent.page.evaluate(OUT_OF_VIEW)
    in_front = await agent.page.context.new_page()
    async with centre.customer("13900000761") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await agent.until("window.__notices.length === 1")
        (notice,) = await agent.page.evaluate("window.__notices")
        assert (notice["title"], notice["shown"]) == ("Incoming call", True)
        assert "139 0000 0761" in notice["body"]
        await agent.until(f"window.__rang[''] >= 4 && window.__rang['{ringer}'] >= 4")
        assert ringer and set(await agent.page.evaluate("Object.keys(window.__rang)")) == {"", ringer}
        await in_front.close()
        await agent.press("call-answer")
        await agent.connection("connected")
        await agent.until("!window.__notices[0].shown")
        await agent.page.goto("/workbench")
        await agent.connection("connected")
        interaction = centre.agent("1004").interaction
        await expect(agent.see("call-quality")).to_have_attribute("data-grade", re.compile("good|fair|poor"))
        await agent.press("call-hangup")
        await call.wait_ended()
    await agent.in_state("working_after_call")
    await expect(agent.page.locator("[data-testid=outcome-select] input").first).to_be_focused()
    await expect(agent.see("wrap-up-finish")).to_be_in_viewport(ratio=1)
    await agent.page.set_viewport_size({"width": 1280, "height": 720})
    await agent.page.reload()
    await expect(agent.see("wrap-up-finish")).to_be_in_viewport(ratio=1)
    await agent.page.set_viewport_size({"width": 1440, "height": 900})
    await agent.see("outcome-note").fill("wants an offer")
    await expect(agent.see("note-saving")).to_have_attribute("data-saving", "saved")

    other = await agent.page.context.new_page()
    await other.goto("/workbench")
    await expect(other.get_by_test_id("outcome-note")).to_have_value("wants an offer")
    await agent.page.close()
    await other.locator(".outcomes label").first.click()
    await expect(other.get_by_test_id("note-saving")).to_have_attribute("data-saving", "saved")
    async with asyncio.timeout(10):
        while not (found := await centre.get(f"/api/interactions/{interaction}"))["outcome"]:
            await asyncio.sleep(0.1)
    assert found["note"] == "wants an offer"
    heard = found["quality"][-1]
    assert heard["agent"] == "1004" and 1 <= heard["lowest_mos"] <= heard["mos"] <= 5


async def test_a_microphone_is_chosen_and_tried_out_by_way_of_the_switch(
    installation: Installation, agent_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1005")
    await agent.registered()
    await agent.press("device")
    await agent.press("device-sound")
    await agent.until("parseInt(document.querySelector('[data-testid=sound-level]').style.width) > 50")
    await agent.press("sound-microphone")
    await agent.page.locator(".ant-select-dropdown:visible .ant-select-item-option").last.click()
    await agent.press("echo-start")
    await agent.hears(AGENT_HZ)
    await expect(agent.page.locator("[data-testid=sound-dialog] .quality-figures")).to_be_visible()
    await agent.page.keyboard.press("Escape")
    await agent.until("window.__callbase.phone.call === null")
    await agent.page.reload()
    await agent.press("device")
    await agent.press("device-sound")
    await expect(agent.see("sound-microphone")).to_contain_text("Fake")


async def test_a_colleague_is_found_by_name_called_by_keys_and_answers(
    installation: Installation, agent_browser: Browser, customer_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1005")
    colleague = await AgentPage.open(customer_browser, installation, "1006")
    for each in (agent, colleague):
        await each.registered()
        await each.in_state("not_ready")
    await agent.page.keyboard.press("F10")
    await expect(agent.see("party-search")).to_be_focused()
    await agent.page.keyboard.type("emily")
    await expect(agent.see("party-agent-1006")).to_have_attribute("aria-selected", "true")
    await agent.page.keyboard.press("Enter")
    await colleague.connection("alerting")
    await expect(agent.see("call-hold")).to_have_count(0)
    await colleague.page.keyboard.press("F2")
    await agent.until("window.__callbase.phone.call === 'talking'")
    await agent.hears(CUSTOMER_HZ)
    await colleague.hears(AGENT_HZ)
    await agent.page.keyboard.press("F9")
    for each in (agent, colleague):
        await each.in_state("not_ready")
        await each.until("window.__callbase.phone.call === null")


async def test_a_colleague_is_consulted_given_the_customer_and_calls_the_first_one_in_again(
    installation: Installation, centre: Centre, agent_browser: Browser, customer_browser: Browser
) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1005")
    colleague = await AgentPage.open(customer_browser, installation, "1006")
    await colleague.registered()
    await colleague.in_state("not_ready")
    await agent.go_ready()
    async with centre.customer("13800138001", hz=CALLER_HZ) as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await agent.see("call-answer").wait_for()
        await agent.page.keyboard.press("F2")
        await agent.connection("connected")
        await centre.ask(SetData(interaction=centre.agent("1005").interaction or "", data={"order": "4711"}))

        await agent.page.keyboard.press("F10")
        await expect(agent.see("party-search")).to_be_focused()
        await agent.page.keyboard.type("emily")
        await agent.page.keyboard.press("Enter")
        await expect(colleague.see("call-answer")).to_be_visible()
        await expect(colleague.see("customer-name")).to_have_text("郑海峰")
        await expect(colleague.see("call-panel")).to_contain_text("4711")
        await expect(agent.see("consultation")).to_have_attribute("data-state", "alerting")
        await colleague.page.keyboard.press("F2")
        await expect(agent.see("consultation")).to_have_attribute("data-state", "connected")
        await agent.hears(CUSTOMER_HZ)
        await colleague.page.reload()
        await colleague.hears(AGENT_HZ, timeout_s=20)
        await agent.page.keyboard.press("Control+F8")
        await expect(agent.see("consultation")).to_have_attribute("data-state", "held")
        await agent.hears(CALLER_HZ)
        await agent.page.keyboard.press("Control+F10")
        await colleague.hears(CALLER_HZ)
        await agent.in_state("working_after_call")
        await agent.press("wrap-up-finish")
        await agent.in_state("ready")

        await colleague.page.keyboard.press("F10")
        await expect(colleague.see("party-search")).to_be_focused()
        await colleague.page.keyboard.type("1005")
        await colleague.page.keyboard.press("Control+Enter")
        await expect(agent.see("call-bar")).to_contain_text("Emily")
        await agent.page.keyboard.press("F2")
        for each in (agent, colleague):
            await expect(each.see("conference")).to_be_visible()
        await colleague.page.reload()  # whose call it is
        await colleague.hears(AGENT_HZ, timeout_s=20)
        await expect(colleague.see("conference")).to_be_visible()
        for hz in (AGENT_HZ, CUSTOMER_HZ):
            await call.media.wait_for_tone(hz, 10, share=0.2)
        await colleague.press("drop-1005")
        await agent.in_state("working_after_call")
        await expect(colleague.see("conference")).to_have_count(0)
        await colleague.page.keyboard.press("F9")
        await call.wait_ended()
