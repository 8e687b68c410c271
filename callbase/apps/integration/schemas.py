"""What the API of API tokens takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import AwareDatetime, StringConstraints

from callbase.apps.organization.access import CallReach
from callbase.web.fields import Key, Line, Name, Strict

PORT_FORM = r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
ORIGIN_FORM = (
    r"^https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"
    rf"(?::{PORT_FORM})?$"
)
"""RFC 6454 §6.2, small letters; nothing that means something else in a Content-Security-Policy."""
Origin = Annotated[str, StringConstraints(pattern=ORIGIN_FORM, max_length=260)]


class EmbeddingIn(Strict):
    origins: Annotated[list[Origin], Field(max_length=50)]


class EmbeddingOut(Schema):
    origins: list[str]


class TokenIn(Strict):
    name: Name
    scopes: Annotated[list[Line], Field(min_length=1, max_length=50)]
    """Permissions, as of people."""
    agents: Annotated[list[Line], Field(max_length=500)] = []
    queues: Annotated[list[Key], Field(max_length=500)] = []
    """What it is limited to; both empty: not limited."""
    calls: CallReach | None = None
    """Whom it may have called and where calls may be sent: own (the agents and queues it is limited to), inside (any agent, queue
    or flow of the centre), anywhere. Not given: own where it is limited, else anywhere."""
    expires_at: AwareDatetime | None = None


class TokenOut(Schema):
    id: str
    name: str
    scopes: list[str]
    agents: list[str]
    queues: list[str]
    calls: CallReach
    expires_at: datetime | None
    created_at: datetime
    last_used_at: datetime | None


class NewTokenOut(TokenOut):
    token: str
    """Shown this once."""
