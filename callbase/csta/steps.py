"""One call on its way from what it was to what it is, event by event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from callbase.core.views import UnreachedView
from callbase.csta.happenings import CallEvent, CallEventName, Link
from callbase.csta.model import Call, Party, State


@dataclass(slots=True)
class Memory:
    """What of a call's past later events tell of."""

    last: Party | None = None
    """Where it was last diverted from."""
    causes: dict[Party, str] = field(default_factory=dict)
    """Why it was delivered there."""
    parked_by: Party | None = None
    failed: UnreachedView | None = None
    """Who was called in vain, in the change that is told now."""


class Steps:
    def __init__(self, before: Call | None, after: Call, memory: Memory) -> None:
        self.memory = memory
        self._parties: dict[Party, State] = dict(before.parties) if before is not None else {}
        self._after = after

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
            self.memory.last = party
        if name == "DeliveredEvent":
            self.memory.causes[party] = cause
        return CallEvent(name, self.call, party, cause, before | frozenset(self._parties), destination, self.memory.last)

    def linked(
        self,
        name: CallEventName,
        by: Party,
        cause: str,
        *,
        to: Party,
        before: Iterable[Party],
        absorbed: Call | None = None,
    ) -> CallEvent:
        """A transfer or conference; the parties are already as they are after it. `before`: those of the call until then."""
        old = frozenset(before)
        within = dict.fromkeys(absorbed.parties, absorbed.id) if absorbed is not None else {}
        links = tuple(Link(party, self._after.id if party in old else within.get(party)) for party in self._parties)
        concerns = old | frozenset(self._parties) | frozenset(within)
        absorbed_id = absorbed.id if absorbed is not None else None
        return CallEvent(name, self.call, by, cause, concerns, to, self.memory.last, absorbed_id, links)

    @property
    def parties(self) -> frozenset[Party]:
        return frozenset(self._parties)

    @property
    def call(self) -> Call:
        return replace(self._after, parties=dict(self._parties))
