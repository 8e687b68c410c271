"""The whole platform, started once for all tests here, and what they reach it with: its API, its link, telephones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from benchmarks.installation import Installation
from benchmarks.ports import free_port
from tests.system.centre import Centre, api_of, opened
from tests.system.house import furnished


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("centre") / "home", {"CALLBASE_CSTA_PORT": str(free_port())})
    made.start()
    try:
        made.wait_ready(120)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def house(installation: Installation) -> Iterator[None]:
    """Numbers straight into a queue, and prompts that are tones."""
    with furnished(api_of(installation)):
        yield


@pytest.fixture
async def centre(installation: Installation) -> AsyncIterator[Centre]:
    """Empty when a test begins, and made empty again after it: every call ended, every agent signed out."""
    async with opened(installation) as centre:
        yield centre
