"""What the API of recordings gives."""

from __future__ import annotations

from ninja import Schema


class PeaksOut(Schema):
    """A waveform: per channel (customer, agent) the loudest of each 1/`per_second` second, 0…1."""

    duration_ms: int
    channels: int
    per_second: int
    peaks: list[list[float]]
