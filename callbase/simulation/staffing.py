"""Who is at work when."""

from __future__ import annotations

import msgspec


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """An agent signed in and ready, from the beginning of the day on counted; a call going on at its end is finished."""

    agent: str
    start_ms: int
    end_ms: int
