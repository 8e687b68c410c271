"""The Asterisk driver: one node's connection, kept; commands in, events out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TypeVar

import msgspec
import structlog

from callbase.core import events
from callbase.core.commands import AnyCommand
from callbase.core.config import Config
from callbase.core.events import AnyEvent
from callbase.platform.asterisk.folders import music_file
from callbase.platform.environment import Environment
from callbase.platform.runtime import Runtime, SwitchNode
from callbase.speech.speaker import Speaker
from callbase.switch.asterisk import messages, nodes, proxy, subscriptions
from callbase.switch.asterisk.actions import Actions, keys_of
from callbase.switch.asterisk.ami import Manager, ManagerError
from callbase.switch.asterisk.bridges import Bridges
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.condition import Condition, command_seconds
from callbase.switch.asterisk.draining import Draining
from callbase.switch.asterisk.kept import KeptCallers
from callbase.switch.asterisk.legs import Leg, made_by_core
from callbase.switch.asterisk.music import MusicClasses
from callbase.switch.asterisk.names import APPLICATION, TAKES_ANY_VARIABLE, interaction_in
from callbase.switch.asterisk.notes import Notes
from callbase.switch.asterisk.provisioning import Provisioner
from callbase.switch.asterisk.queues import SerialQueues
from callbase.switch.asterisk.recordings import Recorder
from callbase.switch.asterisk.relays import Relays
from callbase.switch.asterisk.supervisors import Supervisors, is_supervision
from callbase.switch.asterisk.telephones import Telephones
from callbase.switch.asterisk.translate import Translator
from callbase.switch.base import Capabilities, Sink

log = structlog.get_logger(__name__)

FIRST_RETRY_S = 0.1
REACHED_WITHIN_S = 1.0
LONGEST_RETRY_S = 0.4
LOOK_AT_DISK_EVERY_S = 1.0
CALLED_AGAIN_AFTER_S = 0.5
"""A telephone that said busy without having rung: its last call may be one we know nothing of, as an earlier driver's that ended
as we came, or was over before the telephone had said anything, which hears of that only when it has (RFC 3261 §9.1)."""
T = TypeVar("T")

_ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  (compared with, not bound to)


class AsteriskDriver:
    """One Asterisk. Where nothing answers it tries on, 0.1 s after a loss, then every 0.4 s at the latest: an Asterisk that has
    just started lets telephones register once it was given their secrets, and its callers hear it ring until then."""

    def __init__(
        self,
        environment: Environment,
        runtime: Runtime,
        check: Callable[[], None] = lambda: None,
        node: SwitchNode | None = None,
    ) -> None:
        """`check` stands before whatever is sent to Asterisk. `node`: the first one if none is named."""
        here = node or runtime.nodes[0]
        self._node = here.name
        self._config: Config | None = None
        self._client = AriClient(here.ari_host, here.ari_port, runtime.ari_user, runtime.ari_password, check)
        self._telephones = Telephones(self._client, self._take)
        self._new_manager = partial(Manager, here.ari_host, here.ami_port, runtime.ari_user, runtime.ari_password, check=check)
        self._manager = self._new_manager(self._telephones.heard)
        self._draining = Draining(self._node, self._manager, self._emit) if len(runtime.nodes) > 1 else None
        self._notes = Notes(self._node, self._manager, self._emit)
        self._relays = Relays()
        self._translator = Translator(self._node, self._relays)
        self._translate = self._translator.translate
        """Looked up once: each time costs more than most translations."""
        media_address = "" if environment.bind in _ANY_ADDRESS else here.sip_host
        sip_proxy = proxy.SipProxy(*environment.sip_proxy, runtime.secret_key) if environment.sip_proxy else None
        self._provisioner = Provisioner(
            self._client,
            self._manager,
            media_address,
            runtime.secret_key,
            environment.media_timeout_s,
            {
                nodes.endpoint_of(other.name): nodes.unit(self._node, other, media_address, runtime.secret_key)
                for other in runtime.nodes
                if other.name != self._node
            }
            | ({proxy.NAME: sip_proxy.unit()} if sip_proxy else {}),
            sip_proxy,
        )
        self._music = MusicClasses(environment.home, music_file(environment, self._node), self._manager)
        self._provisioning = asyncio.Lock()
        self._speaker = Speaker(environment.home)
        self._recorder = Recorder(
            environment.home, environment.recording_min_free_mb * 2**20, self._client, self._manager, self._emit
        )
        self._bridges = Bridges(self._client)
        self._supervisors = Supervisors(self._client)
        self._actions = Actions(
            self._client,
            self._manager,
            self._translator,
            self._relays,
            self._bridges,
            self._supervisors,
            self._recorder,
            self._speaker,
            self._emit,
        )
        self._condition = Condition(self._node, self._manager)
        self._queues = SerialQueues()
        self._sink: Sink | None = None
        self._connected = False
        self._early: list[messages.AnyMessage] = []
        self._kept = KeptCallers(self._deliver)
        self._listens = False
        self._taken_over = False
        self._listening: asyncio.Task[None] | None = None
        self._watching: tuple[asyncio.Task[None], ...] = ()
        self._background: set[asyncio.Task[None]] = set()

    @property
    def node(self) -> str:
        return self._node

    @property
    def calls_for_others(self) -> int:
        return len(self._relays)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    @property
    def trunks(self) -> dict[tuple[str, str], str]:
        return self._condition.trunks

    async def reaches(self) -> bool:
        manager = self._new_manager(lambda event: None)
        try:
            async with asyncio.timeout(REACHED_WITHIN_S):
                await self._client.request("GET", "/asterisk/ping")
                await manager.action("Ping")
        except (AriError, ManagerError, TimeoutError):
            return False
        finally:
            await manager.close()
        return True

    async def start(self, sink: Sink) -> None:
        self._sink = sink
        self._listening = asyncio.create_task(self._keep_connected())
        self._watching = asyncio.create_task(self._watch_disk()), asyncio.create_task(self._condition.watch())

    async def stop(self) -> None:
        for task in (self._listening, *self._watching, *self._background):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self._queues.stop()
        await self._actions.stop()
        await self._speaker.stop()
        await self._recorder.stop_waiting()
        await self._manager.close()
        self._client.close()

    def execute(self, command: AnyCommand) -> None:
        self._actions.foresee(command)
        self._queues.submit(keys_of(command), partial(self._carry_out, command, time.perf_counter()))

    async def _carry_out(self, command: AnyCommand, given_s: float) -> None:
        if self._taken_over:
            return  # what is done there is for another driver to say
        await self._actions.carry_out(command)
        command_seconds(type(command)).observe(time.perf_counter() - given_s)

    def meet(self, others: Sequence[AsteriskDriver]) -> None:
        """Drivers of the other nodes. Of a node that is lost nobody hears when a call there is over."""
        self._actions.of_others = lambda: [other._actions for other in others if other._connected]

    def another_has(self, node: str, legs: tuple[str, ...]) -> None:
        for channel in self._relays.left_over(node, legs):
            self._spawn(self._actions.hang_up(channel))

    async def provision(self, config: Config) -> None:
        self._config = config
        if self._connected:
            try:
                await self._synchronise()
            except AriError as problem:
                # the connection is about to be found lost; after the next connect all is sent again
                log.warning("provisioning_interrupted", reason=str(problem))
        self._spawn(self._speaker.prepare(config))

    async def _synchronise(self) -> None:
        """Nothing is touched before the configuration is known: what an earlier driver provisioned is still good."""
        async with self._provisioning:
            if self._config is not None:
                await self._music.synchronise(self._config)
                self._actions.config = self._config
                await self._provisioner.synchronise(self._config)

    def _emit(self, event: AnyEvent) -> None:
        if self._sink is not None:
            self._sink(event)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # --- the connection ------------------------------------------------------------------------------------------

    async def _keep_connected(self) -> None:
        pause_s, said = FIRST_RETRY_S, ""
        while True:
            if not (self._taken_over and await self._somebody_listens()):
                self._taken_over = False
                try:
                    await self._listen()
                except (AriError, ManagerError) as problem:
                    if str(problem) != said:
                        said = str(problem)
                        log.info("switch_not_reached", node=self._node, reason=said)
                except Exception:
                    log.exception("switch_connection_broke", node=self._node)
            if self._connected:
                self._connected = False
                pause_s, said = FIRST_RETRY_S, ""
                log.warning("switch_lost", node=self._node)
                self._emit(events.SwitchLost(node=self._node))
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_RETRY_S)

    async def _listen(self) -> None:
        """Until a connection is lost. Raises AriError or ManagerError where one cannot be made."""
        self._early, self._listens = [], True
        tasks: list[asyncio.Future[None]] = []
        try:
            async with self._client.events(APPLICATION, self._hear) as lost:
                tasks.append(lost)
                await self._manager.connect()
                await self._notes.begin()
                tasks.append(asyncio.create_task(self._manager.lost()))
                await subscriptions.subscribe(self._client)
                await self._take_snapshot()
                tasks.append(asyncio.create_task(self._notes.keep_listening()))
                tasks.append(asyncio.create_task(self._notes.keep_telling()))
                if self._draining is not None:
                    tasks.append(asyncio.create_task(self._draining.keep_telling()))
                over, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in over:
                    task.result()
        finally:
            self._listens = False
            self._kept.release()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if not self._taken_over:  # the other connections may be as dead, and silent long after the network is back
                self._client.close()
                await self._manager.close()

    def _hear(self, data: bytes) -> None:
        message = messages.decode(data)
        if isinstance(message, messages.ApplicationReplaced):
            # two that take the switch from each other by turns would be worse than one that yields
            log.error("switch_taken_over", node=self._node)
            self._taken_over = True
            raise AriError(0, "another driver has the switch")
        if message is not None:
            self._take(message)

    def _take(self, message: messages.AnyMessage) -> None:
        if self._connected:
            self._kept.heard(message)
        elif self._listens:  # else another driver has the switch, and the manager interface is heard on
            self._early.append(message)

    async def _somebody_listens(self) -> bool:
        """Whether another driver has the switch."""
        try:
            await self._client.request("GET", f"/applications/{APPLICATION}")
        except AriError as problem:
            return problem.status != 404
        return True

    async def _take_snapshot(self) -> None:
        """Brings node and core to the same state; what happens meanwhile waits in `_early`."""
        await self._client.request(
            "PUT", f"/applications/{APPLICATION}/eventFilter", body={"allowed": [{"type": name} for name in messages.TYPES]}
        )
        await self._synchronise()
        # first, so that of each channel on the list below it is known, even of one that ends meanwhile
        recordings, endpoints, started_ms, self._actions.takes_any = await asyncio.gather(
            self._recorder.running(), self._list("/endpoints", messages.Endpoint), self._started_ms(), self._takes_any()
        )
        channels, bridges = await asyncio.gather(
            self._list("/channels", messages.Channel), self._list("/bridges", messages.Bridge)
        )
        unheard_ms, meanwhile = await self._notes.of_legs({channel.id for channel in channels})
        arriving = {message.channel.id for message in self._early if isinstance(message, messages.StasisStart)}
        before = dict(self._translator.legs)
        self._relays.take(channels)
        interactions = {
            channel.id: interaction
            for channel in channels
            if made_by_core(channel.id) and (interaction := interaction_in(channel.dialplan.exten))
        }
        left = self._bridges.take(
            (bridge for bridge in bridges if not is_supervision(bridge)),
            interactions,
            {channel.id for channel in channels if channel.state == "Up"},
        )
        over = self._supervisors.take(channels, bridges)
        connected = msgspec.structs.replace(
            self._translator.snapshot(channels, self._bridges, endpoints, recordings, arriving, started_ms),
            unheard_ms=unheard_ms,
            meanwhile=meanwhile,
        )
        self._connected = True
        log.info("switch_connected", node=self._node, legs=len(connected.legs), devices=len(connected.devices))
        self._emit(connected)
        for name, leg in before.items():
            if name not in self._translator.legs:
                self._close_recordings(name, leg.recordings)
        for name in over:
            self._stop_supervising(name)
        self._spawn(self._bridges.clear(left))
        self._kept.expect(channels, arriving)
        for message in self._early:
            self._kept.heard(message)

    async def _started_ms(self) -> int:
        info = await self._client.request("GET", "/asterisk/info", only="status")
        return int(datetime.fromisoformat(info["status"]["startup_time"]).timestamp() * 1000)

    async def _takes_any(self) -> bool:
        found = await self._client.request("GET", "/asterisk/variable", variable=TAKES_ANY_VARIABLE)
        return bool(found["value"])

    async def _list(self, path: str, kind: type[T]) -> list[T]:
        return msgspec.convert(await self._client.request("GET", path), list[kind])  # type: ignore[valid-type]

    def _deliver(self, message: messages.AnyMessage) -> None:
        leg = self._translator.legs.get(message.channel.id) if isinstance(message, messages.OfChannel) else None
        if self._translator.is_orphan(message):
            # asked for just before the connection was lost, and counted as ended since; or not asked for at all
            self._spawn(self._actions.hang_up(message.channel.id))
        self._supervisors.heard(message)
        if isinstance(message, messages.ChannelDestroyed):
            self._bridges.gone(message.channel.id)
        for event in self._translate(message):
            self._emit(event)
        self._relays.heard(message)
        if leg is not None and leg.ended:
            self._close_recordings(leg.id, leg.recordings)
            if self._supervisors.has(leg.id):
                self._stop_supervising(leg.id)
        elif leg is not None and isinstance(message, messages.ChannelDestroyed):
            self._queues.submit((leg.id,), partial(self._call_again, leg))

    async def _call_again(self, leg: Leg) -> None:
        await asyncio.sleep(CALLED_AGAIN_AFTER_S)
        if not self._taken_over:
            await self._actions.call_again(leg)

    async def _watch_disk(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AT_DISK_EVERY_S)
            if self._connected:
                await self._recorder.end_where_full(self._translator.legs.values())

    def _stop_supervising(self, leg: str) -> None:
        """In turn: a snoop that is being made for the leg just now would stay."""
        self._queues.submit((leg,), partial(self._actions.stop_supervising, leg))

    def _close_recordings(self, leg: str, recordings: dict[str, str]) -> None:
        for recording, path in recordings.items():
            self._recorder.close(leg, recording, path)


def all_nodes(environment: Environment, runtime: Runtime, check: Callable[[], None] = lambda: None) -> list[AsteriskDriver]:
    """A driver for each, which know one another."""
    drivers = [AsteriskDriver(environment, runtime, check, node) for node in runtime.nodes]
    for driver in drivers:
        driver.meet([other for other in drivers if other is not driver])
    return drivers
