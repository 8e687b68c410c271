"""Which bridge an interaction's legs are in: one for two parties at first, a mixing one once anybody is replaced or joins.

A bridge for two passes audio on as it comes; a mixing one (softmix) mixes it every 20 ms for each leg and costs several times as
much. But where Asterisk translates a stream, for a recording or between codecs, Debian's build goes by RTP's sequence numbers and
drops what seems to come late. A second party's begin anywhere, so half the time all it says would be lost; what softmix sends
bears no numbers. So nobody comes into a bridge for two but those it was made for. They come back to it from a hold, unless it was
so long that their numbers, which are of 16 bits, may seem lower than those before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.messages import Bridge

_PAIR_TYPE = "mixing,proxy_media"
_MIX_TYPE = "mixing,video_sfu"
"""How Asterisk is told to mix from the first leg on; there is no video."""
_ONE_IS_GONE = {400, 422}
"""Asterisk's answers where one of the channels to be added has ended, or is about to; it adds none then."""
_MIX = ".mix"
"""Ends a mixing bridge's name on the switch; before it, and in the other's name alone, stands the interaction's id."""
LONGEST_APART_S = 300.0
"""At fifty packets a second numbers have gone half way round after eleven minutes, at a hundred after five and a half."""


@dataclass(slots=True)
class _Bridges:
    """An interaction's: the legs in each, None where there is no such bridge."""

    pair: set[str] | None = None
    mix: set[str] | None = None
    two: frozenset[str] = frozenset()
    """Those the bridge for two was made for."""
    apart_s: float = 0.0
    """Since when one of them was out of it last (monotonic)."""


class Bridges:
    """Of one node. All it remembers can be read from the switch again."""

    def __init__(self, client: AriClient, now_s: Callable[[], float] = time.monotonic) -> None:
        self._client, self._now_s = client, now_s
        self._of: dict[str, _Bridges] = {}

    def take(self, found: Iterable[Bridge]) -> None:
        """Takes the switch's own list as the truth."""
        self._of.clear()
        for bridge in found:
            there = self._of.setdefault(bridge.id.removesuffix(_MIX), _Bridges())
            if bridge.id.endswith(_MIX):
                there.mix = set(bridge.channels)
            else:
                there.pair = set(bridge.channels)

    @property
    def interactions(self) -> tuple[str, ...]:
        """Those that have a bridge."""
        return tuple(self._of)

    def legs(self) -> dict[str, str]:
        """The legs that are in the present bridge of an interaction, and of which: a driver may die having moved one of two."""
        return {
            leg: interaction
            for interaction, there in self._of.items()
            for leg in (there.mix if there.mix is not None else there.pair or ())
        }

    async def connect(self, interaction: str, legs: Iterable[str], living: Container[str], *, mixed: bool = False) -> None:
        """Puts those of the legs that live in with those that are there; `mixed`: into no bridge for two. Raises AriError."""
        joining = {leg for leg in legs if leg in living}
        if not joining:
            return
        there = self._of.setdefault(interaction, _Bridges())
        if not mixed and there.mix is None and self._are_the_two(there, joining):
            if there.pair is None:
                await self._client.request("POST", f"/bridges/{interaction}", type=_PAIR_TYPE)
            there.pair, there.two = joining, frozenset(joining)
            await self._add(interaction, joining)
            return
        joining |= {leg for leg in there.pair or () if leg in living}
        if there.mix is None:
            await self._client.request("POST", f"/bridges/{interaction}{_MIX}", type=_MIX_TYPE)
            there.mix = set()
        there.mix |= joining
        await self._add(interaction + _MIX, joining)
        if there.pair is not None:
            there.pair = None
            await self._client.request("DELETE", f"/bridges/{interaction}")

    def _are_the_two(self, there: _Bridges, joining: set[str]) -> bool:
        if there.pair is None or there.pair == joining:
            return len(joining) == 2
        return joining == there.two and self._now_s() - there.apart_s < LONGEST_APART_S

    async def _add(self, bridge: str, legs: set[str]) -> None:
        path = f"/bridges/{bridge}/addChannel"
        try:
            await self._client.request("POST", path, channel=",".join(sorted(legs)))
        except AriError as problem:
            if problem.status not in _ONE_IS_GONE or len(legs) == 1:
                raise
            for leg in sorted(legs):  # it keeps nobody else apart
                await self._add_if_there(path, leg)

    async def _add_if_there(self, path: str, leg: str) -> None:
        try:
            await self._client.request("POST", path, channel=leg)
        except AriError as problem:
            if problem.status not in _ONE_IS_GONE:
                raise

    async def disconnect(self, interaction: str, leg: str) -> None:
        """Takes a leg out; nothing where it is not in. Raises AriError."""
        there = self._of.get(interaction, _Bridges())
        for bridge, legs in ((interaction, there.pair), (interaction + _MIX, there.mix)):
            if legs is not None and leg in legs:
                if legs == there.two:
                    there.apart_s = self._now_s()
                legs.discard(leg)
                await self._client.request("POST", f"/bridges/{bridge}/removeChannel", channel=leg)

    async def destroy(self, interaction: str) -> None:
        """Raises AriError."""
        there = self._of.pop(interaction, _Bridges())
        for bridge, legs in ((interaction, there.pair), (interaction + _MIX, there.mix)):
            if legs is not None:
                await self._client.request("DELETE", f"/bridges/{bridge}")
