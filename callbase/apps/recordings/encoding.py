"""Turns a recording's two wav files into one stereo MP3 with a waveform beside it.

MP3 because every browser plays it, Safari before 18.4 included, which Opus in Ogg does not; at a constant bit rate, because
then a place in time is a place in the file, and seeking by ranged requests is exact. Left is the customer, right the agent's
side. The sample rate is kept: telephone speech gains nothing from more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import numpy as np
import soundfile
from numpy.typing import NDArray

from callbase.apps.recordings.encoded import Encoded, EncodingFailed, NoAudio, Peaks, peaks_path

PEAKS_PER_SECOND = 20
BLOCK_S = 30
COMPRESSION = 0.7  # of LAME's range: 24 kbit/s at 8 kHz, 56 kbit/s at 16 kHz, both channels
WAV_HEADER_BYTES = 44

Samples = NDArray[np.float32]


def encode(customer: Path, agent: Path, target: Path) -> Encoded:
    """Writes `target` (.mp3) and its peaks; both appear whole or not at all. The wav files are left alone.

    A side that is missing or shorter is silent there. Raises NoAudio when no audio came from either side, and EncodingFailed when
    there are no files, or none of sound, or the disk does not take the result.
    """
    temporary = target.with_name(f".{target.name}.new")  # one name, so that what a killed worker left is overwritten
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        peaks = _write(customer, agent, temporary)
        _sync(temporary)
        encoded = Encoded(file=target, bytes=temporary.stat().st_size, duration_ms=peaks.duration_ms)
        waveform = temporary.with_suffix(".json")
        try:
            waveform.write_bytes(msgspec.json.encode(peaks))
            waveform.replace(peaks_path(target))
        finally:
            waveform.unlink(missing_ok=True)
        temporary.replace(target)
        _sync(target.parent)
        return encoded
    except (OSError, soundfile.SoundFileError) as error:
        raise EncodingFailed(f"{target.name}: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _write(customer: Path, agent: Path, temporary: Path) -> Peaks:
    with ExitStack() as stack:
        sides = [_open(path, stack) for path in (customer, agent)]
        rates = {side.samplerate for side in sides if side is not None}
        if not rates and _heads_only(customer, agent):
            raise NoAudio(f"{customer.name} and {agent.name}: no audio came")
        if not rates:
            raise EncodingFailed(f"neither {customer.name} nor {agent.name} has any sound in {customer.parent}")
        if len(rates) > 1:
            raise EncodingFailed(f"{customer.name} and {agent.name} differ in sample rate: {sorted(rates)} Hz")
        rate = rates.pop()
        window = rate // PEAKS_PER_SECOND
        frames = max(side.frames for side in sides if side is not None)
        output = stack.enter_context(
            soundfile.SoundFile(
                temporary,
                "w",
                rate,
                2,
                format="MP3",
                subtype="MPEG_LAYER_III",
                compression_level=COMPRESSION,
                bitrate_mode="CONSTANT",
            )
        )
        loudest: tuple[list[float], list[float]] = ([], [])
        for block in _blocks(sides, rate * BLOCK_S):
            output.write(block)
            for channel in (0, 1):
                loudest[channel].extend(_loudest(block[:, channel], window))
    return Peaks(duration_ms=frames * 1000 // rate, channels=2, per_second=PEAKS_PER_SECOND, peaks=tuple(map(tuple, loudest)))


def _heads_only(*wavs: Path) -> bool:
    """Whether those that are there, one at least, have been closed without anything having been written into them."""
    return {wav.stat().st_size for wav in wavs if wav.is_file()} == {WAV_HEADER_BYTES}


def _open(path: Path, stack: ExitStack) -> soundfile.SoundFile | None:
    """The wav for reading; None where there is none. A writer that was killed leaves the header's length at 0: then all that
    follows the header counts as sound."""
    if not path.is_file() or path.stat().st_size <= WAV_HEADER_BYTES:
        return None
    wav = stack.enter_context(soundfile.SoundFile(path))
    if wav.frames or wav.subtype != "PCM_16":
        return wav
    raw = stack.enter_context(soundfile.SoundFile(path, samplerate=wav.samplerate, channels=1, format="RAW", subtype="PCM_16"))
    raw.seek(WAV_HEADER_BYTES // 2)
    return raw


def _blocks(sides: list[soundfile.SoundFile | None], frames: int) -> Iterator[Samples]:
    """Stereo blocks of `frames` until the longer side ends."""
    while True:
        parts = [np.zeros(0, np.float32) if side is None else _mono(side.read(frames, dtype="float32")) for side in sides]
        length = max(len(part) for part in parts)
        if length == 0:
            return
        block = np.zeros((length, 2), np.float32)
        for channel, part in enumerate(parts):
            block[: len(part), channel] = part
        yield block


def _mono(samples: Samples) -> Samples:
    return samples if samples.ndim == 1 else samples[:, 0]


def _loudest(samples: Samples, window: int) -> list[float]:
    padded = np.zeros(-(-len(samples) // window) * window, np.float32)
    padded[: len(samples)] = np.abs(samples)
    return [round(float(value), 3) for value in np.minimum(padded.reshape(-1, window).max(axis=1), 1.0)]


def _sync(path: Path) -> None:
    """Makes sure it is on the disk: the wav files are deleted after this."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
