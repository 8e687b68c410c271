"""A telephone is called once it has heard that its last call is over, wherever that was."""

from __future__ import annotations

import asyncio
from typing import Any

from callbase.core.commands import Originate, Release
from callbase.switch.asterisk.actions import Actions
from callbase.switch.asterisk.relays import Relays
from callbase.switch.asterisk.translate import Translator


class FakeClient:
    """Keeps what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def request(self, method: str, path: str, **query: Any) -> None:
        self.asked.append(f"{method} {path} {query.get('endpoint', '')}".strip())


def node(name: str) -> tuple[Actions, Translator, FakeClient]:
    relays, client = Relays(), FakeClient()
    translator = Translator(name, relays)
    unused: Any = None
    return Actions(client, unused, translator, relays, *[unused] * 4, lambda _: None), translator, client  # type: ignore[arg-type]


def call(leg: str, at: str, by_way_of: str = "") -> Originate:
    return Originate(leg=leg, node=at, tenant="t", interaction=f"i-{leg}", device="1001", by_way_of=by_way_of)


async def test_one_whose_last_call_ends_at_its_own_node_is_not_called_by_way_of_that_node_before() -> None:
    (a, _, asterisk_a), (b, legs_of_b, _) = node("a"), node("b")
    a.at_nodes = {"b": b}
    await b.carry_out(call("first", "b"))
    await b.carry_out(Release(leg="first"))
    second = asyncio.create_task(a.carry_out(call("second", "a", by_way_of="b")))
    await asyncio.sleep(0.05)
    assert asterisk_a.asked == []
    legs_of_b.ended(legs_of_b.legs["first"], 16, 0)
    await second
    assert asterisk_a.asked == ["POST /channels PJSIP/1001@node.b"]
    for leg in [*a._translator.legs.values(), *legs_of_b.legs.values()]:
        assert leg.ring_timer
        leg.ring_timer.cancel()


async def test_one_with_no_call_that_is_ending_is_called_at_once() -> None:
    (a, legs, asterisk), (b, *_) = node("a"), node("b")
    a.at_nodes = {"b": b}
    await a.carry_out(call("first", "a", by_way_of="b"))
    assert asterisk.asked == ["POST /channels PJSIP/1001@node.b"]
    legs.ended(legs.legs["first"], 16, 0)
