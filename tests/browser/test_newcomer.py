"""What the README promises a newcomer: two browser tabs, one call, heard both ways, kept and counted. In both languages."""

from __future__ import annotations

import asyncio
import re

import numpy as np
import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from callbase.core.flow.speech import NEXT_IN_LINE
from callbase.speech.speaker import Speaker
from tests.browser.pages import AgentPage, Browser, CustomerPage
from tests.system.audio import RATE_HZ, likeness
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until
from tests.telephony.tones import read_wav

pytestmark = [pytest.mark.browser, pytest.mark.telephony]

READY = {"en-US": "Ready", "zh-CN": "就绪"}
BROWSER = {"en-US": "This browser", "zh-CN": "本浏览器"}
DESK = {"en-US": "Desk phone 1002", "zh-CN": "话机 1002"}

CARD_BEFORE_RING = """
window.__order = [];
const note = (what) => window.__order.includes(what) || window.__order.push(what);
window.__watch = setInterval(() => {
  if (document.querySelector('[data-testid="customer-name"]')) note("card");
  if (window.__callbase.phone.call === "ringing") note("ring");
}, 1);
"""


async def hears_music_and_then_the_place(customer: CustomerPage, installation: Installation, language: str) -> None:
    tune = read_wav(installation.home / "asterisk" / "music" / "default" / "callbase.wav")
    music = np.concatenate([tune, tune[:RATE_HZ]])  # it begins again without a gap
    place = read_wav(Speaker(installation.home).path_of(NEXT_IN_LINE[language], language))
    await customer.record()
    deadline = asyncio.get_running_loop().time() + 20
    while True:
        heard = await customer.recorded()
        halves = [heard[start : start + RATE_HZ // 2] for start in range(0, len(heard) - RATE_HZ // 2, RATE_HZ // 4)]
        told = next((number for number, half in enumerate(halves) if likeness(half, place) > 0.6), None)
        if told is not None:
            assert any(likeness(half, music) > 0.6 for half in halves[:told]), "music comes first"
            return
        assert asyncio.get_running_loop().time() < deadline, (
            f"the place is not told: {[likeness(half, place) for half in halves]}"
        )
        await asyncio.sleep(0.25)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
async def test_a_newcomer_takes_a_call_and_finds_it_again(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser, customer_browser: Browser
) -> None:
    agent = await AgentPage.enter(agent_browser, installation, "1001", language)
    await agent.registered()
    await agent.page.evaluate(CARD_BEFORE_RING)

    customer = await CustomerPage.open(customer_browser, installation, line=2, language=language)
    assert (await customer.see("demo-number").input_value()).replace(" ", "") == DID
    await customer.dial()
    await customer.hears_something_else_than(CUSTOMER_HZ)  # the greeting
    await customer.press("demo-key-1")
    await until(lambda: centre.view.queues["sales"].waiting == 1, "the customer waits, for nobody is ready yet")
    await hears_music_and_then_the_place(customer, installation, "zh-CN")

    await agent.press("state-ready")
    await expect(agent.see("customer-name")).to_be_visible()
    await agent.see("call-answer").wait_for()
    await agent.until("window.__order.includes('ring')")
    assert await agent.page.evaluate("window.__order") == ["card", "ring"], "the card is there before it rings"
    await agent.press("call-answer")
    await agent.connection("connected")
    await agent.hears(CUSTOMER_HZ)
    await customer.hears(AGENT_HZ)

    await agent.press("call-hold")
    await agent.connection("hold")
    await customer.hears_something_else_than(AGENT_HZ)  # music
    await agent.press("call-retrieve")
    await agent.connection("connected")
    await customer.hears(AGENT_HZ)
    await agent.hears(CUSTOMER_HZ)

    interaction = centre.agent("1001").interaction
    await agent.press("call-hangup")
    await customer.gone()
    await agent.in_state("working_after_call")
    await agent.page.locator(".outcomes label").first.click()
    await agent.press("wrap-up-finish")
    await agent.in_state("ready")
    await expect(agent.see("agent-state-text")).to_have_text(READY[language])

    async with asyncio.timeout(10):  # until the outcome is kept
        while not (await centre.get(f"/api/interactions/{interaction}"))["outcome"]:
            await asyncio.sleep(0.1)

    await agent.page.goto(f"/interactions/{interaction}")
    for kind in ("flow", "queue", "offer", "talk", "hold", "wrap_up"):
        await expect(agent.see(f"segment-{kind}").first).to_be_visible()
    await agent.press("tab-decisions")
    await expect(agent.see("decision-text").last).to_contain_text("1001")
    await expect(agent.see("recording-waveform")).to_be_visible(timeout=20_000)
    listened = {"action": "recording.listen", "object": (await centre.recording(interaction))["id"]}
    assert (await centre.get("/api/audit", **listened))["total"] == 0, "looking at the page is not listening"
    await agent.press("recording-play")
    await agent.until("document.querySelector('[data-testid=\"recording-audio\"]').currentTime > 0.5")
    assert (await centre.get("/api/audit", **listened))["total"] == 1
    assert await agent.page.locator("html").get_attribute("lang") == language

    supervisor = await AgentPage.open(customer_browser, installation, "2001", language, "/reports/today")
    answered = supervisor.see("total-answered")
    await expect(answered).to_contain_text(re.compile(r"[1-9]"))
    number = int(re.sub(r"\D", "", await answered.locator("b").inner_text()))
    assert number == (await centre.get("/api/reports/today"))["totals"]["answered"]
    await answered.get_by_role("link").click()
    await expect(supervisor.see("interactions-total")).to_contain_text(str(number))


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
async def test_the_desk_telephone_takes_the_call_instead_of_the_browser(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    async with centre.telephone("1002", answer_after_s=0.2) as telephone:
        await telephone.register()
        agent = await AgentPage.open(agent_browser, installation, "1002", language)
        await agent.registered()
        await expect(agent.see("device")).to_contain_text(BROWSER[language])
        await agent.press("device")
        await agent.press("device-sip")
        await until(lambda: centre.agent("1002").device == "1002", "the desk telephone is the device")
        await expect(agent.see("device")).to_contain_text(DESK[language])
        await agent.press("state-ready")
        await agent.in_state("ready")
        async with centre.customer("13900000777") as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("1")
            await agent.connection("connected")
            await call.media.wait_for_tone(AGENT_HZ)
            rung = telephone.incoming.get_nowait()
            await rung.media.wait_for_tone(CUSTOMER_HZ)
            interaction = centre.agent("1002").interaction
            await agent.press("call-hangup")
            await call.wait_ended()
        await agent.in_state("working_after_call")
        await agent.press("wrap-up-finish")
        await agent.in_state("ready")
        await agent.page.goto(f"/interactions/{interaction}")
        await expect(agent.see("segment-talk").first).to_be_visible()
        await expect(agent.see("recording-waveform")).to_be_visible(timeout=20_000)
        assert await agent.page.locator("html").get_attribute("lang") == language


async def test_answer_hold_and_hang_up_by_keys(installation: Installation, centre: Centre, agent_browser: Browser) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1003")
    await agent.in_state("not_ready")
    await agent.page.keyboard.press("F4")
    await agent.in_state("ready")
    async with centre.customer("13900000778") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await agent.see("call-answer").wait_for()
        await agent.page.keyboard.press("F2")
        await agent.connection("connected")
        await call.media.wait_for_tone(AGENT_HZ)
        await agent.page.keyboard.press("F8")
        await agent.connection("hold")
        await agent.page.keyboard.press("F8")
        await agent.connection("connected")
        await agent.page.keyboard.press("F9")
        await call.wait_ended()
    await agent.in_state("working_after_call")


async def test_a_wrong_password_is_said_in_the_language_of_the_page(installation: Installation, agent_browser: Browser) -> None:
    context = await agent_browser.context(installation, "zh-CN")
    agent = AgentPage(await context.new_page())
    await agent.sign_in("1009", "not the password", language="zh-CN")
    await expect(agent.see("sign-in-error")).to_contain_text(re.compile("密码"))
