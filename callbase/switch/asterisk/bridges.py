"""Which bridge an interaction's legs are in: one for two parties at first, a mixing one once anybody is replaced or joins.

A bridge for two passes audio on as it comes; a mixing one (softmix) mixes it every 20 ms for each leg and costs several times as
much. But where Asterisk translates a stream, for a recording or between codecs, Debian's build goes by RTP's sequence numbers and
drops what seems to come late. A second party's begin anywhere, so half the time all it says would be lost; what softmix sends
bears no numbers. So nobody comes into a bridge for two but those it was made for. They come back to it from a hold, unless it was
so long that their numbers, which are of 16 bits, may seem lower than those before.

A bridge for two is used again once both of its legs are gone from the switch, which is two requests less for a call, by the
driver that made it and has listened since. So its name says nothing of whose it is. The extension of a leg that we called does
(names.py: `extension_of`), and where there is none among the two the bridge is the interaction's own, by its name.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.messages import Bridge

_PAIR_TYPE = "mixing,proxy_media"
_MIX_TYPE = "mixing,video_sfu"
"""How Asterisk is told to mix from the first leg on; there is no video."""
_ONE_IS_GONE = {400, 422}
"""Asterisk's answers where one of the channels to be added has ended, or is about to; it adds none then."""
_NO_SUCH = 404
"""That where there is no such bridge."""
_MIX = ".mix"
"""Ends a mixing bridge's name on the switch; before it, and in the name of one for two that is not used again, stands the
interaction's id."""
_AGAIN = "two."
"""Begins the name of a bridge for two that is."""
LONGEST_APART_S = 300.0
"""At fifty packets a second numbers have gone half way round after eleven minutes, at a hundred after five and a half."""


@dataclass(slots=True)
class _Bridges:
    """An interaction's: the legs in each, None where there is no such bridge."""

    pair: set[str] | None = None
    mix: set[str] | None = None
    name: str = ""
    """Of the bridge for two."""
    again: bool = False
    """It is used again. Not where it was there when we came: what was under way then may put somebody into it still."""
    two: frozenset[str] = frozenset()
    """Those it was taken for."""
    apart_s: float = 0.0
    """Since when one of them was out of it last (monotonic)."""


class Bridges:
    """Of one node. All it remembers can be read from the switch again."""

    def __init__(self, client: AriClient, now_s: Callable[[], float] = time.monotonic) -> None:
        self._client, self._now_s = client, now_s
        self._of: dict[str, _Bridges] = {}
        self._free: list[str] = []
        """Bridges for two in which nobody is, nor can come any more."""
        self._left_by: dict[str, set[str]] = {}
        """Those whose interaction is over → the legs that are still to go."""
        self._in: dict[str, str] = {}
        """Leg → the bridge of `_AGAIN` it was put into, until it is out of that or gone."""
        self._talked: set[str] = set()
        """Legs that may have been in a bridge for two before, in an earlier driver's time: they are mixed."""

    def take(self, found: Iterable[Bridge], interactions: Mapping[str, str], up: Iterable[str] = ()) -> list[str]:
        """Takes the switch's own list as the truth. `interactions`: of the legs that say theirs. `up`: the legs that may have
        talked. Gives the bridges in which nobody is whose interaction is known: who is left there hears nobody. They are to be
        destroyed and not used again, for somebody may be on the way there whom an earlier driver sent."""
        was = {there.name: interaction for interaction, there in self._of.items()}
        self._of, self._free, self._left_by, self._in = {}, [], {}, {}
        self._talked = set(up)
        left = []
        for bridge in found:
            interaction = bridge.id.removesuffix(_MIX)
            if bridge.id.startswith(_AGAIN):
                told = (interactions[leg] for leg in bridge.channels if leg in interactions)
                interaction = next(told, was.get(bridge.id, "") if bridge.channels else "")
                if not interaction:
                    left.append(bridge.id)
                    continue
            there = self._of.setdefault(interaction, _Bridges())
            if bridge.id.endswith(_MIX):
                there.mix = set(bridge.channels)
            else:
                there.pair, there.name = set(bridge.channels), bridge.id
                there.two = frozenset(bridge.channels if len(bridge.channels) == 2 else ())
        return left

    async def clear(self, left: Iterable[str]) -> None:
        """Destroys what `take` gave, as far as that can be done."""
        for bridge in left:
            with suppress(AriError):
                await self._destroy(bridge)

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

    async def connect(
        self, interaction: str, legs: Iterable[str], living: Container[str], *, mixed: bool = False, told: bool = False
    ) -> None:
        """Puts those of the legs that live in with those that are there; `mixed`: into no bridge for two; `told`: one of them
        tells whose it is. Raises AriError."""
        joining = {leg for leg in legs if leg in living}
        if not joining:
            return
        there = self._of.setdefault(interaction, _Bridges())
        if not mixed and there.mix is None and self._are_the_two(there, joining):
            if there.pair is None:
                there.name, there.again = await self._for_two() if told else await self._make(interaction, _PAIR_TYPE), told
            there.pair, there.two = joining, frozenset(joining)
            try:
                await self._add_two(there.name, joining)
            except AriError as problem:
                if problem.status != _NO_SUCH or not there.name.startswith(_AGAIN):
                    raise
                there.name, there.again = await self._make_for_two(), True  # somebody at the switch has destroyed it
                await self._add_two(there.name, joining)
            return
        joining |= {leg for leg in there.pair or () if leg in living}
        if there.mix is None:
            await self._make(interaction + _MIX, _MIX_TYPE)
            there.mix = set()
        there.mix |= joining
        await self._add(interaction + _MIX, joining)
        if there.pair is not None:
            two, there.pair = there.two | there.pair, None
            await self._destroy(there.name, two)

    async def _for_two(self) -> str:
        return self._free.pop() if self._free else await self._make_for_two()

    async def _make_for_two(self) -> str:
        return await self._make(_AGAIN + secrets.token_hex(8), _PAIR_TYPE)

    async def _add_two(self, bridge: str, legs: set[str]) -> None:
        if bridge.startswith(_AGAIN):
            self._in |= dict.fromkeys(legs, bridge)
        await self._add(bridge, legs)

    async def _make(self, bridge: str, kind: str) -> str:
        await self._client.request("POST", f"/bridges/{bridge}", type=kind)
        return bridge

    async def _destroy(self, bridge: str, legs: Iterable[str] = ()) -> None:
        for leg in legs:
            self._out(leg, bridge)
        await self._client.request("DELETE", f"/bridges/{bridge}")

    def _out(self, leg: str, bridge: str) -> None:
        """It may be in another one by now."""
        if self._in.get(leg) == bridge:
            del self._in[leg]

    def _are_the_two(self, there: _Bridges, joining: set[str]) -> bool:
        if there.pair == joining or (there.pair is None and not joining & self._talked):
            return len(joining) == 2
        return joining == there.two and self._now_s() - there.apart_s < LONGEST_APART_S

    async def _add(self, bridge: str, legs: set[str]) -> None:
        try:
            await self._ask_to_add(bridge, ",".join(sorted(legs)))
        except AriError as problem:
            if problem.status not in _ONE_IS_GONE or len(legs) == 1:
                raise
            for leg in sorted(legs):  # it keeps nobody else apart
                await self._add_if_there(bridge, leg)

    async def _ask_to_add(self, bridge: str, legs: str) -> None:
        """They need not be told of each other: who calls is in the INVITE, and no telephone is sent anything later."""
        path = f"/bridges/{bridge}/addChannel"
        await self._client.request("POST", path, channel=legs, inhibitConnectedLineUpdates="true")

    async def _add_if_there(self, bridge: str, leg: str) -> None:
        try:
            await self._ask_to_add(bridge, leg)
        except AriError as problem:
            if problem.status not in _ONE_IS_GONE:
                raise
            self._out(leg, bridge)

    async def disconnect(self, interaction: str, leg: str) -> None:
        """Takes a leg out; nothing where it is not in. Raises AriError."""
        there = self._of.get(interaction, _Bridges())
        for bridge, legs in ((there.name, there.pair), (interaction + _MIX, there.mix)):
            if legs is not None and leg in legs:
                if legs == there.two:
                    there.apart_s = self._now_s()
                legs.discard(leg)
                await self._client.request("POST", f"/bridges/{bridge}/removeChannel", channel=leg)
                self._out(leg, bridge)

    async def destroy(self, interaction: str, stays: Callable[[str], bool]) -> None:
        """`stays`: whether a leg lives on. Raises AriError."""
        there = self._of.pop(interaction, _Bridges())
        inside = {leg for leg in there.two | (there.pair or set()) if self._in.get(leg) == there.name}
        again = there.pair is not None and there.again and not any(map(stays, inside))
        if again:
            self._left_by[there.name] = inside
            self._free_if_left(there.name)
        if there.mix is not None:
            await self._destroy(interaction + _MIX)
        if there.pair is not None and not again:
            await self._destroy(there.name, inside)

    def gone(self, leg: str) -> None:
        """Its channel is no more."""
        self._talked.discard(leg)
        bridge = self._in.pop(leg, None)
        if bridge in self._left_by:
            self._left_by[bridge].discard(leg)
            self._free_if_left(bridge)

    def _free_if_left(self, bridge: str) -> None:
        if not self._left_by[bridge]:
            del self._left_by[bridge]
            self._free.append(bridge)
