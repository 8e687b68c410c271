"""A wallboard: arranged, coloured, filling the screen, one's own; and a supervisor acting from it. In both languages."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.async_api import Locator, expect

from benchmarks.installation import Installation
from tests.browser.pages import Browser, SupervisorPage
from tests.system.centre import Centre, until
from tests.system.house import made
from tests.system.test_keys_while_waiting import waiting

pytestmark = [pytest.mark.browser, pytest.mark.telephony]

LANGUAGES = ["zh-CN", "en-US"]
SKILL = {"id": "upholstery", "name": {"zh-CN": "软包", "en-US": "Upholstery"}, "agents": {"1003": 4}}
WORDS = {
    "zh-CN": {
        "sales": "销售",
        "support": "售后支持",
        "skill": "软包",
        "by skill": "技能组",
        "warn": "警告值",
        "alarm": "报警值",
        "title": "标题",
        "not ready": "设为示忙",
        "lunch": "午餐",
        "ready": "设为就绪",
        "set priority": "设置优先级",
        "reroute": "转移",
        "keep": "等待此座席",
        "move back": "恢复原队列",
        "kept": "“销售”：1 个来电只等待指定的其他座席。",
    },
    "en-US": {
        "sales": "Sales",
        "support": "Support",
        "skill": "Upholstery",
        "by skill": "Skill group",
        "warn": "Warning from",
        "alarm": "Alarm from",
        "title": "Title",
        "not ready": "Set not ready",
        "lunch": "Lunch",
        "ready": "Set ready",
        "set priority": "Set priority",
        "reroute": "Reroute",
        "keep": "Wait for them",
        "move back": "Back to its own",
        "kept": "Sales: 1 caller waits for one other agent only.",
    },
}
"""As they are on the screen."""


async def at_a_new_wall(browser: Browser, installation: Installation, language: str) -> SupervisorPage:
    person = await SupervisorPage.at("/wall", browser, installation, language=language)
    await person.press("wall-add")
    await person.see("wall-name").fill(f"Wall {uuid4()}")
    await person.press("wall-save")
    await person.until("localStorage.getItem('callbase.wall') !== null")
    return person


async def colour(figure: Locator) -> str:
    return str(await figure.evaluate("element => getComputedStyle(element).color"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_wallboard_is_arranged_coloured_and_its_owners_alone(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser, customer_browser: Browser
) -> None:
    words = WORDS[language]
    async with (
        made(centre, "/api/skills", SKILL),
        centre.agent_at_work("1003", ready=False),
        centre.customer("13900000821") as one,
    ):
        await waiting(centre, one, "13900000821")
        wall = await at_a_new_wall(agent_browser, installation, language)
        await wall.press("wall-edit")

        figure = wall.see("wall-waiting")
        await expect(figure).to_have_text("1")
        await expect(figure).to_have_attribute("data-tone", "plain")
        colours = [await colour(figure)]
        await wall.press("tile-add")
        await wall.page.locator(".ant-modal-close").click()
        await expect(wall.see("tile-10")).to_have_count(0)
        await wall.press("tile-edit-0")
        await wall.pick("tile-of", words["sales"])
        await wall.page.get_by_label(words["title"]).fill("销售 Sales!")
        await wall.page.get_by_label(words["warn"]).fill("1")
        await wall.page.get_by_label(words["alarm"]).fill("2")
        await wall.page.get_by_label(words["alarm"]).press("Enter")
        await expect(figure).to_have_attribute("data-tone", "warn")
        colours.append(await colour(figure))

        await wall.press("tile-edit-7")
        await wall.page.locator(".ant-modal").get_by_text(words["by skill"]).click()
        await wall.pick("tile-of", words["skill"])
        await wall.press("tile-save")
        await wall.press("wall-save")
        await wall.see("wall-edit").wait_for()

        await wall.page.reload()
        await expect(wall.see("tile-0")).to_contain_text("销售 Sales!")
        agents = wall.see("tile-7")
        await expect(agents).to_contain_text(words["skill"])
        await expect(agents.get_by_role("button")).to_have_count(1)
        await expect(wall.see("wall-agent-1003")).to_be_visible()
        for queue in ("sales", "support"):
            await expect(wall.see("tile-4")).to_contain_text(words[queue])
        await expect(wall.see("wall-trunk-demo-trunk")).to_contain_text("1")

        async with centre.customer("13900000822") as other:
            await waiting(centre, other, "13900000822")
            await expect(figure).to_have_text("2")
            await expect(figure).to_have_attribute("data-tone", "alarm")
            colours.append(await colour(figure))
            assert len(set(colours)) == 3, colours
            await expect(wall.see("wall-trunk-demo-trunk")).to_contain_text("2")

        colleague = await SupervisorPage.at("/wall", customer_browser, installation, "admin", language)
        await colleague.see("tile-0").wait_for()
        await expect(colleague.page.get_by_text("销售 Sales!")).to_have_count(0)

        await wall.press("wall-edit")
        await wall.press("wall-delete")
        await wall.confirm()
        await expect(wall.page.get_by_text("销售 Sales!")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_supervisor_acts_on_a_wall_that_fills_the_screen(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    words = WORDS[language]
    async with centre.agent_at_work("1002"):
        wall = await at_a_new_wall(agent_browser, installation, language)
        await wall.press("wall-full")
        await wall.until("document.fullscreenElement !== null")
        fits = "element => element.scrollHeight <= element.clientHeight"
        assert await wall.see("wall").evaluate(fits), "nothing is cut, at 1440 by 900"
        await wall.until("document.elementFromPoint(20, 300).closest('[data-testid=wall]') !== null")  # where the menu was

        await wall.press("wall-agent-1002")
        await wall.push(words["not ready"])
        await wall.page.get_by_role("menuitem", name=words["lunch"]).click()
        await until(lambda: centre.agent("1002").reason == "lunch", "not ready, for lunch")
        await wall.push(words["ready"])
        await until(lambda: centre.agent("1002").state == "ready", "ready again")
        await wall.close_drawer()

        await wall.press("wall-full")
        await wall.until("document.fullscreenElement === null")
        await wall.press("menu-board")
        await wall.see("board-agents").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_supervisor_sends_waiting_calls_and_agents_where_they_are_needed(
    language: str, installation: Installation, centre: Centre, agent_browser: Browser
) -> None:
    words, first, second = WORDS[language], "13900000831", "13900000832"
    async with (
        centre.agent_at_work("1002", ready=False),
        centre.agent_at_work("1003", ready=False),
        centre.customer(first) as one,
        centre.customer(second) as other,
    ):
        await waiting(centre, one, first)
        await waiting(centre, other, second)
        wall = await at_a_new_wall(agent_browser, installation, language)
        calls = wall.see("wall-call")
        await expect(calls).to_have_count(2)

        await calls.filter(has_text=re.compile("0832")).click()
        await expect(wall.see("priority-change")).to_contain_text("0")
        await wall.see("wanted-priority").fill("10")
        await wall.push(words["set priority"])
        await until(lambda: centre.interactions(second)[0].position == 1, "who came last is first")
        await wall.pick("reroute-agent", "1002")
        await wall.push(words["keep"])
        await wall.close_drawer()

        await calls.filter(has_text=re.compile("0831")).click()
        await wall.pick("reroute-queue", words["support"])
        await wall.push(words["reroute"])
        await until(lambda: centre.interactions(first)[0].queue == "support", "waits for support")
        await wall.close_drawer()

        await wall.press("wall-agent-1003")
        await wall.push(words["ready"])
        await until(lambda: centre.agent("1003").state == "ready", "ready, and left alone")
        await expect(wall.see("why")).to_contain_text(words["kept"])
        await wall.pick("move-queues", words["support"], instead_of=words["sales"])
        await wall.press("move-save")
        await until(lambda: centre.phase(first) == "talk", "who waits for support talks")
        assert centre.interactions(first)[0].agent == "1003"
        await wall.push(words["move back"])
        await until(lambda: centre.agent("1003").queues == ("sales",), "serves its own queue again")
        await wall.close_drawer()

        await wall.press("wall-agent-1002")
        await wall.push(words["ready"])
        await until(lambda: centre.phase(second) == "talk", "who was kept for it talks")
        assert centre.interactions(second)[0].agent == "1002"
