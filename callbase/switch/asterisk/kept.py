"""Callers whom the dialplan kept while nobody listened are told of in the order in which they came.

Each is offered again within a second, in whatever order the dialplan's seconds have: who came last may be offered first, and
would get the agent who is free. So the first ones wait until all have come who were kept when we began to listen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from callbase.switch.asterisk import messages
from callbase.switch.asterisk.legs import made_by_core

ALL_WITHIN_S = 1.5
"""Each second the dialplan offers a call again; this long it may take on a busy machine."""
KEPT_IN = {"Wait", "Answer", "MusicOnHold"}
"""The dialplan's applications between two offers."""


class _Come(msgspec.Struct, gc=False):
    offer: messages.StasisStart
    since: list[messages.AnyMessage]
    """What was heard of the call."""


class KeptCallers:
    def __init__(self, deliver: Callable[[messages.AnyMessage], None]) -> None:
        self._deliver = deliver
        self._expected: set[str] = set()
        self._come: dict[str, _Come] = {}
        self._deadline: asyncio.TimerHandle | None = None

    def expect(self, channels: Iterable[messages.Channel], arriving: set[str]) -> None:
        """All channels there are as we begin to listen, and who has come by then, to be heard of next."""
        kept = {channel.id for channel in channels if channel.endpoint and channel.dialplan.app_name in KEPT_IN}
        called = {channel for channel in kept | arriving if not made_by_core(channel)}
        if kept & called and len(called) > 1:
            self._expected = called
            self._deadline = asyncio.get_running_loop().call_later(ALL_WITHIN_S, self.release)

    def heard(self, message: messages.AnyMessage) -> None:
        """Delivers it, at once or in its turn."""
        if self._deadline is None or not isinstance(message, messages.OfChannel):
            self._deliver(message)
            return
        channel = message.channel.id
        if channel in self._come:
            self._come[channel].since.append(message)
            if isinstance(message, messages.ChannelDestroyed):
                self._tell(self._come.pop(channel))
        elif channel in self._expected and isinstance(message, messages.StasisStart):
            self._expected.remove(channel)
            self._come[channel] = _Come(message, [])
        else:
            if isinstance(message, messages.ChannelDestroyed):
                self._expected.discard(channel)
            self._deliver(message)
        if not self._expected:
            self.release()

    def release(self) -> None:
        """Who has come is told of; who has not is waited for no longer."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._expected.clear()
        come, self._come = sorted(self._come.values(), key=_came), {}
        told_at = max((one.offer.timestamp for one in come), default="")
        for one in come:
            # they waited until now: by their own offers, who had to wait longest here would have come last
            self._tell(_Come(msgspec.structs.replace(one.offer, timestamp=told_at), one.since))

    def _tell(self, one: _Come) -> None:
        for message in (one.offer, *one.since):
            self._deliver(message)


def _came(one: _Come) -> datetime:
    return datetime.fromisoformat(one.offer.channel.creationtime)
