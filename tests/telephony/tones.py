"""Tones in WAV files: written to be played, found again in recordings."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from tests.system.audio import RATE_HZ, Samples, share_of_tone, tone


def read_wav(file: Path) -> Samples:
    """A mono 16-bit file as samples −1…1."""
    with wave.open(str(file)) as source:
        assert (source.getnchannels(), source.getsampwidth()) == (1, 2), f"{file} is not mono 16-bit"
        return np.frombuffer(source.readframes(source.getnframes()), dtype="<i2") / 32768


def write_tone(file: Path, hz: float, length_s: float) -> None:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((tone(hz, length_s) * 32767).astype("<i2").tobytes())


def seconds_of_tone(samples: Samples, hz: float, window_s: float = 0.1) -> float:
    """In how much of it that tone is what is mostly heard, counted in windows."""
    size = int(window_s * RATE_HZ)
    windows = [samples[start : start + size] for start in range(0, len(samples) - size + 1, size)]
    return sum(window_s for window in windows if share_of_tone(window, hz) > 0.5)


def assert_tone(file: Path, hz: float, *, at_least_s: float = 0.5) -> None:
    samples = read_wav(file)
    found_s = seconds_of_tone(samples, hz)
    assert found_s >= at_least_s, f"{hz} Hz is heard for {found_s:.1f} s in {len(samples) / RATE_HZ:.1f} s of {file.name}"
