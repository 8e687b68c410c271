"""The music callers hear while they wait: a gentle tune, synthesised here, so that no licence binds its use."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE_HZ = 8000
BEAT_S = 0.42
TONE_HZ = 1000
TONE_S = 0.3

# Pentatonic on D, one bar of eight notes per chord; a 0 is a rest. Numbers are MIDI notes.
_BARS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (50, (62, 66, 69, 74, 69, 66, 64, 0)),
    (47, (62, 66, 71, 74, 71, 66, 62, 0)),
    (43, (59, 62, 67, 71, 74, 71, 67, 62)),
    (45, (61, 64, 69, 73, 76, 73, 69, 0)),
    (50, (66, 69, 74, 78, 76, 74, 69, 66)),
    (47, (66, 71, 74, 78, 74, 71, 66, 0)),
    (43, (62, 67, 71, 74, 71, 69, 67, 64)),
    (45, (61, 64, 69, 76, 73, 69, 64, 0)),
)


def write_music(file: Path) -> None:
    """Writes the tune, 27 s meant to be repeated, as 8 kHz 16-bit mono WAV."""
    bar_samples = int(8 * BEAT_S * RATE_HZ)
    tune = np.zeros(bar_samples * len(_BARS))
    for number, (bass, notes) in enumerate(_BARS):
        start = number * bar_samples
        _add(tune, start, _note(bass, 8 * BEAT_S, 0.5))
        for beat, note in enumerate(notes):
            if note:
                _add(tune, start + int(beat * BEAT_S * RATE_HZ), _note(note, 4 * BEAT_S, 0.32))
    # loud enough to be heard, soft enough for a voice to be understood over it: -13 dB below full scale
    _write(file, tune / np.abs(tune).max() * 0.22)


def write_tone(file: Path) -> None:
    """Writes the tone after which one speaks: 0.3 s of 1 kHz with soft edges."""
    time_s = np.arange(int(TONE_S * RATE_HZ)) / RATE_HZ
    edges = np.minimum(1.0, np.minimum(time_s, TONE_S - time_s) / 0.01)
    _write(file, 0.3 * edges * np.sin(2 * np.pi * TONE_HZ * time_s))


def _write(file: Path, sound: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    samples = (sound * 32767).astype("<i2")
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".new")
    with wave.open(str(temporary), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.tobytes())
    temporary.replace(file)


def _note(midi: int, length_s: float, loudness: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A soft bell: three partials, a short attack, a long decay."""
    time_s = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    pitch_hz = 440.0 * 2 ** ((midi - 69) / 12)
    partials = sum(
        level * np.sin(2 * np.pi * pitch_hz * multiple * time_s) for multiple, level in ((1, 1.0), (2, 0.35), (3, 0.1))
    )
    envelope = np.minimum(time_s / 0.02, 1.0) * np.exp(-3.0 * time_s / length_s)
    result: np.ndarray[tuple[int], np.dtype[np.float64]] = loudness * envelope * partials
    return result


def _add(
    tune: np.ndarray[tuple[int], np.dtype[np.float64]], start: int, note: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    """Mixes a note in; what rings past the end comes in at the beginning, so that the loop has no seam."""
    indexes = np.arange(start, start + len(note)) % len(tune)
    np.add.at(tune, indexes, note)
