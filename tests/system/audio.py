"""Tones: made, put into G.711, found again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

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


def is_sound(samples: Samples) -> bool:
    return bool((abs(samples) > 0.02).any())


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


def has_beep(samples: Samples, hz: float) -> bool:
    """Whether for a tenth of a second and more there is hardly anything but that tone."""
    step = RATE_HZ // 20
    pure = [share_of_tone(samples[start : start + step], hz) > 0.9 for start in range(0, len(samples) - step + 1, step)]
    return any(one and next_one for one, next_one in pairwise(pure))


def longest_without(samples: Samples, hz: float) -> float:
    """The longest stretch that lacks that tone, in seconds.

    Looked at in steps of 50 ms: a receiver that makes up for jitter stretches and shrinks what it plays, and a tone whose phase
    jumps in the middle of a longer step is hardly found in it.
    """
    step = RATE_HZ // 20
    longest = now = 0
    for start in range(0, len(samples) - step + 1, step):
        now = 0 if has_tone(samples[start : start + step], hz) else now + 1
        longest = max(longest, now)
    return longest * step / RATE_HZ


@dataclass(frozen=True)
class Law:
    """One of G.711's two ways to put a sample into a byte. `values`: what each code means, −1…1."""

    payload_type: int
    """RFC 3551 §6."""
    name: str
    values: Samples

    def decode(self, data: bytes) -> Samples:
        decoded: Samples = self.values[np.frombuffer(data, dtype=np.uint8)]
        return decoded

    def encode(self, samples: Samples) -> bytes:
        """The nearest code for each sample."""
        sorted_values = self.values[self._order]
        above = np.clip(np.searchsorted(sorted_values, samples), 1, 255)
        nearer_below = samples - sorted_values[above - 1] < sorted_values[above] - samples
        return bytes(self._order[np.where(nearer_below, above - 1, above)].astype(np.uint8))

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        return np.argsort(self.values)


def _alaw_values() -> Samples:
    """ITU-T G.711 table 1a."""
    codes = np.arange(256) ^ 0x55
    exponent, mantissa = (codes & 0x70) >> 4, codes & 0x0F
    linear = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(codes & 0x80, linear, -linear) / 32768


def _ulaw_values() -> Samples:
    """ITU-T G.711 table 2a."""
    codes = np.arange(256) ^ 0xFF
    exponent, mantissa = (codes & 0x70) >> 4, codes & 0x0F
    linear = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(codes & 0x80, -linear, linear) / 32768


ALAW = Law(8, "PCMA", _alaw_values())
ULAW = Law(0, "PCMU", _ulaw_values())


def likeness(heard: Samples, sound: Samples) -> float:
    """How much what is heard is a stretch of `sound`, wherever in it, 0…1: the peak of their normalised cross-correlation.

    0 where it is silent or longer than the sound. Speech and music of ours that are not the same come to about 0.3.
    """
    return float(np.max(_likenesses(heard, sound), initial=0.0))


def _likenesses(part: Samples, whole: Samples) -> Samples:
    """How much each stretch of `whole` is like `part`, by where it begins; empty where `part` is silent or longer."""
    length = len(part)
    loudness = float(np.sqrt(np.sum(part**2)))
    if not 0 < length <= len(whole) or loudness < 1e-3 * np.sqrt(length):
        return np.zeros(0)
    size = 1 << (length + len(whole)).bit_length()
    both = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)[: len(whole) - length + 1]
    energy = np.concatenate([[0.0], np.cumsum(whole**2)])
    there = np.sqrt(np.maximum(energy[length:] - energy[:-length], 1e-6 * length))
    alike: Samples = both / (there * loudness)
    return alike


_LAST = RATE_HZ // 10
"""So much of a sound's end need not be heard: its last packet may be cut short, by the next sound or by hanging up."""


def in_order(heard: Samples, sounds: dict[str, Samples], between: Samples) -> list[str]:
    """Names of the sounds heard whole, in order; "music" where between them it is `between`.

    Of sounds that are alike in part, as sentences are that differ in a number, a stretch is the one it is most like.
    """
    lengths = {name: len(sound) - _LAST for name, sound in sounds.items()}
    alike = {name: _likenesses(sound[: lengths[name]], heard) for name, sound in sounds.items()}
    found: list[tuple[int, str]] = []
    while any(np.max(one, initial=0.0) > 0.9 for one in alike.values()):
        best = max(alike, key=lambda name: float(np.max(alike[name], initial=0.0)))
        at = int(np.argmax(alike[best]))
        found.append((at, best))
        for name, one in alike.items():
            one[max(0, at - lengths[name] + 1) : at + lengths[best]] = 0.0
    names, free_from = [], 0
    for at, name in [*sorted(found), (len(heard), "")]:
        if _is_stretch_of(heard[free_from:at], between):
            names.append("music")
        if name:
            names.append(name)
            free_from = at + len(sounds[name])
    return names


def _is_stretch_of(heard: Samples, sound: Samples) -> bool:
    """Whether in its middle, where it is long enough to tell."""
    middle, half = len(heard) // 2, RATE_HZ // 5
    return len(heard) > 2 * half and likeness(heard[middle - half : middle + half], sound) > 0.8
