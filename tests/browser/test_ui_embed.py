"""callbase's softphone in another system's page: one line of script, a frame, and the page's own buttons and form."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.async_api import FrameLocator, Page, expect

from benchmarks.installation import DEMO_PASSWORD, Installation
from callbase.core.config import ToAgent
from callbase.core.events import ConsultationCall, FinishWrapUp, ParkCall, ReconnectCall
from tests.browser.pages import Browser
from tests.system.centre import AGENT_HZ, DID, Centre, until
from tests.system.house import rings_at, way_out

pytestmark = [pytest.mark.browser, pytest.mark.telephony]

CALLER, OUTSIDE = "13800138001", "13900000352"
COLLEAGUE_HZ = 1300
PAGE = """<!doctype html><title>Another system</title><h1>Orders</h1>
<script src="{home}/embed.js" data-tenant="demo" data-width="420" data-height="560"></script>
<script>
  window.told = [];
  callbase.on("*", (event) => told.push(event));
  window.attempt = (name, ...what) => callbase[name](...what).then(() => "done", (error) => error.code);
</script>"""


@contextmanager
def another_system(installation: Installation) -> Iterator[str]:
    """A web server of another maker, at an origin of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = PAGE.replace("{home}", installation.url).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class OtherPage:
    """The other system's page with our frame in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frame: FrameLocator = page.frame_locator("iframe")

    async def attempt(self, name: str, *what: object) -> Any:
        """What came of a command: "done", or the code of the refusal."""
        return await self.page.evaluate("([name, what]) => attempt(name, ...what)", [name, list(what)])

    async def told(self, event: str, **call: object) -> Any:
        """The event's latest, once there is one and its call is so."""
        latest = """([name, call]) => {
          const last = told.findLast((it) => it.event === name);
          return last && Object.entries(call).every(([key, value]) => last.call[key] === value) && last;
        }"""
        handle = await self.page.wait_for_function(latest, arg=[event, call])
        return await handle.json_value()

    async def parties(self, *agents: str) -> list[Any]:
        """Who is in the call beside the customer, once it is these agents."""
        there = """(agents) => {
          const { call } = told.findLast((it) => it.call) ?? {};
          const found = call?.parties.filter((it) => it.agent);
          return found?.map((it) => it.agent).sort().join() === agents.join() && found;
        }"""
        handle = await self.page.wait_for_function(there, arg=sorted(agents))
        found: list[Any] = await handle.json_value()
        return found

    async def to_pick_up(self) -> Any:
        """The first that may be picked up, once there is one."""
        handle = await self.page.wait_for_function("told.findLast((it) => it.event === 'to_pick_up')?.waiting[0]")
        return await handle.json_value()

    async def works(self, centre: Centre, agent: str) -> None:
        """Signed in, with a telephone in the frame, and ready."""
        await self.sign_in(agent)
        await expect(self.frame.get_by_test_id("device")).to_have_attribute("data-online", "true", timeout=20_000)
        await until(lambda: centre.agent(agent).device_online, "the telephone in the frame is the agent's")
        assert await self.attempt("ready") == "done"

    async def sign_in(self, agent: str) -> None:
        await self.frame.get_by_test_id("sign-in-login").fill(agent)
        await self.frame.get_by_test_id("sign-in-password").fill(DEMO_PASSWORD)
        await self.frame.get_by_test_id("sign-in-submit").click()


async def test_a_page_of_another_system_works_with_the_softphone(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    context = await agent_browser.context(installation)
    with another_system(installation) as origin:
        page = OtherPage(await context.new_page())
        await page.page.goto(origin)
        assert await page.attempt("answer") == "not_connected", "a page nobody let in reaches nothing"
        await expect(page.frame.get_by_test_id("sign-in-login")).to_have_count(0)

        await centre.put("/api/embedding", {"origins": [origin]})
        await page.page.reload()
        assert (await page.told("session"))["signed_in"] is False
        await page.works(centre, "1001")
        assert await page.attempt("hold") == "wrong_state"
        assert await page.attempt("dial", "not a number") == "number_invalid"

        async with centre.customer(CALLER) as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("1")
            ringing = (await page.told("ringing"))["call"]
            assert (ringing["number"], ringing["customer"]["name"], ringing["queue"]) == (CALLER, "郑海峰", "sales")
            assert (ringing["reason"], ringing["from"]) == (None, None)
            assert await page.attempt("answer") == "done"
            assert (await page.told("answered"))["call"]["id"] == ringing["id"]
            await call.media.wait_for_tone(AGENT_HZ, 10)

            assert await page.attempt("setData", {"order": 4711}) == "value_invalid"
            assert await page.attempt("setData", {"order": "\ud83d"}) == "value_invalid", "half a character"
            assert await page.attempt("setData", {"order": "x" * 70_000}) == "too_large"
            assert await page.attempt("setData", {"order": "4711"}) == "done", "the connection stays, whatever was asked"
            assert centre.agent("1001").connection == "connected"
            await expect(page.frame.get_by_test_id("embed-card")).to_contain_text("4711")
            await until(lambda: centre.view.interactions[ringing["id"]].data == {"order": "4711"}, "and the platform knows")
            assert await page.attempt("hangUp") == "done"
            await call.wait_ended()
        assert (await page.told("ended"))["call"]["data"] == {"order": "4711"}
        assert await page.attempt("finish", "resolved") == "done"
        await page.told("finished")

        async with centre.customer(OUTSIDE) as outside, way_out(centre, outside):
            assert await page.attempt("dial", "139 0000 0352") == "done"
            call = await rings_at(outside)
            own = (await page.told("calling"))["call"]["id"]
            await until(lambda: centre.agent("1001").connection == "connected", "its own telephone is up, the other one rings")
            for event in ("ringing", "answered"):
                assert (await page.told(event))["call"]["id"] == ringing["id"], f"{event}, and nobody has answered"
            call.answer()
            await page.told("answered", id=own)
            await call.media.wait_for_tone(AGENT_HZ, 10)
            assert await page.attempt("hangUp") == "done"
            await call.wait_ended()
    await centre.put("/api/embedding", {"origins": []})


async def test_it_brings_colleagues_into_a_call_parks_picks_up_and_sends_elsewhere(
    installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    context = await agent_browser.context(installation)
    with another_system(installation) as origin:
        await centre.put("/api/embedding", {"origins": [origin]})
        page = OtherPage(await context.new_page())
        await page.page.goto(origin)
        await page.told("session")
        await page.works(centre, "1001")
        await expect(page.frame.get_by_test_id("dial")).to_be_visible()
        async with centre.agent_at_work("1002", hz=COLLEAGUE_HZ, ready=False), centre.customer(CALLER) as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("1")
            await page.told("ringing")
            assert await page.attempt("answer") == "done"
            await call.media.wait_for_tone(AGENT_HZ, 10)

            assert await page.attempt("consult", {"agent": "9999"}) == "agent_unknown"
            assert await page.attempt("consult", {"agent": "1002"}) == "done"
            await page.told("parties", consultation="connected")
            for step in ("complete", "alternate", "conference", "reconnect"):
                await expect(page.frame.get_by_test_id(f"call-{step}")).to_be_in_viewport(ratio=1)
            assert await page.attempt("alternate") == "done"
            await page.told("retrieved", consultation="held")
            assert await page.attempt("conference") == "done"
            await until(lambda: call.media.hears(COLLEAGUE_HZ, share=0.12), "the colleague among the three")
            colleague = next(it for it in await page.parties("1001", "1002") if it["agent"] == "1002")
            assert await page.attempt("drop", colleague["party"]) == "done"
            await page.parties("1001")
            await until(lambda: centre.agent("1002").state == "working_after_call", "the colleague is out of it")
            await centre.ask(FinishWrapUp(agent="1002"))

            assert await page.attempt("transfer", {"agent": "1002"}) == "done"
            await page.told("ended")
            await until(lambda: centre.agent("1002").connection == "connected", "the colleague has the customer")
            assert await page.attempt("finish") == "done"
            await page.told("finished")

            await centre.ask(ConsultationCall(agent="1002", to=ToAgent(agent="1001")))
            consulted = (await page.told("ringing", reason="consultation"))["call"]
            assert (consulted["from"]["agent"], consulted["number"]) == ("1002", CALLER)
            assert await page.attempt("answer") == "done"
            await page.told("answered", reason="consultation")
            await centre.ask(ReconnectCall(agent="1002"))
            await page.told("finished", reason="consultation")

            await centre.ask(ParkCall(agent="1002"))
            parked = await page.to_pick_up()
            assert parked["number"] == CALLER
            assert await page.attempt("pickUp", {"call": parked["call"]}) == "done"
            await page.told("answered", id=parked["call"], reason=None)
            assert await page.attempt("park") == "done"
            assert (await page.to_pick_up())["call"] == parked["call"]
            assert await page.attempt("pickUp", {"call": parked["call"]}) == "done"
            await until(lambda: centre.agent("1001").connection == "connected", "fetched again")
            assert await page.attempt("hangUp") == "done"
            await call.wait_ended()
            assert await page.attempt("finish") == "done"

            again = await customer.call(DID)
            await again.wait_answered()
            await again.press("1")
            await until(lambda: centre.agent("1001").state == "reserved", "it rings")
            assert await page.attempt("deflect", {"agent": "1002"}) == "done"
            await until(lambda: centre.agent("1002").connection == "connected", "the colleague took it")
            assert centre.agent("1001").state == "ready"
            again.hang_up()
    await centre.put("/api/embedding", {"origins": []})
