"""Input and output around the exchange: keeps connected to the switch, and asks for one service after another of each affair."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog

from callbase.core.commands import AnyCommand, Originate
from callbase.core.config import Config
from callbase.core.events import AnyEvent, DeviceRegistered, DeviceUnregistered, SwitchLost
from callbase.csta.document import Document, Part
from callbase.platform.pbx import Pbx
from callbase.switch.base import Capabilities, Sink
from callbase.switch.csta.affairs import Affair
from callbase.switch.csta.client import CstaClient, Lost
from callbase.switch.csta.exchange import Exchange
from callbase.switch.csta.look import Found, call_there, calls_at, keeps_ours, reason_of, refused, somebody_at
from callbase.switch.csta.service import Service
from callbase.switch.csta.telephones import Telephones

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
REACHED_WITHIN_S = 1.0
AT_ONCE = 20
"""Requests on their way while monitors begin."""


class CstaDriver:
    """Agents on another maker's switch. The first connection is made once the telephones are known (`provision`)."""

    def __init__(self, pbx: Pbx, node: str = "a", check: Callable[[], None] = lambda: None) -> None:
        """`check` stands before whatever is sent to the switch."""
        self._node, self._pbx, self._check = node, pbx, check
        self._telephones = Telephones()
        self._exchange = Exchange(node, pbx, self._telephones, self._tell)
        self._sink: Sink | None = None
        self._client: CstaClient | None = None
        self._online = False
        self._configured = asyncio.Event()
        self._early: list[Document] | None = None
        """Events that came while the switch was still being looked at."""
        self._monitored: set[str] = set()
        self._unmonitored: dict[str, str] = {}
        """Devices the switch does not let be monitored → why."""
        self._batch: list[AnyCommand] = []
        self._settling: dict[int, asyncio.Task[None]] = {}
        self._running: asyncio.Task[None] | None = None

    @property
    def node(self) -> str:
        return self._node

    @property
    def calls_for_others(self) -> int:
        return 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            media=False,
            recording=False,
            pause_recording=False,
            trunks=False,
            dynamic_endpoints=False,
            refusal_causes=False,
        )

    @property
    def trunks(self) -> Mapping[tuple[str, str], str]:
        return {}

    async def reaches(self) -> bool:
        """Whether it lets us connect: a session would be one too many where the switch counts them."""
        try:
            async with asyncio.timeout(REACHED_WITHIN_S):
                _, writer = await asyncio.open_connection(self._pbx.host, self._pbx.port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    async def start(self, sink: Sink) -> None:
        self._sink = sink
        self._running = asyncio.create_task(self._keep_connected(), name="csta switch")

    async def stop(self) -> None:
        """Calls on the switch go on."""
        self._sink = None
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def execute(self, command: AnyCommand) -> None:
        """What one event led the core to is given at once, and looked at as a whole."""
        if not self._batch:
            asyncio.get_running_loop().call_soon(self._execute_batch)
        self._batch.append(command)

    def another_has(self, node: str, legs: tuple[str, ...]) -> None:
        """Of no matter: it does nothing for other nodes."""

    async def provision(self, config: Config) -> None:
        self._telephones.configure(config)
        self._configured.set()
        if self._online and self._client is not None:
            before = set(self._telephones.present)
            with contextlib.suppress(Lost):
                await self._monitor_telephones(self._client)
            for device in set(self._telephones.present) - before:
                self._tell(DeviceRegistered(device=device, contact=self._pbx.host, node=self._node))

    # --- the connection --------------------------------------------------------------------------------------------

    async def _keep_connected(self) -> None:
        await self._configured.wait()
        pause_s, said = FIRST_PAUSE_S, ""
        while True:
            lost = asyncio.Event()
            self._client = CstaClient(
                self._pbx,
                self._told,
                lambda why, lost=lost: self._cut(why, lost),  # type: ignore[misc]
                self._check,
            )
            try:
                await self._look_at_everything(self._client)
                pause_s, said = FIRST_PAUSE_S, ""
                await lost.wait()
            except Lost as error:
                if str(error) != said:
                    said = str(error)
                    log.warning("the agents' switch is not to be had; trying again", host=self._pbx.host, why=said)
            finally:
                await self._disconnected(self._client)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _cut(self, why: str, lost: asyncio.Event) -> None:
        log.warning("the agents' switch is lost", host=self._pbx.host, why=why)
        lost.set()

    async def _disconnected(self, client: CstaClient) -> None:
        was_online, self._online = self._online, False
        for task in list(self._settling.values()):
            task.cancel()
        await asyncio.gather(*self._settling.values(), return_exceptions=True)
        self._settling.clear()
        await client.close()
        if was_online:
            self._tell(SwitchLost(node=self._node))

    async def _look_at_everything(self, client: CstaClient) -> None:
        """Monitors first, then what there is; what happens in between is taken afterwards. Raises Lost."""
        self._early = []
        self._monitored.clear()
        self._unmonitored.clear()
        self._telephones.registered.clear()
        await client.open()
        for pilot in self._pbx.pilots:
            await self._monitor(client, pilot, "call")
        await self._monitor_telephones(client)
        ours = await keeps_ours(client)
        calls = await self._calls(client)
        self._online = True
        early, self._early = self._early, None
        self._exchange.anew(calls, self._telephones.present, keeps_ours=ours)
        log.info(
            "the agents' switch is there", host=self._pbx.host, telephones=len(self._telephones.registered), calls=len(calls)
        )
        for event in early:
            self._told(event)
        self._settle(self._exchange.affairs)

    async def _monitor(self, client: CstaClient, device: str, kind: str) -> bool:
        request: Part = ("MonitorStart", [("monitorObject", [("deviceObject", device)]), ("monitorType", kind)])
        answer = await client.ask(request)
        if refused(answer):
            self._unmonitored[device] = reason_of(answer)
            return False
        self._monitored.add(device)
        return True

    async def _monitor_telephones(self, client: CstaClient) -> None:
        async def begin(name: str) -> None:
            if await self._monitor(client, name, "device") and await somebody_at(client, name):
                self._telephones.registered.add(name)

        await _each(begin, sorted(self._telephones.names - self._monitored))
        if self._unmonitored:
            log.warning("the agents' switch does not let some devices be monitored", devices=dict(self._unmonitored))

    async def _calls(self, client: CstaClient) -> dict[str, Found]:
        found: dict[str, Found] = {}
        names = {call for affair in self._exchange.affairs for call in affair.calls}

        async def at(device: str) -> None:
            names.update(await calls_at(client, device))

        async def look(call: str) -> None:
            seen = await call_there(client, call)
            if seen is not None:
                found[call] = seen

        await _each(at, sorted(self._monitored))
        await _each(look, sorted(names))
        return found

    # --- events ----------------------------------------------------------------------------------------------------

    def _told(self, event: Document) -> None:
        if self._early is not None:
            self._early.append(event)
        elif event.name in ("AgentLoggedOnEvent", "AgentLoggedOffEvent", "BackInServiceEvent", "OutOfServiceEvent"):
            self._telephone_changed(event)
        else:
            self._settle(self._exchange.took(event, asyncio.get_running_loop().time()))

    def _telephone_changed(self, event: Document) -> None:
        name = event.value("agentDevice", "deviceIdentifier") or event.value("device", "deviceIdentifier")
        device = self._telephones.device(name)
        if device is None:
            return
        if event.name in ("AgentLoggedOnEvent", "BackInServiceEvent"):
            self._telephones.registered.add(name)
            self._tell(DeviceRegistered(device=device, contact=self._pbx.host, node=self._node))
        elif name in self._telephones.registered:
            self._telephones.registered.discard(name)
            self._tell(DeviceUnregistered(device=device, node=self._node))

    def _tell(self, event: AnyEvent) -> None:
        """In the loop, never from within `execute`."""
        if self._sink is not None:
            self._sink(event)

    # --- commands --------------------------------------------------------------------------------------------------

    def _execute_batch(self) -> None:
        batch, self._batch = self._batch, []
        for command in batch:
            if isinstance(command, Originate):
                asyncio.get_running_loop().call_later(command.timeout_ms / 1000, self._silent, command.leg)
        self._settle(self._exchange.execute(batch))

    def _silent(self, leg: str) -> None:
        affair = self._exchange.silent(leg)
        if affair is not None:
            self._settle([affair])

    def _settle(self, affairs: Iterable[Affair]) -> None:
        for affair in affairs:
            if self._online and id(affair) not in self._settling:
                task = asyncio.create_task(self._ask_for(affair), name="csta affair")
                self._settling[id(affair)] = task

    async def _ask_for(self, affair: Affair) -> None:
        try:
            while True:
                await asyncio.sleep(0)  # what the core has to say of what was just told comes first
                if self._client is None or (service := self._exchange.next_service(affair)) is None:
                    break
                await self._ask(self._client, affair, service)
        except Lost:
            return
        except Exception:
            log.exception("a service of the agents' switch could not be asked for")
        finally:
            self._settling.pop(id(affair), None)

    async def _ask(self, client: CstaClient, affair: Affair, service: Service) -> None:
        self._exchange.begin(service, asyncio.get_running_loop().time())
        await client.ask(service.request, lambda answer: self._exchange.answered(affair, service, answer))


async def _each(act: Callable[[str], Awaitable[None]], names: Iterable[str]) -> None:
    """Some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with gate:
            await act(name)

    await asyncio.gather(*(one(name) for name in names))
