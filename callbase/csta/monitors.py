"""Monitors: what a session is told of (ECMA-269 §15)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from callbase.csta import failures, metrics
from callbase.csta.document import Document, Part
from callbase.csta.events import agent_event, call_event
from callbase.csta.happenings import AgentEvent, CallEvent, Happening
from callbase.csta.model import Party

MOST = 20_000

FILTERS: dict[str, tuple[str, ...]] = {
    "callcontrol": (
        "callCleared",
        "conferenced",
        "connectionCleared",
        "delivered",
        "diverted",
        "established",
        "failed",
        "held",
        "networkReached",
        "originated",
        "queued",
        "retrieved",
        "serviceInitiated",
        "transferred",
    ),
    "callAssociated": ("callInformation", "digitsGenerated"),
    "logicalDeviceFeature": (
        "agentBusy",
        "agentLoggedOn",
        "agentLoggedOff",
        "agentNotReady",
        "agentReady",
        "agentWorkingAfterCall",
    ),
}
"""The events we send, by the groups of a monitor filter, in the schema's order."""

_FILTER_OF = {f"{name[0].upper()}{name[1:]}Event": name for names in FILTERS.values() for name in names} | {
    "TransferedEvent": "transferred"  # the standard's own spelling
}


def read_filter(asked: Document | None) -> frozenset[str]:
    """The events not wanted: those that are true in it (ECMA-269 §12.2.15)."""
    groups = asked.children if asked is not None else []
    return frozenset(one.name for group in groups for one in group.children if one.text in ("true", "1"))


def filter_parts(unwanted: frozenset[str]) -> list[Part]:
    """What the filter is now: events we never send count as filtered by not being named."""
    return [(group, [(name, "true" if name in unwanted else "false") for name in names]) for group, names in FILTERS.items()]


@dataclass(slots=True)
class Monitor:
    """`device` or `call` is monitored; with `follows` calls of the device are told of after they left it, too."""

    reference: str
    device: Party | None = None
    call: str | None = None
    follows: bool = False
    unwanted: frozenset[str] = frozenset()
    followed: set[str] = field(default_factory=set)

    def message(self, happening: Happening) -> Part | None:
        """The event, where the monitor is for it."""
        if isinstance(happening, AgentEvent):
            mine = self.device is not None and self.device == Party("agent", happening.agent.agent)
            wanted = mine and not self.follows and _FILTER_OF[happening.name] not in self.unwanted
            return agent_event(happening, self.reference) if wanted else None
        if not self._concerned(happening) or _FILTER_OF[happening.name] in self.unwanted:
            return None
        return call_event(happening, self.reference, self.device)

    def _concerned(self, event: CallEvent) -> bool:
        if self.call is not None:
            if event.absorbed == self.call:
                self.call = event.call.id
            return event.call.id == self.call
        if self.follows:
            if self.device in event.concerns or event.absorbed in self.followed:
                self.followed.add(event.call.id)
                self.followed.discard(event.absorbed or "")
            told = event.call.id in self.followed
            if event.name == "CallClearedEvent":
                self.followed.discard(event.call.id)
            return told
        return self.device in event.concerns and event.name != "CallClearedEvent"


class Monitors:
    """Those of one session, found by what they are for."""

    def __init__(self) -> None:
        self._all: dict[str, Monitor] = {}
        self._by_device: dict[Party, list[Monitor]] = {}
        self._others: list[Monitor] = []
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, *, device: Party | None = None, call: str | None = None, follows: bool, unwanted: frozenset[str]) -> Monitor:
        """Raises Failure where a session has too many."""
        if len(self._all) >= MOST:
            raise failures.unavailable("overallMonitorLimitExceeded")
        monitor = Monitor(f"{next(self._numbers):X}", device, call, follows, unwanted)
        self._all[monitor.reference] = monitor
        metrics.MONITORS.inc()
        self._shelf(monitor).append(monitor)
        return monitor

    def get(self, reference: str) -> Monitor:
        """Raises Failure where there is none."""
        found = self._all.get(reference)
        if found is None:
            raise failures.operation("invalidMonitorCrossRefID" if reference else "atLeastOneConditionalParameterNotProvided")
        return found

    def remove(self, reference: str) -> None:
        monitor = self.get(reference)
        del self._all[reference]
        metrics.MONITORS.dec()
        self._shelf(monitor).remove(monitor)

    def concerned(self, happening: Happening) -> Iterator[Monitor]:
        """Those that may have to be told."""
        if isinstance(happening, AgentEvent):
            yield from self._by_device.get(Party("agent", happening.agent.agent), ())
            return
        for party in happening.concerns:
            yield from self._by_device.get(party, ())
        yield from self._others

    def over(self, happening: Happening) -> list[Monitor]:
        """Those whose call is no more: they end by themselves."""
        if not isinstance(happening, CallEvent) or happening.name != "CallClearedEvent":
            return []
        return [monitor for monitor in self._others if monitor.call == happening.call.id]

    def _shelf(self, monitor: Monitor) -> list[Monitor]:
        if monitor.device is not None and not monitor.follows:
            return self._by_device.setdefault(monitor.device, [])
        return self._others
