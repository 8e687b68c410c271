"""The audio of many telephones on one socket: each says a steady tone of G.711 A-law, and notes when it hears the far end's."""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
import struct
import time
from dataclasses import dataclass

from benchmarks.ports import MediaSink
from benchmarks.sip.tones import FRAME_SAMPLES, Tone
from benchmarks.sip.transport import Address

_FRAME_S = 0.02
PCMA = 8
"""RFC 3551 §6: what all of them speak."""
_HEADER_BYTES = 12
_LISTEN_EVERY = 5
"""To one packet in so many: ten a second."""
_BUFFER_BYTES = 1 << 20


@dataclass(slots=True)
class _Voice:
    to: Address
    source: int
    says: Tone
    hears: Tone
    heard: list[float]
    frames: int = 0
    received: int = 0

    def packet(self) -> bytes:
        """RFC 3550 §5.1."""
        header = struct.pack("!BBHII", 0x80, PCMA, self.frames & 0xFFFF, self.frames * FRAME_SAMPLES & 0xFFFFFFFF, self.source)
        self.frames += 1
        return header + self.says.frame

    def receive(self, packet: bytes) -> None:
        self.received += 1
        if self.received % _LISTEN_EVERY == 0 and packet[1] & 0x7F == PCMA and self.hears.is_in(packet[_HEADER_BYTES:]):
            self.heard.append(time.monotonic())


class Voices(MediaSink):
    """Every 20 ms a packet for each who speaks, from the port their SDP names, and a look at what has come to that port."""

    def __init__(self) -> None:
        super().__init__()
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self._speaking: dict[str, _Voice] = {}
        self._from: dict[Address, _Voice] = {}
        """By where the far end sends from."""
        self._sources = itertools.count(1)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._talk(), name="voices")

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        super().close()

    def speak(self, call_id: str, sdp: bytes, *, says: Tone, hears: Tone, heard: list[float]) -> None:
        """To where the other side's SDP says. `heard` grows by the moments, time.monotonic() seconds, at which `hears` came."""
        host, port = re.search(rb"c=IN IP4 (\S+)", sdp), re.search(rb"m=audio (\d+)", sdp)
        if host and port:
            voice = _Voice((host[1].decode(), int(port[1])), next(self._sources), says, hears, heard)
            self._speaking[call_id] = self._from[voice.to] = voice

    def fall_silent(self, call_id: str) -> None:
        voice = self._speaking.pop(call_id, None)
        if voice and self._from.get(voice.to) is voice:
            del self._from[voice.to]

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            for voice in self._speaking.values():
                try:
                    self._socket.sendto(voice.packet(), voice.to)
                except OSError:
                    continue  # a packet is lost, as packets are: nobody is there just now
            self._listen()
            due_s = max(due_s + _FRAME_S, loop.time() - 1)
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    def _listen(self) -> None:
        """To all that has come."""
        while True:
            try:
                packet, source = self._socket.recvfrom(2048)
            except BlockingIOError:
                return
            if len(packet) > _HEADER_BYTES and (voice := self._from.get(source)):
                voice.receive(packet)
