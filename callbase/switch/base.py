"""The port to a voice switch. `asterisk/` implements it for real, `simulated/` on virtual time, `csta/` by way of another maker's
switch; one contract suite runs on all.

A driver carries out commands (`callbase.core.commands`) and reports events (`callbase.core.events`). It keeps no call logic:
whatever it must remember it can find again on the switch after a restart, because legs, bridges, playbacks and recordings bear
the core's ids there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from callbase.core.commands import AnyCommand
from callbase.core.config import Config
from callbase.core.events import AnyEvent

Sink = Callable[[AnyEvent], None]
"""Takes an event the moment it is known. Never blocks. What the core has to say of it comes by the loop's next turn."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a switch can do; a command beyond it is refused by the driver with a log line and the matching failure event."""

    media: bool = True
    """It speaks, plays, mixes and hears keys as it is told. One that does not has its own calls, and sends those."""
    recording: bool = True
    pause_recording: bool = True
    answer_device: bool = True
    dynamic_endpoints: bool = True
    trunks: bool = True
    refusal_causes: bool = True
    """Says why a telephone did not take a call: busy, or declined."""


class SwitchDriver(Protocol):
    """One switch node. Commands to one leg are carried out in the order given; those to different legs do not wait for
    each other."""

    @property
    def node(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def calls_for_others(self) -> int:
        """Telephones here that ring or talk for legs of other nodes."""
        ...

    @property
    def trunks(self) -> Mapping[tuple[str, str], str]:
        """Of each trunk (tenant, id) that tells whether it can be used: "ok", or why not."""
        ...

    async def reaches(self) -> bool:
        """Whether the switch answers now; for a driver that is not started. Changes nothing there."""
        ...

    async def start(self, sink: Sink) -> None:
        """Connects and keeps connected: SwitchConnected after each connect, SwitchLost after each loss, backing off between."""
        ...

    async def stop(self) -> None:
        """Lets go of the switch; calls on it go on."""
        ...

    def execute(self, command: AnyCommand) -> None:
        """Queues a command; returns at once. Failures come back as events (LegEnded, PlaybackFinished(failed), …)."""
        ...

    def another_has(self, node: str, legs: tuple[str, ...]) -> None:
        """Another node has these legs now and no others: what this one does for legs it has no more is ended."""
        ...

    async def provision(self, config: Config) -> None:
        """Makes the switch's endpoints and trunks equal to the configuration, without a restart. Repeated after each connect."""
        ...
