"""The audio of many telephones on one socket: what comes is thrown away, what each says is a steady tone of G.711 A-law."""

from __future__ import annotations

import asyncio
import itertools
import re
import struct
from dataclasses import dataclass

from benchmarks.ports import MediaSink
from benchmarks.sip.transport import Address

_FRAME_S = 0.02
_FRAME_SAMPLES = 160
_TONE = bytes((0xD5, 0x8D, 0xB4, 0x8D, 0xD5, 0x0D, 0x34, 0x0D)) * (_FRAME_SAMPLES // 8)
_PCMA = 8


@dataclass(slots=True)
class _Voice:
    to: Address
    source: int
    frames: int = 0

    def packet(self) -> bytes:
        """RFC 3550 §5.1."""
        header = struct.pack("!BBHII", 0x80, _PCMA, self.frames & 0xFFFF, self.frames * _FRAME_SAMPLES & 0xFFFFFFFF, self.source)
        self.frames += 1
        return header + _TONE


class Voices(MediaSink):
    """Every 20 ms a packet for each who speaks, from the port their SDP names."""

    def __init__(self) -> None:
        super().__init__()
        self._socket.setblocking(False)
        self._speaking: dict[str, _Voice] = {}
        self._sources = itertools.count(1)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._talk(), name="voices")

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        super().close()

    def speak(self, call_id: str, sdp: bytes) -> None:
        """To where the other side's SDP says."""
        host, port = re.search(rb"c=IN IP4 (\S+)", sdp), re.search(rb"m=audio (\d+)", sdp)
        if host and port:
            self._speaking[call_id] = _Voice((host[1].decode(), int(port[1])), next(self._sources))

    def fall_silent(self, call_id: str) -> None:
        self._speaking.pop(call_id, None)

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            for voice in self._speaking.values():
                try:
                    self._socket.sendto(voice.packet(), voice.to)
                except OSError:
                    continue  # a packet is lost, as packets are: nobody is there just now
            due_s = max(due_s + _FRAME_S, loop.time() - 1)
            await asyncio.sleep(max(0.0, due_s - loop.time()))
