"""What waits to be sent to one client: numbered messages in order, never more than it can be expected to take.

A client too slow for what happens is not told all of it: what it missed is dropped, and a fresh snapshot takes its place.
Answers are never dropped; of who asks faster than it takes them nothing more is read meanwhile (`room`).
"""

from __future__ import annotations

import asyncio
from collections import deque

import msgspec

from callbase.cti.messages import Change, FactMessage, Message

LIMIT_MESSAGES = 1_000
LIMIT_BYTES = 4 * 1024 * 1024

_encode = msgspec.json.Encoder().encode

Unnumbered = tuple[str, str]
"""A message's text before and after its number: made once for all who are told the same."""


def unnumbered(message: Change | FactMessage) -> Unnumbered:
    """`message` has the number 0."""
    before, _, after = _encode(message).decode().partition('"seq":0')
    return f'{before}"seq":', after


class Outbox:
    def __init__(self) -> None:
        self.seq = 0
        """The last number used."""
        self._waiting: deque[tuple[str, bool] | None] = deque()
        """Text and whether it is numbered; None where a snapshot is to be made."""
        self._stale = False
        self._bytes = 0
        self._unnumbered = 0
        """Of these characters, those of answers and the like."""
        self._some = asyncio.Event()
        self._fewer = asyncio.Event()
        self._ended = False

    def put(self, message: Message) -> None:
        """One that bears no number; it is never dropped."""
        self._append(_encode(message).decode(), numbered=False)

    def put_numbered(self, message: Unnumbered) -> None:
        """Numbers and queues it, unless a snapshot is due anyway."""
        if self._stale:
            return
        if len(self._waiting) >= LIMIT_MESSAGES or self._bytes >= LIMIT_BYTES:
            self._waiting = deque(entry for entry in self._waiting if entry is not None and not entry[1])
            self._bytes = self._unnumbered
            self.put_snapshot()
            return
        self.seq += 1
        self._append(f"{message[0]}{self.seq}{message[1]}", numbered=True)

    def put_snapshot(self) -> None:
        """Here a snapshot is to be sent; it is made when its turn comes, so it is of then."""
        if not self._stale:
            self._stale = True
            self._waiting.append(None)
            self._some.set()

    async def next(self) -> str | None:
        """The next text to send; None: make and send a snapshot now."""
        while not self._waiting:
            self._some.clear()
            await self._some.wait()
        entry = self._waiting.popleft()
        if entry is None:
            self._stale = False
            return None
        self._count(entry[0], -1, numbered=entry[1])
        self._fewer.set()
        return entry[0]

    async def room(self) -> None:
        """Until fewer answers wait than may, or nothing is sent any more."""
        while self._unnumbered >= LIMIT_BYTES and not self._ended:
            self._fewer.clear()
            await self._fewer.wait()

    def end(self) -> None:
        """Nothing is sent any more."""
        self._ended = True
        self._fewer.set()

    def _append(self, text: str, *, numbered: bool) -> None:
        self._waiting.append((text, numbered))
        self._count(text, 1, numbered=numbered)
        self._some.set()

    def _count(self, text: str, sign: int, *, numbered: bool) -> None:
        self._bytes += sign * len(text)
        if not numbered:
            self._unnumbered += sign * len(text)
