"""What a program on the socket gets, and what rubbish does."""

from __future__ import annotations

import asyncio
import random

import pytest
from structlog.testing import capture_logs

from callbase.core.events import SetData
from callbase.csta import server as server_module
from callbase.csta.desk import Desk
from callbase.csta.document import CSTA, NEWEST, SESSION
from callbase.csta.framing import Deframer, FramingBroken, encode
from callbase.cti.messages import EngineStatus, Refused
from tests.core import test_outside_number as outside
from tests.core.centre import MAIN, STRAIGHT
from tests.csta.conftest import StartCsta
from tests.csta.program import TOKEN, Program

SYSTEM_STATUS = "<RequestSystemStatus/>"


def error(answer: object) -> tuple[str, str]:
    """Category and value of a refusal."""
    assert getattr(answer, "name", "") == "CSTAErrorCode"
    (child,) = answer.children  # type: ignore[attr-defined]
    return child.name, child.text


def connection(call: str, device: str) -> str:
    return f"<callID>{call}</callID><deviceID>{device}</deviceID>"


# --- frames --------------------------------------------------------------------------------------------------------


def test_a_frame_says_its_length_in_bytes() -> None:
    frame = encode(7, "七".encode())
    assert frame == b"\x00\x00\x00\x0b0007" + "七".encode()


def test_frames_come_apart_wherever_the_stream_is_cut() -> None:
    stream = encode(1, b"<a/>") + encode(9999, b"<b/>")
    for cut in range(len(stream)):
        deframer = Deframer()
        frames = deframer.feed(stream[:cut]) + deframer.feed(stream[cut:])
        assert [(frame.invoke, frame.body) for frame in frames] == [(1, b"<a/>"), (9999, b"<b/>")]


@pytest.mark.parametrize(
    "rubbish", [b"GET / HTTP/1.1", b"\x00\x01\x00\x100001", b"\x00\x00\x00\x080001", b"\x00\x00\x00\x10abcd"]
)
def test_what_is_no_frame_is_told_apart_at_once(rubbish: bytes) -> None:
    with pytest.raises(FramingBroken):
        Deframer().feed(rubbish)


# --- sessions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["3", "4", "5", "6"])
async def test_a_program_is_answered_in_its_own_edition(start_csta: StartCsta, edition: str) -> None:
    async with start_csta() as csta:
        program = await csta.connect()
        started = await program.start_session(version=CSTA + edition)
        assert started.namespace == SESSION
        assert started.value("actualProtocolVersion") == CSTA + edition
        assert (await program.ask(SYSTEM_STATUS)).namespace == CSTA + edition
        await program.monitor("1001")
        csta.centre.staff("1001")
        assert (await program.event("AgentReadyEvent")).namespace == CSTA + edition


async def test_a_session_with_a_wrong_token_or_edition_is_refused(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.connect()
        refused = await program.start_session(token="wrong")
        assert refused.value("errorCode", "definedError") == "invalidApplicationInfo"
        refused = await program.start_session(version=CSTA + "2")
        assert refused.value("errorCode", "definedError") == "requestedProtocolVersionNotSupported"
        assert error(await program.ask(SYSTEM_STATUS, NEWEST)) == ("security", "securityInfoViolated")


async def test_a_refused_session_leaves_the_one_before_as_it_is_and_a_good_one_takes_its_place(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.connect()
        session = (await program.start_session()).value("sessionID")
        reference = await program.monitor("1001")
        assert (await program.start_session(token="wrong")).name == "StartApplicationSessionNegResponse"
        csta.centre.staff("1001")
        assert (await program.event("AgentReadyEvent")).value("monitorCrossRefID") == reference
        timer = "<ResetApplicationSessionTimer><sessionID>{}</sessionID></ResetApplicationSessionTimer>"
        assert (await program.ask(timer.format(session), SESSION)).name == "ResetApplicationSessionTimerPosResponse"
        other = (await program.start_session()).value("sessionID")
        assert (await program.ask(timer.format(session), SESSION)).name == "ResetApplicationSessionTimerNegResponse"
        assert (await program.ask(timer.format(other), SESSION)).name == "ResetApplicationSessionTimerPosResponse"
        stop = f"<MonitorStop><monitorCrossRefID>{reference}</monitorCrossRefID></MonitorStop>"
        assert error(await program.ask(stop)) == ("operation", "invalidMonitorCrossRefID")


async def test_a_program_without_sessions_is_served_by_the_usual_token(start_csta: StartCsta) -> None:
    async with start_csta(usual_token=TOKEN) as csta:
        program = await csta.connect()
        assert (await program.ask(SYSTEM_STATUS, CSTA + "3")).value("systemStatus") == "normal"
        assert await program.monitor("1001")


async def test_a_session_ends_when_its_time_is_over_and_not_while_it_is_renewed(
    start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callbase.csta.application.SHORTEST_S", 0)
    async with start_csta() as csta:
        program = await csta.connect()
        session = (await program.start_session(duration_s=60)).value("sessionID")
        timer = f"<sessionID>{session}</sessionID><requestedSessionDuration>0</requestedSessionDuration>"
        renewed = await program.ask(f"<ResetApplicationSessionTimer>{timer}</ResetApplicationSessionTimer>", SESSION)
        assert renewed.name == "ResetApplicationSessionTimerPosResponse"
        assert (await program.event("ApplicationSessionTerminated")).value("sessionID") == session
        assert await program.closed()


async def test_a_program_ends_its_session(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.connect()
        session = (await program.start_session()).value("sessionID")
        stop = "<StopApplicationSession><sessionID>{}</sessionID></StopApplicationSession>"
        assert (await program.ask(stop.format("other"), SESSION)).name == "StopApplicationSessionNegResponse"
        assert (await program.ask(stop.format(session), SESSION)).name == "StopApplicationSessionPosResponse"
        assert error(await program.ask(SYSTEM_STATUS)) == ("security", "securityInfoViolated")


# --- services ------------------------------------------------------------------------------------------------------


async def test_a_program_signs_an_agent_in_at_its_outside_number_and_knows_it_by_that(start_csta: StartCsta) -> None:
    async with start_csta(**outside.with_outside_number()) as csta:
        centre, program = csta.centre, await csta.program()
        for state, device in (("loggedOn", outside.OUTSIDE), ("ready", outside.MOBILE)):
            asked = f"<SetAgentState><device>{device}</device><requestedAgentState>{state}</requestedAgentState></SetAgentState>"
            assert (await program.ask(asked)).name == "SetAgentStateResponse"
        assert (centre.agent("1001").state, centre.agent("1001").device) == ("ready", outside.OUTSIDE)
        await program.monitor(outside.MOBILE)
        centre.call()
        call = (await program.event("DeliveredEvent")).value("connection", "callID")
        asked = f"<AnswerCall><callToBeAnswered>{connection(call, outside.MOBILE)}</callToBeAnswered></AnswerCall>"
        assert error(await program.ask(asked)) == ("operation", "requestIncompatibleWithDevice")
        leg = outside.take(centre)
        assert (await program.event("EstablishedEvent")).value("localConnectionInfo") == "connected"
        asked = f"<HoldCall><callToBeHeld>{connection(call, outside.MOBILE)}</callToBeHeld></HoldCall>"
        assert (await program.ask(asked)).name == "HoldCallResponse"
        await program.event("HeldEvent")
        centre.hang_up(leg)


async def test_a_program_is_an_agents_telephone_and_desk(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        centre, program = csta.centre, await csta.program()
        await program.monitor("1001")
        centre.switch.register("1001", centre.now_ms)
        centre.settle()
        for state in ("loggedOn", "ready"):
            asked = f"<SetAgentState><device>1001</device><requestedAgentState>{state}</requestedAgentState></SetAgentState>"
            assert (await program.ask(asked)).name == "SetAgentStateResponse"
        centre.call()
        call = (await program.event("DeliveredEvent")).value("connection", "callID")
        centre.answer("1001")
        assert (await program.event("EstablishedEvent")).value("localConnectionInfo") == "connected"
        mine = connection(call, "1001")
        assert (await program.ask(f"<HoldCall><callToBeHeld>{mine}</callToBeHeld></HoldCall>")).name == "HoldCallResponse"
        await program.event("HeldEvent")
        asked = f"<RetrieveCall><callToBeRetrieved>{mine}</callToBeRetrieved></RetrieveCall>"
        assert (await program.ask(asked)).name == "RetrieveCallResponse"
        await program.event("RetrievedEvent")
        data = f"<correlatorData><string>{b'order 7'.hex()}</string></correlatorData>"
        asked = f"<AssociateData><existingCall>{mine}</existingCall>{data}</AssociateData>"
        assert (await program.ask(asked)).name == "AssociateDataResponse"
        assert centre.only().data == {"correlatorData": "order 7"}
        snapshot = await program.ask(f"<SnapshotCall><snapshotObject>{mine}</snapshotObject></SnapshotCall>")
        parties = {one.value("deviceOnCall", "deviceIdentifier") for one in snapshot.every("snapshotCallResponseInfo")}
        assert parties == {"1001", "13900139000"}
        asked = f"<ClearConnection><connectionToBeCleared>{mine}</connectionToBeCleared></ClearConnection>"
        assert (await program.ask(asked)).name == "ClearConnectionResponse"
        await program.event("AgentWorkingAfterCallEvent")
        assert centre.agent("1001").state == "working_after_call"


async def test_a_call_that_waits_is_deflected_to_another_queue_and_one_who_talks_is_not(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        csta.centre.call()
        program, call = await csta.program(), csta.centre.only().interaction
        await program.monitor("sales")
        asked = (
            f"<DeflectCall><callToBeDiverted>{connection(call, '{}')}</callToBeDiverted>"
            "<newDestination><device>{}</device></newDestination></DeflectCall>"
        )
        assert error(await program.ask(asked.format("sales", "nowhere"))) == ("operation", "invalidDestination")
        assert csta.centre.only().phase == "queue"
        assert (await program.ask(asked.format("sales", "support"))).name == "DeflectCallResponse"
        diverted = await program.event("DivertedEvent")
        assert (diverted.value("newDestination", "deviceIdentifier"), diverted.value("cause")) == ("support", "redirected")
        await program.monitor("1011")
        csta.centre.staff("1011")
        await program.event("DeliveredEvent")
        csta.centre.answer("1011")
        await program.event("EstablishedEvent")
        assert error(await program.ask(asked.format("1011", "sales"))) == ("stateIncompatibility", "invalidConnectionState")


@pytest.mark.parametrize("to", ["02155556666", MAIN])
async def test_a_call_that_waits_is_deflected_to_a_number_outside_or_of_ours(start_csta: StartCsta, to: str) -> None:
    async with start_csta() as csta:
        leg = csta.centre.call()
        program, call = await csta.program(), csta.centre.only().interaction
        await program.monitor("sales")
        asked = (
            f"<DeflectCall><callToBeDiverted>{connection(call, 'sales')}</callToBeDiverted>"
            f"<newDestination><device>{to}</device></newDestination></DeflectCall>"
        )
        assert (await program.ask(asked)).name == "DeflectCallResponse"
        diverted = await program.event("DivertedEvent")
        assert diverted.value("cause") == "redirected"
        if to == MAIN:
            assert csta.centre.said(leg) == "欢迎致电 Welcome"
            return
        assert diverted.value("newDestination", "deviceIdentifier") == to
        (out,) = [one.id for one in csta.centre.switch.legs.values() if one.trunk is not None and one.id != leg]
        csta.centre.switch.answer(out, csta.centre.now_ms)
        csta.centre.settle()
        assert {leg, out} in csta.centre.switch.bridges.values()


async def test_snapshots_and_states_say_what_is(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        csta.centre.call()
        csta.centre.staff("1011")
        program = await csta.program()
        found = await program.ask("<SnapshotDevice><snapshotObject>sales</snapshotObject></SnapshotDevice>")
        states = [one.text for one in found.every("localConnectionState")]
        assert states == ["queued", "connected"]
        agents = await program.ask("<GetAgentState><device>support</device></GetAgentState>")
        assert agents.find("agentStateList", "agentStateEntry", "agentInfo", "agentInfoItem") is not None
        assert [one.text for one in agents.every("agentState")] == ["agentReady"]


async def test_devices_are_listed_in_segments_after_the_answer(start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbase.csta.services.system.SEGMENT", 4)
    async with start_csta() as csta:
        program = await csta.program()
        asked = "<GetSwitchingFunctionDevices/>"
        answer = await program.ask(asked)
        segments = [await program.request("SwitchingFunctionDevices") for _ in range(3)]
        assert {one.value("serviceCrossRefID") for one in segments} == {answer.value("serviceCrossRefID")}
        assert [one.value("lastSegment") for one in segments] == ["false", "false", "true"]
        devices = [one.value("deviceID") for segment in segments for one in segment.every("device")]
        assert devices == ["1001", "1002", "1003", "1011", "sales", "support", MAIN, STRAIGHT, "park"]
        others = "<requestedDeviceCategory>other</requestedDeviceCategory>"
        await program.ask(f"<GetSwitchingFunctionDevices>{others}</GetSwitchingFunctionDevices>")
        numbers = await program.request("SwitchingFunctionDevices")
        assert [(one.value("deviceID"), one.value("deviceCategory")) for one in numbers.every("device")] == [
            (MAIN, "other"),
            (STRAIGHT, "other"),
        ]
        assert (await program.ask("<GetSwitchingFunctionCaps/>")).value("manufacturerName") == "callbase"


async def test_a_number_of_ours_is_monitored_before_it_is_called(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        await program.monitor(MAIN)
        found = await program.ask(f"<SnapshotDevice><snapshotObject>{MAIN}</snapshotObject></SnapshotDevice>")
        assert (found.name, [*found.every("snapshotDeviceResponseInfo")]) == ("SnapshotDeviceResponse", [])
        csta.centre.call(MAIN)
        assert (await program.event("EstablishedEvent")).value("answeringDevice", "deviceIdentifier") == MAIN
        nobodys = "<monitorObject><deviceObject>4000000000</deviceObject></monitorObject>"
        assert error(await program.ask(f"<MonitorStart>{nobodys}</MonitorStart>")) == ("operation", "invalidDeviceID")


async def test_a_program_that_registers_is_told_when_the_engine_goes_and_comes_back(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        await program.ask("<SystemRegister/>")
        for link in csta.centre.link.connections:
            link.say(EngineStatus(online=False))  # as the gateway says it
            assert (await program.request("SystemStatus")).value("systemStatus") == "disabled"
            assert (await program.ask(SYSTEM_STATUS)).value("systemStatus") == "disabled"
            link.say(EngineStatus(online=True))
            assert (await program.request("SystemStatus")).value("systemStatus") == "normal"
            await link._socket.close()
        assert (await program.request("SystemStatus")).value("systemStatus") == "disabled"
        assert (await program.request("SystemStatus")).value("systemStatus") == "normal"


@pytest.mark.parametrize(
    ("asked", "category", "value"),
    [
        ("<NoSuchService/>", "operation", "serviceNotSupported"),
        ("<CampOnCall/>", "operation", "serviceNotSupported"),
        ("<MonitorStart/>", "operation", "invalidMonitorObject"),
        (
            "<MonitorStart><monitorObject><deviceObject>9</deviceObject></monitorObject></MonitorStart>",
            "operation",
            "invalidDeviceID",
        ),
        (
            "<MonitorStart><monitorObject><deviceObject>1001</deviceObject></monitorObject><monitorType>x</monitorType></MonitorStart>",
            "operation",
            "invalidMonitorType",
        ),
        ("<MonitorStop><monitorCrossRefID>77</monitorCrossRefID></MonitorStop>", "operation", "invalidMonitorCrossRefID"),
        ("<SnapshotCall><snapshotObject><callID>x</callID></snapshotObject></SnapshotCall>", "operation", "invalidCallID"),
        ("<AnswerCall/>", "operation", "atLeastOneConditionalParameterNotProvided"),
        (
            "<AnswerCall><callToBeAnswered><deviceID>1001</deviceID></callToBeAnswered></AnswerCall>",
            "stateIncompatibility",
            "noActiveCall",
        ),
        (
            "<SetAgentState><device>1001</device><requestedAgentState>dreaming</requestedAgentState></SetAgentState>",
            "operation",
            "invalidAgentState",
        ),
        (
            "<SetAgentState><device>1001</device><requestedAgentState>ready</requestedAgentState></SetAgentState>",
            "stateIncompatibility",
            "invalidDeviceState",
        ),
        ("<GetAgentState><device>nobody</device></GetAgentState>", "operation", "invalidDeviceID"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_the_standards_words(
    start_csta: StartCsta, asked: str, category: str, value: str
) -> None:
    async with start_csta() as csta:
        before = csta.centre.view
        assert error(await (await csta.program()).ask(asked)) == (category, value)
        assert csta.centre.view == before


async def test_a_call_in_the_wrong_state_stays_as_it_is(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        csta.centre.talk()
        call = csta.centre.only().interaction
        program, before = await csta.program(), csta.centre.view
        mine = connection(call, "1001")
        for service, subject, value in (
            ("AnswerCall", "callToBeAnswered", "noCallToAnswer"),
            ("RetrieveCall", "callToBeRetrieved", "noHeldCall"),
        ):
            asked = f"<{service}><{subject}>{mine}</{subject}></{service}>"
            assert error(await program.ask(asked)) == ("stateIncompatibility", value)
        asked = f"<HoldCall><callToBeHeld>{connection(call, '13900139000')}</callToBeHeld></HoldCall>"
        assert error(await program.ask(asked)) == ("operation", "requestIncompatibleWithConnection")
        assert csta.centre.view == before


async def test_data_too_long_for_a_frame_is_left_out_and_the_event_comes(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        csta.centre.talk()
        program = await csta.program()
        await program.monitor("1001")
        long = {f"key {number}": "长" * 4000 for number in range(20)}
        csta.centre.act(SetData(interaction=csta.centre.only().interaction, data=dict(long)))
        event = await program.event("CallInformationEvent")
        assert event.find("extensions") is None


# --- rubbish -------------------------------------------------------------------------------------------------------

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><RequestSystemStatus>&d;</RequestSystemStatus>'
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><RequestSystemStatus>&b;</RequestSystemStatus>'
)


@pytest.mark.parametrize(
    "body",
    [
        b"rubbish",
        b"<a>",
        b"\xff\xfe\x00",
        BOMB,
        OUTSIDE,
        b"<a>" * 9000 + b"</a>" * 9000,
        b"<" + b"a" * 60_000,
        b'<?xml version="1.0" encoding="x"?><a/>',
    ],
)
async def test_xml_that_is_not_accepted_is_refused_and_the_session_goes_on(start_csta: StartCsta, body: bytes) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        program.writer.write(encode(55, body))
        assert error(await program.answer(55)) == ("operation", "generic")
        assert (await program.ask(SYSTEM_STATUS)).value("systemStatus") == "normal"


async def test_rubbish_ends_its_own_connection_and_no_other(start_csta: StartCsta) -> None:
    chance = random.Random(4)
    async with start_csta() as csta:
        good = await csta.program()
        for _ in range(20):
            bad = await csta.connect()
            bad.writer.write(b"\x01" + chance.randbytes(chance.randrange(1, 5000)))
            assert await bad.closed()
        assert (await good.ask(SYSTEM_STATUS)).value("systemStatus") == "normal"


async def test_half_a_frame_and_silence_are_waited_for_only_so_long(
    start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "FRAME_TIMEOUT_S", 0.05)
    monkeypatch.setattr(server_module, "OPEN_TIMEOUT_S", 0.05)
    async with start_csta() as csta:
        with capture_logs() as logs:
            silent = await csta.connect()
            assert await silent.closed()
            monkeypatch.setattr(server_module, "OPEN_TIMEOUT_S", 60)
            half = await csta.connect()
            half.writer.write(b"\x00\x00\xff\xff0001<Half")
            assert await half.closed()
        assert [one["event"] for one in logs] == [
            "a CSTA connection is cut off",
            "a CSTA connection says nothing whole, cut off",
        ]


async def test_the_time_to_open_a_session_is_not_prolonged_by_talking(
    start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "OPEN_TIMEOUT_S", 0.3)
    async with start_csta() as csta:
        talks, good = await csta.connect(), await csta.program()
        talking = asyncio.create_task(_talk(talks))
        await asyncio.wait([talking], timeout=5)
        assert talking.done()
        assert talking.exception() is not None
        assert (await good.ask(SYSTEM_STATUS)).value("systemStatus") == "normal"


async def _talk(program: Program) -> None:
    """Until the server ends it."""
    while True:
        assert error(await program.ask(SYSTEM_STATUS)) == ("security", "securityInfoViolated")


async def test_who_ends_its_session_has_that_time_again(start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "OPEN_TIMEOUT_S", 2.0)
    async with start_csta() as csta:
        program = await csta.connect()
        await asyncio.sleep(1.0)
        for _ in range(2):
            session = (await program.start_session()).value("sessionID")
            await asyncio.sleep(1.0)
            stopped = f"<StopApplicationSession><sessionID>{session}</sessionID></StopApplicationSession>"
            assert (await program.ask(stopped, SESSION)).name == "StopApplicationSessionPosResponse"
        assert await program.closed()


async def test_connections_of_nobody_are_few_from_one_address_and_keep_no_program_out(
    start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "MOST_UNOPENED", 3)
    async with start_csta() as csta:
        opened = [await csta.program() for _ in range(5)]
        unopened = [await csta.connect() for _ in range(3)]
        for program in unopened:
            assert error(await program.ask(SYSTEM_STATUS)) == ("security", "securityInfoViolated")
        assert await (await csta.connect()).closed()
        elsewhere = await csta.connect(source="127.0.0.2")
        assert (await elsewhere.start_session()).name == "StartApplicationSessionPosResponse"
        assert (await unopened[0].start_session()).name == "StartApplicationSessionPosResponse"
        assert error(await (await csta.connect()).ask(SYSTEM_STATUS)) == ("security", "securityInfoViolated")
        assert (await opened[0].ask(SYSTEM_STATUS)).value("systemStatus") == "normal"


async def test_a_session_that_can_follow_no_more_is_ended_and_its_program_begins_another(
    start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start_csta() as csta:
        program, good = await csta.program(), await csta.program()
        with monkeypatch.context() as broken, capture_logs() as logs:
            broken.setattr(Desk, "happened", lambda desk, happening: 1 / 0)
            csta.centre.staff("1001")
            assert (await program.event("ApplicationSessionTerminated")).value("sessionTermReason", "definedTermReason") == (
                "serverResourcesNotAvailable"
            )
            assert await program.closed()
            assert await good.closed()
        assert "a CSTA session can no longer follow the link, ended" in [one["event"] for one in logs]
        again = await csta.program()
        await again.monitor("1002")
        csta.centre.staff("1002")
        assert (await again.event("AgentReadyEvent")).value("agentID") == "1002"


async def test_a_session_ends_with_its_token(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        for link in list(csta.centre.link.connections):
            link.say(Refused(code="token_invalid"))  # as the gateway says it once the token is revoked
        ended = await program.event("ApplicationSessionTerminated")
        assert ended.value("sessionTermReason", "definedTermReason") == "invalidApplicationInfo"
        assert await program.closed()


async def test_who_stops_reading_is_cut_off_with_a_log_line_and_others_are_served(
    start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "UNREAD_BYTES", 200_000)
    async with start_csta() as csta:
        deaf, good = await csta.program(), await csta.program()
        csta.centre.talk()
        for program in (deaf, good):
            await program.monitor("1001")
        with capture_logs() as logs:
            for number in range(600):  # the machine's own buffers take some megabytes
                data: dict[str, str | None] = {f"note {key}": f"{number:04}" * 990 for key in range(12)}
                csta.centre.act(SetData(interaction=csta.centre.only().interaction, data=data))
                await good.event("CallInformationEvent")
                if any(one.get("reason") == "it reads too slowly" for one in logs):
                    break
            else:
                pytest.fail("it was not cut off")
        assert (await good.ask(SYSTEM_STATUS)).value("systemStatus") == "normal"
