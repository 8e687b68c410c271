"""Kinds of fields the API's bodies are made of."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from callbase.web.language import Language


class Strict(Schema):
    """Base of what comes in: a field nobody knows is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid")


def _storable(value: Any) -> Any:
    """PostgreSQL stores neither NUL nor half a surrogate pair."""
    if isinstance(value, str) and any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise PydanticCustomError("string_pattern_mismatch", "not storable")
    return value


Storable = BeforeValidator(_storable)
ID_FORM = r"^[a-z0-9][a-z0-9_-]{0,39}$"
DID_FORM = r"^\+?[0-9*#]{1,31}$"
LEVEL_FORM = r"^[^/\s][^/]{0,39}$"
LOGIN_FORM = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"

Key = Annotated[str, Storable, StringConstraints(pattern=ID_FORM)]
"""A short id: small letters, digits, "-" and "_"."""
DidNumber = Annotated[str, Storable, StringConstraints(pattern=DID_FORM)]
Level = Annotated[str, Storable, StringConstraints(pattern=LEVEL_FORM)]
"""A customer's level, in the centre's own words."""
Login = Annotated[str, Storable, StringConstraints(pattern=LOGIN_FORM)]
Line = Annotated[str, Storable, StringConstraints(max_length=120, strip_whitespace=True)]
Name = Annotated[str, Storable, StringConstraints(pattern=r"\S", min_length=1, max_length=120, strip_whitespace=True)]
Note = Annotated[str, Storable, StringConstraints(max_length=4000)]
Text = Annotated[str, Storable, StringConstraints(max_length=2000, strip_whitespace=True)]
Texts = Annotated[dict[Language, Text], Field(min_length=1)]
"""Language → text, at least in one."""


def _in_a_language(names: dict[Language, str]) -> dict[Language, str]:
    if not any(names.values()):
        raise PydanticCustomError("field_problem", "in no language", {"code": "required", "data": {}})
    return names


Names = Annotated[Texts, AfterValidator(_in_a_language)]
"""What a thing is called: not nothing in all of the languages given."""
Secret = Annotated[str, Storable, StringConstraints(min_length=1, max_length=256)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Small = Annotated[int, Field(ge=-1000, le=1000)]
