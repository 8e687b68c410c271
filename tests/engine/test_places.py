"""Whom it is shown that they have moved in their line, and how often."""

from __future__ import annotations

import asyncio

import pytest

from callbase.core.output import Changed
from callbase.engine import places
from callbase.engine.places import Places


class Screen:
    def __init__(self) -> None:
        self.shown: list[tuple[str, set[str]]] = []
        self.places = Places(lambda tenant, changed: self.shown.append((tenant, changed.interactions)))


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(places, "SHOWN_EVERY_S", 0.05)
    return Screen()


async def until_shown(screen: Screen, times: int) -> None:
    async with asyncio.timeout(5):
        while len(screen.shown) < times:
            await asyncio.sleep(0.01)


async def test_all_who_moved_are_shown_together_once_and_again_when_they_move_again(screen: Screen) -> None:
    screen.places.take("one", Changed(interactions={"served"}, places={"a", "b"}))
    screen.places.take("one", Changed(places={"b", "c"}))
    screen.places.take("two", Changed(places={"d"}))
    assert screen.shown == []
    await until_shown(screen, 2)
    screen.places.take("one", Changed(places={"c"}))
    await until_shown(screen, 3)
    assert screen.shown == [("one", {"a", "b", "c"}), ("two", {"d"}), ("one", {"c"})]


async def test_who_is_shown_for_another_reason_or_with_everything_is_not_shown_again(screen: Screen) -> None:
    screen.places.take("one", Changed(places={"answered", "ended", "waits"}))
    screen.places.take("one", Changed(interactions={"answered", "ended"}))
    screen.places.take("two", Changed(places={"a"}))
    screen.places.take("two", Changed(everything=True, places={"b"}))
    screen.places.take("three", Changed(places={"last"}))
    await until_shown(screen, 2)
    assert screen.shown == [("one", {"waits"}), ("three", {"last"})]
