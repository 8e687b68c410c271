"""What is attached to a call: how much may be, and how a request is told of it. And which call it made."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from callbase.core.errors import RequestRefused

MOST_KEYS = 100
LONGEST_KEY = 100
LONGEST_VALUE = 4000


class AttachedData(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="attached_data"):
    interaction: str
    data: dict[str, str]


class CallMade(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="call_made"):
    interaction: str


def changed_data(before: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """A None removes a key. Raises RequestRefused where it would be more than a call may have."""
    data = dict(before)
    for key, value in changes.items():
        if not key:
            raise RequestRefused("value_invalid", "data", key=key)
        for part, longest in ((key, LONGEST_KEY), (value or "", LONGEST_VALUE)):
            if len(part) > longest:
                raise RequestRefused("value_invalid", "data", key=key[:LONGEST_KEY], longest=str(longest))
        if value is None:
            data.pop(key, None)
        else:
            data[key] = value
    if len(data) > MOST_KEYS:
        raise RequestRefused("value_invalid", "data", most=str(MOST_KEYS))
    return data
