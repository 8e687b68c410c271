"""A network that is away for a while and comes back: connections made before it stay silent far longer, as TCP tries again ever
more seldom. And a switch that stands still for a while and goes on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest

from callbase.core import commands, events
from callbase.switch.asterisk import ami, client
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.asterisk.names import OFFERED_FOR_MS
from tests.system.telephone import Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.conftest import hang_up_all
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_reconnect import eventually_loud
from tests.telephony.test_talk import hear_each_other, talking

NewPhone = Callable[..., Telephone]


class Way:
    """To a port of this machine. `silence` has nothing come through any more on the connections there are; new ones are good."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._copying: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        """One that nobody holds is closed."""

    def silence(self) -> None:
        for task in self._copying:
            task.cancel()
        self._copying.clear()

    def close(self) -> None:
        for end in self._ends:
            end.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._ends += writer, there_writer
        self._copying |= {
            asyncio.create_task(self._copy(source, sink)) for source, sink in ((reader, there_writer), (there_reader, writer))
        }

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                sink.write(data)
        sink.close()


@asynccontextmanager
async def way_to(port: int) -> AsyncIterator[Way]:
    way = Way(port)
    server = await asyncio.start_server(way.serve, "127.0.0.1", 0)
    way.port = server.sockets[0].getsockname()[1]
    try:
        yield way
    finally:
        server.close()
        way.silence()
        way.close()


@asynccontextmanager
async def connected(switch: RunningSwitch) -> AsyncIterator[tuple[Heard, Callable[[], None]]]:
    """What a driver says, and what has nothing come through to it any more."""
    async with way_to(switch.runtime.ari_port) as ari, way_to(switch.runtime.ami_port) as manager:

        def silence() -> None:
            ari.silence()
            manager.silence()

        runtime = msgspec.structs.replace(switch.runtime, ari_port=ari.port, ami_port=manager.port)
        driver, heard = AsteriskDriver(switch.environment, runtime), Heard()
        await driver.provision(centre.config("1001"))
        await driver.start(heard)
        try:
            await heard.wait(events.SwitchConnected)
            yield heard, silence
        finally:
            await driver.stop()


async def test_a_switch_is_connected_again_as_soon_as_the_network_is_back(
    switch: RunningSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HEARTBEAT_S", "ANSWERED_WITHIN_S"):
        monkeypatch.setattr(client, name, 0.5)
    monkeypatch.setattr(ami, "TIMEOUT_S", 1.0)
    async with connected(switch) as (heard, silence):
        silence()
        await heard.wait(events.SwitchLost)
        await heard.wait(events.SwitchConnected, count=2)


async def test_a_recording_that_a_switch_standing_still_was_asked_for_is_begun_once_it_goes_on(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        monkeypatch.setattr(ami, "TIMEOUT_S", 0.2)
        assert switch.process is not None
        switch.process.send_signal(signal.SIGSTOP)
        try:
            driver.execute(
                commands.StartRecording(leg=talk.customer_leg, recording="late", path="recordings/demo/2026-01-05/late")
            )
            await asyncio.sleep(1.0)
        finally:
            switch.process.send_signal(signal.SIGCONT)
            monkeypatch.undo()
        await heard.wait(events.RecordingStarted, recording="late")
        assert not heard.all(events.RecordingFailed)
        driver.execute(commands.StopRecording(leg=talk.customer_leg, recording="late"))
        await heard.wait(events.RecordingEnded, recording="late")


async def test_who_calls_a_switch_that_is_cut_off_hears_music_and_is_offered_once_it_is_back(
    switch: RunningSwitch, new_phone: NewPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though nobody has told that switch: to it the connections are as good as before."""
    monkeypatch.setattr(client, "HEARTBEAT_S", 9.0)
    async with connected(switch) as (heard, silence):
        await asyncio.sleep(0.5)
        silence()
        await asyncio.sleep(OFFERED_FOR_MS / 1000)
        async with new_phone(CUSTOMER) as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await eventually_loud(call)
            assert not heard.all(events.CallOffered)
            await heard.wait(events.SwitchConnected, count=2, timeout_s=20)
            await heard.wait(events.CallOffered, caller_number=CUSTOMER)
            await hang_up_all(switch)
