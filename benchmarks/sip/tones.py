"""Steady tones in frames of G.711 A-law, 160 samples of 8 kHz each: made, and found again in what comes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from operator import mul

FRAME_SAMPLES = 160
"""20 ms."""
_RATE_HZ = 8000
_LOUDNESS = 8000
_QUIET = 100
"""Root of the mean square; who says less than that says nothing. Samples have 16 bits."""
_SHARE = 0.5
"""Of a frame's power, so much must be the tone's."""


def _linear(code: int) -> int:
    """ITU-T G.711 table 1a, in 16 bits."""
    bits = code ^ 0x55
    exponent, mantissa = (bits & 0x70) >> 4, bits & 0x0F
    value = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return value if bits & 0x80 else -value


_LINEAR = tuple(map(_linear, range(256)))


def _nearest(value: float) -> int:
    return min(range(256), key=lambda code: abs(_LINEAR[code] - value))


@dataclass(frozen=True)
class Tone:
    """`hz`: a multiple of 50, so that frames follow each other without a seam."""

    hz: int
    frame: bytes = field(init=False, repr=False)
    _cosine: tuple[float, ...] = field(init=False, repr=False)
    _sine: tuple[float, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        angles = [2 * math.pi * self.hz * at / _RATE_HZ for at in range(FRAME_SAMPLES)]
        object.__setattr__(self, "_cosine", tuple(map(math.cos, angles)))
        object.__setattr__(self, "_sine", tuple(map(math.sin, angles)))
        object.__setattr__(self, "frame", bytes(_nearest(_LOUDNESS * sine) for sine in self._sine))

    def is_in(self, frame: bytes) -> bool:
        """Whether most of what sounds there is this tone. A frame of another length has none."""
        if len(frame) != FRAME_SAMPLES:
            return False
        samples = [_LINEAR[code] for code in frame]
        power: int = sum(map(mul, samples, samples))
        of_tone: float = sum(map(mul, samples, self._cosine)) ** 2 + sum(map(mul, samples, self._sine)) ** 2
        return power > FRAME_SAMPLES * _QUIET**2 and 2 * of_tone > _SHARE * FRAME_SAMPLES * power


OF_AGENTS, OF_CALLERS = Tone(600), Tone(1000)
