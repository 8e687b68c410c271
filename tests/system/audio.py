"""Tones: made, put into G.711 A-law, found again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
"""Mono, −1…1."""

RATE_HZ = 8000
FRAME_SAMPLES = 160
"""20 ms, what RTP carries in one packet (RFC 3551 §4.5)."""


def tone(hz: float, length_s: float = 1.0, loudness: float = 0.3) -> Samples:
    """A sine that repeats without a seam where `hz` × `length_s` is whole."""
    return loudness * np.sin(2 * np.pi * hz * np.arange(int(length_s * RATE_HZ)) / RATE_HZ)


def share_of_tone(samples: Samples, hz: float, rate_hz: int = RATE_HZ) -> float:
    """How much of the power in `samples` is that tone, 0…1 (Goertzel's filter, with a window against leakage); 0 for silence."""
    if len(samples) == 0:
        return 0.0
    windowed = samples * np.hanning(len(samples))
    power = float(np.sum(windowed**2))
    if power / len(samples) < 1e-6:
        return 0.0
    phases = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate_hz)
    # a pure sine under a Hann window has 2/3 × N × its power at its own bin
    return float(abs(np.dot(windowed, phases)) ** 2 / (power * len(samples)) * 3)


def has_tone(samples: Samples, hz: float, rate_hz: int = RATE_HZ) -> bool:
    return share_of_tone(samples, hz, rate_hz) > 0.5


def _alaw_values() -> Samples:
    """What each A-law code means, −1…1 (ITU-T G.711 table 1a)."""
    codes = np.arange(256) ^ 0x55
    exponent, mantissa = (codes & 0x70) >> 4, codes & 0x0F
    linear = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(codes & 0x80, linear, -linear) / 32768


_ALAW = _alaw_values()
_ALAW_ORDER = np.argsort(_ALAW)


def alaw_decode(data: bytes) -> Samples:
    decoded: Samples = _ALAW[np.frombuffer(data, dtype=np.uint8)]
    return decoded


def alaw_encode(samples: Samples) -> bytes:
    """The nearest code for each sample."""
    sorted_values = _ALAW[_ALAW_ORDER]
    above = np.clip(np.searchsorted(sorted_values, samples), 1, 255)
    nearer_below = samples - sorted_values[above - 1] < sorted_values[above] - samples
    return bytes(_ALAW_ORDER[np.where(nearer_below, above - 1, above)].astype(np.uint8))
