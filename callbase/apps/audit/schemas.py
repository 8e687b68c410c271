"""What the API of the audit trail gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema


class AuditFilter(Schema):
    actor: str = Field("", max_length=120)
    """Who did it: an id, a sign-in name, or part of a name."""
    action: str = Field("", max_length=60)
    """"queue.update", all of "queue", or each "update"."""
    object: str = Field("", max_length=80)
    """An object's type or id; of a person, a token or a customer the name too."""
    from_: datetime | None = Field(None, alias="from")
    to: datetime | None = None


class AuditOut(Schema):
    at: datetime
    actor: str
    actor_name: str
    action: str
    object_type: str
    object_id: str
    object_name: str
    """A person's, token's or customer's; empty where it is gone, or its id says enough."""
    changes: dict[str, list[Any]]
    ip: str
