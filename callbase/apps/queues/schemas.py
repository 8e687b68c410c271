"""What the API of queues, DIDs, outcomes and reasons takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Field, Schema

from callbase.web.fields import DidNumber, Key, Seconds, Small, Storable, Strict, Texts
from callbase.web.language import Language


class MemberIn(Strict):
    agent: Annotated[str, Storable, Field(max_length=20)]
    priority: Annotated[int, Field(ge=1, le=100)] = 1
    level: Annotated[int, Field(ge=0, le=100)] = 50


MusicKey = Annotated[str, Storable, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


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
    music: MusicKey | None = None


class Waiting(Strict):
    music: MusicKey = "default"
    steps: Annotated[list[WaitingStepIn], Field(max_length=50)] = [WaitingStepIn(at_s=5, what="place", every_s=30)]


class QueueIn(Strict):
    id: Key
    name: Texts
    algorithm: Literal["longest_idle"] = "longest_idle"
    priority: Small = 0
    offer_timeout_s: Annotated[float, Field(ge=3, le=300, allow_inf_nan=False)] = 20.0
    wrap_up_s: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 30.0
    service_level_s: Annotated[float, Field(ge=1, le=3600, allow_inf_nan=False)] = 20.0
    record: bool = True
    waiting: Waiting = Waiting()
    members: Annotated[list[MemberIn], Field(max_length=20_000)] = []
    when_deleted: Key | None = None


class QueueOut(Schema):
    id: str
    name: dict[str, str]
    algorithm: str
    priority: int
    offer_timeout_s: float
    wrap_up_s: float
    service_level_s: float
    record: bool
    waiting: Waiting
    members: list[MemberIn]
    when_deleted: str | None


class DidIn(Strict):
    number: DidNumber
    flow: Key
    language: Language | None = None
    priority: Small = 0
    description: Annotated[str, Storable, Field(max_length=200)] = ""


class DidOut(Schema):
    number: str
    flow: str
    language: str | None
    priority: int
    description: str


class ChoiceIn(Strict):
    id: Key
    name: Texts
    position: Annotated[int, Field(ge=0, le=100_000)] = 0


class ChoiceOut(Schema):
    id: str
    name: dict[str, str]
    position: int
