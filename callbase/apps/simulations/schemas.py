"""What the API of simulations takes and gives."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema

from callbase.apps.queues.schemas import QueueIn
from callbase.web.fields import Key, Strict

Hour = Annotated[float, Field(ge=0, le=24, allow_inf_nan=False)]
PerHour = Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)]


class LoadIn(Strict):
    """Expected calls in each hour of the day, at random within it; talks and patience exponential around their means."""

    queue: Key
    calls_per_hour: Annotated[list[PerHour], Field(min_length=24, max_length=24)]
    talk_s: Annotated[float, Field(ge=1, le=7200, allow_inf_nan=False)] = 180.0
    patience_s: Annotated[float, Field(ge=1, le=7200, allow_inf_nan=False)] | None = 120.0
    """null: they wait for ever."""


class PastTraffic(Strict):
    kind: Literal["past"]
    date: dt.date


class DrawnTraffic(Strict):
    kind: Literal["drawn"]
    loads: Annotated[list[LoadIn], Field(min_length=1, max_length=200)]


class PastStaff(Strict):
    """Who was signed in that day, and when."""

    kind: Literal["past"]
    date: dt.date


class MemberStaff(Strict):
    """All members of the queues, from one hour to another."""

    kind: Literal["members"]
    start: Hour = 9.0
    end: Hour = 18.0


class SimulationIn(Strict):
    traffic: Annotated[PastTraffic | DrawnTraffic, Field(discriminator="kind")]
    staff: Annotated[PastStaff | MemberStaff, Field(discriminator="kind")]
    queues: Annotated[list[QueueIn], Field(max_length=200)] = []
    """As planned, in place of those of the same id."""
    ring_s: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 3.0
    """How long an agent lets it ring."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class PlayedQueue(Schema):
    queue: str
    offered: int
    answered: int
    abandoned: int
    left: int
    within_service_level: int
    service_level: float | None
    asa_ms: float
    wait_p50_ms: int
    wait_p95_ms: int
    wait_max_ms: int


class PlayedDay(Schema):
    queues: list[PlayedQueue]
    calls: int
    agents: int
    occupancy: float | None


class SimulationResult(Schema):
    present: PlayedDay
    planned: PlayedDay | None
    """null where nothing is planned otherwise."""


class SimulationOut(Schema):
    id: UUID
    created_at: dt.datetime
    state: Literal["queued", "running", "done", "failed"]
    progress: float
    question: dict[str, Any]
    """As it was asked; of an old one, as such questions were asked then."""
    result: SimulationResult | None
    error: str
    message: str
    """Why it failed, in the asker's language."""
