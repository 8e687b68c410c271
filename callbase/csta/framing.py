"""The header of each message on TCP (ECMA-323 Annex J): two bytes 0, the whole length in two, four digits of the invoke id."""

from __future__ import annotations

from typing import NamedTuple

HEADER = 8
LONGEST = 0xFFFF - HEADER
"""Bytes of XML one frame can carry."""
EVENT = 9999
"""The invoke id of events; requests and their answers have the others."""


class FramingBroken(ValueError):
    """What came is no frame, and where the next would begin cannot be known."""


class Frame(NamedTuple):
    invoke: int
    body: bytes


class Deframer:
    """Cuts a stream of bytes into frames. Never keeps more than one incomplete frame."""

    def __init__(self) -> None:
        self._kept = bytearray()

    @property
    def incomplete(self) -> bool:
        return bool(self._kept)

    def feed(self, received: bytes) -> list[Frame]:
        """The frames that are complete now. Raises FramingBroken, and is of no use after it."""
        self._kept += received
        frames = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def _next(self) -> Frame | None:
        kept = self._kept
        if kept[:2] != bytes(2)[: len(kept)]:
            raise FramingBroken("a frame begins with two zero bytes")
        if len(kept) < HEADER:
            return None
        length, invoke = int.from_bytes(kept[2:4], "big"), bytes(kept[4:HEADER])
        if length <= HEADER:
            raise FramingBroken(f"a length of {length} leaves no room for a message")
        if not invoke.isdigit():
            raise FramingBroken("the invoke id is not four digits")
        if len(kept) < length:
            return None
        body = bytes(kept[HEADER:length])
        del kept[:length]
        return Frame(int(invoke), body)


def encode(invoke: int, body: bytes) -> bytes:
    """Raises ValueError where the message is longer than a frame can say."""
    if len(body) > LONGEST:
        raise ValueError(f"{len(body)} bytes do not fit into a frame")
    return bytes(2) + (HEADER + len(body)).to_bytes(2, "big") + b"%04d" % invoke + body
