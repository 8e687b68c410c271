"""A minimal client of Asterisk's manager interface: actions with their responses and lists, and the system's events."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress

TIMEOUT_S = 5.0
LONGEST_MESSAGE_BYTES = 2**20
_END = b"\r\n\r\n"


class ManagerError(Exception):
    """The action was refused, or the manager could not be reached."""


class ManagerLost(ManagerError):
    """There is no connection, or it went while the answer was awaited: whether the action was carried out is not known."""


class Manager:
    """Connects when first needed, and again after a loss. `on_event` is given the fields of each event; `check` stands right
    before each action is sent."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        password: str,
        on_event: Callable[[dict[str, str]], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._check = check
        self._host, self._port, self._user, self._password = host, port, user, password
        self._on_event = on_event
        self._writer: asyncio.StreamWriter | None = None
        self._reader_task: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[dict[str, str]]] = {}
        self._lists: dict[str, tuple[list[dict[str, str]], asyncio.Event]] = {}
        """Entries so far, and whether all are there."""
        self._numbers = itertools.count(1)
        self._connecting = asyncio.Lock()

    async def action(self, name: str, *, within_s: float | None = None, **fields: str) -> dict[str, str]:
        """Carries out one action; its response's fields. Raises ManagerError, also where it says Error or, within TIMEOUT_S if
        not `within_s`, nothing."""
        await self.connect()
        return await self._send(str(next(self._numbers)), name, fields, within_s)

    async def entries(self, name: str, **fields: str) -> list[dict[str, str]]:
        """Carries out an action that is answered with a list; the fields of its entries. Raises ManagerError."""
        await self.connect()
        number = str(next(self._numbers))
        entries, complete = self._lists[number] = ([], asyncio.Event())
        try:
            await self._send(number, name, fields)
            async with asyncio.timeout(TIMEOUT_S):
                await complete.wait()
        except TimeoutError as problem:
            raise ManagerError(f"{name}: its list does not end") from problem
        finally:
            del self._lists[number]
        return entries

    async def connect(self) -> None:
        """Does nothing where it is. Raises ManagerError."""
        async with self._connecting:
            if self._writer is None:
                await self._connect()

    async def lost(self) -> None:
        """Returns once there is no connection."""
        if self._reader_task is not None:
            await asyncio.wait([self._reader_task])

    async def close(self) -> None:
        if self._reader_task is not None:
            self._reader_task.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader_task
        self._lose()

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=LONGEST_MESSAGE_BYTES)
        except (OSError, TimeoutError) as problem:
            raise ManagerLost(f"manager interface not reachable: {problem}") from problem
        self._reader_task = asyncio.create_task(self._read(reader))
        try:
            await self._send(
                str(next(self._numbers)), "Login", {"Username": self._user, "Secret": self._password, "Events": "system"}
            )
        except ManagerError:
            self._lose()
            raise

    async def _send(self, number: str, name: str, fields: dict[str, str], within_s: float | None = None) -> dict[str, str]:
        if self._writer is None or self._writer.is_closing():
            raise ManagerLost("connection lost")
        lines = {"Action": name, "ActionID": number, **fields}
        if any("\n" in value or "\r" in value for value in lines.values()):
            raise ManagerError(f"{name}: a value has a line break in it")
        future: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self._check()
        try:
            self._writer.write("".join(f"{key}: {value}\r\n" for key, value in lines.items()).encode() + b"\r\n")
            async with asyncio.timeout(within_s or TIMEOUT_S):
                await self._writer.drain()
                response = await future
        except TimeoutError as problem:
            raise ManagerError(f"{name}: no answer") from problem
        except OSError as problem:
            raise ManagerLost(f"{name}: {problem}") from problem
        finally:
            self._waiting.pop(number, None)
        if response.get("Response") != "Success":
            raise ManagerError(f"{name}: {response.get('Message', 'refused')}")
        return response

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError, EOFError, asyncio.LimitOverrunError):
            while True:
                text = (await reader.readuntil(_END)).decode(errors="replace")
                parts = (line.strip().partition(": ") for line in text.split("\r\n"))
                self._take({key: value for key, separator, value in parts if separator})
        self._lose()

    def _take(self, message: dict[str, str]) -> None:
        number = message.get("ActionID", "")
        future = self._waiting.get(number)
        if "Response" in message and future is not None and not future.done():
            future.set_result(message)
        elif number in self._lists:
            entries, complete = self._lists[number]
            if message.get("EventList") == "Complete":
                complete.set()
            else:
                entries.append(message)
        elif "Event" in message:
            self._on_event(message)

    def _lose(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ManagerLost("connection lost"))
