"""The audio of one call: RTP with a steady tone out, what comes in kept with its moment, digits as RFC 4733 events."""

from __future__ import annotations

import asyncio
import secrets
import struct
import time
from itertools import pairwise

import numpy as np

from tests.system.audio import ALAW, FRAME_SAMPLES, Law, Samples, has_beep, is_sound, likeness, share_of_tone, tone

EVENT_TYPE = 101
_FRAME_S = 0.02
_DIGITS = "0123456789*#"


class Media(asyncio.DatagramProtocol):
    """`hz` None: silence is sent, so that the far end sees the stream alive. `sequence`: RTP's number before the first packet's;
    any, where it is not given."""

    def __init__(self, hz: float | None, law: Law = ALAW, sequence: int | None = None) -> None:
        self.law = law
        encoded = law.encode(tone(hz) if hz else np.zeros(8000))
        self._frames = [encoded[start : start + FRAME_SAMPLES] for start in range(0, len(encoded), FRAME_SAMPLES)]
        self._received: list[tuple[float, int, bytes]] = []
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(16) if sequence is None else sequence
        self._timestamp = secrets.randbits(31)
        self._digits: asyncio.Queue[str] = asyncio.Queue()
        self._far: tuple[str, int] | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._task: asyncio.Task[None] | None = None
        self.port = 0
        self.sending = True
        self.digits = ""
        """Received as RFC 4733 events."""
        self._last_event: bytes = b""

    async def open(self, host: str = "127.0.0.1") -> None:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(host, 0))
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def start(self, far: tuple[str, int]) -> None:
        """Sends to that address from now on."""
        self._far = far
        if self._task is None:
            self._task = asyncio.create_task(self._send_on(), name="rtp")

    def close(self) -> None:
        if self._task:
            self._task.cancel()
        if self._transport:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > 12 and data[1] & 0x7F == self.law.payload_type:
            self._received.append((time.monotonic(), int.from_bytes(data[2:4], "big"), data[12:]))
        elif len(data) >= 16 and data[1] & 0x7F == EVENT_TYPE and data[4:8] != self._last_event:
            self._last_event = data[4:8]  # all packets of one event bear its first timestamp
            self.digits += _DIGITS[data[12]] if data[12] < len(_DIGITS) else ""

    async def send_digits(self, digits: str) -> None:
        """Returns when they are on their way, about 250 ms each."""
        for digit in digits:
            self._digits.put_nowait(digit)
        await self._digits.join()

    def heard(self, last_s: float = 0.5) -> Samples:
        """What came in within the last moments."""
        since = time.monotonic() - last_s
        return self.law.decode(b"".join(payload for moment, _, payload in self._received if moment >= since))

    def hears(self, hz: float, last_s: float = 0.5, share: float = 0.5) -> bool:
        """Whether so much of it is that tone, and it came without long gaps."""
        samples = self.heard(last_s)
        return len(samples) > 0.7 * last_s * 8000 and share_of_tone(samples, hz) > share

    def hears_sound(self, sound: Samples, last_s: float = 0.5) -> bool:
        """Whether nearly all of it is a stretch of that sound; of two sounds half and half, neither is."""
        return likeness(self.heard(last_s), sound) > 0.8

    async def wait_for_sound(self, sound: Samples, timeout_s: float = 10.0) -> None:
        """Raises AssertionError where it does not come."""
        deadline = time.monotonic() + timeout_s
        while not self.hears_sound(sound):
            heard = self.heard()
            assert time.monotonic() < deadline, f"not heard: {len(heard)} samples, alike by {likeness(heard, sound):.2f}"
            await asyncio.sleep(0.05)

    async def wait_for_tone(self, hz: float, timeout_s: float = 10.0, share: float = 0.5) -> None:
        """Raises AssertionError saying what was heard instead. Of two who talk at once each has half."""
        deadline = time.monotonic() + timeout_s
        while not self.hears(hz, share=share):
            if time.monotonic() > deadline:
                samples = self.heard()
                raise AssertionError(f"{hz} Hz not heard: {len(samples)} samples, share {share_of_tone(samples, hz):.2f}")
            await asyncio.sleep(0.05)

    async def wait_for_beep(self, hz: float, timeout_s: float = 30.0) -> None:
        """Until that tone was heard since the call began, however short it was and however late we look."""
        deadline = time.monotonic() + timeout_s
        while not has_beep(self.heard(3600), hz):
            assert time.monotonic() < deadline, f"no beep of {hz} Hz"
            await asyncio.sleep(0.05)

    def lost_since(self, moment: float) -> float:
        """Share of the packets sent to us since that moment (time.monotonic()) that never came, as their sequence numbers tell.
        1 where nothing came; that it still comes now, `hears` tells."""
        numbers = [number for arrived, number, _ in self._received if arrived >= moment]
        if not numbers:
            return 1.0
        return max(0.0, 1 - len(numbers) / (1 + max((number - numbers[0]) & 0xFFFF for number in numbers)))

    def longest_silence_s(self, since: float) -> float:
        """Between that moment (time.monotonic()) and now: for how long at a stretch no packet with sound in it came."""
        heard = [moment for moment, _, payload in self._received if moment >= since and is_sound(self.law.decode(payload))]
        moments = [since, *heard, time.monotonic()]
        return max(after - before for before, after in pairwise(moments))

    async def _send_on(self) -> None:
        loop = asyncio.get_running_loop()
        due, count = loop.time(), 0
        while True:
            if not self._digits.empty():
                due = await self._send_digit(self._digits.get_nowait(), due)
                self._digits.task_done()
                continue
            if self.sending:
                self._send(self.law.payload_type, self._frames[count % len(self._frames)])
            self._timestamp += FRAME_SAMPLES
            count += 1
            due += _FRAME_S
            await asyncio.sleep(due - loop.time())

    async def _send_digit(self, digit: str, due: float) -> float:
        """RFC 4733 §2.5.1: one event, updated every 20 ms, its end sent three times; then a pause."""
        loop = asyncio.get_running_loop()
        event = _DIGITS.index(digit)
        for step in range(1, 9):
            end, duration = step > 5, min(step, 6) * FRAME_SAMPLES
            self._send(EVENT_TYPE, struct.pack("!BBH", event, (0x80 if end else 0) | 10, duration), marker=step == 1)
            due += _FRAME_S
            await asyncio.sleep(due - loop.time())
        self._timestamp += 8 * FRAME_SAMPLES
        for _ in range(4):
            due += _FRAME_S
        await asyncio.sleep(due - loop.time())
        return due

    def _send(self, kind: int, payload: bytes, *, marker: bool = False) -> None:
        if self._transport and self._far and not self._transport.is_closing():
            self._sequence = (self._sequence + 1) & 0xFFFF
            header = struct.pack(
                "!BBHII", 0x80, (0x80 if marker else 0) | kind, self._sequence, self._timestamp & 0xFFFFFFFF, self._ssrc
            )
            self._transport.sendto(header + payload, self._far)
