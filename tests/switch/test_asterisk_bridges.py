"""Which bridge an interaction's legs are put into, as Asterisk is asked for it."""

from __future__ import annotations

from typing import Any

from callbase.switch.asterisk.bridges import LONGEST_APART_S, Bridges
from callbase.switch.asterisk.client import AriError
from callbase.switch.asterisk.messages import Bridge

LIVING = {"customer", "agent", "other", "supervisor"}


class FakeClient:
    """Keeps what was asked for: bridges with their types, and who is in which."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.gone: set[str] = set()

    async def request(self, method: str, path: str, *, body: object = None, **query: str) -> Any:
        _, _, bridge, *verb = path.split("/")
        match method, verb:
            case "POST", []:
                self.types[bridge] = query["type"]
            case "POST", ["addChannel"] if bridge not in self.types:
                raise AriError(404, "Bridge not found")
            case "POST", ["addChannel"] if self.gone & set(query["channel"].split(",")):
                raise AriError(400, "Channel not found")
            case "POST", ["addChannel"]:
                self.places.update(dict.fromkeys(query["channel"].split(","), bridge))
            case "POST", ["removeChannel"]:
                assert self.places.pop(query["channel"]) == bridge
            case "DELETE", []:
                del self.types[bridge]
                self.places = {leg: place for leg, place in self.places.items() if place != bridge}
            case _:
                raise AssertionError(f"{method} {path}")


def bridges() -> tuple[Bridges, FakeClient]:
    client = FakeClient()
    return Bridges(client), client  # type: ignore[arg-type]


async def test_the_first_two_are_in_a_bridge_for_two_however_often_they_are_connected() -> None:
    made, asterisk = bridges()
    for _ in range(2):
        await made.connect("i", ("customer", "agent"), LIVING)
    assert asterisk.types == {"i": "mixing,proxy_media"}
    assert asterisk.places == {"customer": "i", "agent": "i"}


async def test_whoever_comes_after_is_mixed_and_the_bridge_for_two_is_gone() -> None:
    made, asterisk = bridges()
    await made.connect("i", ("customer", "agent"), LIVING)
    await made.connect("i", ("customer", "other"), LIVING - {"agent"})
    assert asterisk.types == {"i.mix": "mixing,video_sfu"}
    assert {leg: place for leg, place in asterisk.places.items() if leg != "agent"} == {"customer": "i.mix", "other": "i.mix"}


async def test_one_who_hangs_up_in_that_moment_keeps_nobody_apart() -> None:
    made, asterisk = bridges()
    await made.connect("i", ("customer", "agent"), LIVING)
    asterisk.gone = {"agent"}
    await made.connect("i", ("customer", "supervisor"), LIVING)
    assert {leg for leg, place in asterisk.places.items() if place == "i.mix"} == {"customer", "supervisor"}
    assert asterisk.types == {"i.mix": "mixing,video_sfu"}


async def test_those_who_parted_come_back_to_their_bridge_for_two_and_are_mixed_only_after_a_long_time() -> None:
    client, now = FakeClient(), [0.0]
    made = Bridges(client, lambda: now[0])  # type: ignore[arg-type]
    for apart_s, bridge in ((0.0, "i"), (LONGEST_APART_S - 1, "i"), (LONGEST_APART_S, "i.mix"), (0.0, "i.mix")):
        await made.connect("i", ("customer", "agent"), LIVING)
        for leg in ("customer", "agent"):
            await made.disconnect("i", leg)
            await made.disconnect("i", leg)
        assert client.places == {}
        now[0] += apart_s
        await made.connect("i", ("customer", "agent"), LIVING)
        assert client.places == {"customer": bridge, "agent": bridge}
        assert list(client.types) == [bridge]


async def test_another_than_those_who_parted_is_mixed() -> None:
    for legs in (("customer", "other"), ("customer",)):
        made, asterisk = bridges()
        await made.connect("i", ("customer", "agent"), LIVING)
        await made.disconnect("i", "agent")
        await made.disconnect("i", "customer")
        await made.connect("i", legs, LIVING)
        assert asterisk.places == dict.fromkeys(legs, "i.mix")


async def test_a_third_takes_the_first_two_along_whether_it_names_them_or_not() -> None:
    for legs in (("supervisor",), ("customer", "agent", "supervisor")):
        made, asterisk = bridges()
        await made.connect("i", ("customer", "agent"), LIVING)
        await made.connect("i", legs, LIVING)
        assert asterisk.places == dict.fromkeys(("customer", "agent", "supervisor"), "i.mix")


async def test_a_leg_that_has_ended_does_not_keep_the_others_out() -> None:
    made, asterisk = bridges()
    await made.connect("i", ("agent", "gone"), LIVING)
    assert asterisk.places == {"agent": "i.mix"}
    await made.connect("j", ("gone",), LIVING)
    assert list(asterisk.types) == ["i.mix"]


async def test_the_next_driver_goes_on_from_what_the_switch_has() -> None:
    made, asterisk = bridges()
    await made.connect("i", ("customer", "agent"), LIVING)
    successor = Bridges(asterisk)  # type: ignore[arg-type]
    successor.take([Bridge("i", ("customer", "agent"))], {})
    assert (successor.interactions, successor.legs()) == (("i",), {"customer": "i", "agent": "i"})
    await successor.connect("i", ("customer", "other"), LIVING)
    assert (asterisk.places["customer"], asterisk.places["other"]) == ("i.mix", "i.mix")
    await successor.destroy("i", LIVING.__contains__)
    assert asterisk.types == {} and successor.interactions == ()
    await successor.destroy("i", LIVING.__contains__)


async def test_a_leg_left_behind_by_a_driver_that_died_is_not_with_the_others() -> None:
    made, asterisk = bridges()
    asterisk.types = {"i": "", "i.mix": ""}
    asterisk.places = {"customer": "i", "agent": "i.mix"}
    made.take([Bridge("i.mix", ("agent",)), Bridge("i", ("customer",))], {})
    assert (made.interactions, made.legs()) == (("i",), {"agent": "i"})
    await made.connect("i", ("customer", "agent"), LIVING)
    assert asterisk.places == {"customer": "i.mix", "agent": "i.mix"}
    assert list(asterisk.types) == ["i.mix"]


def two() -> Any:
    """Interaction by interaction in bridges that are used again, all legs of a number of its own."""
    client = FakeClient()
    made = Bridges(client)  # type: ignore[arg-type]

    async def talk(number: int) -> str:
        legs = (f"customer {number}", f"agent {number}")
        await made.connect(f"i{number}", legs, legs, told=True)
        bridge = client.places[legs[0]]
        assert client.places == {leg: place for leg, place in client.places.items() if place != bridge} | dict.fromkeys(
            legs, bridge
        )
        return bridge

    return made, client, talk


def nobody(leg: str) -> bool:
    return False


async def test_a_bridge_for_two_is_used_again_once_both_are_gone_from_the_switch() -> None:
    made, asterisk, talk = two()
    first = await talk(1)
    assert asterisk.types == {first: "mixing,proxy_media"}
    await made.destroy("i1", nobody)
    made.gone("customer 1")
    second = await talk(2)
    assert second != first, "the agent is still there"
    del asterisk.places["customer 1"], asterisk.places["agent 1"]
    made.gone("agent 1")
    assert await talk(3) == first
    assert set(asterisk.types) == {first, second}
    assert made.legs() == {f"{who} {number}": f"i{number}" for who in ("customer", "agent") for number in (2, 3)}


async def test_whose_legs_went_before_it_was_over_leaves_the_bridge_at_once() -> None:
    made, asterisk, talk = two()
    first = await talk(1)
    for leg in ("customer 1", "agent 1"):
        asterisk.places.pop(leg)
        made.gone(leg)
    assert await talk(2) != first, "it may have somebody come back"
    await made.destroy("i1", nobody)
    assert await talk(3) == first


async def test_where_a_leg_lives_on_the_bridge_is_destroyed_and_that_leg_is_free() -> None:
    made, asterisk, talk = two()
    first = await talk(1)
    await made.destroy("i1", lambda leg: leg == "customer 1")
    assert (asterisk.types, asterisk.places) == ({}, {})
    made.gone("customer 1")
    made.gone("agent 1")
    assert await talk(2) != first


async def test_those_who_stepped_out_are_not_waited_for() -> None:
    made, _, talk = two()
    first = await talk(1)
    await made.disconnect("i1", "customer 1")
    await made.disconnect("i1", "agent 1")
    await made.destroy("i1", LIVING.__contains__)
    assert await talk(2) == first


async def test_a_third_ends_the_bridge_for_two_for_good() -> None:
    made, asterisk, talk = two()
    first = await talk(1)
    await made.connect("i1", ("supervisor",), {"customer 1", "agent 1", "supervisor"})
    assert list(asterisk.types) == ["i1.mix"]
    await made.destroy("i1", nobody)
    for leg in ("customer 1", "agent 1", "supervisor"):
        made.gone(leg)
    asterisk.places.clear()
    assert await talk(2) != first


async def test_the_next_driver_finds_whose_bridge_it_is_by_a_leg_that_was_called_and_uses_no_empty_one() -> None:
    _, asterisk, talk = two()
    bridge = await talk(1)
    idle = await talk(2)
    successor = Bridges(asterisk)  # type: ignore[arg-type]
    found = [Bridge(bridge, ("agent 1", "customer 1")), Bridge(idle, ())]
    empty = successor.take(found, {"agent 1": "i1", "agent 9": "i9"})
    assert (empty, successor.interactions) == ([idle], ("i1",))
    assert successor.legs() == {"agent 1": "i1", "customer 1": "i1"}
    await successor.clear(empty)
    assert list(asterisk.types) == [bridge]
    await successor.connect("i1", ("customer 1", "agent 1"), {"customer 1", "agent 1"}, told=True)
    assert list(asterisk.types) == [bridge]
    await successor.destroy("i1", nobody)
    successor.gone("agent 1")
    successor.gone("customer 1")
    assert asterisk.types == {}, "nor that one: an earlier driver may have sent somebody there too"


async def test_who_went_to_another_bridge_for_two_is_known_to_be_there_when_its_first_one_ends() -> None:
    made, asterisk, talk = two()
    await talk(1)
    await made.connect("i2", ("agent 1", "other"), {"agent 1", "other"}, told=True)
    second = asterisk.places["agent 1"]
    await made.connect("i1", ("supervisor",), {"customer 1", "supervisor"})
    await made.destroy("i2", nobody)
    made.gone("other")
    del asterisk.places["other"]
    assert await talk(3) != second, "one of the second call is in it still"


async def test_a_bridge_that_somebody_destroyed_at_the_switch_is_made_anew() -> None:
    made, asterisk, talk = two()
    first = await talk(1)
    await made.destroy("i1", nobody)
    for leg in ("customer 1", "agent 1"):
        made.gone(leg)
    asterisk.types.clear()
    asterisk.places.clear()
    second = await talk(2)
    assert second != first
    await made.destroy("i2", nobody)
    for leg in ("customer 2", "agent 2"):
        made.gone(leg)
    asterisk.places.clear()
    assert await talk(3) == second


async def test_who_is_left_in_a_bridge_when_the_switch_was_lost_for_a_moment_is_known_by_it() -> None:
    made, _, talk = two()
    bridge = await talk(1)
    made.take([Bridge(bridge, ("customer 1",))], {})
    assert made.legs() == {"customer 1": "i1"}
    another, *_ = two()
    assert another.take([Bridge(bridge, ("customer 1",))], {}) == [bridge], "nobody knows whose it is, nor is with that one"
    assert (another.interactions, another.legs()) == ((), {})


async def test_who_may_have_talked_before_the_next_driver_came_is_mixed() -> None:
    """Whoever talked with them then bore other numbers."""
    for was_there in ("agent", "customer"):
        made, asterisk, _ = two()
        made.take([], {"agent": "i"}, [was_there])
        await made.connect("i", ("customer", "agent"), LIVING, told=True)
        assert asterisk.types == {"i.mix": "mixing,video_sfu"}
        await made.connect("j", ("other", "supervisor"), LIVING, told=True)
        assert asterisk.types[asterisk.places["other"]] == "mixing,proxy_media"


async def test_those_found_together_come_back_to_their_bridge_for_two_from_a_hold() -> None:
    _, asterisk, talk = two()
    bridge = await talk(1)
    successor = Bridges(asterisk)  # type: ignore[arg-type]
    legs = ("customer 1", "agent 1")
    successor.take([Bridge(bridge, legs)], {"agent 1": "i1"}, legs)
    for leg in legs:
        await successor.disconnect("i1", leg)
    await successor.connect("i1", legs, legs, told=True)
    assert asterisk.places == dict.fromkeys(legs, bridge)


async def test_who_was_on_the_way_as_the_driver_came_again_is_in_nobody_elses_bridge() -> None:
    made, asterisk, talk = two()
    bridge = await talk(1)
    made.take([Bridge(bridge, ("agent 1",))], {"agent 1": "i1"}, ["agent 1"])
    await made.destroy("i1", nobody)
    made.gone("agent 1")
    await made.connect("i2", ("customer 2", "agent 2"), {"customer 2", "agent 2"}, told=True)
    assert asterisk.places["customer 2"] != bridge
