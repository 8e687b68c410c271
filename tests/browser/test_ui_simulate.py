"""An administrator tries a change of a queue in the simulator before it is saved, in both languages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from tests.browser.pages import Browser, SupervisorPage
from tests.system.centre import Centre

pytestmark = [pytest.mark.browser, pytest.mark.telephony]

SALES = {"zh-CN": "销售", "en-US": "Sales"}
WRAP_UP = "#wrap_up_s"


async def answered(centre: Centre, of_before: list[str]) -> Any:
    """The question asked since, once the worker has answered it."""
    async with asyncio.timeout(60):
        while True:
            newest = next((one for one in (await centre.get("/api/simulations"))["items"] if one["id"] not in of_before), None)
            if newest and newest["state"] not in ("queued", "running"):
                return newest
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
async def test_a_queue_is_simulated_as_it_is_typed_and_nothing_is_saved(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    before = await centre.get("/api/queues/sales")
    of_before = [one["id"] for one in (await centre.get("/api/simulations"))["items"]]
    administrator = await SupervisorPage.at("/admin/queues", agent_browser, installation, "admin", language)
    await administrator.press("edit-sales")
    await administrator.page.locator(WRAP_UP).fill("900")
    await administrator.press("queue-simulate")

    await expect(administrator.see("planned-sales")).to_contain_text(SALES[language])
    await administrator.press("simulate")
    asked = await answered(centre, of_before)
    assert [(queue["id"], queue["wrap_up_s"]) for queue in asked["question"]["queues"]] == [("sales", 900)]
    days = asked["result"]["present"], asked["result"]["planned"]
    present, planned = ({queue["queue"]: queue for queue in day["queues"]}["sales"] for day in days)
    assert planned["service_level"] < present["service_level"], "fifteen minutes after each call are not to be had"
    shown = administrator.see("simulation-result").get_by_role("row").filter(has_text=SALES[language])
    await expect(shown).to_contain_text(f"{present['answered']} → {planned['answered']}")

    await administrator.press("back-to-queue")
    await expect(administrator.page.locator(WRAP_UP)).to_have_value("900")
    assert await centre.get("/api/queues/sales") == before
    await administrator.page.locator(".ant-drawer-close").click()
    await administrator.confirm()
    await expect(administrator.page.locator(".ant-drawer-open")).to_have_count(0)
    await administrator.press("edit-sales")
    await expect(administrator.page.locator(WRAP_UP)).to_have_value(str(round(before["wrap_up_s"])))
