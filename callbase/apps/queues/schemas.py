"""What the API of queues, DIDs, outcomes and reasons takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

from callbase.core import config
from callbase.web.documents import Document
from callbase.web.fields import DidNumber, Key, Names, Seconds, Small, Storable, Strict, Texts
from callbase.web.language import Language


class MemberIn(Strict):
    agent: Annotated[str, Storable, Field(max_length=20)]
    priority: Annotated[int, Field(ge=1, le=100)] = 1
    level: Annotated[int, Field(ge=0, le=100)] = 50
    weight: Annotated[int, Field(ge=1, le=1000)] = 1


Target = Annotated[Any, Document(config.AnyTarget | None)]
Requirements = Annotated[list[Any], Document(list[config.Requirement])]
Rings = Annotated[list[Any], Document(list[config.Ring])]
EntryRules = Annotated[list[Any], Document(list[config.EntryRule])]
OverflowRules = Annotated[list[Any], Document(list[config.OverflowRule])]
CallbackRules = Annotated[Any, Document(config.Callback)]


class SayIn(Strict):
    """A prompt, or text in each of the tenant's languages."""

    prompt: Key | None = None
    text: Texts | None = None
    languages: Annotated[list[Language], Field(max_length=10)] = []


class WaitingStepIn(Strict):
    at_s: Seconds
    what: Literal["place", "expected_wait", "say", "music"]
    every_s: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 0.0
    say: SayIn | None = None
    music: Key | None = None


class Waiting(Strict):
    music: Key = "default"
    keys: Annotated[Any, Document(dict[str, config.AnyTarget])] = Field(default_factory=dict)
    steps: Annotated[list[WaitingStepIn], Field(max_length=50)] = [WaitingStepIn(at_s=5, what="place", every_s=30)]


class QueueIn(Strict):
    id: Key
    name: Names
    algorithm: config.Algorithm = "longest_idle"
    measure_window: Literal["today", "shift", "rolling"] = "today"
    measure_over_s: Annotated[float, Field(ge=60, le=86_400, allow_inf_nan=False)] = 1800.0
    last_served_s: Annotated[float, Field(ge=60, le=31_536_000, allow_inf_nan=False)] = 86_400.0
    requires: Requirements = Field(default_factory=list)
    rings: Rings = Field(default_factory=list)
    priority: Small = 0
    aging_s: Seconds = 0.0
    offer_timeout_s: Annotated[float, Field(ge=3, le=300, allow_inf_nan=False)] = 20.0
    wrap_up_s: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 30.0
    service_level_s: Annotated[float, Field(ge=1, le=3600, allow_inf_nan=False)] = 20.0
    record: bool = True
    calendar: Key | None = None
    closed: Target = None
    entry: EntryRules = Field(default_factory=list)
    overflow: OverflowRules = Field(default_factory=list)
    callback: CallbackRules = Field(default_factory=dict)
    waiting: Waiting = Waiting()
    members: Annotated[list[MemberIn], Field(max_length=20_000)] = []
    when_deleted: Key | None = None


class QueueOut(Schema):
    id: str
    name: dict[str, str]
    algorithm: str
    measure_window: str
    measure_over_s: float
    last_served_s: float
    requires: Requirements
    rings: Rings
    priority: int
    aging_s: float
    offer_timeout_s: float
    wrap_up_s: float
    service_level_s: float
    record: bool
    calendar: str | None
    closed: Target
    entry: EntryRules
    overflow: OverflowRules
    callback: CallbackRules
    waiting: Waiting
    members: list[MemberIn]
    when_deleted: str | None


class DidIn(Strict):
    number: DidNumber
    flow: Key
    language: Language | None = None
    priority: Small = 0
    description: Annotated[str, Storable, Field(max_length=200)] = ""
    calendar: Key | None = None
    closed: Target = None


class DidOut(Schema):
    number: str
    flow: str
    language: str | None
    priority: int
    description: str
    calendar: str | None
    closed: Target


class ChoiceIn(Strict):
    id: Key
    name: Names
    position: Annotated[int, Field(ge=0, le=100_000)] = 0


class ChoiceOut(Schema):
    id: str
    name: dict[str, str]
    position: int


class ReasonIn(ChoiceIn):
    productive: bool = False
    """Reports count it as worked."""


class ReasonOut(ChoiceOut):
    productive: bool
