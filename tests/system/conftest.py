"""The whole platform, started once for all tests here, and what they reach it with: its API, its link, telephones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from benchmarks.api import Api, api_token
from benchmarks.installation import DEMO_PASSWORD, Installation
from callbase.cti.client import LinkClient
from tests.system.centre import Centre


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("centre") / "home")
    made.start()
    try:
        made.wait_ready(120)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def token(installation: Installation) -> str:
    return api_token(installation.http_port, "admin", DEMO_PASSWORD, "system tests")


@pytest.fixture
async def centre(installation: Installation, token: str) -> AsyncIterator[Centre]:
    """Empty when a test begins, and made empty again after it: every call ended, every agent signed out."""
    async with LinkClient(f"ws://127.0.0.1:{installation.http_port}/link", token, facts=True) as link:
        await link.wait_connected()
        opened = Centre(installation, Api(installation.http_port, token), link)
        listening = asyncio.create_task(opened.listen())
        yield opened
        await opened.clear()
        listening.cancel()
