"""Real Chromium against the whole platform: an agent's browser and a customer's, each speaking a tone of its own.

Both are started once; each test has contexts of its own in them, as good as new browsers. So its tests share one event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright

from benchmarks.installation import Installation
from tests.browser.pages import Browser
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, Centre, opened
from tests.system.conftest import installation

__all__ = ["installation"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def centre(installation: Installation) -> AsyncIterator[Centre]:
    async with opened(installation) as centre:
        yield centre


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def agents_chromium(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with Browser(playwright, tmp_path_factory.mktemp("agent") / "microphone.wav", AGENT_HZ) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def customers_chromium(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with Browser(playwright, tmp_path_factory.mktemp("customer") / "microphone.wav", CUSTOMER_HZ) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def agent_browser(agents_chromium: Browser) -> AsyncIterator[Browser]:
    yield agents_chromium
    await agents_chromium.close_contexts()


@pytest_asyncio.fixture(loop_scope="session")
async def customer_browser(customers_chromium: Browser) -> AsyncIterator[Browser]:
    yield customers_chromium
    await customers_chromium.close_contexts()
