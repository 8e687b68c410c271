"""500 monitored telephones, 20 calls a second: what a CSTA program is told, how long after the engine knew, and whether of each
telephone all of it and in order.

What is held against it is the link, followed beside it: an agent's connection there becomes alerting, connected, and none.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from benchmarks.api import api_token
from benchmarks.command_to_event import callers_by_chance, quantile, spread
from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from benchmarks.installation import DEMO_PASSWORD, Installation
from benchmarks.ours import Callbase
from benchmarks.ports import MediaSink, free_port, free_rtp_range
from benchmarks.sip.agents import AgentPhones
from benchmarks.sip.callers import TimedCallers
from benchmarks.systems import agent_accounts, one_group
from callbase.csta.framing import EVENT, Deframer, encode
from callbase.cti.messages import Change

NAME = "csta_events"
DEVICES = 500
CALLS_PER_S = 20.0
OCCUPANCY = 0.8
RAMP_UP_S = 25.0
WINDOWS = 3
"""So many times that of other benchmarks."""
SETTLE_S = 3.0

STEPS = {"alerting": "Delivered", "connected": "Established", None: "ConnectionCleared"}
"""An agent's connection on the link, and the event by which CSTA tells of it."""

_NAME = re.compile(rb"<(\w+)Event[\s>]")
_REFERENCE = re.compile(rb"<monitorCrossRefID>([^<]+)<")
_CALL = re.compile(rb"<callID>([^<]+)<")

_SESSION = (
    '<StartApplicationSession xmlns="http://www.ecma-international.org/standards/ecma-354/appl_session">'
    "<applicationInfo><applicationID>benchmark</applicationID>"
    "<applicationSpecificInfo><token>{token}</token></applicationSpecificInfo></applicationInfo>"
    "<requestedProtocolVersions>"
    "<protocolVersion>http://www.ecma-international.org/standards/ecma-323/csta/ed6</protocolVersion>"
    "</requestedProtocolVersions><requestedSessionDuration>3600</requestedSessionDuration></StartApplicationSession>"
)
_MONITOR = (
    '<MonitorStart xmlns="http://www.ecma-international.org/standards/ecma-323/csta/ed6">'
    "<monitorObject><deviceObject>{device}</deviceObject></monitorObject></MonitorStart>"
)

Story = dict[tuple[str, str], list[tuple[str, float]]]
"""Telephone and call → what happened, and when (Unix milliseconds)."""


class Program:
    """A CSTA application that notes events as they come."""

    def __init__(self) -> None:
        self.told: Story = defaultdict(list)
        self.events = 0
        self._device_of: dict[bytes, str] = {}
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()
        self._invoke = 0
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, port: int, token: str) -> None:
        """Raises RuntimeError where it is refused."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._reading = asyncio.create_task(self._read(reader))
        await self._ask(_SESSION.format(token=token), b"StartApplicationSessionPosResponse")

    async def monitor(self, device: str) -> None:
        answer = await self._ask(_MONITOR.format(device=device), b"MonitorStartResponse")
        found = _REFERENCE.search(answer)
        assert found
        self._device_of[found[1]] = device

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()

    async def _ask(self, request: str, wanted: bytes) -> bytes:
        assert self._writer
        self._invoke = self._invoke % 9998 + 1
        self._writer.write(encode(self._invoke, request.encode()))
        answer = await asyncio.wait_for(self._answers.get(), 20)
        if wanted not in answer:
            raise RuntimeError(f"{request} was answered by {answer.decode()}")
        return answer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        deframer = Deframer()
        while received := await reader.read(65536):
            at_ms = time.time() * 1000
            for frame in deframer.feed(received):
                if frame.invoke == EVENT:
                    self._note(frame.body, at_ms)
                else:
                    self._answers.put_nowait(frame.body)

    def _note(self, event: bytes, at_ms: float) -> None:
        self.events += 1
        name, reference, call = _NAME.search(event), _REFERENCE.search(event), _CALL.search(event)
        if name and reference and call:
            self.told[self._device_of[reference[1]], call[1].decode()].append((name[1].decode(), at_ms))


@dataclass(slots=True)
class Followed:
    """The agents' connections on the link, as the engine dated them."""

    happened: Story = field(default_factory=lambda: defaultdict(list))
    _at: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Agent → its call and its connection in it."""

    async def follow(self, system: Callbase) -> None:
        async for message in system.link.events():
            if isinstance(message, Change):
                self._take(message)

    def _take(self, change: Change) -> None:
        for agent in change.agents:
            call, connection = self._at.get(agent.agent, (None, None))
            if connection is not None and (agent.interaction != call or agent.connection is None):
                self.happened[agent.agent, call or ""].append((STEPS[None], change.now_ms))
            steps_on = agent.connection in ("alerting", "connected") and (agent.interaction, agent.connection) != (
                call,
                connection,
            )
            if steps_on and agent.interaction is not None:
                self.happened[agent.agent, agent.interaction].append((STEPS[agent.connection], change.now_ms))
            self._at[agent.agent] = agent.interaction, agent.connection


def run(context: Context) -> list[Figure]:
    devices = min(DEVICES, max(context.agents))
    return asyncio.run(_measure(context, devices, CALLS_PER_S * devices / DEVICES))


async def _measure(context: Context, devices: int, calls_per_s: float) -> list[Figure]:
    accounts = agent_accounts(devices)
    groups = one_group(accounts)
    port = free_port()
    installation = Installation(context.work / "callbase", {"CALLBASE_CSTA_PORT": str(port)}, rtp_ports=free_rtp_range(10_000))
    system = Callbase(accounts, groups, installation)
    sink = MediaSink()
    phones = AgentPhones(talk_s=OCCUPANCY * devices / calls_per_s, media_port=sink.port)
    callers = TimedCallers(system.sip, sink.port)
    program, followed = Program(), Followed()
    await phones.open()
    await callers.open()
    try:
        await system.start()
        await phones.register(accounts, system.sip)
        await system.make_ready()
        token = await asyncio.to_thread(api_token, installation.http_port, "admin", DEMO_PASSWORD, "csta")
        await program.open(port, token)
        for account in accounts:
            await program.monitor(account.user)
        context.say(f"{devices} telephones are monitored")
        following = asyncio.create_task(followed.follow(system))
        calling = asyncio.create_task(callers_by_chance(callers, groups[0].number, calls_per_s))
        await asyncio.sleep(RAMP_UP_S)
        events, began, cpu_ms = program.events, time.monotonic(), system.cpu_ms()
        began_ms = time.time() * 1000
        await asyncio.sleep(context.window_s * WINDOWS)
        took_s, cpu_after, ended_ms = time.monotonic() - began, system.cpu_ms(), time.time() * 1000
        events = program.events - events
        calling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await calling
        await asyncio.sleep(SETTLE_S)
        following.cancel()
        cores = {part: round((used - cpu_ms[part]) / 1000 / took_s, 3) for part, used in cpu_after.items()}
        return _figures(context, devices, events / took_s, (began_ms, ended_ms), followed.happened, program.told, cores)
    finally:
        await program.close()
        phones.close()
        callers.close()
        await system.stop()
        sink.close()


def _figures(
    context: Context,
    devices: int,
    events_per_s: float,
    within_ms: tuple[float, float],
    happened: Story,
    told: Story,
    cores: dict[str, float],
) -> list[Figure]:
    """Of the calls that rang within the window; what happened after it counts for them too. Of one that was going on when the
    link was last looked at, the program may know more."""
    delays_ms: list[float] = []
    compared, lost, out_of_order = 0, [], []
    for key, steps in happened.items():
        if not within_ms[0] <= steps[0][1] < within_ms[1]:
            continue
        compared += 1
        wanted = [name for name, _ in steps]
        goes_on = wanted[-1] != STEPS[None]
        seen = _first_of_each(told.get(key, []))[: len(wanted) if goes_on else None]
        names = [name for name, _ in seen]
        if missing := [name for name in wanted if name not in names]:
            lost.append(f"{key}: {missing}")
        elif names != wanted:
            out_of_order.append(f"{key}: {names} for {wanted}")
        arrived = dict(seen)
        delays_ms += [arrived[name] - at_ms for name, at_ms in steps if name in arrived]
    detail: dict[str, Any] = {
        "devices": devices,
        "calls": compared,
        "lost": len(lost),
        "out_of_order": len(out_of_order),
        "delay_ms": spread(delays_ms),
        "cores": cores,
        "ms_cpu_an_event": round(cores.get("csta", 0.0) * 1000 / events_per_s, 3) if events_per_s else None,
    }
    for what in (lost + out_of_order)[:5]:
        context.say(what)
    context.say(f"{NAME}: {events_per_s:.0f} events/s, {detail}")
    return [
        figure(NAME, "events/s", events_per_s, **detail),
        figure(NAME, "ms from engine to program, p99", quantile(delays_ms, 0.99), devices=devices),
        figure(NAME, "calls with events lost or out of order", float(len(lost) + len(out_of_order)), devices=devices),
    ]


def _first_of_each(story: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Of the events the link's steps are held against; of the two parties cleared the first counts."""
    found: dict[str, float] = {}
    for name, at_ms in story:
        if name in STEPS.values():
            found.setdefault(name, at_ms)
    return list(found.items())
