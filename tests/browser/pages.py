"""What a person sees and does in the browser, and what they hear there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import soundfile
from playwright.async_api import BrowserContext, Locator, Page, Playwright, expect

from benchmarks.installation import DEMO_PASSWORD, Installation
from tests.system.audio import RATE_HZ, Samples

MICROPHONE_HZ = 48_000

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]

expect.set_options(timeout=15_000)  # as long as a click waits: a busy machine is slow, not wrong

LISTEN = """
localStorage.setItem("callbase.test.audio", "raw");
window.__heard = async () => {
  const element = document.querySelector('[data-testid="remote-audio"]');
  const stream = element && element.srcObject;
  if (!stream || !stream.getAudioTracks().length) return { hz: 0, db: -200 };
  // a new ear each time: one opened before the first packet arrived stays deaf
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(stream).connect(analyser);
  await context.resume();
  const bins = new Float32Array(analyser.frequencyBinCount);
  for (let tries = 0; tries < 10; tries++) {  // a busy machine is slow to render the first block
    await new Promise((done) => setTimeout(done, 250));
    analyser.getFloatFrequencyData(bins);
    if (bins.some((level) => level > -120)) break;
  }
  await context.close();
  let best = 0;
  for (let bin = 1; bin < bins.length; bin++) if (bins[bin] > bins[best] || best === 0) best = bin;
  return { hz: (best * context.sampleRate) / analyser.fftSize, db: bins[best] };
};
"""
"""What is loudest in the far end's voice just now."""

RECORD = """
window.__record = () => {
  const recorder = new MediaRecorder(document.querySelector('[data-testid="remote-audio"]').srcObject);
  const kept = [];
  recorder.ondataavailable = (event) => kept.push(event.data);
  recorder.start();  // until the first sound, what it gives cannot be decoded
  window.__recorded = async (hz) => {
    const more = new Promise((done) => recorder.addEventListener("dataavailable", done, { once: true }));
    recorder.requestData();
    await more;
    const context = new OfflineAudioContext(1, 1, hz);
    const sound = await context.decodeAudioData(await new Blob(kept).arrayBuffer()).catch(() => null);
    return sound === null ? [] : Array.from(sound.getChannelData(0), (level) => Math.round(level * 32767));
  };
};
"""
"""Keeps all that is heard from now on, in a thread of its own: a page that is busy loses none of it."""

JUST_SIGNED_IN = """
if (!sessionStorage.getItem("callbase.test.opened")) {
  sessionStorage.setItem("callbase.test.opened", "1");
  sessionStorage.setItem("callbase.fresh-sign-in", "1");
}
"""
"""What the page for signing in leaves to the next one, once: an agent's telephone signs the agent in."""


class Browser:
    """A Chromium whose microphone gives a tone."""

    def __init__(self, playwright: Playwright, microphone: Path, hz: float) -> None:
        self._playwright, self._microphone = playwright, microphone
        soundfile.write(microphone, 0.5 * np.sin(2 * np.pi * hz * np.arange(2 * MICROPHONE_HZ) / MICROPHONE_HZ), MICROPHONE_HZ)

    async def __aenter__(self) -> Browser:
        self._browser = await self._playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*FLAGS, f"--use-file-for-fake-audio-capture={self._microphone}"],
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._browser.close()

    async def close_contexts(self) -> None:
        """Ends what a test left open, as closing its windows would."""
        for context in self._browser.contexts:
            await context.close()

    async def context(self, installation: Installation, language: str = "en-US") -> BrowserContext:
        context = await self._browser.new_context(
            base_url=installation.url,
            locale=language,
            viewport={"width": 1440, "height": 900},
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",  # a list opened in a drawer that still slides in moves away under the pointer
        )
        await context.grant_permissions(["microphone"], origin=installation.url)
        await context.add_init_script(LISTEN + RECORD)
        context.set_default_timeout(15_000)
        return context


class Person:
    """Somebody at a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def see(self, handle: str) -> Locator:
        return self.page.get_by_test_id(handle)

    async def press(self, handle: str) -> None:
        await self.see(handle).click()

    async def until(self, condition: str, timeout_s: float = 15.0) -> None:
        """Until that JavaScript expression is true; the page's own rules forbid Playwright's waiting."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not await self.page.evaluate(condition):
            assert asyncio.get_running_loop().time() < deadline, f"not within {timeout_s} s: {condition}"
            await asyncio.sleep(0.05)

    async def hears(self, hz: float, timeout_s: float = 10.0) -> None:
        """Raises AssertionError where that tone is not the loudest thing within the time."""
        heard: Any = None
        deadline = asyncio.get_running_loop().time() + timeout_s
        while asyncio.get_running_loop().time() < deadline:
            heard = await self.page.evaluate("window.__heard()")
            if abs(heard["hz"] - hz) < 20 and heard["db"] > -60:
                return
        raise AssertionError(f"{hz} Hz is not heard, but {heard}")

    async def record(self) -> None:
        """Begins to keep what is heard."""
        await self.page.evaluate("window.__record()")

    async def recorded(self) -> Samples:
        """All that was heard since, at RATE_HZ."""
        return np.array(await self.page.evaluate(f"window.__recorded({RATE_HZ})")) / 32767

    async def hears_something_else_than(self, hz: float, timeout_s: float = 10.0) -> None:
        """Speech or music: sound, but not that tone, twice in a row."""
        heard: Any = None
        times = 0
        deadline = asyncio.get_running_loop().time() + timeout_s
        while asyncio.get_running_loop().time() < deadline:
            heard = await self.page.evaluate("window.__heard()")
            times = times + 1 if heard["db"] > -70 and abs(heard["hz"] - hz) > 40 else 0
            if times == 2:
                return
        raise AssertionError(f"nothing but {heard} is heard")


class AgentPage(Person):
    @classmethod
    async def open(
        cls, browser: Browser, installation: Installation, agent: str, language: str = "en-US", path: str = "/"
    ) -> Self:
        """Signed in already, at that page."""
        context = await browser.context(installation, language)
        session = await context.request.get("/api/auth/session")
        assert session.ok, session.status
        token = next(cookie["value"] for cookie in await context.cookies() if cookie["name"] == "csrftoken")
        credentials = {"login": agent, "password": DEMO_PASSWORD, "language": language, "language_chosen": True}
        signed_in = await context.request.post("/api/auth/sign-in", data=credentials, headers={"X-CSRFToken": token})
        assert signed_in.ok, await signed_in.text()
        person = cls(await context.new_page())
        await person.page.add_init_script(JUST_SIGNED_IN)
        await person.page.goto(path)
        return person

    @classmethod
    async def enter(cls, browser: Browser, installation: Installation, agent: str, language: str = "en-US") -> Self:
        """By the page for signing in."""
        context = await browser.context(installation, language)
        person = cls(await context.new_page())
        await person.sign_in(agent, language=language)
        await person.page.wait_for_url(lambda url: "sign-in" not in url)
        return person

    async def sign_in(self, login: str, password: str = DEMO_PASSWORD, *, language: str = "en-US") -> None:
        await self.page.goto("/")
        await self.press(f"language-{language}")
        await self.see("sign-in-login").fill(login)
        await self.see("sign-in-password").fill(password)
        await self.press("sign-in-submit")

    async def registered(self) -> None:
        await self.until("window.__callbase?.phone.registered", 20)

    async def go_ready(self) -> None:
        await self.registered()
        await self.press("state-ready")
        await self.in_state("ready")

    async def in_state(self, state: str) -> None:
        await self.until(f"window.__callbase?.link.agentState === '{state}'")

    async def connection(self, connection: str) -> None:
        await self.until(f"window.__callbase?.link.connection === '{connection}'", 20)


class SupervisorPage(AgentPage):
    @classmethod
    async def at(
        cls, path: str, browser: Browser, installation: Installation, login: str = "2001", language: str = "en-US"
    ) -> Self:
        """Signed in, on that page, with the engine's state before the eyes."""
        person = await cls.open(browser, installation, login, language, path)
        await person.until("window.__callbase?.link.status === 'live'")
        return person

    async def choose(self, handle: str, *items: str) -> None:
        """Opens the menu of a tile, call or button, and goes through it."""
        await self.press(handle)
        for item in items:
            await self.page.get_by_role("menuitem", name=item).click()

    async def pick(self, handle: str, option: str, *, instead_of: str | None = None) -> None:
        """One of a list that opens; where several may be chosen, in place of one that is."""
        await self.press(handle)
        options = self.page.locator(".ant-select-dropdown:visible .ant-select-item-option")
        await options.filter(has_text=option).click()
        if instead_of is not None:
            await options.filter(has_text=instead_of).click()
            await self.page.locator(".ant-drawer-title").click()

    async def push(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def confirm(self) -> None:
        await self.page.locator(".ant-modal .ant-btn-dangerous").click()

    async def close_drawer(self) -> None:
        await self.page.locator(".ant-drawer-close").click()
        await expect(self.page.locator(".ant-drawer-open")).to_have_count(0)


class CustomerPage(Person):
    @classmethod
    async def open(cls, browser: Browser, installation: Installation, *, line: int = 1, language: str = "en-US") -> CustomerPage:
        context = await browser.context(installation, language)
        person = cls(await context.new_page())
        await person.page.goto(f"/demo/phone?line={line}")
        await expect(person.see("demo-phone")).to_have_attribute("data-registered", "true", timeout=20_000)
        return person

    async def dial(self) -> None:
        """Until the greeting is heard: nobody presses a key before."""
        await self.press("demo-dial")
        await expect(self.see("demo-phone")).to_have_attribute("data-call", "talking")
        await self.hears_something_else_than(0.0)

    async def gone(self) -> None:
        await expect(self.see("demo-phone")).to_have_attribute("data-call", "")
