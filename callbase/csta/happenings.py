"""What is told of calls and agents: the events of ECMA-269 §17 and §22, apart from their form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from callbase.core.views import AgentView
from callbase.csta.model import Call, Party

CallEventName = Literal[
    "ServiceInitiatedEvent",
    "OriginatedEvent",
    "NetworkReachedEvent",
    "DeliveredEvent",
    "QueuedEvent",
    "DivertedEvent",
    "EstablishedEvent",
    "FailedEvent",
    "HeldEvent",
    "RetrievedEvent",
    "ConferencedEvent",
    "TransferedEvent",
    "ConnectionClearedEvent",
    "CallClearedEvent",
    "CallInformationEvent",
    "DigitsGeneratedEvent",
]


class Link(NamedTuple):
    """A connection that is in the call after a transfer or conference, and the call it was in before; None: in none."""

    party: Party
    old_call: str | None


@dataclass(frozen=True, slots=True)
class CallEvent:
    """`call` is as it is after this event; `concerns` the parties that take part before or after it."""

    name: CallEventName
    call: Call
    subject: Party
    """Of a transfer or conference: who made it."""
    cause: str
    concerns: frozenset[Party]
    destination: Party | None = None
    """Of a diverted or transferred call, or who was added to a conference."""
    last: Party | None = None
    """Where it was last diverted from."""
    absorbed: str | None = None
    """The call that has become part of this one."""
    links: tuple[Link, ...] = ()
    digits: str = ""
    """What the subject sent."""


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
