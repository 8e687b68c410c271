"""A telephone is called once it has heard that its last call is over, wherever that was."""

from __future__ import annotations

import asyncio
from typing import Any

from callbase.core.commands import Originate, Release
from callbase.switch.asterisk.actions import Actions
from callbase.switch.asterisk.legs import Leg
from callbase.switch.asterisk.messages import Channel, ChannelDestroyed
from callbase.switch.asterisk.names import LEG_VARIABLE
from callbase.switch.asterisk.relays import Relays
from callbase.switch.asterisk.translate import Translator


class FakeClient:
    """Keeps what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.extension = ""

    async def request(self, method: str, path: str, **query: Any) -> None:
        self.asked.append(f"{method} {path} {query.get('endpoint', '')}".strip())
        self.extension = query.get("extension", "")


def node(name: str) -> tuple[Actions, Translator, FakeClient]:
    relays, client = Relays(), FakeClient()
    translator = Translator(name, relays)
    unused: Any = None
    return Actions(client, unused, translator, relays, *[unused] * 4, lambda _: None), translator, client  # type: ignore[arg-type]


def call(leg: str, at: str, by_way_of: str = "") -> Originate:
    return Originate(leg=leg, node=at, tenant="t", interaction=f"i-{leg}", device="1001", by_way_of=by_way_of)


def forget_timers(*nodes: Actions) -> None:
    for each in nodes:
        for leg in each._translator.legs.values():
            assert leg.ring_timer
            leg.ring_timer.cancel()


async def test_one_whose_last_call_ends_at_its_own_node_is_not_called_by_way_of_that_node_before() -> None:
    (a, _, asterisk_a), (b, legs_of_b, _) = node("a"), node("b")
    a.of_others = lambda: [b]
    await b.carry_out(call("first", "b"))
    await b.carry_out(Release(leg="first"))
    second = asyncio.create_task(a.carry_out(call("second", "a", by_way_of="b")))
    await asyncio.sleep(0.05)
    assert asterisk_a.asked == []
    legs_of_b.ended(legs_of_b.legs["first"], 16, 0)
    await second
    assert asterisk_a.asked == ["POST /channels PJSIP/1001@node.b"]
    forget_timers(a, b)


async def test_one_that_counts_as_at_another_node_now_is_not_called_there_before_its_last_call_is_over() -> None:
    """As after a take-over one that both nodes know."""
    (a, _, asterisk_a), (b, legs_of_b, _) = node("a"), node("b")
    a.of_others = lambda: [b]
    await b.carry_out(call("first", "b"))
    await b.carry_out(Release(leg="first"))
    second = asyncio.create_task(a.carry_out(call("second", "a")))
    await asyncio.sleep(0.05)
    assert asterisk_a.asked == []
    legs_of_b.ended(legs_of_b.legs["first"], 16, 0)
    await second
    assert asterisk_a.asked == ["POST /channels PJSIP/1001"]
    forget_timers(a, b)


async def test_one_that_counts_as_at_this_node_now_is_not_called_here_before_what_was_called_by_way_of_another_is_over() -> None:
    """A driver that has just come knows the leg here as one to the other node, and only there whose telephone it is."""
    (a, legs_of_a, asterisk_a), (b, *_) = node("a"), node("b")
    a.of_others = lambda: [b]
    there = Channel(id="b-1.2", name="PJSIP/1001-00000001", state="Up", channelvars={LEG_VARIABLE: "first"})
    b._relays.take([there])
    legs_of_a.legs["first"] = Leg("first", "node.b", outbound=True, called=True, answered=True)
    await a.carry_out(Release(leg="first"))
    legs_of_a.ended(legs_of_a.legs["first"], 16, 0)
    second = asyncio.create_task(a.carry_out(call("second", "a")))
    await asyncio.sleep(0.05)
    assert asterisk_a.asked == ["DELETE /channels/first"]
    b._relays.heard(ChannelDestroyed(there))
    await second
    assert asterisk_a.asked[1:] == ["POST /channels PJSIP/1001"]
    forget_timers(a, b)


async def test_one_with_no_call_that_is_ending_is_called_at_once() -> None:
    (a, legs, asterisk), (b, *_) = node("a"), node("b")
    a.of_others = lambda: [b]
    await a.carry_out(call("first", "a", by_way_of="b"))
    assert asterisk.asked == ["POST /channels PJSIP/1001@node.b"]
    legs.ended(legs.legs["first"], 16, 0)


async def test_one_that_said_busy_is_not_called_again_for_a_leg_that_is_gone_meanwhile() -> None:
    a, legs, asterisk = node("a")
    await a.carry_out(call("first", "a"))
    leg = legs.legs["first"]
    leg.called = False
    forget_timers(a)
    del legs.legs["first"]
    await a.call_again(leg)
    assert asterisk.asked == ["POST /channels PJSIP/1001"]
    assert legs.legs == {}


async def test_an_asterisk_of_an_earlier_version_is_given_the_extension_that_it_has() -> None:
    a, legs, asterisk = node("a")
    await a.carry_out(call("first", "a"))
    assert (asterisk.extension, legs.legs["first"].interaction) == ("fori-first", "i-first")
    a.takes_any = False
    await a.carry_out(call("second", "a"))
    assert (asterisk.extension, legs.legs["second"].interaction) == ("s", "")
    forget_timers(a)
