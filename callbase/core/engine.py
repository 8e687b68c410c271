"""The core's one door: events go in, with their time; commands, facts and replies come out."""

from __future__ import annotations

import msgspec

from callbase.core.commands import AnyCommand
from callbase.core.errors import CoreError
from callbase.core.events import AnyEvent
from callbase.core.facts import AnyFact
from callbase.core.views import TenantView


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answers the Request of the same id; `error` None means done."""

    id: str
    tenant: str
    error: CoreError | None = None


class Changed(msgspec.Struct, kw_only=True):
    """Names, per tenant, what a client's view must replace; an object no longer there is to be removed."""

    agents: set[str] = msgspec.field(default_factory=set)
    interactions: set[str] = msgspec.field(default_factory=set)
    queues: set[str] = msgspec.field(default_factory=set)
    trunks: set[str] = msgspec.field(default_factory=set)
    everything: bool = False


class Output(msgspec.Struct, kw_only=True):
    """What one event led to, in order. Facts and replies may be published only once the event is journaled."""

    commands: list[AnyCommand] = msgspec.field(default_factory=list)
    facts: list[AnyFact] = msgspec.field(default_factory=list)
    replies: list[Reply] = msgspec.field(default_factory=list)
    changed: dict[str, Changed] = msgspec.field(default_factory=dict)


class Engine:
    """All routing, agent, call and flow logic, as one synchronous, replayable state machine."""

    def receive(self, event: AnyEvent, now_ms: int) -> Output:
        """Takes one event in. `now_ms` never goes back: an earlier one counts as the latest seen."""
        raise NotImplementedError

    def next_timer(self) -> int | None:
        """When (`now_ms`) the core wants a TimerDue at the latest; None: no need."""
        raise NotImplementedError

    def snapshot(self) -> bytes:
        """The whole state; `restore` of it behaves the same in everything."""
        raise NotImplementedError

    @classmethod
    def restore(cls, snapshot: bytes) -> Engine:
        raise NotImplementedError

    def view(self, tenant: str, only: Changed | None = None) -> TenantView | None:
        """A fresh view of one tenant; None where there is no such tenant. With `only`, just the objects it names (those
        that still exist), so that publishing the changes of one event costs no more than they do."""
        raise NotImplementedError

    def tenants(self) -> tuple[str, ...]:
        raise NotImplementedError
