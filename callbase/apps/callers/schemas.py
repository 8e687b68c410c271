"""What the API of caller lists takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from callbase.core import config
from callbase.web.documents import Document
from callbase.web.fields import Key, Line, Names, Small, Storable, Strict

Target = Annotated[Any, Document(config.AnyTarget | None)]


class CallerListIn(Strict):
    id: Key
    kind: Literal["black", "red"]
    name: Names
    priority: Small = 0
    target: Target = None


class CallerListOut(Schema):
    id: str
    kind: Literal["black", "red"]
    name: dict[str, str]
    priority: int
    target: Target = None
    count: int
    """Numbers in it."""


class NumbersIn(Strict):
    numbers: Annotated[list[Annotated[str, Storable, Field(max_length=40)]], Field(min_length=1, max_length=1000)]
    note: Line = ""


class ListedNumberOut(Schema):
    number: str
    note: str
    added_at: datetime


class AddedOut(Schema):
    added: int
    already: int
    """Those that stood in the list before; their notes stay."""


class FaultyLine(Schema):
    line: int
    value: str
    """What stands there in place of a number, its first 40 characters."""
    problem: str


class ImportedOut(AddedOut):
    repeated: int
    """Lines that name a number the file named before; its first note counts."""
    shortened: int
    """Notes that were too long and lost their end."""
    faulty: int
    faults: list[FaultyLine]
    """The first thousand of the faulty lines."""
