"""One client on the link: what it follows, what is on its way to it, and what happens when it is too slow."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from callbase.cti.messages import Change, FactMessage, Refused, Snapshot, TenantRemoved, ToClient

QUEUE_MESSAGES = 5_000
QUEUE_BYTES = 16 * 1024 * 1024
SENT_TOGETHER_BYTES = 64 * 1024
"""About as much goes out in one write."""
CLOSE_TIMEOUT_S = 1.0
REPLIES = 1_000
"""Answers a client may leave unread; one that asks on without reading is cut off."""

Numbered = Change | TenantRemoved | FactMessage

_encoder = msgspec.json.Encoder()


class TooManyRepliesUnread(Exception):
    """The client goes on asking without reading the answers."""


class LinkConnection:
    """Messages go into a bounded queue and from there to the socket. When the queue is full, what is numbered in it is dropped,
    and once the client has read the rest it gets fresh snapshots, so memory stays bounded and the client right."""

    def __init__(
        self,
        socket: ServerConnection,
        *,
        tenant: str,
        facts: bool,
        snapshots: Callable[[str, int], Sequence[Snapshot]],
        on_resync: Callable[[], None] = lambda: None,
    ) -> None:
        self.tenant = tenant
        """"*" for all."""
        self.facts = facts
        self._socket, self._snapshots, self._on_resync = socket, snapshots, on_resync
        self._queue: deque[tuple[bool, bytes]] = deque()
        self._bytes = 0
        self._replies = 0
        self._seq = 0
        self._behind = True
        """Nothing numbered is sent before the next snapshot."""
        self._wake = asyncio.Event()
        self._wake.set()
        self._closing: asyncio.Task[None] | None = None

    @property
    def waiting_messages(self) -> int:
        return len(self._queue)

    def follows(self, tenant: str) -> bool:
        return self.tenant in ("*", tenant)

    def number(self, message: Numbered) -> None:
        """Queues a numbered message, or drops it (and what is queued) for a snapshot."""
        self._seq += 1
        if self._behind:
            return
        data = _encoder.encode(msgspec.structs.replace(message, seq=self._seq))
        self._put(True, data)
        if len(self._queue) > QUEUE_MESSAGES or self._bytes > QUEUE_BYTES:
            self._queue = deque((numbered, data) for numbered, data in self._queue if not numbered)
            self._bytes = sum(len(data) for _, data in self._queue)
            self._on_resync()
            self.resubscribe()

    def say(self, message: ToClient) -> None:
        """Queues a message that bears no number. Raises TooManyRepliesUnread."""
        self._replies += 1
        if self._replies > REPLIES:
            raise TooManyRepliesUnread
        self._put(False, _encoder.encode(message))

    def show(self, snapshot: Snapshot) -> None:
        """Queues one tenant's snapshot among the other messages."""
        if not self._behind:
            self._put(True, _encoder.encode(msgspec.structs.replace(snapshot, seq=self._seq)))

    def resubscribe(self) -> None:
        """Snapshots are sent next, in place of whatever is numbered and waiting."""
        self._behind = True
        self._wake.set()

    def close(self, why: Refused) -> None:
        """Tells the client why, if it still reads, and closes."""
        self._closing = asyncio.create_task(self._close(why), name="link close")

    async def _close(self, why: Refused) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._socket.send(_encoder.encode(why), text=True)
        except (TimeoutError, ConnectionClosed):
            pass
        await self._socket.close(1008, why.code)

    async def send_all(self) -> None:
        """Sends until cancelled. Raises websockets' ConnectionClosed."""
        while True:
            await self._wake.wait()
            if self._queue:
                await send_together(self._socket, self._next())
            elif self._behind:
                self._behind = False
                for snapshot in self._snapshots(self.tenant, self._seq):
                    self._put(True, _encoder.encode(snapshot))
            else:
                self._wake.clear()

    def _next(self) -> list[bytes]:
        """Takes from the queue what goes out together; at least one."""
        taken: list[bytes] = []
        least = self._bytes - SENT_TOGETHER_BYTES
        while self._queue and (not taken or self._bytes > least):
            numbered, data = self._queue.popleft()
            self._bytes -= len(data)
            self._replies -= 0 if numbered else 1
            taken.append(data)
        return taken

    def _put(self, numbered: bool, data: bytes) -> None:
        self._queue.append((numbered, data))
        self._bytes += len(data)
        self._wake.set()


async def send_together(socket: ServerConnection, texts: Iterable[bytes]) -> None:
    """Each of them, in UTF-8, is a message; they go out in one write. A write for each would cost more than all the rest of a
    message, for it wakes the client. Raises websockets' ConnectionClosed."""
    async with socket.send_context():
        for text in texts:
            socket.protocol.send_text(text)
        data = b"".join(socket.protocol.data_to_send())
        if not socket.transport.is_closing():
            socket.transport.write(data)
