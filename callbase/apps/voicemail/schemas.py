"""What the API of messages takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema

from callbase.web.fields import Strict


class MessageOut(Schema):
    """`id` is the recording's: it is heard at /api/recordings/{id}/audio."""

    id: str
    interaction: str
    queue: str | None
    queue_name: dict[str, str] | None
    left_at: datetime
    duration_ms: int | None
    recording_state: Literal["ended", "stored"]
    caller_number: str
    customer: str | None
    customer_name: str
    state: Literal["new", "handled"]
    handled_at: datetime | None
    handled_by: str | None


class MessagesOut(Schema):
    items: list[MessageOut]


class NewMessagesOut(Schema):
    """`total`: at most 1,000."""

    total: int


class HandledIn(Strict):
    handled: bool
