"""The fields conditions may compare, and what each may be compared with (`callbase.core.config.conditions`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "time", "open", "list", "language", "weekday", "trunk", "trunk_group"]

FIXED: dict[str, Kind] = {
    "caller_number": "text",
    "called_number": "text",
    "trunk": "trunk",
    "trunk_group": "trunk_group",
    "language": "language",
    "caller_list": "list",
    "customer.level": "text",
    "customer.name": "text",
    "customer.company": "text",
    "time": "time",
    "weekday": "weekday",
    "wait_s": "number",
    "priority": "number",
}
MEASURES = ("waiting", "signed_in", "ready", "longest_wait_s", "average_wait_s", "expected_wait_s", "service_level")
NUMERIC: frozenset[Kind] = frozenset({"number", "weekday"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field taken apart: `queue` and `calendar` are the ids it names, where it names one."""

    kind: Kind
    measure: str = ""
    queue: str | None = None
    calendar: str | None = None


def field_of(name: str) -> Field | None:
    """None where there is no such field."""
    if name in FIXED:
        return Field(FIXED[name], measure=name)
    first, _, rest = name.partition(".")
    if first == "data":
        return Field("text") if rest else None
    if first == "calendar":
        return Field("open", calendar=rest) if rest else None
    if first == "queue":
        queue, _, measure = rest.rpartition(".")
        return Field("number", measure=measure, queue=queue or None) if measure in MEASURES else None
    return None
