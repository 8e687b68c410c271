"""What the API of trunks takes and gives. The password goes in and never comes out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

from callbase.core import config
from callbase.web.documents import Document
from callbase.web.fields import Key, Names, Small, Storable, Strict

Codec = Literal["alaw", "ulaw", "g722", "g729", "opus", "gsm"]


class TrunkIn(Strict):
    id: Key
    host: Annotated[str, Storable, Field(pattern=r"^[A-Za-z0-9.:_\[\]-]{0,253}$")] = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    transport: Literal["udp", "tcp"] = "udp"
    match: Annotated[list[Annotated[str, Storable, Field(max_length=60)]], Field(max_length=200)] = []
    username: Annotated[str, Storable, Field(pattern=r"^[^\s;\[\]]{0,80}$")] = ""
    password: Annotated[str, Storable, Field(pattern=r"^[^\r\n]{0,256}$")] | None = None
    register_: bool = Field(False, alias="register")
    codecs: Annotated[list[Codec], Field(min_length=1, max_length=6)] = ["alaw", "ulaw"]
    max_channels: Annotated[int, Field(ge=0, le=100_000)] = 0
    caller_number: Annotated[str, Storable, Field(pattern=r"^(\+?[0-9*#]{1,31})?$")] = ""
    """Shown by all calls out; empty: each shows its own."""
    group: Key | None = None


class TrunkOut(Schema):
    id: str
    host: str
    port: int
    transport: str
    match: list[str]
    username: str
    has_password: bool
    register_: bool = Field(alias="register")
    codecs: list[str]
    max_channels: int
    caller_number: str
    group: str | None


Target = Annotated[Any, Document(config.AnyTarget | None)]
Lines = Annotated[int, Field(ge=0, le=100_000)]


class TrunkGroupIn(Strict):
    id: Key
    name: Names
    priority: Small = 0
    lines_per_agent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 0.0
    agents_of: Annotated[list[Key], Field(max_length=500)] = []
    floor: Lines = 0
    ceiling: Lines = 0
    beyond: Target = None


class TrunkGroupOut(Schema):
    id: str
    name: dict[str, str]
    priority: int
    lines_per_agent: float
    agents_of: list[str]
    floor: int
    ceiling: int
    beyond: Target = None
