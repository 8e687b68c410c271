"""The form of what is said: the order of elements for each message there can be, and validity by the standard's schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest

from callbase.core.errors import Code, CoreError
from callbase.csta import failures
from callbase.csta.document import NEWEST, Part, parse, render
from callbase.csta.events import agent_event, call_event
from callbase.csta.happenings import AgentEvent, AgentEventName, CallEvent, CallEventName, Link
from callbase.csta.model import Call, Party
from callbase.csta.services import GROUPS, SERVICES
from tests.core.centre import Centre
from tests.csta.standard import ORDER, disordered, invalid, schema

AGENT, QUEUE, OUTSIDE = Party("agent", "1001"), Party("queue", "sales"), Party("outside", "")
CALL = Call(
    "7",
    {AGENT: "connected", OUTSIDE: "connected"},
    OUTSIDE,
    "4008001234",
    "sales",
    "talk",
    position=2,
    data={"correlatorData": "七"},
)
FROM_US = {"MonitorStop", "SwitchingFunctionDevices", "SystemStatus", "RouteRequest", "RouteUsed", "RouteEnd", "ReRoute"}
UNANSWERED = {"RouteSelect", "RouteEnd", "RouteReject"}


def events() -> Iterator[Part]:
    """Each with everything that can be in it."""
    for name in get_args(CallEventName):
        links = (Link(AGENT, "7"), Link(OUTSIDE, None))
        event = CallEvent(name, CALL, AGENT, "normal", frozenset(CALL.parties), OUTSIDE, QUEUE, "8", links)
        yield call_event(event, "1", AGENT)
    for name in get_args(AgentEventName):
        agent = msgspec.structs.replace(Centre().view.agents["1001"], reason="lunch", next_state="not_ready")
        yield agent_event(AgentEvent(name, agent), "1")


def refusals() -> list[Part]:
    return [failures.failure_of(CoreError(code=code, field=field)).message for code in get_args(Code) for field in ("", "to")]


def test_the_order_is_known_of_every_message_there_can_be() -> None:
    answers = {f"{name}Response" for name in SERVICES} - {f"{name}Response" for name in UNANSWERED}
    every = {*get_args(CallEventName), *get_args(AgentEventName), *answers, *FROM_US, "CSTAErrorCode"}
    assert every == {name for name in ORDER if name[0].isupper()}
    assert {name for group in GROUPS.values() for name, service in group.items() if service is None} <= FROM_US


@pytest.mark.parametrize("event", [*events()], ids=lambda event: event[0])
def test_elements_of_each_event_are_in_the_standards_order(event: Part) -> None:
    message = parse(render(NEWEST, event))
    assert disordered(message) == []
    assert {"monitorCrossRefID", *(one.name for one in message.children)} <= set(ORDER[message.name].split())


def test_another_order_is_noticed() -> None:
    name, content = next(events())
    assert disordered(parse(render(NEWEST, (name, list(reversed(content)))))) != []


needs_schema = pytest.mark.skipif(
    schema() is None, reason="the schema of ECMA-323 is not at hand: CALLBASE_CSTA_SCHEMA names the folder it is in"
)


@needs_schema
@pytest.mark.parametrize("message", [*events(), *refusals()], ids=lambda message: message[0])
def test_each_event_and_refusal_is_valid_by_the_schema(message: Part) -> None:
    assert invalid(render(NEWEST, message)) == []


@needs_schema
def test_what_is_not_valid_is_noticed() -> None:
    assert invalid(render(NEWEST, ("DeliveredEvent", [("monitorCrossRefID", "1"), ("cause", "because")]))) != []
    assert invalid(render(NEWEST, ("CSTAErrorCode", [("operation", "noSuchRefusal")]))) != []
