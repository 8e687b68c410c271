"""8 kHz 16-bit mono WAV, the form every prompt has on disk."""

from __future__ import annotations

import io
import math
import wave
from pathlib import Path
from uuid import uuid4

import numpy as np

RATE_HZ = 8000


def telephone_samples(data: bytes) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """A mono 16-bit WAV of any rate, as samples at 8 kHz. Raises ValueError for anything else."""
    try:
        with wave.open(io.BytesIO(data)) as source:
            if source.getnchannels() != 1 or source.getsampwidth() != 2:
                raise ValueError("not mono 16-bit")
            rate_hz = source.getframerate()
            # the header of a WAV that was piped tells no true length, so take what is there
            samples = np.frombuffer(source.readframes(len(data)), dtype="<i2")
    except (wave.Error, EOFError) as problem:
        raise ValueError(f"not a WAV: {problem}") from problem
    return _resampled(samples, rate_hz)


def _resampled(samples: np.ndarray[tuple[int], np.dtype[np.int16]], rate_hz: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Band-limited by cutting the spectrum at the new Nyquist frequency. Silence makes it as long as transforms are quick for:
    most lengths have a great prime in them."""
    if rate_hz == RATE_HZ or not len(samples):
        return samples
    unit = rate_hz // math.gcd(rate_hz, RATE_HZ)
    padded = unit * _quick(math.ceil(len(samples) / unit))
    longer = padded * RATE_HZ // rate_hz
    spectrum = np.fft.rfft(samples.astype(np.float64), padded)[: longer // 2 + 1]
    length = max(1, round(len(samples) * RATE_HZ / rate_hz))
    result = np.fft.irfft(spectrum, longer)[:length] * (longer / padded)
    return np.clip(np.round(result), -32768, 32767).astype(np.int16)


def _quick(least: int) -> int:
    """The next number without prime factors beyond 5."""
    rest = number = least
    while rest > 1:
        rest = number
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        number += rest > 1
    return number


def write(file: Path, samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
    """Appears whole or not at all, however many write it at a time: each node's driver does, of each machine."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.stem}.{uuid4().hex}.new")
    with wave.open(str(temporary), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.astype("<i2").tobytes())
    temporary.replace(file)
