"""Recordings uploaded as prompts and music: any WAV or MP3 becomes what telephones play, 8 kHz, mono, 16 bit.

libsndfile (package soundfile) reads them, so a damaged or hostile file meets one well-tested reader, in our process's memory.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy
import soundfile

RATE = 8000
LONGEST_S = 600
LARGEST = 10 * 1024 * 1024
LOUDNESS = 0.1
"""Of full scale (root mean square, -20 dB): as loud as a voice on a telephone, so that music neither startles nor is lost."""


class AudioUnreadable(ValueError):
    """Not a WAV or MP3 file, empty, or longer than `LONGEST_S`."""


def telephone_audio(content: bytes) -> Any:
    """Samples (int16, 8 kHz, mono) of a WAV or MP3 file. Raises AudioUnreadable."""
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as source:
            if source.format not in {"WAV", "WAVEX", "MP3", "MPEG"} or not 0 < source.frames <= LONGEST_S * source.samplerate:
                raise AudioUnreadable(source.format)
            samples = source.read(dtype="float32", always_2d=True).mean(axis=1)
            rate = source.samplerate
    except (soundfile.SoundFileError, ValueError, TypeError) as error:
        raise AudioUnreadable(str(error)) from None
    if len(samples) == 0:
        raise AudioUnreadable("empty")
    return (numpy.clip(resample(samples, rate), -1.0, 1.0) * 32767).astype(numpy.int16)


def resample(samples: Any, rate: int) -> Any:
    """To 8 kHz; what lies above 4 kHz is filtered out first (windowed sinc), lest it fold down into the voice."""
    if rate == RATE:
        return samples
    if rate > RATE:
        half = math.ceil(16 * rate / RATE)
        at = numpy.arange(-half, half + 1)
        cut = 0.95 * RATE / rate
        kernel = numpy.sinc(at * cut) * numpy.hanning(len(at))
        samples = numpy.convolve(samples, kernel / kernel.sum(), mode="same")
    moments = numpy.arange(max(1, round(len(samples) * RATE / rate))) * (rate / RATE)
    return numpy.interp(moments, numpy.arange(len(samples)), samples)


def evened(samples: Any) -> Any:
    """As loud as a voice: music comes mastered far louder. Silence stays silence, and no peak is cut off."""
    wave = samples.astype(numpy.float64)
    power, peak = math.sqrt(float(numpy.mean(wave**2))) / 32767, float(numpy.max(numpy.abs(wave))) / 32767
    if power == 0:
        return samples
    return (wave * min(LOUDNESS / power, 0.95 / peak)).astype(numpy.int16)


def write(samples: Any, target: Path) -> None:
    """Whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_suffix(".new")
    soundfile.write(building, samples, RATE, subtype="PCM_16", format="WAV")
    building.replace(target)
