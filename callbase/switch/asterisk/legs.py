"""What the driver remembers of a leg while it lasts. All that matters can be read from the switch again."""

from __future__ import annotations

from asyncio import Event, TimerHandle
from collections.abc import Iterable
from dataclasses import dataclass, field

from callbase.core.commands import Originate
from callbase.core.events import Cause
from callbase.switch.asterisk.nodes import is_node
from callbase.switch.asterisk.trunks import trunk_of


@dataclass(slots=True)
class Leg:
    id: str
    endpoint: str
    outbound: bool
    interaction: str = ""
    """Outbound: for which it was called, as its channel tells as well."""
    called: bool = False
    """Outbound: Asterisk was asked to call it."""
    command: Originate | None = None
    """Outbound: by which it is called; None where an earlier driver called it."""
    said_busy: bool = False
    """And is called once more."""
    alerting: bool = False
    """LegAlerting was reported."""
    in_dialog: Event = field(default_factory=Event)
    """Set once the party has rung or answered, or the leg has ended: before, no request reaches it (RFC 3261 §12.1)."""
    picked_up: bool = False
    """Outbound: the party has answered. Asterisk hands us the leg milliseconds later; never, where it hangs up within them."""
    answered: bool = False
    """LegAnswered was reported."""
    holds: bool = False
    """Its telephone has the call on hold by its own key."""
    ended: bool = False
    over: Event = field(default_factory=Event)
    """Set once the leg has ended."""
    release: Cause | None = None
    """We ended it, and why."""
    hangup: tuple[int, int] | None = None
    """Q.850 cause and SIP status of the party's hanging up."""
    ring_timer: TimerHandle | None = None
    music: bool = False
    playback: str | None = None
    stopped_playbacks: set[str] = field(default_factory=set)
    recordings: dict[str, str] = field(default_factory=dict)
    """Running recordings: id → path under CALLBASE_HOME."""

    messages: dict[str, str] = field(default_factory=dict)
    """Messages being left: id → name of the live recording."""

    @property
    def device(self) -> str | None:
        return self.endpoint if is_device(self.endpoint) else None

    @property
    def trunk(self) -> tuple[str, str] | None:
        """Tenant and trunk."""
        return trunk_of(self.endpoint)


class Legs(dict[str, Leg]):
    """By their ids, in the order they came."""

    def __init__(self) -> None:
        super().__init__()
        self._at: dict[str, dict[str, Leg]] = {}

    def __setitem__(self, id: str, leg: Leg) -> None:
        super().__setitem__(id, leg)
        self._at.setdefault(leg.endpoint, {})[id] = leg

    def __delitem__(self, id: str) -> None:
        endpoint = self[id].endpoint
        super().__delitem__(id)
        del self._at[endpoint][id]
        if not self._at[endpoint]:
            del self._at[endpoint]

    def at(self, endpoint: str) -> Iterable[Leg]:
        """In the order they came."""
        return self._at.get(endpoint, {}).values()


def is_device(endpoint: str) -> bool:
    """Whether it is a telephone's."""
    return trunk_of(endpoint) is None and not is_node(endpoint)


def made_by_core(channel: str) -> bool:
    """Whether the id is one the core made (UUID), not one Asterisk gave to an inbound channel (`node-seconds.serial`)."""
    return len(channel) == 36 and channel.count("-") == 4
