"""Consultation, transfer, conference, parking and picking up, as monitors are told of them."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.events import (
    AlternateCall,
    ClearCall,
    ConferenceCall,
    ConsultationCall,
    DeflectCall,
    DirectedPickupCall,
    FinishWrapUp,
    GenerateDigits,
    MakeCall,
    ParkCall,
    ReconnectCall,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    TransferCall,
)
from callbase.csta.document import Document
from callbase.csta.model import calls_in
from tests.csta.listening import ListeningCentre


def calls_told(centre: ListeningCentre, reference: str) -> list[str]:
    return [told for told in centre.told(reference) if not told.startswith("Agent")]


def consulting(*, answered: bool = True) -> ListeningCentre:
    """1001 talks with a customer and consults 1002; what came before is forgotten."""
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    centre.call()
    centre.answer("1001")
    centre.sent.clear()
    return begin_consulting(centre, answered=answered)


def begin_consulting(centre: ListeningCentre, *, answered: bool) -> ListeningCentre:
    centre.references = {name: centre.monitor(name) for name in ("1001", "1002")}  # type: ignore[attr-defined]
    centre.act(ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    if answered:
        centre.answer("1002")
    return centre


def told_both(centre: ListeningCentre) -> tuple[list[str], list[str]]:
    references: dict[str, str] = centre.references  # type: ignore[attr-defined]
    return calls_told(centre, references["1001"]), calls_told(centre, references["1002"])


def the(centre: ListeningCentre, name: str) -> Document:
    return next(event for event in centre.sent if event.name == name)


def connections(event: Document, name: str) -> set[tuple[str, str, str]]:
    """Device, call it was in, call it is in."""
    items = event.find(name)
    assert items is not None
    return {
        (one.value("newConnection", "deviceID"), one.value("oldConnection", "callID"), one.value("newConnection", "callID"))
        for one in items.children
    }


def consultation(centre: ListeningCentre) -> str:
    """The id of the call beside."""
    return the(centre, "OriginatedEvent").value("originatedConnection", "callID")


def digits(centre: ListeningCentre) -> list[tuple[str, str, str]]:
    """Call, device, keys."""
    return [
        (one.value("connection", "callID"), one.value("connection", "deviceID"), one.value("digitGeneratedList"))
        for one in centre.sent
        if one.name == "DigitsGeneratedEvent"
    ]


def test_keys_are_told_at_the_device_that_sends_them_in_the_call_it_speaks_in_each_time() -> None:
    centre = consulting()
    main, beside = centre.only().interaction, consultation(centre)
    for keys in ("12#", "12#"):
        centre.act(GenerateDigits(agent="1001", digits=keys))
    assert digits(centre) == [(beside, "1001", "12#")] * 4  # at 1001 and at 1002
    centre.act(ReconnectCall(agent="1001"))
    centre.sent.clear()
    filtered = centre.monitor("1001", unwanted=("digitsGenerated",))
    centre.act(GenerateDigits(agent="1001", digits="7"))
    assert digits(centre) == [(main, "1001", "7")]
    assert centre.told(filtered) == []
    centre.act(ClearCall(agent="1001"))
    centre.act(FinishWrapUp(agent="1001"))
    assert centre.agent("1001").digits_sent is None
    centre.call()
    centre.answer("1001")
    centre.act(GenerateDigits(agent="1001", digits="7"))
    assert digits(centre)[1:] == [(centre.only().interaction, "1001", "7")]


BEGINS = ["Held consultation", "Originated consultation", "Delivered consultation", "Established consultation"]


def test_a_consultation_is_a_second_call_and_the_first_is_on_hold() -> None:
    centre = consulting()
    main = centre.only().interaction
    assert told_both(centre) == (BEGINS, BEGINS[2:])
    assert the(centre, "HeldEvent").value("heldConnection", "callID") == main
    delivered = the(centre, "DeliveredEvent")
    assert delivered.value("callingDevice", "deviceIdentifier") == "1001"
    assert delivered.value("connection", "callID") == consultation(centre) != main
    assert set(calls_in(centre.view)) == {main, consultation(centre)}


def test_a_consultation_taken_back_is_cleared_before_the_first_call_is_retrieved() -> None:
    centre = consulting()
    centre.act(ReconnectCall(agent="1001"))
    cleared = ["ConnectionCleared normalClearing"] * 2
    assert told_both(centre) == ([*BEGINS, *cleared, "Retrieved normal"], [*BEGINS[2:], *cleared])


def test_who_is_consulted_and_does_not_answer_leaves_the_first_call_to_the_agent() -> None:
    centre = consulting(answered=False)
    centre.run_for(60_000)
    assert told_both(centre)[0][-3:] == ["ConnectionCleared normalClearing"] * 2 + ["Retrieved normal"]


def test_alternating_holds_the_one_before_it_retrieves_the_other() -> None:
    centre = consulting()
    centre.act(AlternateCall(agent="1001"))
    centre.act(AlternateCall(agent="1001"))
    assert told_both(centre)[0][4:] == ["Held alternate", "Retrieved alternate"] * 2
    held = [event.value("heldConnection", "callID") for event in centre.sent if event.value("cause") == "alternate"]
    assert [one for one in held if one] == [consultation(centre), consultation(centre), centre.only().interaction]


@pytest.mark.parametrize("alternated", [False, True])
def test_a_transfer_links_the_two_calls(alternated: bool) -> None:
    centre = consulting()
    main, beside = centre.only().interaction, consultation(centre)
    if alternated:
        centre.act(AlternateCall(agent="1001"))
    before = len(centre.sent)
    centre.act(TransferCall(agent="1001"))
    told = [event for event in centre.sent[before:] if not event.name.startswith("Agent")]
    assert [event.name for event in told] == ["TransferedEvent"] * 2
    event = told[0]
    assert event.value("primaryOldCall", "callID") == main
    assert event.value("secondaryOldCall", "callID") == beside
    assert event.value("transferringDevice", "deviceIdentifier") == "1001"
    assert event.value("transferredToDevice", "deviceIdentifier") == "1002"
    assert connections(event, "transferredConnections") == {("13900139000", main, main), ("1002", beside, main)}
    assert {one.value("localConnectionInfo") for one in told} == {"null", "connected"}
    assert set(calls_in(centre.view)) == {main}


def test_a_transfer_to_one_who_rings_still_is_answered_in_the_first_call() -> None:
    centre = consulting(answered=False)
    main = centre.only().interaction
    centre.act(TransferCall(agent="1001"))
    centre.answer("1002")
    assert told_both(centre)[1] == ["Delivered consultation", "Transfered transfer", "Established transfer"]
    assert the(centre, "EstablishedEvent").value("establishedConnection", "callID") == main


def test_a_transfer_to_a_number_that_rings_still_keeps_it_ringing() -> None:
    centre = ListeningCentre()
    centre.talk()
    agent = centre.monitor("1001", follows=True)
    centre.sent.clear()
    centre.act(ConsultationCall(agent="1001", to=ToNumber(number="02155556666")))
    centre.act(TransferCall(agent="1001"))
    centre.switch.answer([leg.id for leg in centre.switch.legs.values()][-1], centre.now_ms)
    centre.settle()
    assert calls_told(centre, agent) == [
        "Held consultation",
        "Originated consultation",
        "NetworkReached consultation",
        "Delivered consultation",
        "Transfered transfer",
        "Established transfer",
    ]


def test_a_conference_links_the_two_calls_and_each_leaves_it_alone() -> None:
    centre = consulting()
    main, beside = centre.only().interaction, consultation(centre)
    centre.act(ConferenceCall(agent="1001"))
    event = the(centre, "ConferencedEvent")
    assert event.value("conferencingDevice", "deviceIdentifier") == "1001"
    assert event.value("addedParty", "deviceIdentifier") == "1002"
    assert connections(event, "conferenceConnections") == {
        ("13900139000", main, main),
        ("1001", main, main),
        ("1002", beside, main),
    }
    centre.hang_up(centre.agent_leg("1002"))
    assert told_both(centre)[0][4:] == ["Conferenced conference", "ConnectionCleared normalClearing"]
    assert {party.device for party in calls_in(centre.view)[main].parties} == {"13900139000", "1001"}


def test_who_is_asked_to_join_rings_in_the_call_itself() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    centre.call()
    centre.answer("1001")
    asked = centre.monitor("1002")
    centre.act(SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    assert calls_told(centre, asked) == [f"{name} singleStepConference" for name in ("Delivered", "Established", "Conferenced")]
    assert the(centre, "ConferencedEvent").value("conferencingDevice", "deviceIdentifier") == "1001"


def test_who_is_asked_to_join_and_does_not_is_cleared_and_the_talk_goes_on() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    centre.call()
    centre.answer("1001")
    asked = centre.monitor("1002")
    centre.act(SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.act(ReconnectCall(agent="1001"))
    assert calls_told(centre, asked) == ["Delivered singleStepConference", "ConnectionCleared normalClearing"]


def test_a_single_step_transfer_to_an_agent() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    centre.call()
    centre.answer("1001")
    main = centre.only().interaction
    first, second = centre.monitor("1001"), centre.monitor("1002")
    centre.act(SingleStepTransferCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    assert calls_told(centre, first) == ["Transfered singleStepTransfer"]
    assert calls_told(centre, second) == ["Delivered singleStepTransfer", "Established singleStepTransfer"]
    event = the(centre, "TransferedEvent")
    assert event.value("transferredToDevice", "deviceIdentifier") == "1002"
    assert event.find("secondaryOldCall") is None
    assert connections(event, "transferredConnections") == {("13900139000", main, main)}


def test_a_single_step_transfer_to_a_queue_waits_there_or_is_distributed_at_once() -> None:
    centre = ListeningCentre()
    first = centre.monitor("1001", follows=True)
    centre.talk()
    centre.sent.clear()
    centre.act(SingleStepTransferCall(agent="1001", to=ToQueues(queues=("support",))))
    waits = ["Transfered singleStepTransfer", "Delivered enteringDistribution", "Queued noAvailableAgents"]
    assert calls_told(centre, first) == waits
    centre.staff("1011")
    assert calls_told(centre, first)[3:] == ["Diverted distributed", "Delivered distributed"]


def test_a_parked_call_is_queued_at_park_and_picked_up_there() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    centre.call()
    centre.answer("1001")
    first, park, second = centre.monitor("1001"), centre.monitor("park", "park"), centre.monitor("1002")
    centre.act(ParkCall(agent="1001"))
    assert calls_told(centre, first) == ["Diverted park"]
    assert calls_told(centre, park) == ["Queued park"]
    centre.act(DirectedPickupCall(agent="1002", interaction=centre.only().interaction))
    centre.run_for(1000)
    assert calls_told(centre, park)[1:] == ["Diverted callPickup"]
    assert calls_told(centre, second) == ["Delivered callPickup", "Established callPickup"]


def test_a_parked_call_nobody_fetches_is_recalled() -> None:
    centre = ListeningCentre()
    centre.talk()
    first = centre.monitor("1001")
    centre.act(ParkCall(agent="1001"))
    centre.run_for(60_500)
    assert calls_told(centre, first) == ["Diverted park", "Delivered recall"]


def test_what_rings_is_deflected_and_the_agent_it_rang_at_is_told_where_to() -> None:
    centre = ListeningCentre()
    centre.staff("1001")
    centre.call()
    agent = centre.monitor("1001", follows=True)
    centre.act(DeflectCall(agent="1001", to=ToNumber(number="02155556666")))
    assert calls_told(centre, agent)[:2] == ["Diverted redirected", "NetworkReached newCall"]
    assert the(centre, "DivertedEvent").value("newDestination", "deviceIdentifier") == "02155556666"


def test_a_call_made_for_an_agent_is_initiated_until_its_own_telephone_has_answered() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    caller = centre.monitor("1001")
    centre.switch.telephones["1001"].answers_when_told = False
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    assert calls_told(centre, caller) == ["ServiceInitiated makeCall"]
    centre.answer("1001")
    centre.answer("1002")
    assert calls_told(centre, caller)[1:] == ["Originated makeCall", "Delivered newCall", "Established newCall"]


def test_a_call_to_the_outside_reaches_the_network() -> None:
    centre = ListeningCentre()
    centre.staff("1001")
    caller = centre.monitor("1001")
    centre.act(MakeCall(agent="1001", to=ToNumber(number="02155556666")))
    centre.run_for(1000)
    told = ["ServiceInitiated makeCall", "Originated makeCall", "NetworkReached newCall", "Delivered newCall"]
    assert calls_told(centre, caller) == told
    made = [leg.id for leg in centre.switch.legs.values()][-1]
    centre.switch.answer(made, centre.now_ms)
    centre.settle()
    assert calls_told(centre, caller)[4:] == ["Established newCall"]
    assert the(centre, "EstablishedEvent").value("answeringDevice", "deviceIdentifier") == "02155556666"


def test_a_monitor_of_a_consultation_follows_it_into_the_call_it_becomes_part_of() -> None:
    centre = consulting()
    monitor = centre.monitors.add(call=consultation(centre), follows=True, unwanted=frozenset())
    centre.act(TransferCall(agent="1001"))
    centre.hang_up(centre.agent_leg("1002"))
    assert calls_told(centre, monitor.reference)[0] == "Transfered transfer"
    assert calls_told(centre, monitor.reference)[-1] == "CallCleared normalClearing"


def test_after_a_gap_a_transfer_is_still_told_as_one() -> None:
    centre = consulting()
    take: Any = centre.take
    centre.take = lambda message: None  # type: ignore[method-assign]
    centre.act(TransferCall(agent="1001"))
    centre.take = take  # type: ignore[method-assign]
    centre.take(centre.snapshot())
    assert told_both(centre)[1][-1] == "Transfered transfer"


def test_who_consults_a_queue_waits_there_and_is_distributed_to_the_next_agent() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1011")
    centre.call()
    centre.answer("1001")
    centre.act(MakeCall(agent="1011", to=ToNumber(number="02155556666")))
    agent, queue = centre.monitor("1001"), centre.monitor("support", "queue")
    centre.sent.clear()
    centre.act(ConsultationCall(agent="1001", to=ToQueues(queues=("support",))))
    begun = ["Held consultation", "Originated consultation", "Delivered enteringDistribution", "Queued noAvailableAgents"]
    assert calls_told(centre, agent) == begun
    call = consultation(centre)
    centre.act(ClearCall(agent="1011"))
    centre.answer("1011")
    assert calls_told(centre, queue)[2:] == ["Diverted distributed"]
    assert calls_told(centre, agent)[4:] == ["Diverted distributed", "Delivered consultation", "Established consultation"]
    assert consultation(centre) == call
    centre.act(TransferCall(agent="1001"))
    assert connections(the(centre, "TransferedEvent"), "transferredConnections") >= {("1011", call, interaction(centre))}


def interaction(centre: ListeningCentre) -> str:
    return centre.agent("1011").interaction or ""


def test_who_called_a_colleague_and_consults_still_is_who_called() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002", "1003")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    centre.run_for(1000)
    centre.answer("1002")
    centre.act(ConsultationCall(agent="1001", to=ToAgent(agent="1003")))
    centre.answer("1003")
    main, beside = calls_in(centre.view).values()
    assert (main.calling.device, beside.calling.device) == ("1001", "1001")
    assert {party.device: state for party, state in main.parties.items()} == {"1001": "hold", "1002": "connected"}
    assert {party.device: state for party, state in beside.parties.items()} == {"1001": "connected", "1003": "connected"}


@pytest.mark.parametrize(("cause", "told"), [("busy", "busy"), ("no_answer", "callNotAnswered")])
def test_who_cannot_be_reached_has_failed_and_why(cause: Any, told: str) -> None:
    centre = ListeningCentre()
    centre.talk()
    agent = centre.monitor("1001")
    centre.act(ConsultationCall(agent="1001", to=ToNumber(number="02155556666")))
    centre.hang_up([leg.id for leg in centre.switch.legs.values()][-1], cause)
    cleared = ["ConnectionCleared normalClearing"] * 2
    assert calls_told(centre, agent)[4:] == [f"Failed {told}", *cleared, "Retrieved normal"]
    assert the(centre, "FailedEvent").value("failingDevice", "deviceIdentifier") == "02155556666"


@pytest.mark.parametrize(("cause", "told"), [("busy", "busy"), ("unallocated", "numberUnallocated")])
def test_a_call_to_the_outside_that_fails_says_why_before_it_is_cleared(cause: Any, told: str) -> None:
    centre = ListeningCentre()
    centre.staff("1001")
    agent = centre.monitor("1001")
    centre.act(MakeCall(agent="1001", to=ToNumber(number="02155556666")))
    centre.run_for(1000)
    centre.hang_up([leg.id for leg in centre.switch.legs.values()][-1], cause)
    assert calls_told(centre, agent)[4:] == [f"Failed {told}", *["ConnectionCleared normalClearing"] * 2]
