"""Two nodes: a caller on one, an agent whose telephone is registered at the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from callbase.core import commands, events
from callbase.core.commands import Originate
from callbase.engine.switches import Switches
from callbase.platform.asterisk import AsteriskInstallation
from callbase.switch.asterisk.draining import set_drained
from callbase.switch.asterisk.driver import all_nodes
from tests.system.telephone import Call, Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.conftest import hang_up_all
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch, new_nodes
from tests.telephony.test_originate import originate
from tests.telephony.tones import assert_tone

NewPhone = Callable[..., Telephone]
CUSTOMER_HZ, AGENT_HZ = 500, 800


@pytest.fixture(scope="module")
def nodes(installation: AsteriskInstallation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningSwitch]]:
    made = new_nodes(tmp_path_factory.mktemp("nodes"), installation, 2)
    for node in made:
        node.start()
    yield made
    for node in made:
        node.stop()


@pytest.fixture
async def switches(nodes: list[RunningSwitch], heard: Heard) -> AsyncIterator[Switches]:
    here = nodes[0]
    made = Switches(all_nodes(here.environment, here.runtime))
    made.provision(centre.config("1001", "1002"))
    await made.start(heard)
    for node in here.runtime.nodes:
        await heard.wait(events.SwitchConnected, node=node.name)
    yield made
    for node in nodes:
        if node.process is not None:
            await hang_up_all(node)
    await made.stop()


@pytest.fixture
def phone_at(nodes: list[RunningSwitch]) -> NewPhone:
    def new(at: int, user: str, **habits: Any) -> Telephone:
        return Telephone(user, nodes[at].sip_address, centre.PASSWORD, **habits)

    return new


def call_by_way_of_b(**fields: object) -> Originate:
    return originate("1001", by_way_of="b", **fields)


async def registered_at_b(phone: Telephone, heard: Heard) -> None:
    await phone.register()
    await heard.wait(events.DeviceRegistered, device="1001", node="b")


async def ring(switches: Switches, phone: Telephone, command: Originate) -> Call:
    switches.execute(command)
    return await asyncio.wait_for(phone.incoming.get(), 8)


async def test_a_caller_and_an_agent_of_another_node_hear_each_other_and_are_recorded(
    nodes: list[RunningSwitch], switches: Switches, heard: Heard, phone_at: NewPhone
) -> None:
    async with phone_at(0, CUSTOMER, hz=CUSTOMER_HZ) as customer, phone_at(1, "1001", hz=AGENT_HZ) as agent:
        await registered_at_b(agent, heard)
        call = await customer.call(DID)
        offered = await heard.wait(events.CallOffered)
        assert offered.node == "a"
        switches.execute(commands.Answer(leg=offered.leg))
        await call.wait_answered()
        command = call_by_way_of_b(headers={"X-Callbase-Queue": "sales", "X-Data": "王先生, 100 %"}, auto_answer=True)
        agent_call = await ring(switches, agent, command)
        await heard.wait(events.LegAlerting, leg=command.leg)
        assert agent_call.invite is not None
        assert agent_call.caller == CUSTOMER
        assert agent_call.invite.get("x-callbase-interaction") == command.interaction
        assert agent_call.invite.get("x-callbase-queue") == "sales"
        assert agent_call.invite.get("x-data") == "%E7%8E%8B%E5%85%88%E7%94%9F, 100 %25"
        assert agent_call.invite.get("call-info").endswith("answer-after=0")
        agent_call.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        bridge = str(uuid4())
        switches.execute(commands.Connect(bridge=bridge, node="a", legs=(offered.leg, command.leg)))
        switches.execute(commands.StartRecording(leg=offered.leg, recording="r1", path="recordings/demo/2026-01-01/r1"))
        await heard.wait(events.RecordingStarted, recording="r1")
        await asyncio.gather(call.media.wait_for_tone(AGENT_HZ), agent_call.media.wait_for_tone(CUSTOMER_HZ))
        await asyncio.sleep(1.0)
        await agent_call.hold()
        await heard.wait(events.LegHeld, leg=command.leg)
        await agent_call.retrieve()
        await heard.wait(events.LegRetrieved, leg=command.leg)
        agent_call.hang_up()
        ended = await heard.wait(events.LegEnded, leg=command.leg)
        assert (ended.cause, ended.by_far_end) == ("normal", True)
        switches.execute(commands.Release(leg=offered.leg))
        await call.wait_ended()
        await heard.wait(events.RecordingEnded, recording="r1")
        folder = nodes[0].environment.recordings_dir / "demo" / "2026-01-01"
        assert_tone(folder / "r1-r.wav", CUSTOMER_HZ)
        assert_tone(folder / "r1-t.wav", AGENT_HZ)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (486, "busy"),
        (603, "rejected"),
        (404, "unallocated"),
        (480, "no_answer"),
        (503, "congestion"),
        (484, "invalid_number"),
        (302, "rejected"),
    ],
)
async def test_why_a_telephone_of_another_node_does_not_answer_is_heard(
    switches: Switches, heard: Heard, phone_at: NewPhone, status: int, cause: str
) -> None:
    async with phone_at(1, "1001") as phone:
        await registered_at_b(phone, heard)
        command = call_by_way_of_b()
        (await ring(switches, phone, command)).reject(status, ("contact", "<sip:13800138000@127.0.0.1>"))
        assert (await heard.wait(events.LegEnded, leg=command.leg)).cause == cause


async def test_a_telephone_of_another_node_with_which_the_call_cannot_go_on_has_not_hung_up(
    switches: Switches, heard: Heard, phone_at: NewPhone
) -> None:
    async with phone_at(1, "1001", hz=AGENT_HZ) as phone:
        await registered_at_b(phone, heard)
        command = call_by_way_of_b()
        call = await ring(switches, phone, command)
        call.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        body = phone.sdp(call).replace(b"AVP 8", b"AVP 18").replace(b"8 PCMA", b"18 G729")
        call.acknowledge(await phone.ask(call.request("INVITE", *phone.session_headers(), body=body)))
        await heard.wait(events.LegEnded, leg=command.leg, cause="media_lost")


async def test_a_telephone_that_is_at_no_node_is_unreachable(switches: Switches, heard: Heard) -> None:
    command = originate("1002", by_way_of="b")
    switches.execute(command)
    assert (await heard.wait(events.LegEnded, leg=command.leg)).cause == "unreachable"


async def test_it_is_told_to_answer_and_that_it_rings_no_longer(switches: Switches, heard: Heard, phone_at: NewPhone) -> None:
    async with phone_at(1, "1001") as phone:
        await registered_at_b(phone, heard)
        command = call_by_way_of_b()
        call = await ring(switches, phone, command)
        switches.execute(commands.AnswerDevice(leg=command.leg, device="1001", by_way_of="b"))
        await asyncio.wait_for(call.told_to_answer.wait(), 10)
        switches.execute(commands.Release(leg=command.leg, cause="answered_elsewhere"))
        await call.wait_ended()
        ended = await heard.wait(events.LegEnded, leg=command.leg)
        assert not ended.by_far_end


async def test_a_drained_node_refuses_new_calls_as_one_to_be_passed_by_and_its_calls_go_on(
    nodes: list[RunningSwitch], switches: Switches, heard: Heard, phone_at: NewPhone
) -> None:
    runtime = nodes[0].runtime
    async with phone_at(0, CUSTOMER, hz=CUSTOMER_HZ) as customer, phone_at(0, "13900002222") as second:
        call = await customer.call(DID)
        offered = await heard.wait(events.CallOffered)
        switches.execute(commands.Answer(leg=offered.leg))
        await call.wait_answered()
        await set_drained(runtime, runtime.nodes[0], True)
        await heard.wait(events.NodeDrained, node="a", drained=True)
        refused = await second.call(DID)
        await refused.wait_ended()
        assert refused.status == 503
        assert len(heard.all(events.CallOffered)) == 1
        assert (switches.draining, call.ended.is_set()) == ({"a": 1}, False)
        switches.execute(commands.Release(leg=offered.leg))
        await call.wait_ended()
        await heard.wait(events.LegEnded, leg=offered.leg)
        assert switches.draining == {"a": 0}
        await set_drained(runtime, runtime.nodes[0], False)
        await heard.wait(events.NodeDrained, node="a", drained=False, count=2)
        taken = await second.call(DID)
        await heard.wait(events.CallOffered, count=2)
        taken.hang_up()
