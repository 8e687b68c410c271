"""The system calls for a queue: MakePredictiveCall on the socket, and what monitors are told (ECMA-269 §17.1.25)."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core.commands import Originate
from callbase.core.config import ToNumber
from callbase.core.events import MakePredictiveCall
from tests.csta.conftest import StartCsta
from tests.csta.listening import ListeningCentre
from tests.csta.test_functions import snapshot
from tests.csta.test_server import connection, error

CALLED = "13900139000"


def calling(*agents: str) -> tuple[ListeningCentre, dict[str, str], str]:
    """The called telephone rings; monitors of the queue and of 1001, and the leg."""
    centre = ListeningCentre()
    centre.staff(*agents)
    centre.sent.clear()
    references = {"sales": centre.monitor("sales", "queue"), "1001": centre.monitor("1001")}
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED)))
    return centre, references, centre.did(Originate)[-1].leg


def answered(centre: Any, leg: str) -> None:
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()


def test_who_answers_is_distributed_to_a_free_agent() -> None:
    centre, references, leg = calling("1001")
    assert centre.told(references["sales"]) == [
        "Originated makePredictiveCall",
        "NetworkReached makePredictiveCall",
        "Delivered makePredictiveCall",
    ]
    answered(centre, leg)
    centre.answer("1001")
    assert centre.told(references["sales"])[3:] == ["Established makePredictiveCall", "Diverted distributed"]
    assert centre.told(references["1001"])[:2] == ["Delivered distributed", "Established distributed"]
    diverted = next(event for event in centre.sent if event.name == "DivertedEvent")
    assert diverted.value("newDestination", "deviceIdentifier") == "1001"
    assert diverted.value("callingDevice", "deviceIdentifier") == "sales"
    assert diverted.value("calledDevice", "deviceIdentifier") == CALLED
    centre.hang_up(leg)
    assert centre.told(references["1001"])[-2:] == ["ConnectionCleared normalClearing", "AgentWorkingAfterCall"]


def test_who_answers_while_nobody_is_free_is_queued_and_then_distributed() -> None:
    centre, references, leg = calling()
    answered(centre, leg)
    assert centre.told(references["sales"])[3:] == [
        "Established makePredictiveCall",
        "Queued noAvailableAgents",
    ]
    centre.staff("1001")
    assert centre.told(references["sales"])[-1] == "Diverted distributed"
    centre.hang_up(centre.agent_leg("1001"), "rejected")
    assert "Diverted callNotAnswered" in centre.told(references["1001"])


@pytest.mark.parametrize(
    ("cause", "told"), [("busy", "busy"), ("no_answer", "callNotAnswered"), ("unallocated", "numberUnallocated")]
)
def test_who_is_not_reached_is_told_as_failed(cause: str, told: str) -> None:
    centre, references, leg = calling("1001")
    centre.hang_up(leg, cause)
    assert centre.told(references["sales"])[3:] == [
        f"Failed {told}",
        "ConnectionCleared normalClearing",
        "ConnectionCleared normalClearing",
    ]
    assert centre.told(references["1001"]) == []


PREDICTIVE = (
    "<MakePredictiveCall><callingDevice>{}</callingDevice>"
    "<calledDirectoryNumber>{}</calledDirectoryNumber>{}</MakePredictiveCall>"
)


async def test_a_program_has_it_called_with_its_data(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        csta.centre.staff("1001")
        program = await csta.program()
        await program.monitor("1001")
        more = f"<alertTime>20</alertTime><correlatorData><string>{b'order 7'.hex()}</string></correlatorData>"
        made = await program.ask(PREDICTIVE.format("sales", CALLED, more))
        call = made.value("initiatedCall", "callID")
        assert (call, made.value("initiatedCall", "deviceID")) == (csta.centre.only().interaction, "sales")
        (out,) = csta.centre.did(Originate)
        assert (out.number, out.timeout_ms) == (CALLED, 20_000)
        assert await snapshot(program, call) == {CALLED: "alerting", "sales": "connected"}
        answered(csta.centre, out.leg)
        delivered = await program.event("DeliveredEvent")
        assert delivered.value("correlatorData", "string") == b"order 7".hex()
        csta.centre.answer("1001")
        await program.event("EstablishedEvent")
        assert await snapshot(program, call) == {CALLED: "connected", "1001": "connected"}
        asked = f"<ClearCall><callToBeCleared>{connection(call, '1001')}</callToBeCleared></ClearCall>"
        assert (await program.ask(asked)).name == "ClearCallResponse"


async def test_it_is_ended_while_it_rings(start_csta: StartCsta) -> None:
    async with start_csta() as csta:
        program = await csta.program()
        call = (await program.ask(PREDICTIVE.format("sales", CALLED, ""))).value("initiatedCall", "callID")
        asked = f"<ClearCall><callToBeCleared><callID>{call}</callID></callToBeCleared></ClearCall>"
        assert (await program.ask(asked)).name == "ClearCallResponse"
        assert not csta.centre.view.interactions


@pytest.mark.parametrize(
    ("device", "called", "more", "value"),
    [
        ("1001", CALLED, "", "requestIncompatibleWithCallingDevice"),
        ("nowhere", CALLED, "", "invalidDeviceID"),
        ("sales", "1001", "", "requestIncompatibleWithCalledDevice"),
        ("sales", "4008005678", "", "requestIncompatibleWithDestinationDevice"),
        ("sales", "", "", "invalidDestination"),
        ("sales", "abc", "", "invalidDestination"),
        ("sales", CALLED, "<alertTime>2</alertTime>", "invalidAlertTime"),
        ("sales", CALLED, "<alertTime>soon</alertTime>", "invalidAlertTime"),
        (
            "sales",
            CALLED,
            "<signallingDetection><signallingCondition>callDelivered</signallingCondition></signallingDetection>",
            "invalidParameterValue",
        ),
        ("sales", CALLED, "<destinationDetection/>", "invalidDestinationDetect"),
    ],
)
async def test_what_cannot_be_done_is_refused(start_csta: StartCsta, device: str, called: str, more: str, value: str) -> None:
    async with start_csta() as csta:
        before = csta.centre.view
        assert error(await (await csta.program()).ask(PREDICTIVE.format(device, called, more))) == ("operation", value)
        assert csta.centre.view == before
