"""What the API of reports gives. Definitions: docs/reports.md."""

from __future__ import annotations

from ninja import Schema


class HandedOn(Schema):
    """docs/reports.md: what agents did with calls besides talking."""

    consultations: int
    conferences: int
    transfers_out: int
    transfers_in: int


class Measures(HandedOn):
    offered: int
    answered: int
    abandoned: int
    within_service_level: int
    service_level: float | None
    """within_service_level / (answered + abandoned); null where there was neither."""
    service_level_s: float | None
    """null where queues with different ones are counted together."""
    asa_ms: int | None
    longest_wait_ms: int | None
    aht_ms: int | None
    talk_ms: int
    hold_ms: int
    wrap_up_ms: int
    foretold: int
    """Answered, and on entering a wait was expected."""
    foretold_error_ms: int | None
    """Mean distance between the expected wait and the real one."""
    foretold_bias_ms: int | None
    """Mean of the real wait less the expected one."""
    callbacks: int
    """Callers who asked to be called back."""
    called_back: int
    callbacks_waiting: int


class QueueMeasures(Measures):
    queue: str
    name: dict[str, str] | None


class AgentMeasures(HandedOn):
    agent: str
    name: str | None
    answered: int
    talk_ms: int
    hold_ms: int
    wrap_up_ms: int
    aht_ms: int | None
    ready_ms: int
    not_ready_ms: int
    productive_ms: int
    """Of the time not ready, that under reasons which are work."""
    not_ready_by_reason: dict[str, int]
    """Milliseconds; under the empty name those without a reason."""
    signed_in_ms: int
    occupancy: float | None
    utilisation: float | None


class HourMeasures(Schema):
    hour: int
    offered: int
    answered: int
    abandoned: int


class TodayReport(Schema):
    date: str
    timezone: str
    totals: Measures
    missed: int | None
    """Callers who gave up before there was an engine to take the call. They are of no queue and no agent: null where narrowed."""
    queues: list[QueueMeasures]
    agents: list[AgentMeasures]
    hours: list[HourMeasures]
