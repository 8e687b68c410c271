"""A TCP proxy in front of one port, for what happens to connections: cut, refused, slow; to everybody's or to one process's."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psutil

_CHUNK = 65_536


class Proxy:
    """Passes on what comes, until it is told to do worse."""

    def __init__(self, target_port: int) -> None:
        self.delay_s = 0.0
        """How much longer each answer takes."""
        self.port = 0
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], int] = {}
        """And the port each comes from."""
        self._barred: int | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def cut(self) -> None:
        """Ends every connection, and lets nobody in until it is started again."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def bar(self, pid: int | None) -> None:
        """Ends the connections of that process, and lets it in no more; None: everybody is let in again."""
        self._barred = pid
        for connection, port in self._connections.items():
            if self._is_barred(port):
                connection.cancel()

    def _is_barred(self, port: int) -> bool:
        with suppress(psutil.NoSuchProcess):
            return self._barred is not None and port in _ports_of(self._barred)
        return False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        port = int(writer.get_extra_info("peername")[1])
        if self._is_barred(port):
            writer.transport.abort()
            return
        self._connections[task] = port
        with suppress(OSError, asyncio.CancelledError):
            await self._pass_on(reader, writer)
        del self._connections[task]

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        ways = [
            asyncio.create_task(self._copy(reader, far_writer, slow=False)),
            asyncio.create_task(self._copy(far_reader, writer, slow=True)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            writer.transport.abort()
            far_writer.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
        while data := await reader.read(_CHUNK):
            if slow and self.delay_s:
                await asyncio.sleep(self.delay_s)
            writer.write(data)
            await writer.drain()


def _ports_of(pid: int) -> set[int]:
    """Its ends of its TCP connections. Raises NoSuchProcess."""
    return {connection.laddr.port for connection in psutil.Process(pid).net_connections("tcp")}
