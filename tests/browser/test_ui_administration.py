"""An administrator at the screens: makes, changes and deletes; hears of mistakes beside the field; follows numbers to calls."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio
from playwright.async_api import expect

from benchmarks.installation import Installation
from callbase.platform import ports
from tests.browser.pages import AgentPage, Browser, SupervisorPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_DRAWER = ".ant-drawer-open"
CONFIRM_DELETE = ".ant-modal .ant-btn-dangerous"
NOTICED_MS = 60_000
"""A worker counts as silent after ten seconds, the alarms' watch begins after twenty."""


class AdministratorPage(SupervisorPage):
    async def go(self, address: str) -> None:
        await self.page.goto(address)

    async def save(self) -> None:
        await self.press("resource-save")
        await expect(self.page.locator(IN_DRAWER)).to_have_count(0)


@pytest_asyncio.fixture(loop_scope="session")
async def administrator(installation: Installation, agent_browser: Browser) -> AdministratorPage:
    person = await AdministratorPage.open(agent_browser, installation, "admin")
    await expect(person.see("person-menu")).to_be_visible()
    return person


async def test_a_queue_is_made_changed_and_deleted(administrator: AdministratorPage) -> None:
    await administrator.go("/admin/queues")
    await administrator.press("resource-new")
    await administrator.see("field-id").fill("billing")
    await administrator.see("field-name-zh-CN").fill("账单")
    await administrator.see("field-name-en-US").fill("Billing")
    await administrator.save()

    await administrator.press("edit-billing")
    await administrator.see("field-name-en-US").fill("Billing and refunds")
    await administrator.press("tab-routing")
    await administrator.press("algorithm-round_robin")
    await administrator.save()
    await expect(administrator.page.get_by_text("Billing and refunds")).to_be_visible()

    await administrator.press("edit-billing")
    await administrator.press("tab-routing")
    await expect(administrator.see("algorithm-round_robin")).to_have_attribute("aria-checked", "true")
    await administrator.save()

    await administrator.press("delete-billing")
    await administrator.page.locator(CONFIRM_DELETE).click()
    await expect(administrator.see("edit-billing")).to_have_count(0)


async def test_a_number_taken_already_is_said_beside_its_field(administrator: AdministratorPage) -> None:
    await administrator.go("/admin/dids")
    await administrator.press("resource-new")
    await administrator.see("field-number").fill("4008001234")
    await administrator.page.locator(f"{IN_DRAWER} .ant-select").first.click()
    await administrator.page.locator(".ant-select-item-option").first.click()
    await administrator.press("resource-save")

    await expect(administrator.page.locator(".ant-form-item-explain-error")).to_be_visible()
    await expect(administrator.page.locator(IN_DRAWER)).to_have_count(1)


async def test_a_token_is_shown_when_it_is_made(administrator: AdministratorPage) -> None:
    await administrator.go("/admin/tokens")
    await administrator.press("resource-new")
    await administrator.see("field-name").fill("CRM")
    for select, wanted in ((0, "live board|实时监控"), (2, "Sales|销售")):
        await administrator.page.locator(f"{IN_DRAWER} .ant-select").nth(select).click()
        await administrator.page.locator(".ant-select-item-option", has_text=re.compile(wanted)).click()
        await administrator.see("field-name").click()
    await administrator.press("resource-save")

    assert len((await administrator.see("token-value").inner_text()).strip()) >= 20
    row = administrator.page.locator("tr", has_text="CRM")
    await expect(row.get_by_text(re.compile("^(Sales|销售)$"))).to_be_visible()


async def test_who_is_told_of_alarms_is_named_tested_changed_and_deleted(administrator: AdministratorPage) -> None:
    await administrator.go("/admin/health")
    await administrator.press("recipient-new")
    await administrator.pick("recipient-kind", "Webhook")
    await administrator.see("recipient-address").fill("nowhere")
    await administrator.see("recipient-secret").fill("s3cret")
    await administrator.press("recipient-save")
    fault = administrator.page.locator(".recipient-form .ant-form-item-explain-error")
    await expect(fault).to_be_visible()

    address = f"http://127.0.0.1:{ports.pick()}/alarms"
    await administrator.see("recipient-address").fill(address)
    await administrator.press("recipient-save")
    row = administrator.page.locator("tr", has_text=address)
    await expect(row.get_by_test_id("recipient-last")).to_have_text("–")
    await row.get_by_test_id("recipient-test").click()
    await expect(row.get_by_test_id("recipient-last")).to_have_text(
        re.compile("(Test not sent|测试消息未能发送).*CALLBASE_WEBHOOK_NETWORKS")
    )

    await row.get_by_test_id("recipient-edit").click()
    await expect(administrator.see("recipient-address")).to_have_value(address)
    changed = f"{address}/changed"
    await administrator.see("recipient-address").fill(changed)
    await administrator.press("recipient-save")
    row = administrator.page.locator("tr", has_text=changed)
    await expect(row).to_be_visible()
    await expect(administrator.page.locator(".recipient-form")).to_have_count(0)

    await row.get_by_test_id("recipient-delete").click()
    await administrator.page.locator(CONFIRM_DELETE).click()
    await expect(row).to_have_count(0)


@contextmanager
def halted_worker(installation: Installation) -> Iterator[None]:
    """Until it goes on, an alarm is raised of it."""
    pid = installation.pid_of("worker")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_an_alarm_is_raised_acknowledged_cleared_and_stays_as_history_in_both_languages(
    agent_browser: Browser, installation: Installation
) -> None:
    chinese = await AdministratorPage.open(agent_browser, installation, "admin", "zh-CN", "/admin/health")
    in_chinese = chinese.see("alarms")
    await expect(in_chinese).to_contain_text("历史")
    english = await AdministratorPage.open(agent_browser, installation, "admin", "en-US", "/admin/health")
    alarms = english.see("alarms")
    await expect(english.see("health-worker")).to_contain_text("Working")
    row = alarms.locator("tr", has_text="Background worker")
    with halted_worker(installation):
        await expect(row).to_contain_text(re.compile(r"Major.*Silent for \d+ s"), timeout=NOTICED_MS)
        same_row = in_chinese.locator("tr", has_text="后台任务")
        await expect(same_row).to_contain_text(re.compile(r"重要.*已 \d+ 秒没有动静"))
        await row.get_by_test_id("alarm-acknowledge").click()
        note = row.get_by_test_id("alarm-note").locator("input")
        await note.fill("somebody is on it")
        await note.press("Enter")
        await expect(row).to_contain_text("somebody is on it")
        await expect(row.get_by_test_id("alarm-acknowledge")).to_have_count(0)
        await expect(same_row).to_contain_text("somebody is on it")

    await expect(row).to_have_count(0, timeout=NOTICED_MS)
    await expect(same_row).to_have_count(0)
    for page, history, cleared, lasted in ((alarms, "History", "Until", "Lasted"), (in_chinese, "历史", "恢复时间", "持续时间")):
        await page.get_by_text(history, exact=True).click()
        await expect(page.get_by_role("columnheader", name=cleared)).to_be_visible()
        await expect(page.get_by_role("columnheader", name=lasted)).to_be_visible()
        of_it = page.locator("tr", has_text="somebody is on it")
        await expect(of_it).to_have_count(1)
        await expect(of_it).to_contain_text(re.compile(r"\d+:\d\d"))
        await expect(of_it.get_by_test_id("alarm-acknowledge")).to_have_count(0)


async def test_a_reports_number_leads_to_as_many_calls(administrator: AdministratorPage) -> None:
    await administrator.go("/reports/today")
    number = int(await administrator.see("total-offered").locator("b").inner_text())
    await administrator.see("total-offered").locator("a").click()
    if number:
        await expect(administrator.see("interactions-total")).to_contain_text(str(number))
    else:
        await expect(administrator.see("nothing")).to_be_visible()


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
async def test_a_report_needs_no_sideways_scrolling_at_1440_pixels(
    installation: Installation, agent_browser: Browser, language: str
) -> None:
    administrator = await AdministratorPage.open(agent_browser, installation, "admin", language)
    await administrator.page.set_viewport_size({"width": 1440, "height": 900})
    await administrator.go("/reports/today")
    for table in ("report-queues", "report-agents"):
        await expect(administrator.see(table)).to_be_visible()
        await administrator.until(
            f"(it => it.scrollWidth <= it.clientWidth)(document.querySelector('[data-testid={table}] .ant-table-content'))"
        )


async def test_language_and_theme_outlast_a_reload(administrator: AdministratorPage) -> None:
    await administrator.go("/settings")
    await administrator.press("theme-dark")
    await administrator.until("document.documentElement.dataset.theme === 'dark'")
    await administrator.page.reload()
    await administrator.until("document.documentElement.dataset.theme === 'dark'")
    await administrator.press("theme-system")


async def test_an_agent_is_kept_from_administration(installation: Installation, agent_browser: Browser) -> None:
    agent = await AgentPage.open(agent_browser, installation, "1005")
    await expect(agent.see("menu-workbench")).to_be_visible()
    await expect(agent.see("menu-people")).to_have_count(0)
    await agent.page.goto("/admin/people")
    await expect(agent.see("page-403")).to_be_visible()
    await agent.page.goto("/no/such/page")
    await expect(agent.see("page-404")).to_be_visible()
