"""A callbase that is another maker's switch, and our own centre whose agents are there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.csta.pbx import PbxCentre, pbx_of
from tests.switch.own_centre import OwnCentre, own_centre


@pytest.fixture
async def pbx() -> AsyncIterator[PbxCentre]:
    async with pbx_of("1001", "1002") as pbx:
        yield pbx


@pytest.fixture
async def centre(pbx: PbxCentre) -> AsyncIterator[OwnCentre]:
    async with own_centre(pbx, "1001", "1002") as centre:
        yield centre
