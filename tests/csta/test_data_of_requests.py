"""What a program gives along with a request is attached to the call, before anybody rings by it; refused, nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from callbase.core.events import AnyAction, HoldCall, ParkCall, SetData, SetNotReady
from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.services import SERVICES
from tests.csta.conftest import Csta, StartCsta
from tests.csta.program import Program
from tests.csta.standard import FOLDER
from tests.csta.test_functions import consult, working
from tests.csta.test_routing import asked, routing, say
from tests.csta.test_server import connection, error

CORRELATOR = f"<correlatorData><string>{b'order=17'.hex()}</string></correlatorData>"
USER_DATA = f"<userData><string>{'来自网页'.encode().hex()}</string></userData>"
PRIVATE = "<extensions><privateData><private>{}</private></privateData></extensions>"
OURS = PRIVATE.format('<data xmlns="urn:callbase:csta"><item key="order">17</item></data>')
GIVEN = {"correlatorData": "order=17", "userData": "来自网页", "order": "17"}
ALL = CORRELATOR + USER_DATA + OURS
TOO_LONG = PRIVATE.format(f'<data xmlns="urn:callbase:csta"><item key="order">17</item><item key="{"k" * 101}">1</item></data>')


def mine(element: str) -> Callable[[str], str]:
    return lambda call: f"<{element}>{connection(call, '1001')}</{element}>"


OF_A_TALK: dict[str, Callable[[str], str]] = {
    "ClearCall": mine("callToBeCleared"),
    "ClearConnection": mine("connectionToBeCleared"),
    "ConsultationCall": lambda call: f"{mine('existingCall')(call)}<consultedDevice>1002</consultedDevice>",
    "GenerateDigits": lambda call: f"{mine('connectionToSendDigits')(call)}<charactersToSend>1</charactersToSend>",
    "HoldCall": mine("callToBeHeld"),
    "ParkCall": lambda call: f"{mine('parking')(call)}<parkTo>park</parkTo>",
    "SingleStepConferenceCall": lambda call: f"{mine('activeCall')(call)}<deviceToJoin>1002</deviceToJoin>",
    "SingleStepTransferCall": lambda call: f"{mine('activeCall')(call)}<transferredTo>1002</transferredTo>",
    "AssociateData": mine("existingCall"),
}
"""What may be asked of a call 1001 talks in."""
OTHERS = {
    "AnswerCall",
    "DeflectCall",
    "DirectedPickupCall",
    "MakeCall",
    "MakePredictiveCall",
    "RetrieveCall",
    "RouteEnd",
    "RouteReject",
    "RouteSelect",
    "AlternateCall",
    "ConferenceCall",
    "ReconnectCall",
    "TransferCall",
}


def attached(csta: Csta) -> dict[str, str]:
    """To the one call there is, or the last there was."""
    return dict(csta.centre.only().data)


async def done(program: Program, service: str, asked: str, data: str = ALL) -> None:
    answer = await program.ask(f"<{service}>{asked}{data}</{service}>")
    assert answer.name == f"{service}Response", error(answer)


@pytest.mark.parametrize("service", OF_A_TALK)
async def test_what_is_asked_of_a_talk_brings_its_data(start_csta: StartCsta, service: str) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        await done(program, service, OF_A_TALK[service](call))
        assert attached(csta) == GIVEN


@pytest.mark.parametrize("service", ["ConsultationCall", "SingleStepConferenceCall", "SingleStepTransferCall"])
async def test_who_rings_by_it_is_told_with_the_data(start_csta: StartCsta, service: str) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        await done(program, service, OF_A_TALK[service](call))
        delivered = await program.event("DeliveredEvent")
        assert {item.attribute("key"): item.text for item in delivered.every("item")} == GIVEN
        for name in ("correlatorData", "userData"):
            assert bytes.fromhex(delivered.value(name, "string")).decode() == GIVEN[name]


async def test_what_rings_is_deflected_answered_and_retrieved_with_data(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        csta.centre.staff("1001", "1002")
        csta.centre.act(SetNotReady(agent="1002"))
        csta.centre.call()
        program, call = await csta.program(), csta.centre.only().interaction
        await program.monitor("1002")
        to = "<newDestination><device>1002</device></newDestination>"
        await done(program, "DeflectCall", f"<callToBeDiverted>{connection(call, '1001')}</callToBeDiverted>{to}")
        delivered = await program.event("DeliveredEvent")
        assert {item.attribute("key"): item.text for item in delivered.every("item")} == GIVEN
        more = PRIVATE.format('<data xmlns="urn:callbase:csta"><item key="desk">2</item><item key="order"/></data>')
        await done(program, "AnswerCall", f"<callToBeAnswered>{connection(call, '1002')}</callToBeAnswered>", more)
        assert attached(csta) == {"correlatorData": "order=17", "userData": "来自网页", "desk": "2"}
        csta.centre.answer("1002")
        csta.centre.act(HoldCall(agent="1002"))
        await program.event("HeldEvent")
        await done(program, "RetrieveCall", f"<callToBeRetrieved>{connection(call, '1002')}</callToBeRetrieved>")
        assert attached(csta) == {**GIVEN, "desk": "2"}


@pytest.mark.parametrize("service", ["AlternateCall", "ReconnectCall", "TransferCall", "ConferenceCall"])
async def test_what_is_asked_of_two_calls_brings_its_data(start_csta: StartCsta, service: str) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        beside = (await consult(program, call)).value("initiatedCall", "callID")
        csta.centre.answer("1002")
        await program.event("EstablishedEvent")
        held, active = connection(call, "1001"), connection(beside, "1001")
        await done(program, service, f"<heldCall>{held}</heldCall><activeCall>{active}</activeCall>")
        assert attached(csta) == GIVEN


@pytest.mark.parametrize("may_before", [True, False])
async def test_what_is_fetched_brings_data_also_to_who_had_no_right_to_it_before(
    start_csta: StartCsta, monkeypatch: pytest.MonkeyPatch, may_before: bool
) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        csta.centre.act(ParkCall(agent="1001"))
        ask = Desk.ask

        async def own_only(self: Desk, action: AnyAction) -> Any:
            if isinstance(action, SetData) and self.view.agents["1002"].interaction != action.interaction and not may_before:
                raise failures.operation("privilegeViolationSpecifiedDevice")
            return await ask(self, action)

        monkeypatch.setattr(Desk, "ask", own_only)
        fetched = f"<callToBePickedUp>{connection(call, 'park')}</callToBePickedUp><requestingDevice>1002</requestingDevice>"
        refused = await program.ask(f"<DirectedPickupCall>{fetched}{TOO_LONG}</DirectedPickupCall>")
        assert error(refused)[0] == "operation"
        assert csta.centre.only().phase == "parked"
        await done(program, "DirectedPickupCall", fetched)
        assert attached(csta) == GIVEN


@pytest.mark.parametrize("service", ["MakeCall", "MakePredictiveCall"])
async def test_no_call_is_made_whose_data_cannot_be_attached(start_csta: StartCsta, service: str) -> None:
    async with start_csta() as csta:
        csta.centre.staff("1001")
        program = await csta.program()
        by = "sales" if service == "MakePredictiveCall" else "1001"
        made = f"<callingDevice>{by}</callingDevice><calledDirectoryNumber>13900139000</calledDirectoryNumber>"
        before = csta.centre.view
        assert error(await program.ask(f"<{service}>{made}{TOO_LONG}</{service}>")) == ("operation", "valueOutOfRange")
        assert csta.centre.view == before
        await done(program, service, made)
        assert attached(csta) == GIVEN


@pytest.mark.parametrize("service", OF_A_TALK)
@pytest.mark.parametrize(
    ("data", "value"),
    [
        (TOO_LONG, "valueOutOfRange"),
        ("<correlatorData><string>0</string></correlatorData>", "invalidParameterValue"),
        ("<userData><private><mine/></private></userData>", "invalidParameterValue"),
    ],
)
async def test_data_that_cannot_be_refuses_the_request(start_csta: StartCsta, service: str, data: str, value: str) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        before = csta.centre.view
        assert error(await program.ask(f"<{service}>{OF_A_TALK[service](call)}{data}</{service}>")) == ("operation", value)
        assert csta.centre.view == before


async def test_a_request_that_is_refused_leaves_the_data_as_it_was(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program, call = await working(csta)
        csta.centre.act(SetData(interaction=call, data={"order": "16", "name": "王"}))
        csta.centre.act(HoldCall(agent="1001"))
        before = csta.centre.view
        for service, named in (("HoldCall", "callToBeHeld"), ("AnswerCall", "callToBeAnswered"), ("ReconnectCall", "activeCall")):
            refused = await program.ask(f"<{service}>{mine(named)(call)}{ALL}</{service}>")
            assert error(refused)[0] == "stateIncompatibility"
            assert csta.centre.view == before


@pytest.mark.parametrize("message", ["RouteSelect", "RouteEnd", "RouteReject"])
async def test_a_program_that_routes_says_what_it_has_found_out(start_csta: StartCsta, message: str) -> None:
    async with routing(start_csta) as (csta, program):
        csta.centre.staff("1001")
        request = await asked(csta, program)
        await program.monitor("1001")
        route = "<routeSelected>sales</routeSelected>" if message == "RouteSelect" else ""
        say(program, request, message, f"{route}{TOO_LONG}")
        assert error(await program.answer(77)) == ("operation", "valueOutOfRange")
        assert (csta.centre.only().phase, attached(csta)) == ("flow", {})
        say(program, request, message, f"{route}{CORRELATOR}{OURS}")
        delivered = await program.event("DeliveredEvent")
        assert {item.attribute("key"): item.text for item in delivered.every("item")} == {
            "correlatorData": "order=17",
            "order": "17",
        }


def test_every_request_that_may_bear_data_by_the_standard_is_among_these() -> None:
    found = sorted(FOLDER.glob("ecma323*.xsd"))
    if not found:
        pytest.skip("the standard's schema is not at hand")
    schema = etree.parse(found[0]).getroot()
    prefix = "{http://www.w3.org/2001/XMLSchema}"
    bear = {
        kind.get("name")
        for kind in schema.iterfind(f"{prefix}complexType")
        if {"correlatorData", "userData"} & {one.get("name") for one in kind.iter(f"{prefix}element")}
    }
    assert bear & set(SERVICES) <= set(OF_A_TALK) | OTHERS
    assert len(bear & set(SERVICES)) > 10
