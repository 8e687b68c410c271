"""Telephones registered here that ring or talk for legs of another node: what that node cannot do for them is done here.

The channel to the telephone bears its leg's id as a variable, so that a driver finds after its start what there is.
"""

from __future__ import annotations

from asyncio import Event
from collections.abc import Iterable
from dataclasses import dataclass, field

from callbase.switch.asterisk import messages
from callbase.switch.asterisk.names import LEG_VARIABLE
from callbase.switch.asterisk.nodes import endpoint_of, is_node


@dataclass(slots=True)
class Relay:
    """`leg`: of the other node. `channel`: to the telephone; "" until it rings."""

    leg: str
    device: str
    channel: str = ""
    in_dialog: Event = field(default_factory=Event)
    """Set once the telephone has rung or answered, or it is over."""
    over: Event = field(default_factory=Event)

    def end(self) -> None:
        self.in_dialog.set()
        self.over.set()


class Relays:
    """Of one node."""

    def __init__(self) -> None:
        self._by_leg: dict[str, Relay] = {}
        self._by_channel: dict[str, Relay] = {}
        self._incoming: dict[str, tuple[str, str]] = {}
        """The other node's channel here → that node's endpoint, and the leg."""

    def take(self, channels: Iterable[messages.Channel]) -> None:
        """Takes the switch's own list as the truth."""
        before = self._by_leg
        self._by_leg, self._by_channel, self._incoming = {}, {}, {}
        for channel in channels:
            self._note(channel)
        for leg, relay in before.items():
            if leg not in self._by_leg:
                relay.end()

    def heard(self, message: messages.AnyMessage) -> None:
        if isinstance(message, messages.ChannelStateChange):
            self._note(message.channel)
        elif isinstance(message, messages.ChannelDestroyed):
            self._incoming.pop(message.channel.id, None)
            relay = self._by_channel.pop(message.channel.id, None)
            if relay is not None:
                self._by_leg.pop(relay.leg, None)
                relay.end()

    def _note(self, channel: messages.Channel) -> None:
        leg = channel.channelvars.get(LEG_VARIABLE, "")
        if not leg:
            return
        if is_node(channel.endpoint):
            self._incoming[channel.id] = (channel.endpoint, leg)
        elif channel.endpoint and channel.state in ("Ringing", "Up"):
            relay = self.of(leg, channel.endpoint)
            relay.channel = channel.id
            self._by_channel[channel.id] = relay
            relay.in_dialog.set()

    def of(self, leg: str, device: str) -> Relay:
        """That leg's, known already or not."""
        return self._by_leg.setdefault(leg, Relay(leg, device))

    def find(self, leg: str) -> Relay | None:
        return self._by_leg.get(leg)

    def forget(self, relay: Relay) -> None:
        """It never came to ring."""
        if not relay.channel:
            self._by_leg.pop(relay.leg, None)

    def leg_of(self, channel: str) -> str | None:
        relay = self._by_channel.get(channel)
        return relay.leg if relay is not None else None

    def to(self, device: str) -> list[Relay]:
        """Calls the telephone is in for other nodes."""
        return [relay for relay in self._by_channel.values() if relay.device == device]

    def left_over(self, node: str, legs: Iterable[str]) -> list[str]:
        """Channels from that node for legs it has no more."""
        living = set(legs)
        return [channel for channel, (of, leg) in self._incoming.items() if of == endpoint_of(node) and leg not in living]

    def __len__(self) -> int:
        return len(self._incoming)
