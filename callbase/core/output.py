"""What one event led to."""

from __future__ import annotations

import msgspec

from callbase.core.call.attached import AttachedData, CallMade
from callbase.core.commands import AnyCommand
from callbase.core.errors import CoreError
from callbase.core.facts import AnyFact
from callbase.core.routing.explained import AgentExplained

Answer = AgentExplained | AttachedData | CallMade


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answers the Request of the same id; `error` None means done."""

    id: str
    tenant: str
    error: CoreError | None = None
    answer: Answer | None = None
    """What was asked for, where the request was a question; or which call MakePredictiveCall has made."""


class Changed(msgspec.Struct, kw_only=True):
    """Names, per tenant, what a client's view must replace; an object no longer there is to be removed."""

    agents: set[str] = msgspec.field(default_factory=set)
    interactions: set[str] = msgspec.field(default_factory=set)
    places: set[str] = msgspec.field(default_factory=set)
    """Interactions that moved in their line, for somebody before them came or went; nothing else of them changed by that."""
    queues: set[str] = msgspec.field(default_factory=set)
    trunks: set[str] = msgspec.field(default_factory=set)
    everything: bool = False


class Output(msgspec.Struct, kw_only=True):
    """What one event led to, in order. Facts and replies may go out only once the event is journaled."""

    commands: list[AnyCommand] = msgspec.field(default_factory=list)
    facts: list[AnyFact] = msgspec.field(default_factory=list)
    replies: list[Reply] = msgspec.field(default_factory=list)
    changed: dict[str, Changed] = msgspec.field(default_factory=dict)
    faults: list[Exception] = msgspec.field(default_factory=list)
    """Faults of ours that were kept to the one interaction they concern."""
