"""What the API of customers takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from callbase.web.fields import Level, Line, Name, Note, Small, Storable, Strict


class CustomerIn(Strict):
    name: Name
    company: Line = ""
    level: Annotated[str, Storable, Field(max_length=40)] = ""
    notes: Note = ""
    numbers: Annotated[list[Annotated[str, Storable, Field(max_length=40)]], Field(max_length=50)] = []


class CustomerOut(Schema):
    id: str
    name: str
    company: str
    level: str
    notes: str
    numbers: list[str]
    created_at: datetime
    updated_at: datetime


class CustomerLevelIn(Strict):
    level: Level
    priority: Small


class CustomerLevelOut(Schema):
    level: str
    priority: int
