"""The questions a supervisor asks of routing, answered on the screen in both languages."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from callbase.core.events import SetNotReady, SetReady
from tests.browser.pages import Browser, SupervisorPage
from tests.system.centre import DID, Centre, until
from tests.system.house import made

pytestmark = [pytest.mark.browser, pytest.mark.telephony]

LANGUAGES = ["zh-CN", "en-US"]
CALLER = "13900000841"
SKILL = {"id": "upholstery", "name": {"zh-CN": "软包", "en-US": "Upholstery"}, "agents": {"1002": 5, "1003": 2, "1004": 4}}
ENTRY = {"when": {"type": "is", "field": "caller_number", "operator": "starts_with", "value": "1390000084"}, "priority": 7}

AGENT_WHY = {
    "zh-CN": {
        "ask": "为什么没有来电？",
        "not ready": "赵文博 现在不能接听：示忙",
        "behind": "赵文博 已就绪。“销售”：没有来电在等待。"
        "“销售”：对没有特殊要求的来电，按“空闲时间最长者优先”，有 1 名就绪座席排在前面。",
    },
    "en-US": {
        "ask": "Why no calls?",
        "not ready": "赵文博 cannot be asked now: not ready",
        "behind": "赵文博 is ready. Sales: nobody waits. Sales: 1 ready agent is asked first by the rule “longest idle first”"
        " for a caller without special needs.",
    },
}
DECISION = {
    "zh-CN": {
        "text": ["选中 李明轩 (1002)", "规则：空闲时间最长者优先", "在“销售”队列中排第 1 位", "优先级 7", "要求技能：软包 ≥ 3"],
        "1001": "示忙 · 午餐",
        "1003": "技能不足 · 软包 2/3",
        "1004": "空闲时间较短 · 空闲",
        "1005": "已签出",
        "event": "优先级 +7，现为 7",
    },
    "en-US": {
        "text": [
            "李明轩 (1002) was chosen",
            "longest idle first",
            "number 1 in “Sales”",
            "priority 7",
            "Required: Upholstery ≥ 3",
        ],
        "1001": "Not ready · Lunch",
        "1003": "Lacks a skill required · Upholstery 2 of 3",
        "1004": "Idle for a shorter time · idle for",
        "1005": "Signed out",
        "event": "priority +7, now 7",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_why_does_agent_1007_get_no_calls(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    words = AGENT_WHY[language]
    async with centre.agent_at_work("1001"), centre.agent_at_work("1007", ready=False):
        supervisor = await SupervisorPage.at("/board", agent_browser, installation, language=language)
        await supervisor.choose("agent-1007", words["ask"])
        await expect(supervisor.see("why")).to_contain_text(words["not ready"])
        await centre.ask(SetReady(agent="1007"))
        await expect(supervisor.see("why")).to_have_text(words["behind"])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_interaction_tells_who_was_chosen_by_which_rules_and_why_nobody_else(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    words = DECISION[language]
    async with (
        made(centre, "/api/skills", SKILL),
        centre.queue_with("sales", requires=[{"skill": "upholstery", "level": 3}], entry=[ENTRY]),
        centre.agent_at_work("1001", ready=False),
        centre.agent_at_work("1002"),
        centre.agent_at_work("1003"),
        centre.agent_at_work("1004"),
    ):
        await centre.ask(SetNotReady(agent="1001", reason="lunch"))
        async with centre.customer(CALLER) as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("1")
            await until(lambda: centre.phase(CALLER) == "talk", "is answered")
            call.hang_up()
        found = await centre.interaction(CALLER)
        supervisor = await SupervisorPage.at(f"/interactions/{found['id']}", agent_browser, installation, language=language)
        await supervisor.press("tab-decisions")
        decision = supervisor.see("decisions").get_by_role("article")
        await expect(decision).to_have_count(1)
        for part in words["text"]:
            await expect(supervisor.see("decision-text")).to_contain_text(part)
        rows = supervisor.see("passed-over").locator("tbody tr[data-row-key]")
        await expect(rows).to_have_count(9)
        for agent in ("1001", "1003", "1004", "1005"):
            await expect(rows.filter(has_text=agent)).to_contain_text(words[agent])
        await supervisor.press("tab-events")
        await expect(supervisor.see("events")).to_contain_text(words["event"])
