"""What is said to be there is there and nothing else; services that are about neither calls nor agents."""

from __future__ import annotations

import random

import pytest
from structlog.testing import capture_logs

from callbase.core.events import FinishWrapUp
from callbase.csta.document import Document
from callbase.csta.framing import encode
from callbase.csta.services import GROUPS, SERVICES
from callbase.csta.services.features import _OTHER_NAMES
from tests.csta.conftest import StartCsta
from tests.csta.test_server import SYSTEM_STATUS, connection, error


def listed(groups: Document | None) -> dict[str, set[str]]:
    assert groups is not None
    return {group.name: {one.name for one in group.children} for group in groups.children}


def name_in_a_list(service: str) -> str:
    return _OTHER_NAMES.get(service, service[0].lower() + service[1:])


async def test_features_and_capabilities_are_the_services_there_are(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        features = await program.ask("<GetCSTAFeatures/>")
        services = listed(features.find("supportedServices"))
        assert services == {group: {name_in_a_list(name) for name in names} for group, names in GROUPS.items()}
        events = listed(features.find("supportedEvents"))
        assert {"transferred", "conferenced", "netwReached"} <= events["callControlEvtsList"]
        assert "agentWorkingAfterCall" in events["logicalEvtsList"]
        caps = listed((await program.ask("<GetSwitchingFunctionCaps/>")).find("servEvtsList"))
        assert caps.pop("systemServList") == services.pop("systemStatServList")
        assert caps == services | events


async def test_each_service_that_is_listed_is_served_and_no_other(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        for name in SERVICES:
            answer = await program.ask(f"<{name}/>")
            assert answer.value("operation") != "serviceNotSupported", name
        for name in (
            "CampOnCall",
            "IntrudeCall",
            "SetDoNotDisturb",
            "RouteRequest",
            "SwitchingFunctionDevices",
        ):
            assert error(await program.ask(f"<{name}/>")) == ("operation", "serviceNotSupported")


async def test_a_filter_is_changed_while_a_monitor_runs_and_a_stopped_one_is_silent(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        centre, program = csta.centre, await csta.program()
        reference, other = await program.monitor("1001"), await program.monitor("1001")
        logical = "<logicalDeviceFeature><agentLoggedOn>true</agentLoggedOn></logicalDeviceFeature>"
        asked = f"<monitorCrossRefID>{reference}</monitorCrossRefID><requestedFilterList>{logical}</requestedFilterList>"
        changed = await program.ask(f"<ChangeMonitorFilter>{asked}</ChangeMonitorFilter>")
        assert changed.value("actualFilterList", "logicalDeviceFeature", "agentLoggedOn") == "true"
        assert changed.value("actualFilterList", "logicalDeviceFeature", "agentReady") == "false"
        centre.staff("1001")
        while [event.name for event in program.events].count("AgentReadyEvent") < 2:
            await program.receive()
        logged_on = [event.value("monitorCrossRefID") for event in program.events if event.name == "AgentLoggedOnEvent"]
        assert logged_on == [other]
        program.events.clear()
        stop = f"<MonitorStop><monitorCrossRefID>{other}</monitorCrossRefID></MonitorStop>"
        assert (await program.ask(stop)).name == "MonitorStopResponse"
        centre.call()
        assert (await program.event("DeliveredEvent")).value("monitorCrossRefID") == reference
        await program.ask(SYSTEM_STATUS)
        assert program.events == []
        assert error(await program.ask(stop)) == ("operation", "invalidMonitorCrossRefID")


async def test_a_heartbeat_is_answered_and_a_registration_ends(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        beat = await program.ask("<SystemStatus><systemStatus>normal</systemStatus></SystemStatus>")
        assert beat.name == "SystemStatusResponse"
        registered = (await program.ask("<SystemRegister/>")).value("sysStatRegisterID")
        cancel = f"<SystemRegisterCancel><sysStatRegisterID>{registered}</sysStatRegisterID></SystemRegisterCancel>"
        assert (await program.ask(cancel)).name == "SystemRegisterCancelResponse"
        assert error(await program.ask(cancel)) == ("operation", "invalidParameterValue")


async def test_a_call_is_answered_declined_and_cleared(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        centre, program = csta.centre, await csta.program()
        centre.staff("1001")
        await program.monitor("1001")
        centre.call()
        call = (await program.event("DeliveredEvent")).value("connection", "callID")
        mine = connection(call, "1001")
        answered = await program.ask(f"<AnswerCall><callToBeAnswered>{mine}</callToBeAnswered></AnswerCall>")
        assert answered.name == "AnswerCallResponse"
        centre.run_for(100)
        await program.event("EstablishedEvent")
        cleared = await program.ask(f"<ClearCall><callToBeCleared>{mine}</callToBeCleared></ClearCall>")
        assert cleared.name == "ClearCallResponse"
        await program.event("AgentWorkingAfterCallEvent")
        centre.act(FinishWrapUp(agent="1001"))
        centre.call()
        call = (await program.event("DeliveredEvent")).value("connection", "callID")
        asked = f"<connectionToBeCleared>{connection(call, '1001')}</connectionToBeCleared>"
        assert (await program.ask(f"<ClearConnection>{asked}</ClearConnection>")).name == "ClearConnectionResponse"
        diverted = await program.event("DivertedEvent")
        assert diverted.value("newDestination", "deviceIdentifier") == "sales"


@pytest.mark.parametrize("said", [(100 << 20).to_bytes(4, "big"), b"\xff\xff\xff\xff"])
async def test_who_announces_a_hundred_megabytes_is_cut_off_with_a_log_line(start_csta: StartCsta, said: bytes) -> None:
    async with start_csta() as csta:
        good, bad = await csta.program(), await csta.connect()
        with capture_logs() as logs:
            bad.writer.write(said + b"0001" + bytes(1 << 20))
            assert await bad.closed()
        assert "a CSTA connection sends rubbish, cut off" in [one["event"] for one in logs]
        assert (await good.ask(SYSTEM_STATUS)).value("systemStatus") == "normal"


def damaged(xml: bytes, chance: random.Random) -> bytes:
    """Some of its bytes changed, left out or doubled; or nothing but chance."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(1, 3000))
    body = bytearray(xml)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(body))
        match chance.randrange(3):
            case 0:
                body[at] = chance.randrange(256)
            case 1:
                del body[at : at + chance.randrange(1, 10)]
            case _:
                body[at:at] = body[at : at + chance.randrange(1, 40)]
        body = body or bytearray(b"<")
    return bytes(body)


async def test_damaged_messages_harm_nobody(start_csta: StartCsta) -> None:
    chance = random.Random(11)
    async with start_csta() as csta:
        csta.centre.talk()
        call = csta.centre.only().interaction
        good, bad = await csta.program(), await csta.program()
        for number in range(400):
            name = chance.choice(sorted(SERVICES))
            subject = chance.choice(("existingCall", "heldCall", "callToBeCleared", "parking", "callToBeHeld"))
            xml = f"<{name}><{subject}>{connection(call, '1001')}</{subject}></{name}>"
            bad.writer.write(encode(number, damaged(xml.encode(), chance)))
        bad.send(SYSTEM_STATUS, 9000)
        assert (await bad.answer(9000)).value("systemStatus") == "normal"
        assert (await good.ask(SYSTEM_STATUS)).value("systemStatus") == "normal"
