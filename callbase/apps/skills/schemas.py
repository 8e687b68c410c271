"""What the API of skills takes and gives."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Schema

from callbase.web.fields import Key, Names, Storable, Strict

Level = Annotated[int, Field(ge=1, le=100)]


class SkillIn(Strict):
    id: Key
    name: Names
    agents: Annotated[dict[Annotated[str, Storable, Field(max_length=20)], Level], Field(max_length=20_000)] = {}
    """Agent → level; who is not named has none."""


class SkillOut(Schema):
    id: str
    name: dict[str, str]
    agents: dict[str, int]
