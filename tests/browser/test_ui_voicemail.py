"""Messages callers left: found, heard and dealt with by an agent of the queue, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from benchmarks.installation import Installation
from tests.browser.pages import AgentPage, Browser
from tests.system.centre import opened
from tests.system.test_keys_while_waiting import leave_a_message

pytestmark = [pytest.mark.browser, pytest.mark.telephony, pytest.mark.usefixtures("centre")]

CALLER, SHOWN = "13900000851", "139 0000 0851"
WORDS = {
    "zh-CN": {"new": "新留言", "handled": "已处理", "queue": "销售", "none": "没有新留言"},
    "en-US": {"new": "New", "handled": "Dealt with", "queue": "Sales", "none": "No new messages"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def recording(installation: Installation) -> Any:
    """A message's, new before each test and after it."""
    async with opened(installation) as centre:
        found = await leave_a_message(centre, CALLER)
        return await centre.recording(found["id"])


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
async def test_an_agent_hears_a_message_and_marks_it_dealt_with(
    language: str, installation: Installation, recording: Any, agent_browser: Browser, customer_browser: Browser
) -> None:
    words = WORDS[language]
    agent = await AgentPage.open(agent_browser, installation, "1001", language)
    await agent.press("menu-voicemail")
    row = agent.page.get_by_role("row").filter(has_text=SHOWN)
    await expect(row).to_contain_text(words["queue"])

    message = f"message-{recording['id']}"
    await agent.see(message).get_by_role("button").click()
    played = f"document.querySelector('[data-testid={message}] audio')"
    await agent.until(f"{played}.currentTime > 0.5")
    assert abs(await agent.page.evaluate(f"{played}.duration") - recording["duration_ms"] / 1000) < 0.3

    states = agent.see("voicemail-state")
    await agent.press(f"handle-{recording['id']}")
    await expect(row).to_have_count(0)
    await states.get_by_text(words["handled"]).click()
    await expect(row).to_contain_text("王晓燕")
    await agent.press(f"handle-{recording['id']}")
    await expect(row).to_have_count(0)
    await states.get_by_text(words["new"]).click()
    await expect(row).to_have_count(1)

    colleague = await AgentPage.open(customer_browser, installation, "1012", language)  # of the other queue
    await colleague.press("menu-voicemail")
    await expect(colleague.see("nothing")).to_have_text(words["none"])
