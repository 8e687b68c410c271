"""What the API of sign-in, people, roles and units takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from callbase.web.language import Language


class Strict(Schema):
    """Base of what comes in: a field nobody knows is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid")


Line = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]


class SignInIn(Strict):
    tenant: Annotated[str, StringConstraints(max_length=40)] | None = None
    login: Annotated[str, StringConstraints(max_length=64)]
    password: Annotated[str, StringConstraints(max_length=256)]


class PasswordIn(Strict):
    old: Annotated[str, StringConstraints(max_length=256)]
    new: Annotated[str, StringConstraints(max_length=256)]


class MeIn(Strict):
    language: Language | None = None
    theme: Literal["light", "dark", "system"] | None = None


class MeOut(Schema):
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


class SessionOut(Schema):
    signed_in: bool
    person: MeOut | None
    permissions: list[str]
    tenant: TenantOut | None
    demo: bool
    csrf_token: str
