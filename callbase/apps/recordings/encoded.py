"""A recording as it is kept: the encoded file, and its waveform beside it. Apart from `encoding`, whose libraries load slowly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec


class EncodingFailed(Exception):
    """A recording could not be encoded; the message says why. Trying again later may help."""


class NoAudio(EncodingFailed):
    """Nobody's audio has gone into its files. Trying again is of use only where the switch may be late with it."""


class Peaks(msgspec.Struct, frozen=True, kw_only=True):
    """A waveform: for each channel (customer, agent) the loudest of each 1/`per_second` second, 0…1."""

    duration_ms: int
    channels: int
    per_second: int
    peaks: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    file: Path
    bytes: int
    duration_ms: int


def peaks_path(file: Path) -> Path:
    return file.with_suffix(".peaks.json")
