"""An administrator gives a queue music of its own, and keys to those who wait in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from benchmarks.installation import Installation
from tests.browser.pages import Browser, SupervisorPage
from tests.telephony.tones import write_tone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_DRAWER = ".ant-drawer-open"


async def save(administrator: SupervisorPage) -> None:
    await administrator.press("resource-save")
    await expect(administrator.page.locator(IN_DRAWER)).to_have_count(0)


async def open_waiting(administrator: SupervisorPage) -> None:
    await administrator.press("edit-support")
    await administrator.press("tab-waiting")


async def test_music_is_uploaded_heard_and_chosen_by_a_queue_whose_keys_survive_being_saved(
    installation: Installation, agent_browser: Browser, tmp_path: Path
) -> None:
    tune = tmp_path / "tune.wav"
    write_tone(tune, 620, 3.0)
    administrator = await SupervisorPage.at("/admin/music", agent_browser, installation, "admin")
    await administrator.press("resource-new")
    await administrator.see("field-id").fill("jazz")
    await administrator.see("field-name-zh-CN").fill("爵士乐")
    await administrator.see("field-name-en-US").fill("Jazz")
    await save(administrator)
    row = administrator.page.get_by_role("row").filter(has_text="Jazz")
    await expect(row).to_contain_text("Nothing uploaded yet")
    await row.locator("input[type=file]").set_input_files(tune)
    await expect(row).to_contain_text("0:03")
    await row.get_by_role("button", name="Play it as callers hear it").click()
    await expect(row.get_by_role("button", name="Stop")).to_be_visible()

    await administrator.page.goto("/admin/queues")
    await open_waiting(administrator)
    await administrator.pick("waiting_music", "Jazz")
    await administrator.press("waiting-key-add")
    key = administrator.see("waiting-key-0")
    await key.get_by_test_id("target-type").click()
    await administrator.page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text="Callback").click()
    await save(administrator)

    await open_waiting(administrator)
    await expect(key).to_contain_text("Callback")
    await administrator.see("waiting-step-0").get_by_role("spinbutton").first.fill("7")
    await save(administrator)
    await open_waiting(administrator)
    await expect(key).to_contain_text("Callback")
    await expect(administrator.see("waiting_music")).to_contain_text("Jazz")

    await key.get_by_role("button").first.click()
    await administrator.pick("waiting_music", "Built-in music")
    await save(administrator)
    await administrator.page.goto("/admin/music")
    await administrator.press("delete-jazz")
    await administrator.confirm()
    await expect(administrator.see("edit-jazz")).to_have_count(0)
