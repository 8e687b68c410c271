"""Identifiers made by the core: UUIDv7 (RFC 9562 §5.7), from inputs alone, so that a replay makes the same ones.

An id carries the millisecond it was made in, so ids sort by age and a table partitioned by time can be found from one.
"""

from __future__ import annotations

import msgspec


def made_ms(identifier: str) -> int:
    """When an id of ours was made."""
    return int(identifier[:8] + identifier[9:13], 16)


class IdSource(msgspec.Struct):
    """Makes ids out of the clock given with each event, a counter, and the epoch drawn when the engine first started."""

    epoch: int = 0
    counter: int = 0

    def new(self, now_ms: int) -> str:
        """A fresh UUIDv7 as 36 lower-case characters; unique while `epoch` (32 bit) is."""
        self.counter += 1
        counter = self.counter & 0x3FFFFFFFFFF  # 42 bits: 12 in rand_a, 30 in rand_b
        value = (now_ms & 0xFFFFFFFFFFFF) << 80
        value |= 0x7 << 76 | (counter >> 30) << 64
        value |= 0b10 << 62 | (counter & 0x3FFFFFFF) << 32 | (self.epoch & 0xFFFFFFFF)
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
