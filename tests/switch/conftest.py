"""A callbase that is another maker's switch, and our own centre whose agents are there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.csta.pbx import PbxCentre, pbx_of
from tests.csta.standard import heard
from tests.switch.own_centre import OwnCentre, own_centre


@pytest.fixture(autouse=True)
def said() -> Iterator[dict[str, set[bytes]]]:
    """Everything that is said in CSTA in a test, by either side, which must be in the standard's form."""
    with heard() as messages:
        yield messages


@pytest.fixture
async def pbx() -> AsyncIterator[PbxCentre]:
    async with pbx_of("1001", "1002") as pbx:
        yield pbx


@pytest.fixture
async def centre(pbx: PbxCentre) -> AsyncIterator[OwnCentre]:
    async with own_centre(pbx, "1001", "1002") as centre:
        yield centre
