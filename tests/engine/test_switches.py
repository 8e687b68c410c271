"""What is known of several nodes together, and none of them alone could tell."""

from __future__ import annotations

from typing import cast

import msgspec

from callbase.core.commands import Answer, AnyCommand, Originate, Release
from callbase.core.events import AnyEvent, DeviceRegistered, DeviceUnregistered, SwitchConnected, SwitchLost
from callbase.engine.switches import Switches
from callbase.switch.base import Sink, SwitchDriver
from tests.engine.test_journal import end, offer


class Driver:
    """Keeps what it is given."""

    def __init__(self, node: str) -> None:
        self.node = node
        self.given: list[AnyCommand] = []
        self.others_legs: list[tuple[str, tuple[str, ...]]] = []

    async def start(self, sink: Sink) -> None:
        self.say = sink

    def execute(self, command: AnyCommand) -> None:
        self.given.append(command)

    def another_has(self, node: str, legs: tuple[str, ...]) -> None:
        self.others_legs.append((node, legs))


async def started() -> tuple[Switches, Driver, Driver, list[AnyEvent]]:
    a, b = Driver("a"), Driver("b")
    switches, heard = Switches([cast(SwitchDriver, a), cast(SwitchDriver, b)]), list[AnyEvent]()
    await switches.start(heard.append)
    for driver in (a, b):
        driver.say(SwitchConnected(node=driver.node))
    a.others_legs.clear()
    heard.clear()
    return switches, a, b, heard


def call(leg: str) -> Originate:
    return Originate(leg=leg, node="b", tenant="t", interaction="i", device="1001", by_way_of="a")


async def test_what_is_released_on_a_node_that_is_gone_ends_where_the_telephone_is() -> None:
    switches, a, b, _ = await started()
    switches.execute(call("first"))
    switches.execute(call("second"))
    switches.execute(Release(leg="first"))
    assert a.others_legs == [], "the node does it"
    b.say(SwitchLost(node="b"))
    switches.execute(Release(leg="second"))
    assert a.others_legs == [("b", ("first",))]


async def test_a_command_for_a_leg_of_which_it_was_just_heard_that_it_ended_goes_where_it_was() -> None:
    switches, a, b, _ = await started()
    b.say(msgspec.structs.replace(offer("leg"), node="b"))
    b.say(end("leg"))
    answer = Answer(leg="leg")
    switches.execute(answer)
    assert (a.given, b.given) == ([], [answer])


async def test_a_telephone_that_went_back_to_a_node_which_knew_it_is_there_when_the_other_one_dies() -> None:
    _, a, b, heard = await started()
    b.say(DeviceRegistered(device="1001", contact="sip:1001@10.0.0.7", node="b"))
    a.say(DeviceRegistered(device="1001", contact="sip:1001@10.0.0.7", node="a"))
    heard.clear()
    a.say(SwitchLost(node="a"))
    assert heard == [SwitchLost(node="a"), DeviceRegistered(device="1001", contact="sip:1001@10.0.0.7", node="b")]


async def test_and_when_its_registration_there_is_over() -> None:
    _, a, b, heard = await started()
    b.say(SwitchConnected(node="b", devices=("1001",)))
    a.say(DeviceRegistered(device="1001", contact="c", node="a"))
    heard.clear()
    gone = DeviceUnregistered(device="1001", node="a")
    a.say(gone)
    assert heard == [gone, DeviceRegistered(device="1001", contact="", node="b")]
    b.say(DeviceUnregistered(device="1001", node="b"))
    assert len(heard) == 3, "nor is it elsewhere"
