"""What happened to a call, found by comparing it before and after: the events of ECMA-269 §17 in the order they are told.

Whatever the reason of a change, the events lead from the one state to the other; so a session that missed messages of the link
is told what it missed by what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from callbase.core.views import AgentView
from callbase.csta.model import Call, Party, State

CallEventName = Literal[
    "OriginatedEvent",
    "DeliveredEvent",
    "QueuedEvent",
    "DivertedEvent",
    "EstablishedEvent",
    "HeldEvent",
    "RetrievedEvent",
    "ConnectionClearedEvent",
    "CallClearedEvent",
    "CallInformationEvent",
]


@dataclass(frozen=True, slots=True)
class CallEvent:
    """`call` is as it is after this event; `concerns` the parties that take part before or after it."""

    name: CallEventName
    call: Call
    subject: Party
    cause: str
    concerns: frozenset[Party]
    destination: Party | None = None
    """Of a diverted call."""
    last: Party | None = None
    """Where it was last diverted from."""


AgentEventName = Literal[
    "AgentLoggedOnEvent",
    "AgentLoggedOffEvent",
    "AgentNotReadyEvent",
    "AgentReadyEvent",
    "AgentBusyEvent",
    "AgentWorkingAfterCallEvent",
]


@dataclass(frozen=True, slots=True)
class AgentEvent:
    name: AgentEventName
    agent: AgentView


Happening = CallEvent | AgentEvent


class _Steps:
    """Goes from one state of a call to the next, event by event."""

    def __init__(self, before: Call | None, after: Call) -> None:
        self._parties: dict[Party, State] = dict(before.parties) if before is not None else {}
        self._after = after
        self.last: Party | None = None

    def state(self, party: Party) -> State | None:
        return self._parties.get(party)

    def set(self, party: Party, state: State | None) -> None:
        if state is None:
            self._parties.pop(party, None)
        else:
            self._parties[party] = state

    def event(
        self, name: CallEventName, party: Party, state: State | None, cause: str, *, destination: Party | None = None
    ) -> CallEvent:
        before = frozenset(self._parties)
        self.set(party, state)
        if name == "DivertedEvent":
            self.last = party
        call = replace(self._after, parties=dict(self._parties))
        return CallEvent(name, call, party, cause, before | frozenset(self._parties), destination, self.last)


def call_events(before: Call | None, after: Call | None, *, last: Party | None = None) -> Iterator[CallEvent]:
    """`last`: where it had last been diverted from."""
    if after is None:
        if before is not None:
            yield from _ended(before, last)
        return
    steps = _Steps(before, after)
    steps.last = last
    if before is None:
        yield from _begun(steps, after)
    yield from _left(steps, before, after)
    yield from _through_the_queue(steps, before, after)
    for party, state in after.parties.items():
        yield from _changed(steps, party, state, after)
    if before is not None and before.data != after.data:
        yield steps.event("CallInformationEvent", after.calling, after.parties.get(after.calling), "normal")


def _ended(call: Call, last: Party | None) -> Iterator[CallEvent]:
    steps = _Steps(call, replace(call, parties={}))
    steps.last = last
    everybody = frozenset(call.parties)
    for party in sorted(call.parties, key=lambda one: one.kind != "outside"):
        yield replace(steps.event("ConnectionClearedEvent", party, None, "normalClearing"), concerns=everybody)
    yield replace(steps.event("CallClearedEvent", call.calling, None, "normalClearing"), concerns=everybody)


def _begun(steps: _Steps, after: Call) -> Iterator[CallEvent]:
    """An outside caller is there without an event of its own; an agent's call is told as its own doing."""
    if after.calling not in after.parties:
        return
    if after.calling.kind == "agent":
        yield steps.event("OriginatedEvent", after.calling, "connected", "newCall")
    else:
        steps.set(after.calling, "connected")


def _left(steps: _Steps, before: Call | None, after: Call) -> Iterator[CallEvent]:
    for party, state in (before.parties if before is not None else {}).items():
        if party in after.parties:
            continue
        rings_no_more = party.kind == "agent" and state == "alerting"
        if rings_no_more or party.kind in ("queue", "flow"):
            yield steps.event("DivertedEvent", party, None, _diverted_cause(party, after), destination=_goes_to(after))
        else:
            yield steps.event("ConnectionClearedEvent", party, None, "normalClearing")


def _diverted_cause(party: Party, after: Call) -> str:
    if party.kind == "queue":
        return "distributed" if _goes_to(after).kind == "agent" else "redirected"
    if party.kind == "agent" and _goes_to(after).kind != "agent":
        return "callNotAnswered"
    return "redirected"


def _goes_to(after: Call) -> Party:
    """Where the caller is now."""
    others = [party for party in after.parties if party != after.calling]
    return others[0] if others else after.calling


def _through_the_queue(steps: _Steps, before: Call | None, after: Call) -> Iterator[CallEvent]:
    """Who finds an agent free is distributed by the queue all the same, without waiting in it."""
    rings = [party for party, state in after.parties.items() if party.kind == "agent" and party != after.calling]
    came = [party for party in rings if steps.state(party) is None]
    waited = before is not None and any(party.kind in ("queue", "agent") for party in before.parties)
    if not came or waited or after.queue is None or (before is None and after.calling.kind == "agent"):
        return
    queue = Party("queue", after.queue)
    yield steps.event("DeliveredEvent", queue, "alerting", "enteringDistribution")
    yield steps.event("DivertedEvent", queue, None, "distributed", destination=came[0])


def _changed(steps: _Steps, party: Party, state: State, after: Call) -> Iterator[CallEvent]:
    before = steps.state(party)
    if before == state:
        return
    if state == "queued":
        yield steps.event("DeliveredEvent", party, "alerting", "enteringDistribution")
        yield steps.event("QueuedEvent", party, "queued", "noAvailableAgents")
    elif state == "hold":
        if before is None or before == "alerting":
            yield from _changed(steps, party, "connected", after)
        yield steps.event("HeldEvent", party, "hold", "normal")
    elif state == "connected" and before == "hold":
        yield steps.event("RetrievedEvent", party, "connected", "normal")
    else:
        cause = "distributed" if party.kind == "agent" and after.queue is not None else "newCall"
        if before is None:
            yield steps.event("DeliveredEvent", party, "alerting", cause)
        if state == "connected":
            yield steps.event("EstablishedEvent", party, "connected", cause)


_READY_FOR_CSTA = {"reserved": "ready"}
_EVENT_OF_STATE: Mapping[
    str, Literal["AgentNotReadyEvent", "AgentReadyEvent", "AgentBusyEvent", "AgentWorkingAfterCallEvent"]
] = {
    "not_ready": "AgentNotReadyEvent",
    "ready": "AgentReadyEvent",
    "busy": "AgentBusyEvent",
    "working_after_call": "AgentWorkingAfterCallEvent",
}


def agent_events(before: AgentView | None, after: AgentView) -> Iterator[AgentEvent]:
    """CSTA knows no reserved agent: one whose telephone rings is ready still."""
    old = _READY_FOR_CSTA.get(before.state, before.state) if before is not None else "logged_off"
    new = _READY_FOR_CSTA.get(after.state, after.state)
    other_reason = before is not None and new == "not_ready" and before.reason != after.reason
    if old == new and not other_reason:
        return
    if new == "logged_off":
        yield AgentEvent("AgentLoggedOffEvent", after)
        return
    if old == "logged_off":
        yield AgentEvent("AgentLoggedOnEvent", after)
    yield AgentEvent(_EVENT_OF_STATE[new], after)
