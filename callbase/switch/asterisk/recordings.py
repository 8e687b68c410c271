"""Recording of a leg by MixMonitor, each direction in a file of its own, and knowing when the files are complete."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import structlog

from callbase.core import events
from callbase.switch.asterisk.ami import Manager, ManagerError, ManagerLost
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.legs import Leg
from callbase.switch.asterisk.names import MESSAGE_SUFFIX, RECORDING_VARIABLE
from callbase.switch.base import Sink

log = structlog.get_logger(__name__)

LOOK_S = 0.05
LOOKS_WHETHER_BEGUN = 100
PAUSES_S = (LOOK_S, 0.2, 0.8, 2.0, 2.0)
"""Before each look at files that are to be complete. Into which no audio went, those never are."""
PATIENCE_S = 30.0
"""An Asterisk that stands still, as on a machine that swaps, does what it was asked for once it goes on: so its answer is waited
for longer than until it is found to be gone, which takes half of that."""
_WAV_HEADER_BYTES = 44


class Recorder:
    """Starts, pauses and stops recordings on one node."""

    def __init__(self, home: Path, min_free_bytes: int, client: AriClient, manager: Manager, sink: Sink) -> None:
        self._home = str(home)
        self._min_free_bytes = min_free_bytes
        self._client = client
        self._manager = manager
        self._sink = sink
        self._closing: set[asyncio.Task[None]] = set()

    async def start(self, leg: Leg, recording: str, path: str) -> None:
        if recording in leg.recordings:
            return
        reason = None
        if not any(map(_exists, self._files(path))):  # else begun by a driver that died before it could note so
            try:
                reason = self._prepare(path) or await self._begin(leg, path)
            except ManagerLost:
                return  # asked for again once Asterisk is there again, if it was not begun
        if reason is not None:
            self._sink(events.RecordingFailed(leg=leg.id, recording=recording, reason=reason))
            return
        self._sink(events.RecordingStarted(leg=leg.id, recording=recording))
        if leg.ended:  # meanwhile, so it ends with the channel
            self.close(leg.id, recording, path)
            return
        leg.recordings[recording] = path
        await self._remember(leg.id, f"{recording}|{path}")

    async def _begin(self, leg: Leg, path: str) -> str | None:
        """Why Asterisk would not, or None."""
        received, transmitted = self._files(path)
        try:
            await self._manager.action(
                "MixMonitor", Channel=leg.id, Options=f"r({received})t({transmitted})", within_s=PATIENCE_S
            )
        except ManagerLost:
            raise
        except ManagerError as problem:
            return str(problem)
        return None

    def _files(self, path: str) -> tuple[str, str]:
        """What the leg says, and what it hears."""
        return f"{self._home}/{path}-r.wav", f"{self._home}/{path}-t.wav"

    def _folder(self, path: str) -> str:
        return f"{self._home}/{path}".rpartition("/")[0]

    async def start_message(self, leg: Leg, recording: str, path: str, max_ms: int, silence_ms: int) -> None:
        """Records what the leg says, alone. The spool's folder of recordings is CALLBASE_HOME (`configuration.py`), so the
        recording's name is its path. Raises AriError."""
        reason = self._prepare(path)
        if reason is not None:
            self._sink(events.RecordingFailed(leg=leg.id, recording=recording, reason=reason))
            return
        name = f"{path}{MESSAGE_SUFFIX}"
        try:
            await self._client.request(
                "POST",
                f"/channels/{leg.id}/record",
                name=name,
                format="wav",
                maxDurationSeconds=str(max(1, max_ms // 1000)),
                maxSilenceSeconds=str(max(1, silence_ms // 1000)),
                terminateOn="#",
                ifExists="fail",
            )
        except AriError as problem:
            if problem.status != 409 and not _exists(f"{self._home}/{name}.wav"):
                raise
            if await self._state(name) is None:  # asked again, and over since
                self._sink(events.RecordingEnded(leg=leg.id, recording=recording))
            return
        leg.messages[recording] = name
        self._sink(events.RecordingStarted(leg=leg.id, recording=recording))

    async def stop_message(self, leg: Leg, recording: str) -> None:
        """Raises AriError."""
        name = leg.messages.pop(recording, None)
        if name is None:
            return
        for _ in range(LOOKS_WHETHER_BEGUN):
            if await self._state(name) != "queued":
                break
            await asyncio.sleep(LOOK_S)  # Asterisk says that it stopped one that has not begun, and records all the same
        await self._client.request("POST", f"/recordings/live/{quote(name, safe='')}/stop")

    async def _state(self, name: str) -> str | None:
        """Asterisk's word for it; None: it is over."""
        try:
            live = await self._client.request("GET", f"/recordings/live/{quote(name, safe='')}")
        except AriError as problem:
            if problem.status == 404:
                return None
            raise
        return str(live["state"])

    def _prepare(self, path: str) -> str | None:
        """Makes the folder, the day's first one; why the recording cannot be, or None."""
        folder = self._folder(path)
        if not _exists(f"{folder}/"):
            try:
                Path(folder).mkdir(parents=True, exist_ok=True)
            except OSError as problem:
                return f"{folder}: {problem.strerror}"
        return self._shortage(folder)

    def _shortage(self, folder: str) -> str | None:
        """Why nothing (more) can be recorded there, or None."""
        try:
            disk = os.statvfs(folder)
        except OSError as problem:
            return f"{folder}: {problem.strerror}"
        free = disk.f_bavail * disk.f_frsize
        if free < self._min_free_bytes:
            return f"disk full: {free // 2**20} MB left, {self._min_free_bytes // 2**20} MB wanted"
        return None

    async def end_where_full(self, legs: Iterable[Leg]) -> None:
        """Ends the recordings of calls for which the disk has no more room: Asterisk would lose what does not fit, and say so
        fifty times a second. What they have until now is kept."""
        running = [(leg, recording, path) for leg in legs for recording, path in leg.recordings.items()]
        folders = {path: self._folder(path) for _, _, path in running}
        shortages = {folder: self._shortage(folder) for folder in set(folders.values())}
        for leg, recording, path in running:
            reason = shortages[folders[path]]
            if reason is None:
                continue
            log.error("ALARM a recording ends before its call does", recording=recording, reason=reason)
            try:
                await self.stop(leg, recording, cut_short=reason)
            except ManagerError:
                self.close(leg.id, recording, path, cut_short=reason)  # the leg has just ended, and its recording with it

    async def pause(self, leg: Leg, paused: bool) -> None:
        """Silence is written meanwhile. Raises ManagerError."""
        state = "1" if paused else "0"
        await self._manager.action("MixMonitorMute", Channel=leg.id, Direction="both", State=state, within_s=PATIENCE_S)

    async def stop(self, leg: Leg, recording: str, *, cut_short: str = "") -> None:
        """Raises ManagerError."""
        path = leg.recordings.pop(recording, None)
        if path is None:
            return
        await self._manager.action("StopMixMonitor", Channel=leg.id, within_s=PATIENCE_S)
        await self._remember(leg.id, "")
        self.close(leg.id, recording, path, cut_short=cut_short)

    def close(self, leg: str, recording: str, path: str, *, cut_short: str = "") -> None:
        """Reports the recording's end once its files are complete. Nothing waits for it: the leg may have to be released now."""
        task = asyncio.create_task(self._closed(leg, recording, path, cut_short))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def stop_waiting(self) -> None:
        """Drops what has not been reported; whoever connects next finds out."""
        tasks = tuple(self._closing)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _closed(self, leg: str, recording: str, path: str, cut_short: str) -> None:
        """Waits until the files are complete and reports it, or that there are none."""
        files = self._files(path)
        for pause_s in PAUSES_S:
            await asyncio.sleep(pause_s)
            if all(map(_complete, files)):
                break
        else:
            if not any(map(_exists, files)):
                self._sink(events.RecordingFailed(leg=leg, recording=recording, reason="no file was written"))
                return
        self._sink(events.RecordingEnded(leg=leg, recording=recording, cut_short=cut_short))

    async def running(self) -> dict[str, dict[str, str]]:
        """Leg → the recordings that run on it (id → path), as a driver noted them there. Raises ManagerError.

        Asked for in one request and only here: a channel variable that ARI tells with each channel would make each variable
        that is set, its own or another, a snapshot of the channel that is told to everybody.
        """
        found = {}
        for channel in await self._manager.entries("Status", Variables=RECORDING_VARIABLE):
            noted = channel.get("Variable", "").removeprefix(f"{RECORDING_VARIABLE}=")
            recording, separator, path = noted.partition("|")
            if separator:
                found[channel["Uniqueid"]] = {recording: path}
        return found

    async def _remember(self, leg: str, value: str) -> None:
        """Not by ARI: in the dialplan of a channel on which that has set a variable nothing may be written to Asterisk's database
        any more (22.10, `app_control_set_channel_var`), as is to be when it ends."""
        try:
            await self._manager.action("Setvar", Channel=leg, Variable=RECORDING_VARIABLE, Value=value)
        except ManagerError:
            pass  # the leg has ended; its files are being closed


def _exists(path: str) -> bool:
    return os.access(path, os.F_OK)


def _complete(file: str) -> bool:
    """Whether a WAV's header tells its true length, which Asterisk writes when it closes the file."""
    try:
        opened = os.open(file, os.O_RDONLY)  # a quarter of what a file object takes; each recording is looked at several times
    except OSError:
        return False
    try:
        size = os.fstat(opened).st_size
        header = os.pread(opened, _WAV_HEADER_BYTES, 0) if size > _WAV_HEADER_BYTES else b""  # nobody's audio is in it yet
    except OSError:
        return False
    finally:
        os.close(opened)
    if len(header) < _WAV_HEADER_BYTES:
        return False
    (length,) = struct.unpack_from("<I", header, 40)
    return bool(length) and size - _WAV_HEADER_BYTES - length in (0, 1)
