"""Debian's Kamailio, as we render its configuration, before two nodes: SIPp calls by it."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callbase.core import commands, events
from callbase.core.config import Config, Trunk
from callbase.core.events import CallOffered
from callbase.engine.switches import Switches
from callbase.platform.asterisk import AsteriskInstallation
from callbase.switch.asterisk.draining import set_drained
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.asterisk.proxy import SipProxy
from tests.telephony import centre
from tests.telephony.centre import DID, SECRET_KEY
from tests.telephony.conftest import hang_up_all
from tests.telephony.heard import Heard
from tests.telephony.kamailio import Kamailio
from tests.telephony.sipp import Sipp, Wait
from tests.telephony.switch import RunningSwitch, free_ports, new_nodes
from tests.telephony.test_originate import originate

PROXY_HOST, CARRIER, OTHER_CARRIER, STRANGER = "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"
CALLED_PORT = free_ports(1)[0]
"""Of the carrier, where it is called."""
LEFT_OUT_WITHIN_S, BACK_WITHIN_S = 3.0, 10.0
"""A node that died: it is asked each second, and given two to answer."""


def config() -> Config:
    trunks = {name: Trunk(id=name, match=(host,)) for name, host in (("first", CARRIER), ("second", OTHER_CARRIER))}
    trunks["out"] = Trunk(id="out", host=CARRIER, port=CALLED_PORT, match=("192.0.2.1",))
    return centre.config(trunks=trunks)


@pytest.fixture(scope="module")
def nodes(installation: AsteriskInstallation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningSwitch]]:
    made = new_nodes(tmp_path_factory.mktemp("nodes"), installation, 2)
    (port,) = free_ports(1)
    for node in made:
        node.environment = replace(node.environment, sip_proxy=(PROXY_HOST, port))
        node.start()
    yield made
    for node in made:
        node.stop()


@pytest.fixture(scope="module")
def kamailio(nodes: list[RunningSwitch], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kamailio]:
    address = nodes[0].environment.sip_proxy
    assert address is not None
    made = Kamailio(tmp_path_factory.mktemp("proxy") / "etc", SipProxy(*address, SECRET_KEY), nodes[0].runtime.nodes, config())
    made.start()
    yield made
    made.stop()


class Answering(Heard):
    """Takes each call that is offered."""

    def __call__(self, event: Any) -> None:
        super().__call__(event)
        if isinstance(event, CallOffered):
            self.switches.execute(commands.Answer(leg=event.leg))

    switches: Switches

    def taken(self) -> Counter[str]:
        """How many calls each node had."""
        return Counter(offered.node for offered in self.all(CallOffered))


@pytest.fixture
async def heard(nodes: list[RunningSwitch], kamailio: Kamailio) -> AsyncIterator[Answering]:
    here = nodes[0]
    heard = Answering()
    heard.switches = Switches([AsteriskDriver(here.environment, here.runtime, node=node) for node in here.runtime.nodes])
    heard.switches.provision(config())
    await heard.switches.start(heard)
    for node in here.runtime.nodes:
        await heard.wait(events.SwitchConnected, node=node.name)
    yield heard
    for node in nodes:
        if node.process is not None:
            await hang_up_all(node)
    await heard.switches.stop()


@pytest.fixture
def carrier(kamailio: Kamailio, tmp_path: Path) -> Sipp:
    return Sipp(kamailio.address, tmp_path, CARRIER)


async def test_calls_are_spread_and_are_of_the_trunk_they_came_by(
    heard: Answering, carrier: Sipp, kamailio: Kamailio, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Sipp(kamailio.address, tmp_path / "other", OTHER_CARRIER)
    callers = [await carrier.call(DID, steps=(Wait(0.5),), calls=4), await other.call(DID, steps=(Wait(0.5),), calls=2)]
    for caller in callers:
        await caller.succeeded()
    offered = heard.all(CallOffered)
    assert Counter(call.trunk for call in offered) == {"first": 4, "second": 2}
    assert heard.taken() == {"a": 3, "b": 3}
    assert {call.called_number for call in offered} == {DID}
    await heard.wait(events.LegEnded, count=6)
    assert {(ended.cause, ended.by_far_end) for ended in heard.all(events.LegEnded)} == {("normal", True)}
    assert not any(call.headers for call in offered), "the mark is no data of the call"


async def test_what_the_nodes_end_reaches_the_caller(heard: Answering, carrier: Sipp) -> None:
    caller = await carrier.call(DID, ending="far_end")
    answered = await heard.wait(events.LegAnswered)
    heard.switches.execute(commands.Release(leg=answered.leg))
    await caller.succeeded()


async def test_calls_out_come_from_the_proxy(heard: Answering, kamailio: Kamailio) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as carrier:
        carrier.bind((CARRIER, CALLED_PORT))
        carrier.settimeout(5)
        command = originate(None, trunk="out", number="13900002222", node="b")
        heard.switches.execute(command)
        invite, source = await asyncio.to_thread(carrier.recvfrom, 8192)
        assert source == kamailio.address
        lines = invite.decode().split("\r\n")
        assert lines[0].startswith("INVITE sip:13900002222@")
        kept = [line for line in lines if line.startswith(("Via:", "From:", "To:", "Call-ID:", "CSeq:"))]
        busy = ["SIP/2.0 486 Busy Here", *(f"{line};tag=1" if line.startswith("To:") else line for line in kept)]
        carrier.sendto("\r\n".join([*busy, "Content-Length: 0", "", ""]).encode(), source)
        assert (await heard.wait(events.LegEnded, leg=command.leg)).cause == "busy"


async def test_strangers_get_nowhere(heard: Answering, kamailio: Kamailio, nodes: list[RunningSwitch]) -> None:
    """Neither to a node by the proxy, nor by the proxy to anybody else; nor to a node that they tell a trunk's name."""
    proxy, node = kamailio.address, nodes[0].sip_address
    mark = "Callbase-Trunk: trunk.demo.first"
    assert await asyncio.to_thread(ask, proxy, f"sip:{DID}@{proxy[0]}:{proxy[1]}") == 403
    assert await asyncio.to_thread(ask, proxy, f"sip:{DID}@{proxy[0]}:{proxy[1]}", mark) == 403
    assert await asyncio.to_thread(ask, node, f"sip:{DID}@{node[0]}:{node[1]}", mark) == 401
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
        elsewhere.bind((STRANGER, 0))
        elsewhere.setblocking(False)
        host, port = elsewhere.getsockname()
        for extra, tag in ((f"Route: <sip:{proxy[0]}:{proxy[1]};lr>", ";tag=1"), (f"Route: <sip:{host}:{port};lr>", "")):
            assert await asyncio.to_thread(ask, proxy, f"sip:1@{host}:{port}", extra, tag=tag) == 403
        with pytest.raises(BlockingIOError):
            elsewhere.recv(1)
    assert await asyncio.to_thread(ask, proxy, f"sip:1001@{proxy[0]}", method="REGISTER") == 405
    assert heard.all(CallOffered) == []


async def test_a_drained_node_gets_no_call_and_no_caller_notices_until_it_is_back(
    heard: Answering, carrier: Sipp, nodes: list[RunningSwitch]
) -> None:
    runtime = nodes[0].runtime
    await set_drained(runtime, runtime.nodes[0], True)
    await (await carrier.call(DID, steps=(Wait(0.2),), calls=6)).succeeded()
    assert heard.taken() == {"b": 6}
    await set_drained(runtime, runtime.nodes[0], False)
    deadline = asyncio.get_running_loop().time() + BACK_WITHIN_S
    while "a" not in heard.taken():
        assert asyncio.get_running_loop().time() < deadline, "it gets no calls again"
        await (await carrier.call(DID)).succeeded()


async def test_when_a_node_is_killed_the_next_calls_are_all_answered_by_the_other(
    heard: Answering, carrier: Sipp, nodes: list[RunningSwitch]
) -> None:
    nodes[1].kill()
    await (await carrier.call(DID, steps=(Wait(0.2),), calls=4)).succeeded()
    assert heard.taken() == {"a": 4}
    await asyncio.sleep(LEFT_OUT_WITHIN_S)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as in_its_place:
        in_its_place.bind(nodes[1].sip_address)
        in_its_place.setblocking(False)
        await (await carrier.call(DID, calls=4)).succeeded()
        assert heard.taken() == {"a": 8}
        async with asyncio.timeout(10):
            while not (asked := set(methods(in_its_place))):
                await asyncio.sleep(0.1)
        assert asked == {"OPTIONS"}, "it is asked whether it is back, and no call is tried there"


def methods(received: socket.socket) -> Iterator[str]:
    """Of the requests that wait there."""
    while True:
        try:
            yield received.recv(8192).decode().split()[0]
        except BlockingIOError:
            return


def ask(at: tuple[str, int], uri: str, *headers: str, method: str = "INVITE", tag: str = "") -> int:
    """The status with which a request of a stranger's is answered for good."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.bind((STRANGER, 0))
        asking.settimeout(5)
        host, port = asking.getsockname()
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{port};rport",
            *headers,
            f"From: <sip:99@{host}>;tag=1",
            f"To: <{uri}>{tag}",
            f"Call-ID: {port}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:99@{host}:{port}>",
            "Max-Forwards: 70",
            "Content-Length: 0",
            "",
            "",
        ]
        asking.sendto("\r\n".join(lines).encode(), at)
        while True:
            status = int(asking.recv(8192).split()[1])
            if status >= 200:
                return status
