"""Real Chromium against the whole platform: an agent's browser and a customer's, each speaking a tone of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Playwright, async_playwright

from tests.browser.pages import Browser
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ
from tests.system.conftest import centre, installation

__all__ = ["centre", "installation"]


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture
async def agent_browser(playwright: Playwright, tmp_path: Path) -> AsyncIterator[Browser]:
    async with Browser(playwright, tmp_path / "agent.wav", AGENT_HZ) as browser:
        yield browser


@pytest.fixture
async def customer_browser(playwright: Playwright, tmp_path: Path) -> AsyncIterator[Browser]:
    async with Browser(playwright, tmp_path / "customer.wav", CUSTOMER_HZ) as browser:
        yield browser
