"""Many agents' screens in a process of their own: one WebSocket to `/link` each, as a browser opens it, with its session's cookie
and with compression. They sign in, act on their calls as a hasty agent would, and note when each act was seen.

Messages that say nothing of the agent itself are counted, not read: a browser would, on a machine of its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import msgspec
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from callbase.core.events import AnyAction, HoldCall, RetrieveCall, SetData, SetNotReady, SetReady, SignIn
from callbase.core.views import AgentView, InteractionView
from callbase.cti.messages import CardShown, Change, Hello, ReplyMessage, RequestMessage, Snapshot, ToClient
from callbase.platform import garbage

MOST = 16 * 1024 * 1024
BETWEEN_S = (0.5, 1.5)
"""From one act to the next."""
NOT_READY_EVERY_S = 30.0
HELD = 0.1
"""Share of the calls that are put on hold."""
SEEN_WITHIN_S = 10.0
SIGNED_IN_WITHIN_S = 60.0
"""Each step of it: a thousand who all come at once are more than comes on any day."""

_decode = msgspec.json.Decoder(ToClient).decode
_encode = msgspec.json.Encoder().encode


class Act(msgspec.Struct, frozen=True):
    """Moments are time.monotonic() seconds. `seen` 0: never."""

    kind: str
    sent: float
    seen: float
    refused: str = ""


class Card(msgspec.Struct, frozen=True):
    """An offer as it came to the screen, once the customer is in it."""

    agent: str
    caller: str
    shown: float


class Seen(msgspec.Struct, frozen=True):
    """What happened since it was last asked for."""

    acts: tuple[Act, ...] = ()
    cards: tuple[Card, ...] = ()
    messages: int = 0
    bytes: int = 0
    lost: tuple[str, ...] = ()
    """Why connections ended."""
    cpu_s: float = 0.0


@dataclass(slots=True)
class Screens:
    """The process, from outside. `cookies`: agent → its session's."""

    url: str
    cookies: dict[str, str]
    _pipe: Connection = field(init=False)
    _process: multiprocessing.process.BaseProcess = field(init=False)

    def start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, inside = context.Pipe()
        self._process = context.Process(target=_run, args=(self.url, self.cookies, inside), daemon=True)
        self._process.start()

    async def ask(self, what: str, timeout_s: float = 300.0) -> Seen:
        """`sign_in`, `work`, or `seen`; what was seen since the last time. Raises TimeoutError; RuntimeError where it cannot."""
        self._pipe.send(what)
        async with asyncio.timeout(timeout_s):
            while not self._pipe.poll():
                await asyncio.sleep(0.02)
        said = self._pipe.recv_bytes()
        if said.startswith(b"!"):
            raise RuntimeError(said[1:].decode())
        return msgspec.json.decode(said, type=Seen)

    def stop(self) -> None:
        self._process.kill()
        self._process.join()


def _run(url: str, cookies: dict[str, str], pipe: Connection) -> None:
    uvloop.run(_Desk(url, cookies, pipe).run())


class _Desk:
    """All screens, inside the process."""

    def __init__(self, url: str, cookies: dict[str, str], pipe: Connection) -> None:
        self._pipe = pipe
        self._log = _Log()
        self._screens = [_Screen(url, agent, cookie, self._log) for agent, cookie in cookies.items()]
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            what = await loop.run_in_executor(None, self._pipe.recv)
            try:
                if what == "sign_in":
                    await self._all(lambda one: one.sign_in())
                elif what == "work":
                    garbage.collect()  # a browser on a machine of its own would not stand still for 999 others
                    self._tasks = [asyncio.create_task(one.work()) for one in self._screens]
                self._pipe.send_bytes(_encode(self._log.take()))
            except Exception as problem:
                self._pipe.send_bytes(f"!{what}: {type(problem).__name__}: {problem}".encode())

    async def _all(self, do: Callable[[_Screen], Coroutine[None, None, None]], at_once: int = 20) -> None:
        gate = asyncio.Semaphore(at_once)

        async def one(screen: _Screen) -> None:
            async with gate:
                await do(screen)

        await asyncio.gather(*map(one, self._screens))


@dataclass(slots=True)
class _Log:
    acts: list[Act] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    messages: int = 0
    bytes: int = 0

    def take(self) -> Seen:
        seen = Seen(tuple(self.acts), tuple(self.cards), self.messages, self.bytes, tuple(self.lost), time.process_time())
        self.acts, self.cards, self.lost, self.messages, self.bytes = [], [], [], 0, 0
        return seen


class _Screen:
    """One agent's."""

    def __init__(self, url: str, agent: str, cookie: str, log: _Log) -> None:
        self._url, self._agent, self._cookie, self._log = url, agent, cookie, log
        self._mark = f'"{agent}"'
        self._me: AgentView | None = None
        self._calls: dict[str, InteractionView] = {}
        self._awaited: list[tuple[Callable[[], bool], asyncio.Future[float]]] = []
        self._number = 0
        self._replies: dict[str, str] = {}
        self._carded: set[str] = set()
        self._shown = ""
        self._telling: asyncio.Task[None] | None = None
        self._chance = random.Random(agent)
        self._connection: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    # --- what it is told -------------------------------------------------------------------------------------------

    async def _read(self, connection: ClientConnection) -> None:
        try:
            async for text in connection:
                at = time.monotonic()
                assert isinstance(text, str)
                self._log.messages += 1
                self._log.bytes += len(text)
                if self._mark in text or text.startswith(('{"type":"reply"', '{"type":"snapshot"')):
                    self._take(_decode(text), at)
            self._log.lost.append(f"{self._agent}: closed {connection.close_code} {connection.close_reason}")
        except Exception as problem:
            self._log.lost.append(f"{self._agent}: {type(problem).__name__}: {problem}")

    def _take(self, message: ToClient, at: float) -> None:
        if isinstance(message, Snapshot):
            self._me, self._calls = message.state.agents.get(self._agent), dict(message.state.interactions)
        elif isinstance(message, Change):
            self._me = next((one for one in message.agents if one.agent == self._agent), self._me)
            self._calls |= {one.interaction: one for one in message.interactions}
            for gone in message.removed_interactions:
                self._calls.pop(gone, None)
        elif isinstance(message, ReplyMessage):
            self._replies[message.id] = message.error.code if message.error else ""
        self._note_card(at)
        self._tell_card()
        for condition, future in tuple(self._awaited):
            if not future.done() and condition():
                future.set_result(at)

    def _note_card(self, at: float) -> None:
        call = self._call
        if call is None or call.interaction in self._carded or call.customer is None:
            return
        self._carded.add(call.interaction)
        self._log.cards.append(Card(self._agent, call.caller_number, at))

    def _tell_card(self) -> None:
        shown = self._call.interaction if self._call is not None else ""
        if shown != self._shown and self._connection is not None:
            self._shown = shown
            self._telling = asyncio.create_task(self._connection.send(_encode(CardShown(interaction=shown)).decode()))

    @property
    def _call(self) -> InteractionView | None:
        return self._calls.get(self._me.interaction or "") if self._me else None

    @property
    def _state(self) -> str:
        return self._me.state if self._me else ""

    # --- what it does ----------------------------------------------------------------------------------------------

    async def sign_in(self) -> None:
        self._connection = await connect(self._url, additional_headers={"Cookie": self._cookie}, max_size=MOST)
        self._reading = asyncio.create_task(self._read(self._connection))
        await self._connection.send(_encode(Hello(cards=True)).decode())
        await self._until(lambda: self._me is not None, SIGNED_IN_WITHIN_S)
        await self._send(SignIn(agent=self._agent, device=self._agent))
        await self._until(
            lambda: self._me is not None and self._state != "logged_off" and self._me.device_online, SIGNED_IN_WITHIN_S
        )
        await self._send(SetReady(agent=self._agent))
        await self._until(lambda: self._state in ("ready", "reserved", "busy"), SIGNED_IN_WITHIN_S)

    async def work(self) -> None:
        """Until cancelled: in each talk holds, retrieves and writes down, and now and then is not ready."""
        while True:
            try:
                call = self._call
                if call is not None and call.phase == "talk" and self._state == "busy":
                    await self._use(call.interaction)
                elif self._state == "ready" and self._chance.random() < sum(BETWEEN_S) / 2 / NOT_READY_EVERY_S:
                    await self._rest()
            except _CallOver:
                pass
            await asyncio.sleep(self._chance.uniform(*BETWEEN_S))

    async def _use(self, call: str) -> None:
        value = str(self._number)
        steps: tuple[tuple[str, AnyAction, Callable[[], bool]], ...] = (
            ("set data", SetData(interaction=call, data={"order": value}), lambda: self._data(call).get("order") == value),
            ("hold", HoldCall(agent=self._agent), lambda: self._phase(call) == "hold"),
            ("retrieve", RetrieveCall(agent=self._agent), lambda: self._phase(call) == "talk"),
        )
        for kind, action, seen in steps if self._chance.random() < HELD else steps[:1]:
            await self._act(kind, action, seen, lambda: self._state == "busy" and self._phase(call) in ("talk", "hold"))
            await asyncio.sleep(self._chance.uniform(*BETWEEN_S))
        while self._state == "busy" and self._phase(call) == "talk":
            await asyncio.sleep(0.5)

    async def _rest(self) -> None:
        def gone() -> bool:
            return self._me is not None and "not_ready" in (self._me.state, self._me.next_state)

        await self._act("not ready", SetNotReady(agent=self._agent), gone, lambda: True)
        await asyncio.sleep(self._chance.uniform(*BETWEEN_S))
        await self._act("ready", SetReady(agent=self._agent), lambda: not gone(), lambda: True)

    def _phase(self, call: str) -> str:
        return self._calls[call].phase if call in self._calls else ""

    def _data(self, call: str) -> dict[str, str]:
        return self._calls[call].data if call in self._calls else {}

    async def _act(self, kind: str, action: AnyAction, seen: Callable[[], bool], possible: Callable[[], bool]) -> None:
        """What a call's end overtakes does not count. Raises _CallOver then."""
        if not possible():
            raise _CallOver
        sent = time.monotonic()
        number = await self._send(action)
        try:
            at = await self._until(lambda: seen() or bool(self._replies.get(number)) or not possible())
        except TimeoutError:
            self._log.acts.append(Act(kind, sent, 0.0))
            raise _CallOver from None
        refused = self._replies.pop(number, "")
        if seen():
            self._log.acts.append(Act(kind, sent, at))
            return
        if refused and possible():
            self._log.acts.append(Act(kind, sent, 0.0, refused))
        raise _CallOver

    async def _send(self, action: AnyAction) -> str:
        assert self._connection
        self._number += 1
        await self._connection.send(_encode(RequestMessage(id=str(self._number), action=action)).decode())
        return str(self._number)

    async def _until(self, condition: Callable[[], bool], within_s: float = SEEN_WITHIN_S) -> float:
        """The moment of the message with which it was so."""
        if condition():
            return time.monotonic()
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        entry = (condition, future)
        self._awaited.append(entry)
        try:
            async with asyncio.timeout(within_s):
                return await future
        finally:
            self._awaited.remove(entry)


class _CallOver(Exception):
    """There is nothing more to do with it."""
