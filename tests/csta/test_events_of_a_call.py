"""A call is told to monitors as the call model of ECMA-269 wants it."""

from __future__ import annotations

from callbase.core.events import HoldCall, RetrieveCall, SetData, SetNotReady, SetReady, SignOut
from callbase.csta.happenings import AgentEvent, CallEvent
from callbase.csta.model import calls_in
from tests.csta.listening import ListeningCentre


def test_a_call_that_waits_is_queued_then_distributed_to_an_agent() -> None:
    centre = ListeningCentre()
    queue, agent = centre.monitor("sales", "queue"), centre.monitor("1001")
    customer = centre.call()
    centre.staff("1001")
    centre.answer("1001")
    centre.hang_up(customer)
    assert centre.told(queue) == [
        "Delivered enteringDistribution",
        "Queued noAvailableAgents",
        "Diverted distributed",
    ]
    assert centre.told(agent) == [
        "AgentLoggedOn",
        "AgentNotReady",
        "AgentReady",
        "Delivered distributed",
        "Established distributed",
        "AgentBusy",
        "ConnectionCleared normalClearing",
        "ConnectionCleared normalClearing",
        "AgentWorkingAfterCall",
    ]


def test_who_finds_an_agent_free_comes_through_the_queue_all_the_same() -> None:
    centre = ListeningCentre()
    centre.staff("1001")
    queue = centre.monitor("sales", "queue")
    centre.call()
    assert centre.told(queue) == ["Delivered enteringDistribution", "Diverted distributed"]
    assert centre.sent[-1].value("newDestination", "deviceIdentifier") == "1001"


def test_delivered_names_who_calls_whom_by_which_queue() -> None:
    centre = ListeningCentre()
    centre.monitor("1001")
    centre.staff("1001")
    centre.call()
    event = centre.sent[-1]
    assert event.name == "DeliveredEvent"
    assert event.value("connection", "callID") == centre.only().interaction
    assert event.value("connection", "deviceID") == "1001"
    assert event.value("alertingDevice", "deviceIdentifier") == "1001"
    assert event.value("callingDevice", "deviceIdentifier") == "13900139000"
    assert event.value("calledDevice", "deviceIdentifier") == centre.only().called_number
    assert event.value("lastRedirectionDevice", "numberDialed") == "sales"
    assert event.value("localConnectionInfo") == "alerting"


def test_a_caller_without_a_number_is_not_known() -> None:
    centre = ListeningCentre()
    centre.monitor("1001")
    centre.staff("1001")
    centre.call(caller="")
    assert centre.sent[-1].find("callingDevice", "notKnown") is not None


def test_hold_and_retrieve_are_told() -> None:
    centre = ListeningCentre()
    agent = centre.monitor("1001")
    centre.talk()
    centre.act(HoldCall(agent="1001"))
    centre.act(RetrieveCall(agent="1001"))
    assert centre.told(agent)[-2:] == ["Held normal", "Retrieved normal"]


def test_an_agent_who_does_not_answer_loses_the_call_to_the_queue() -> None:
    centre = ListeningCentre()
    agent, queue = centre.monitor("1001"), centre.monitor("sales", "queue")
    centre.staff("1001")
    centre.call()
    centre.run_for(60_000)
    assert "Diverted callNotAnswered" in centre.told(agent)
    assert "Established distributed" not in centre.told(agent)
    assert centre.told(queue)[-1] == "Queued noAvailableAgents"


def test_one_agent_calls_another() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    caller, called = centre.monitor("1001"), centre.monitor("1002")
    leg = centre.call("1002", caller="1001", device="1001")
    centre.answer("1002")
    centre.hang_up(leg)
    calls = ["Delivered newCall", "Established newCall"]
    cleared = ["ConnectionCleared normalClearing"] * 2
    assert [one for one in centre.told(caller) if not one.startswith("Agent")] == ["Originated newCall", *calls, *cleared]
    assert [one for one in centre.told(called) if not one.startswith("Agent")] == [*calls, *cleared]


def test_what_a_program_filters_out_it_is_not_sent() -> None:
    centre = ListeningCentre()
    agent = centre.monitor("1001", unwanted=("delivered", "agentReady"))
    centre.talk()
    assert centre.told(agent) == ["AgentLoggedOn", "AgentNotReady", "Established distributed", "AgentBusy"]


def test_a_monitor_of_type_call_follows_the_call_where_it_goes() -> None:
    centre = ListeningCentre()
    queue = centre.monitor("sales", "queue", follows=True)
    customer, _ = centre.talk()
    centre.hang_up(customer)
    assert centre.told(queue)[-4:] == [
        "Established distributed",
        "ConnectionCleared normalClearing",
        "ConnectionCleared normalClearing",
        "CallCleared normalClearing",
    ]


def test_attached_data_is_told_and_goes_with_every_event() -> None:
    centre = ListeningCentre()
    centre.monitor("1001")
    centre.talk()
    centre.act(SetData(interaction=centre.only().interaction, data={"correlatorData": "order 7", "order": "七"}))
    event = centre.sent[-1]
    assert event.name == "CallInformationEvent"
    assert bytes.fromhex(event.value("correlatorData", "string")).decode() == "order 7"
    assert {item.attribute("key"): item.text for item in event.every("item")} == {"correlatorData": "order 7", "order": "七"}


def test_why_an_agent_is_not_ready_and_what_it_will_be_is_told() -> None:
    centre = ListeningCentre()
    centre.staff("1001")
    centre.monitor("1001")
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    assert [item.text for item in centre.sent[-1].every("item")] == ["lunch"]
    centre.act(SetReady(agent="1001"))
    customer = centre.call()
    centre.answer("1001")
    centre.act(SignOut(agent="1001"))
    centre.hang_up(customer)
    assert (centre.sent[-1].name, centre.sent[-1].value("pendingAgentState")) == ("AgentWorkingAfterCallEvent", "null")


def test_after_a_gap_in_the_link_a_program_is_told_what_it_missed() -> None:
    centre = ListeningCentre()
    centre.staff("1001")
    agent = centre.monitor("1001")
    take, centre.take = centre.take, lambda message: None  # type: ignore[method-assign]
    centre.call()
    centre.answer("1001")
    centre.take = take  # type: ignore[method-assign]
    centre.take(centre.snapshot())
    assert centre.told(agent) == ["Delivered distributed", "Established distributed", "AgentBusy"]


def test_events_lead_to_exactly_the_present_state_whatever_happens() -> None:
    centre = ListeningCentre()
    centre.staff("1001", "1002")
    legs = [centre.call(caller=f"1390000{number:04}") for number in range(6)]
    centre.answer("1001")
    centre.hang_up(legs[3])
    centre.run_for(25_000)
    centre.act(HoldCall(agent="1001"))
    centre.hang_up(legs[0])
    centre.run_for(120_000)
    calls = {}
    for happening in centre.heard:
        if isinstance(happening, CallEvent):
            calls[happening.call.id] = dict(happening.call.parties)
    assert {name: parties for name, parties in calls.items() if parties} == {
        name: dict(call.parties) for name, call in calls_in(centre.view).items()
    }
    assert any(isinstance(happening, AgentEvent) for happening in centre.heard)
