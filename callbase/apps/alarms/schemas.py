"""What the API of alarms takes and gives."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema


class AlarmFilter(Schema):
    open: bool | None = None
    acknowledged: bool | None = None
    source: str = Field("", max_length=40)


class AcknowledgeIn(Schema):
    note: str = Field("", max_length=500)


class AlarmOut(Schema):
    id: int
    source: str
    severity: str
    text: str
    raised_at: datetime
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    note: str
