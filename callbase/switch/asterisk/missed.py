"""Who called and gave up while the dialplan kept the call, as it wrote that down (`platform/asterisk/configuration.py`)."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import structlog

from callbase.core.events import CallsMissed, MissedCall
from callbase.switch.asterisk.ami import Manager, ManagerError
from callbase.switch.asterisk.messages import Channel
from callbase.switch.asterisk.names import MISSED_FAMILY
from callbase.switch.asterisk.trunks import trunk_of
from callbase.switch.base import Sink

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 5.0
"""Who is kept is offered to us again within a second or so of our coming, and may give up until then."""


class MissedCalls:
    def __init__(self, node: str, manager: Manager, sink: Sink) -> None:
        self._node, self._manager, self._sink = node, manager, sink
        self._told: set[str] = set()

    async def keep_telling(self) -> None:
        """Of each once; what was told, and so is journaled, is forgotten here."""
        while True:
            try:
                await self._tell()
            except ManagerError as problem:
                log.warning("missed_calls_not_read", node=self._node, reason=str(problem))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _tell(self) -> None:
        entries = await self._manager.entries("DBGetTree", Family=MISSED_FAMILY)
        calls = {leg: missed_call(leg, entry.get("Val", "")) for entry in entries if (leg := _leg(entry))}
        if not calls.keys() <= self._told:
            self._sink(CallsMissed(node=self._node, calls=tuple(call for call in calls.values() if call is not None)))
        self._told = set(calls)
        for leg in calls:
            await self._manager.action("DBDel", Family=MISSED_FAMILY, Key=leg)


def _leg(entry: dict[str, str]) -> str:
    return entry.get("Key", "").removeprefix(f"/{MISSED_FAMILY}/")


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
        caller_number=caller,
        called_number=called,
        trunk=trunk,
        tenant=tenant,
        device=endpoint if trunk is None else None,
    )
