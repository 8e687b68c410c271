"""Every function of a call, asked for by a program on the socket as another maker's would."""

from __future__ import annotations

import typing

import pytest

from callbase.core.errors import Code, CoreError
from callbase.csta import failures
from callbase.csta.document import Document
from tests.csta.conftest import Csta, StartCsta
from tests.csta.program import Program
from tests.csta.test_server import connection, error


async def working(csta: Csta) -> tuple[Program, str]:
    """A program that monitors 1002, and the call 1001 talks in; 1002 is ready."""
    csta.centre.staff("1001", "1002")
    csta.centre.call()
    csta.centre.answer("1001")
    program = await csta.program()
    await program.monitor("1002")
    return program, csta.centre.only().interaction


async def answer(csta: Csta, program: Program) -> None:
    """1002 answers, and the program knows."""
    csta.centre.answer("1002")
    await program.event("EstablishedEvent")


async def consult(program: Program, call: str, to: str = "1002") -> Document:
    existing = f"<existingCall>{connection(call, '1001')}</existingCall>"
    return await program.ask(f"<ConsultationCall>{existing}<consultedDevice>{to}</consultedDevice></ConsultationCall>")


def both(service: str, call: str, beside: str) -> str:
    held, active = connection(call, "1001"), connection(beside, "1001")
    return f"<{service}><heldCall>{held}</heldCall><activeCall>{active}</activeCall></{service}>"


def states(answer: Document) -> dict[str, str]:
    """Device → the state of its connection, in a snapshot of a call."""
    return {
        one.value("deviceOnCall", "deviceIdentifier"): one.value("localConnectionInfo")
        for one in answer.every("snapshotCallResponseInfo")
    }


async def snapshot(program: Program, call: str) -> dict[str, str]:
    object_ = f"<snapshotObject><callID>{call}</callID></snapshotObject>"
    return states(await program.ask(f"<SnapshotCall>{object_}</SnapshotCall>"))


async def test_consult_alternate_and_take_back(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        beside = (await consult(program, call)).value("initiatedCall", "callID")
        await answer(csta, program)
        assert await snapshot(program, call) == {"13900139000": "connected", "1001": "hold"}
        assert await snapshot(program, beside) == {"1001": "connected", "1002": "connected"}
        assert (await program.ask(both("AlternateCall", call, beside))).name == "AlternateCallResponse"
        assert (await snapshot(program, call))["1001"] == "connected"
        found = await program.ask("<SnapshotDevice><snapshotObject>1001</snapshotObject></SnapshotDevice>")
        assert {one.value("connectionIdentifier", "callID") for one in found.every("snapshotDeviceResponseInfo")} == {
            call,
            beside,
        }
        assert error(await program.ask(both("ReconnectCall", call, beside))) == ("stateIncompatibility", "noHeldCall")
        assert (await program.ask(both("ReconnectCall", beside, call))).name == "ReconnectCallResponse"
        assert await snapshot(program, call) == {"13900139000": "connected", "1001": "connected"}
        assert csta.centre.agent("1002").state == "ready"


@pytest.mark.parametrize(
    ("service", "list_name", "there"),
    [
        ("TransferCall", "transferredCall", {"13900139000", "1002"}),
        ("ConferenceCall", "conferenceCall", {"13900139000", "1001", "1002"}),
    ],
)
async def test_transfer_and_conference_say_what_became_of_the_calls(
    start_csta: StartCsta, service: str, list_name: str, there: set[str]
) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        beside = (await consult(program, call)).value("initiatedCall", "callID")
        await answer(csta, program)
        became = await program.ask(both(service, call, beside))
        assert became.value(list_name, "callID") == call
        items = became.every("connectionListItem")
        assert {one.value("newConnection", "deviceID") for one in items} == there
        assert {one.value("oldConnection", "callID") for one in items} == {call, beside}
        assert set(await snapshot(program, call)) == there
        assert error(await program.ask(both(service, call, beside)))[0] in ("operation", "stateIncompatibility")


@pytest.mark.parametrize("to", ["1002", "1002-web", "support"])
async def test_a_customer_is_sent_on_in_a_single_step(start_csta: StartCsta, to: str) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        csta.centre.staff("1002", device="{}-web")
        active = f"<activeCall>{connection(call, '1001')}</activeCall><transferredTo>{to}</transferredTo>"
        answer = await program.ask(f"<SingleStepTransferCall>{active}</SingleStepTransferCall>")
        assert answer.value("transferredCall", "callID") == call
        assert (await snapshot(program, call))[to.removesuffix("-web")] in ("alerting", "queued")
        assert csta.centre.agent("1001").state == "working_after_call"


async def test_somebody_joins_and_leaves_a_talk(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        active = f"<activeCall>{connection(call, '1001')}</activeCall><deviceToJoin>1002</deviceToJoin>"
        asked = "<SingleStepConferenceCall>{}<participationType>{}</participationType></SingleStepConferenceCall>"
        assert error(await program.ask(asked.format(active, "silent"))) == ("operation", "invalidParticipationType")
        assert (await program.ask(asked.format(active, "active"))).value("conferencedCall", "callID") == call
        await answer(csta, program)
        assert (await snapshot(program, call))["1002"] == "connected"
        own = f"<connectionToBeCleared>{connection(call, '1002')}</connectionToBeCleared>"
        assert (await program.ask(f"<ClearConnection>{own}</ClearConnection>")).name == "ClearConnectionResponse"
        assert await snapshot(program, call) == {"13900139000": "connected", "1001": "connected"}


async def test_a_number_in_a_conference_is_taken_out(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        active = f"<activeCall>{connection(call, '1001')}</activeCall><deviceToJoin>02155556666</deviceToJoin>"
        await program.ask(f"<SingleStepConferenceCall>{active}</SingleStepConferenceCall>")
        await program.monitor("1001")
        csta.centre.switch.answer(list(csta.centre.switch.legs)[-1], csta.centre.now_ms)
        csta.centre.settle()
        await program.event("ConferencedEvent")
        assert (await snapshot(program, call))["02155556666"] == "connected"
        outside = f"<connectionToBeCleared>{connection(call, '02155556666')}</connectionToBeCleared>"
        assert (await program.ask(f"<ClearConnection>{outside}</ClearConnection>")).name == "ClearConnectionResponse"
        assert set(await snapshot(program, call)) == {"13900139000", "1001"}


async def test_keys_from_a_conference_go_to_the_customer(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        active = f"<activeCall>{connection(call, '1001')}</activeCall><deviceToJoin>1002</deviceToJoin>"
        await program.ask(f"<SingleStepConferenceCall>{active}</SingleStepConferenceCall>")
        await answer(csta, program)
        for device, digits in (("1001", "1"), ("1002", "2#")):
            sender = f"<connectionToSendDigits>{connection(call, device)}</connectionToSendDigits>"
            asked = f"<GenerateDigits>{sender}<charactersToSend>{digits}</charactersToSend></GenerateDigits>"
            assert (await program.ask(asked)).name == "GenerateDigitsResponse"
        heard = {leg.device: leg.digits_sent for leg in csta.centre.switch.legs.values() if leg.digits_sent}
        assert heard == {None: "12#"}


async def test_a_consultation_is_cleared_and_the_customer_is_back(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        for service, subject, device in (
            ("ClearConnection", "connectionToBeCleared", "1001"),
            ("ClearConnection", "connectionToBeCleared", "1002"),
            ("ClearCall", "callToBeCleared", "1001"),
        ):
            beside = (await consult(program, call)).value("initiatedCall", "callID")
            await answer(csta, program)
            asked = f"<{service}><{subject}>{connection(beside, device)}</{subject}></{service}>"
            assert (await program.ask(asked)).name == f"{service}Response"
            assert await snapshot(program, call) == {"13900139000": "connected", "1001": "connected"}


async def test_a_call_is_parked_and_picked_up(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        parking = f"<parking>{connection(call, '1001')}</parking>"
        wrong = f"<ParkCall>{parking}<parkTo>sales</parkTo></ParkCall>"
        assert error(await program.ask(wrong)) == ("operation", "invalidParkToDeviceID")
        answer = await program.ask(f"<ParkCall>{parking}<parkTo>park</parkTo></ParkCall>")
        assert answer.value("parkedTo", "deviceID") == "park"
        assert await snapshot(program, call) == {"13900139000": "connected", "park": "queued"}
        parked = f"<callToBePickedUp>{connection(call, 'park')}</callToBePickedUp><requestingDevice>1002</requestingDevice>"
        picked = await program.ask(f"<DirectedPickupCall>{parked}</DirectedPickupCall>")
        assert (picked.value("pickedCall", "callID"), picked.value("pickedCall", "deviceID")) == (call, "1002")
        csta.centre.run_for(1000)
        await program.event("EstablishedEvent")
        assert await snapshot(program, call) == {"13900139000": "connected", "1002": "connected"}


async def test_what_rings_is_picked_up_or_deflected(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        csta.centre.staff("1001", "1002")
        csta.centre.call()
        program, call = await csta.program(), csta.centre.only().interaction
        rings = connection(call, "1001")
        asked = f"<callToBeDiverted>{rings}</callToBeDiverted><newDestination><device>support</device></newDestination>"
        assert (await program.ask(f"<DeflectCall>{asked}</DeflectCall>")).name == "DeflectCallResponse"
        assert (await snapshot(program, call))["support"] == "queued"
        csta.centre.hang_up(next(iter(csta.centre.switch.legs)))
        await program.monitor("1001")
        await program.monitor("1002")
        csta.centre.call()
        rings = (await program.event("DeliveredEvent")).find("connection")
        assert rings is not None
        call, ringing = rings.value("callID"), rings.value("deviceID")
        colleague = {"1001": "1002", "1002": "1001"}[ringing]
        asked = (
            f"<callToBePickedUp>{connection(call, ringing)}</callToBePickedUp><requestingDevice>{colleague}</requestingDevice>"
        )
        assert (await program.ask(f"<DirectedPickupCall>{asked}</DirectedPickupCall>")).name == "DirectedPickupCallResponse"
        csta.centre.run_for(1000)
        await program.event("EstablishedEvent")
        assert (await snapshot(program, call))[colleague] == "connected"


@pytest.mark.parametrize("to", ["1002", "02155556666", "tel:+862155556666", "sales"])
async def test_a_call_is_made_and_brings_its_data(start_csta: StartCsta, to: str) -> None:
    async with start_csta() as csta:
        csta.centre.staff("1001", "1002")
        program = await csta.program()
        data = f"<correlatorData><string>{b'order 7'.hex()}</string></correlatorData>"
        asked = f"<callingDevice>1001</callingDevice><calledDirectoryNumber>{to}</calledDirectoryNumber>{data}"
        made = await program.ask(f"<MakeCall>{asked}</MakeCall>")
        assert made.value("callingDevice", "deviceID") == "1001"
        one = csta.centre.only()
        assert (made.value("callingDevice", "callID"), one.data) == (one.interaction, {"correlatorData": "order 7"})
        assert await snapshot(program, one.interaction) == {"1001": "initiated"}
        await program.monitor("1001")
        csta.centre.run_for(1000)
        await program.event("OriginatedEvent")
        assert (await snapshot(program, one.interaction))["1001"] == "connected"


async def test_keys_are_sent_to_the_other_party(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        asked = (
            f"<GenerateDigits><connectionToSendDigits>{connection(call, '1001')}</connectionToSendDigits>{{}}</GenerateDigits>"
        )
        await program.monitor("1001")
        sent = await program.ask(asked.format("<digitMode>dTMF</digitMode><charactersToSend>12#</charactersToSend>"))
        assert sent.name == "GenerateDigitsResponse"
        customer = next(leg for leg in csta.centre.switch.legs.values() if leg.device is None)
        assert customer.digits_sent == "12#"
        told = await program.event("DigitsGeneratedEvent")
        assert (told.value("connection", "callID"), told.value("digitGeneratedList")) == (call, "12#")
        refused = await program.ask(asked.format("<charactersToSend>x</charactersToSend>"))
        assert error(refused) == ("operation", "valueOutOfRange")


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        ("1003", ("stateIncompatibility", "invalidDestinationDeviceState")),
        ("1001", ("operation", "requestIncompatibleWithDestinationDevice")),
        ("support", ("stateIncompatibility", "invalidDestinationDeviceState")),
        ("", ("operation", "invalidDestination")),
    ],
)
async def test_who_cannot_be_consulted_is_at_fault_and_not_who_asks(
    start_csta: StartCsta, to: str, refusal: tuple[str, str]
) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        before = csta.centre.view
        assert error(await consult(program, call, to)) == refusal
        assert csta.centre.view == before


def test_every_error_of_the_core_has_its_word() -> None:
    assert set(failures._OF_CODE) == set(typing.get_args(Code))
    for code in typing.get_args(Code):
        for field in ("agent", "to"):
            assert "generic" not in failures.failure_of(CoreError(code=code, field=field)).message[1][0]
