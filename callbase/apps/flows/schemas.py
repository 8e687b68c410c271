"""What the API of flows, prompts and music takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from callbase.web.fields import Key, Names, Storable, Strict, Texts


class FlowIn(Strict):
    name: Names
    start: Annotated[str, Storable, Field(max_length=40)]
    nodes: Annotated[dict[Annotated[str, Storable], dict[str, Any]], Field(min_length=1, max_length=1000)]
    """Node id → node, as `callbase.core.config.AnyNode` has them."""


class FlowSummary(Schema):
    id: str
    name: dict[str, str]
    version: int


class FlowOut(FlowSummary):
    start: str
    nodes: dict[str, dict[str, Any]]
    published_at: datetime


class PromptIn(Strict):
    id: Key
    text: Texts


class PromptOut(Schema):
    id: str
    text: dict[str, str]
    files: dict[str, bool]
    """Language → whether a recording was uploaded in place of the speech engine's voice."""


class MusicIn(Strict):
    id: Key
    name: Names


class MusicOut(Schema):
    id: str
    name: dict[str, str]
    seconds: float
    """0: nothing was uploaded yet."""
    uploaded_at: datetime | None
    used_by: list[str]
    """Queues that play it."""
