"""Supervisors' legs at agents' legs: a snoop of the agent's leg and the supervisor's leg, alone in a bridge that mixes.

How a snoop hears and is heard is settled when it is made, so another mode is another snoop. Its name says whose it is, at whom
and how, so that a driver finds after its start what the one before it made. A snoop ends with the leg it listens to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Literal

from callbase.switch.asterisk import messages
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.names import APPLICATION

Mode = Literal["listen", "whisper", "barge"]
_HEARD_BY: dict[Mode, str] = {"listen": "none", "whisper": "out", "barge": "both"}
"""Whom Asterisk lets hear it: what goes out to the leg, or also what comes in from it to the others."""
_BRIDGE = ".supervision"
"""Ends the bridge's name; before it stands the supervisor's leg."""
_BRIDGE_TYPE = "mixing,video_sfu"
"""Mixed, as one snoop follows the other; see bridges.py."""
_ENTERS_WITHIN_S = 2.0


class Supervisors:
    """Of one node."""

    def __init__(self, client: AriClient) -> None:
        self._client = client
        self._snoops: dict[str, str] = {}
        """Supervisor's leg → name of its snoop."""
        self._bridges: set[str] = set()
        """Legs that have a bridge."""
        self._entering: dict[str, asyncio.Event] = {}

    def take(self, channels: Iterable[messages.Channel], bridges: Iterable[messages.Bridge]) -> list[str]:
        """Takes the switch's own list as the truth. Returns the legs that ended unheard of, to be stopped."""
        names = {channel.id for channel in channels}
        self._snoops = {_leg_of(name): name for name in names if _is_snoop(name)}
        self._bridges = {bridge.id.removesuffix(_BRIDGE) for bridge in bridges if is_supervision(bridge)}
        return [leg for leg in self._bridges | set(self._snoops) if leg not in names]

    def heard(self, message: messages.AnyMessage) -> None:
        if isinstance(message, messages.StasisStart) and message.channel.id in self._entering:
            self._entering[message.channel.id].set()
        elif isinstance(message, messages.ChannelDestroyed):
            name = message.channel.id
            if self._snoops.get(_leg_of(name)) == name:
                del self._snoops[_leg_of(name)]

    def has(self, leg: str) -> bool:
        return leg in self._bridges or leg in self._snoops

    async def put(self, leg: str, of: str, mode: Mode) -> None:
        """Raises AriError."""
        name = f"{leg}.{mode}.{of}"
        if self._snoops.get(leg) == name:
            return
        await self._end_snoop(leg)
        if leg not in self._bridges:
            self._bridges.add(leg)
            await self._client.request("POST", f"/bridges/{leg}{_BRIDGE}", type=_BRIDGE_TYPE)
            await self._add(leg, leg)
        entered = self._entering[name] = asyncio.Event()
        try:
            self._snoops[leg] = name
            path = f"/channels/{of}/snoop/{name}"
            await self._client.request("POST", path, app=APPLICATION, spy="both", whisper=_HEARD_BY[mode])
            await asyncio.wait_for(entered.wait(), _ENTERS_WITHIN_S)
            await self._add(leg, name)
        except TimeoutError:
            raise AriError(0, "the snoop did not come") from None
        finally:
            del self._entering[name]

    async def stop(self, leg: str) -> None:
        """What was made for the leg is no more; the leg is let go. Raises AriError."""
        await self._end_snoop(leg)
        if leg in self._bridges:
            self._bridges.discard(leg)
            await self._delete(f"/bridges/{leg}{_BRIDGE}")

    async def _end_snoop(self, leg: str) -> None:
        name = self._snoops.pop(leg, None)
        if name is not None:
            await self._delete(f"/channels/{name}")

    async def _add(self, leg: str, channel: str) -> None:
        await self._client.request("POST", f"/bridges/{leg}{_BRIDGE}/addChannel", channel=channel)

    async def _delete(self, path: str) -> None:
        try:
            await self._client.request("DELETE", path)
        except AriError as problem:
            if problem.status != 404:
                raise


def is_supervision(bridge: messages.Bridge) -> bool:
    return bridge.id.endswith(_BRIDGE)


def _is_snoop(name: str) -> bool:
    return name.partition(".")[2].partition(".")[0] in _HEARD_BY


def _leg_of(snoop: str) -> str:
    return snoop.partition(".")[0]
