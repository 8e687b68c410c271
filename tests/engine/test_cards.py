"""A telephone that cannot see the screen is called once the call is on it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from callbase.core.commands import AnyCommand, Originate, Release
from callbase.engine import cards as module
from callbase.engine.cards import Cards
from callbase.engine.link_connection import LinkConnection
from tests.engine.conftest import until

KEY = ("demo", "1001")


def gateway() -> LinkConnection:
    return cast(LinkConnection, object())


class Desk:
    """Agent 1001 with a desk phone and a browser's; `at` is the interaction it is at."""

    def __init__(self) -> None:
        self.done: list[AnyCommand] = []
        self.at: str | None = "i1"
        self.cards = Cards(self.done.append, lambda tenant, agent: self.at if (tenant, agent) == KEY else None)
        self.cards.owners = {"1001": KEY}

    def call(self, **values: Any) -> Originate:
        fields: dict[str, Any] = {"leg": "l1", "node": "a", "tenant": "demo", "interaction": "i1", "device": "1001"}
        command = Originate(**(fields | values))
        self.cards.execute(command)
        return command


@pytest.fixture
async def desk() -> Desk:
    return Desk()


async def test_it_rings_when_the_card_is_shown_and_not_before(desk: Desk) -> None:
    desk.cards.page(gateway(), KEY, there=True)
    desk.cards.shown(KEY, "")
    command = desk.call()
    desk.cards.shown(KEY, "another")
    assert desk.done == []
    desk.cards.shown(KEY, "i1")
    assert desk.done == [command]


async def test_it_rings_at_once_where_the_card_is_there_or_nobody_shows_any(desk: Desk) -> None:
    without_a_page = desk.call()
    desk.cards.page(gateway(), KEY, there=True)
    browser, not_at_it = desk.call(leg="l2", device="1001-web"), desk.call(leg="l3", interaction="i9")
    desk.cards.shown(KEY, "i1")
    shown_before = desk.call(leg="l4")
    assert desk.done == [without_a_page, browser, not_at_it, shown_before]


async def test_a_card_that_does_not_come_is_waited_for_no_longer_than_that(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT_S", 0.05)
    desk.cards.page(gateway(), KEY, there=True)
    command = desk.call()
    assert desk.done == []
    await until(lambda: desk.done == [command])


async def test_a_page_or_a_gateway_that_goes_holds_up_nobody(desk: Desk) -> None:
    first, second = gateway(), gateway()
    desk.cards.page(first, KEY, there=True)
    desk.cards.page(second, KEY, there=True)
    command = desk.call()
    desk.cards.page(first, KEY, there=False)
    assert desk.done == []
    desk.cards.gateway_gone(second)
    assert desk.done == [command]


async def test_a_call_given_up_meanwhile_is_made_and_released_in_that_order(desk: Desk) -> None:
    desk.cards.page(gateway(), KEY, there=True)
    command, release = desk.call(), Release(leg="l1", cause="no_answer")
    desk.cards.execute(release)
    assert desk.done == [command, release]
    desk.cards.shown(KEY, "i1")
    assert desk.done == [command, release]
