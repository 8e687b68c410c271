"""What the API of API tokens takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from callbase.web.fields import Line, Name, Strict


class TokenIn(Strict):
    name: Name
    scopes: Annotated[list[Line], Field(min_length=1, max_length=50)]
    """Permissions, as of people."""


class TokenOut(Schema):
    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None


class NewTokenOut(TokenOut):
    token: str
    """Shown this once."""
