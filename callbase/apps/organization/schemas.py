"""What the API of sign-in, people, roles, units and telephones takes and gives."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator

from callbase.web.fields import Key, Line, Login, Name, Names, Secret, Storable, Strict
from callbase.web.language import Language

Theme = Literal["light", "dark", "system"]
Email = Annotated[str, Storable, Field(max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+$")]


class SignInIn(Strict):
    tenant: Annotated[str, Storable, Field(max_length=40)] | None = None
    login: Annotated[str, Storable, Field(max_length=64)]
    password: Annotated[str, Storable, Field(max_length=256)]
    language: Language | None = None
    """The one the page is read in."""
    language_chosen: bool = False
    """It was chosen there, so it is the person's from now on; else it is where the person never chose any."""


class PasswordIn(Strict):
    old: Secret
    new: Secret


class MeIn(Strict):
    language: Language | None = None
    theme: Theme | None = None


class PersonOut(Schema):
    id: str
    login: str
    name: str
    language: str
    theme: str
    email: str
    phone: str
    agent: str | None
    roles: list[str]
    active: bool


class TenantOut(Schema):
    id: str
    name: str
    timezone: str
    languages: list[str]


PARKED_LEAST_S, PARKED_MOST_S = 10, 3600
PLACE_KEPT_MOST_S = 3600


class CentreIn(Strict):
    supervision_shown: bool
    """Agents are told of supervisors at their calls."""
    park_returns_after_s: Annotated[float, Field(ge=PARKED_LEAST_S, le=PARKED_MOST_S, allow_inf_nan=False)]
    """How long a call stays parked before it goes back to who parked it."""
    place_kept_s: Annotated[float, Field(ge=0, le=PLACE_KEPT_MOST_S, allow_inf_nan=False)]
    """How long who waited on a switch node that died may take to call again and have the old place; 0: nobody has."""


class CentreOut(Schema):
    supervision_shown: bool
    park_returns_after_s: float
    place_kept_s: float


class SessionOut(Schema):
    signed_in: bool
    person: PersonOut | None
    permissions: list[str]
    tenant: TenantOut | None
    in_queues: bool
    """Calls come to the person: it is a member of at least one queue."""
    renewable: bool
    """The session may be renewed: who is signed in may do nothing but watch the boards."""
    demo: bool
    csrf_token: str


# --- people --------------------------------------------------------------------------------------------------------


class DeviceOut(Schema):
    id: str
    kind: Literal["browser", "sip", "outside"]
    number: str
    """Of an outside number: that."""


Outside = Literal["no", "fixed", "own"]
"""Whether an agent may work at an outside number: not, at the one given here, or at any it gives itself."""
OutsideNumber = Annotated[str, Storable, Field(max_length=40)]


class AgentOut(Schema):
    id: str
    devices: list[DeviceOut]


class Place(Strict):
    """An agent's place in a queue, seen from the person."""

    queue: Key
    priority: Annotated[int, Field(ge=1, le=100)] = 1
    level: Annotated[int, Field(ge=0, le=100)] = 50
    weight: Annotated[int, Field(ge=1, le=1000)] = 1


class PersonDetail(Schema):
    id: str
    login: str
    name: str
    language: str
    theme: str
    email: str
    phone: str
    mobile: str
    staff_number: str
    kind: str
    region: str
    sex: str
    birthday: date | None
    address: str
    unit: str | None
    roles: list[str]
    agent: AgentOut | None
    outside: Outside
    outside_number: str
    queues: list[Place]
    skills: dict[str, int]
    """Skill → level."""
    active: bool


AgentNumber = Annotated[
    str,
    BeforeValidator(lambda value: value.get("id") if isinstance(value, dict) else value),
    Storable,
    Field(pattern=r"^[0-9]{1,20}$"),
]
"""The agent's id; also taken in the form it is given out, {"id": …}."""


class PersonIn(Strict):
    login: Login
    name: Name
    password: Secret | None = None
    language: Language = "zh-CN"
    theme: Theme = "system"
    email: Email = ""
    phone: Annotated[str, Storable, Field(max_length=40)] = ""
    mobile: Annotated[str, Storable, Field(max_length=40)] = ""
    staff_number: Annotated[str, Storable, Field(max_length=40)] = ""
    kind: Annotated[str, Storable, Field(max_length=40)] = ""
    region: Annotated[str, Storable, Field(max_length=80)] = ""
    sex: Literal["", "female", "male", "other"] = ""
    birthday: date | None = None
    address: Annotated[str, Storable, Field(max_length=400)] = ""
    unit: str | None = None
    roles: Annotated[list[Key], Field(max_length=50)] = []
    agent: AgentNumber | None = None
    outside: Outside = "no"
    outside_number: OutsideNumber = ""
    queues: Annotated[list[Place], Field(max_length=500)] = []
    skills: Annotated[dict[Key, Annotated[int, Field(ge=1, le=100)]], Field(max_length=500)] = {}
    """Skill → level, 1…100; a skill not named is not had."""
    active: bool = True


class SipPasswordOut(Schema):
    device: str
    password: str


# --- units and roles -----------------------------------------------------------------------------------------------


class UnitIn(Strict):
    name: Name
    parent: str | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] = 0


class UnitOut(Schema):
    id: str
    name: str
    parent: str | None
    position: int
    people: int
    """Those in the unit itself, not below."""


class RoleIn(Strict):
    id: Key
    name: Names
    permissions: Annotated[list[Line], Field(min_length=1, max_length=100)]
    scope: Literal["own", "unit", "all"] = "own"


class RoleTemplateOut(Schema):
    id: str
    name: dict[str, str]
    permissions: list[str]
    scope: Literal["own", "unit", "all"]


class RoleOut(RoleTemplateOut):
    people: int
    """Active ones who have it."""


# --- telephones ----------------------------------------------------------------------------------------------------


class SipAccount(Schema):
    uri: str
    user: str
    password: str
    realm: str
    ws_path: str


class NamedOut(Schema):
    id: str
    name: dict[str, str]


class SoftphoneOut(Schema):
    agent: str
    devices: list[DeviceOut]
    outside: Outside
    sip: SipAccount
    not_ready_reasons: list[NamedOut]
    outcomes: list[NamedOut]


class OutsideNumberIn(Strict):
    number: OutsideNumber


class OutsideNumberOut(Schema):
    device: str
    number: str
    config_version: int
    """From this version of the configuration on the engine knows it."""
