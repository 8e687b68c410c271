"""An administrator at the screens: makes, changes and deletes; hears of mistakes beside the field; follows numbers to calls."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from benchmarks.installation import Installation
from callbase.platform import ports
from tests.browser.pages import AgentPage, Browser, SupervisorPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_DRAWER = ".ant-drawer-open"
CONFIRM_DELETE = ".ant-modal .ant-btn-dangerous"


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
        re.compile("(Test not sent|测试消息未能发送).*(refused|被拒绝)")
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


async def test_a_reports_number_leads_to_as_many_calls(administrator: AdministratorPage) -> None:
    await administrator.go("/reports/today")
    number = int(await administrator.see("total-offered").locator("b").inner_text())
    await administrator.see("total-offered").locator("a").click()
    if number:
        await expect(administrator.see("interactions-total")).to_contain_text(str(number))
    else:
        await expect(administrator.see("nothing")).to_be_visible()


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
