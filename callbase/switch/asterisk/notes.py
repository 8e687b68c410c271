"""What the dialplan writes down while nobody listens (`platform/asterisk/configuration.py`): who called and gave up while it kept
the call, and which legs were answered or ended. Nobody listens where no driver is connected, or has not said a moment ago that it
listens, as one that is stopped or cut off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import unquote

import structlog

from callbase.core.events import CallsMissed, Meanwhile, MissedCall
from callbase.switch.asterisk.ami import Manager, ManagerError
from callbase.switch.asterisk.causes import cause_of
from callbase.switch.asterisk.invite import number_told
from callbase.switch.asterisk.legs import made_by_core
from callbase.switch.asterisk.messages import Channel
from callbase.switch.asterisk.names import HEARD_FOR_MS, HEARD_VARIABLE, MISSED_FAMILY, UNHEARD_FAMILY
from callbase.switch.asterisk.trunks import trunk_of
from callbase.switch.base import Sink

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 5.0
"""Who is kept is offered to us again within a second or so of our coming, and may give up until then."""
LISTEN_EVERY_S = 0.25
SAID_IN_VAIN = 3
"""Times in a row that Asterisk was not told so: callers are kept from us meanwhile, so we connect anew."""


class Notes:
    """Of one node."""

    def __init__(self, node: str, manager: Manager, sink: Sink) -> None:
        self._node, self._manager, self._sink = node, manager, sink
        self._told: set[str] = set()
        self._heard_ms: int | None = None
        """When somebody last listened, before us."""

    async def begin(self) -> None:
        """Has Asterisk write down what happens until we listen, though somebody else did a moment ago. Raises ManagerError."""
        heard = (await self._manager.action("Getvar", Variable=HEARD_VARIABLE)).get("Value", "")
        self._heard_ms = int(heard) if heard else None
        over_ms = await self._now_ms() - HEARD_FOR_MS
        if self._heard_ms is not None and self._heard_ms > over_ms:
            await self._say_heard(over_ms)

    async def of_legs(self, living: Collection[str]) -> tuple[int | None, tuple[Meanwhile, ...]]:
        """For how long nobody has listened, in milliseconds, None where Asterisk does not know; and what happened to legs. Those
        still `living` have not ended: it will be heard when they do. Raises ManagerError."""
        written = await self._written(UNHEARD_FAMILY)
        now_ms = await self._now_ms()
        notes = [meanwhile(leg, note, now_ms, ended=leg not in living) for leg, note in written.items()]
        unheard_ms = now_ms - self._heard_ms if self._heard_ms is not None else None
        return unheard_ms, tuple(note for note in notes if note is not None)

    async def keep_listening(self) -> None:
        """Says for ever that we do. By Asterisk's clock, as that of the dialplan is. Raises ManagerError."""
        in_vain = 0
        while True:
            try:
                await self._say_heard(await self._now_ms())
                in_vain = 0
            except ManagerError as problem:
                log.warning("listening_not_said", node=self._node, reason=str(problem))
                in_vain += 1
                if in_vain == SAID_IN_VAIN:
                    raise
            await asyncio.sleep(LISTEN_EVERY_S)

    async def keep_telling(self) -> None:
        """Who was missed, of each once. What was told, and so is journaled, is forgotten here. So is what was written of legs,
        for what came since that was told we have heard."""
        while True:
            try:
                await self._tell_missed()
                await self._forget(UNHEARD_FAMILY, await self._written(UNHEARD_FAMILY))
            except ManagerError as problem:
                log.warning("notes_not_read", node=self._node, reason=str(problem))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _tell_missed(self) -> None:
        written = await self._written(MISSED_FAMILY)
        if not written.keys() <= self._told:
            calls = [missed_call(leg, note) for leg, note in written.items()]
            self._sink(CallsMissed(node=self._node, calls=tuple(call for call in calls if call is not None)))
        self._told = set(written)
        await self._forget(MISSED_FAMILY, written)

    async def _written(self, family: str) -> dict[str, str]:
        """Leg → note."""
        entries = await self._manager.entries("DBGetTree", Family=family)
        found = {entry.get("Key", "").removeprefix(f"/{family}/"): entry.get("Val", "") for entry in entries}
        return {leg: note for leg, note in found.items() if leg}

    async def _forget(self, family: str, legs: Collection[str]) -> None:
        for leg in legs:
            await self._manager.action("DBDel", Family=family, Key=leg)

    async def _say_heard(self, at_ms: int) -> None:
        await self._manager.action("Setvar", Variable=HEARD_VARIABLE, Value=str(at_ms))

    async def _now_ms(self) -> int:
        """By Asterisk's clock."""
        return int(float((await self._manager.action("Ping"))["Timestamp"]) * 1000)


def meanwhile(leg: str, written: str, now_ms: int, *, ended: bool) -> Meanwhile | None:
    """`written`: when it was answered and when it ended, in milliseconds since 1970, its channel's state and the Q.850 cause,
    joined by &; empty where that is not so. None where it is not that, or nothing is left to tell."""
    try:
        answered, over, state, cause = written.split("&")
        answered_ago_ms = now_ms - int(answered) if answered else None
        ended_ago_ms = now_ms - int(over) if over and ended else None
        q850 = int(cause or 0)
    except ValueError:
        log.error("note_unreadable", leg=leg, written=written)
        return None
    if answered_ago_ms is None and ended_ago_ms is None:
        return None
    was_up = state == "Up" or answered_ago_ms is not None
    return Meanwhile(
        leg=leg,
        answered_ago_ms=answered_ago_ms,
        ended_ago_ms=ended_ago_ms,
        cause=cause_of(q850, 0, outbound=made_by_core(leg), answered=was_up),
    )


def missed_call(leg: str, written: str) -> MissedCall | None:
    """`written`: milliseconds since 1970 of its coming and its end, the channel's name, caller and called number, URI-encoded and
    joined by &. None where it is not that."""
    try:
        came, went, *texts = written.split("&")
        started_ms, ended_ms = int(came), int(went)
        channel, caller, called = (unquote(text, errors="replace") for text in texts)
    except ValueError:
        log.error("missed_call_unreadable", leg=leg, written=written)
        return None
    endpoint = Channel(id=leg, name=channel, state="").endpoint
    tenant, trunk = trunk_of(endpoint) or (None, None)
    return MissedCall(
        leg=leg,
        started_ms=started_ms,
        ended_ms=ended_ms,
        caller_number=number_told(caller),
        called_number=called,
        trunk=trunk,
        tenant=tenant,
        device=endpoint if trunk is None else None,
    )
