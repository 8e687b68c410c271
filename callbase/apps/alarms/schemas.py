"""What the API of alarms takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

from callbase.web.fields import Storable, Strict
from callbase.web.language import Language


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


Address = Annotated[str, Storable, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Shared = Annotated[str, Storable, StringConstraints(max_length=200)]


class RecipientIn(Strict):
    kind: Literal["email", "webhook"]
    address: Address
    secret: Shared = ""
    """Of a webhook: its messages are signed with it."""
    severity: Literal["critical", "major"] = "critical"
    language: Language = "zh-CN"


class RecipientOut(Schema):
    id: UUID
    kind: str
    address: str
    severity: str
    language: str
    last_sent_at: datetime | None
    failing: str
    """Why the newest message could not be sent; empty where it was."""
    again_at: datetime | None
    """When that message is tried again; None where it was sent, or is given up."""


class TestOut(Schema):
    failure: str
    """Empty where it was sent."""
