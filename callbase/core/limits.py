"""Between what the numbers of a request must be: said beside each in `events.py` and told in the protocol's documents, checked
before anything is done. A decoder lets them all through, so that what a journal has can always be read."""

from __future__ import annotations

from functools import cache

import msgspec
from msgspec.inspect import Metadata, StructType, Type, UnionType, type_info

from callbase.core.errors import RequestRefused

MOMENT_MS = 2**53
"""Beyond any moment there will be, and a whole number in every language yet."""


class Limits(msgspec.Struct, frozen=True):
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.least:g} to {self.most:.17g}"


def within(least: float, most: float) -> msgspec.Meta:
    """Beside the type of a number."""
    return msgspec.Meta(extra={"limits": Limits(least, most)}, extra_json_schema={"minimum": least, "maximum": most})


def check(asked: msgspec.Struct, inside: str = "") -> None:
    """Raises RequestRefused(out_of_range) with the field that is; not a number is out of every range."""
    for name, limits in _numbers(type(asked)).items():
        value = getattr(asked, name)
        if value is not None and not limits.least <= value <= limits.most:
            raise RequestRefused("out_of_range", inside + name, least=f"{limits.least:g}", most=f"{limits.most:.17g}")
    for name in asked.__struct_fields__:
        value = getattr(asked, name)
        if isinstance(value, msgspec.Struct):
            check(value, f"{inside}{name}.")


def limits_of(type_: Type) -> Limits | None:
    """None where it is no number, or nothing is said of it."""
    members = type_.types if isinstance(type_, UnionType) else (type_,)
    return next((one.extra["limits"] for one in members if isinstance(one, Metadata) and one.extra), None)


@cache
def _numbers(kind: type[msgspec.Struct]) -> dict[str, Limits]:
    info = type_info(kind)
    assert isinstance(info, StructType)
    found = ((field.name, limits_of(field.type)) for field in info.fields)
    return {name: limits for name, limits in found if limits is not None}
