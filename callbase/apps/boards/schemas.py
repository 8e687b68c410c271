"""What the API of wallboards takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Field, Schema

from callbase.web.fields import Key, Line, Name, Strict

Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Measure = Literal[
    "waiting",
    "longest_wait",
    "average_wait",
    "expected_wait",
    "service_level",
    "service_level_today",
    "signed_in",
    "ready",
    "busy",
    "not_ready",
    "offered_today",
    "answered_today",
    "abandoned_today",
]


class Tile(Strict):
    """A piece of a wallboard. `of` narrows it: queues, skill groups or trunks, by their ids; none: all."""

    kind: Literal["number", "gauge", "queues", "states", "agents", "calls", "trunks", "trend"]
    measure: Measure = "waiting"
    by: Literal["queue", "skill"] = "queue"
    """For `agents` and `states`: whose agents `of` names."""
    of: Annotated[list[Key], Field(max_length=100)] = []
    title: Line = ""
    """Empty: what it shows."""
    width: Annotated[int, Field(ge=1, le=4)] = 1
    warn: Number | None = None
    """From this value on it is coloured as a warning; for measures of which more is better, from it down."""
    alarm: Number | None = None


class BoardIn(Strict):
    name: Name
    position: Annotated[int, Field(ge=0, le=1000)] = 0
    tiles: Annotated[list[Tile], Field(max_length=60)] = []


class BoardOut(Schema):
    id: str
    name: str
    position: int
    tiles: list[Tile]
